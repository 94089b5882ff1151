"""The agent's own wording: script texts and built-in lines with this call's values in them."""

import copy
from collections.abc import Mapping
from datetime import date, tzinfo
from typing import Any, Self

from vinfer.media import lines, rendering
from vinfer.media import script as scripts
from vinfer.media.rendering import Line


class Speech:
    """Renders lines for one call. Values settled during the call join the contact's."""

    def __init__(
        self,
        script: scripts.Script,
        *,
        language: str,
        variables: Mapping[str, Any],
        agent: str | None,
        today: date | None,
        zone: tzinfo | None,
    ) -> None:
        self.language = language
        self._script = script
        types = {name: variable.type for name, variable in script.variables.items()}
        types |= {name: capture.type for name, capture in script.captures.items()}
        self._manner = rendering.Manner(language, types=types, today=today, zone=zone)
        persona = scripts.persona(script, language, agent)
        self._given: dict[str, Any] = dict(variables) | persona

    def fork(self) -> Self:
        """An independent copy."""
        twin = copy.copy(self)
        twin._given = dict(self._given)
        return twin

    def learn(self, name: str, value: Any) -> None:
        """Let later lines use a captured value."""
        self._given[name] = value

    def say(self, text: scripts.Text | None) -> tuple[Line, ...]:
        """A text of the script."""
        if text is None:
            return ()
        template = scripts.text_for(text, self.language, self._script.language)
        return rendering.render(template, self._given, self._manner)

    def own(self, name: str) -> tuple[Line, ...]:
        """A built-in line."""
        return rendering.render(lines.line(name, self.language), self._given, self._manner)

    def read_back(self, text: scripts.Text | str, said: str) -> tuple[Line, ...]:
        """A confirmation with the value as `{{value}}`, in the script's or the built-in wording."""
        template = scripts.text_for(text, self.language, self._script.language)
        manner = rendering.Manner(self.language)
        return rendering.render(template, self._given | {"value": said}, manner)

    def introduction(self) -> tuple[Line, ...]:
        """Who is calling, as far as the script says."""
        known = (bool(self._given.get("agent")), bool(self._given.get("company")))
        names = {(True, True): "i_am", (True, False): "i_am_agent", (False, True): "i_am_company"}
        return self.own(names.get(known, "automated"))


def question_of(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The part that waits for an answer: the last question, else the last sentence."""
    asking = [line for line in lines if line.text.rstrip().endswith("?")]
    return tuple(asking[-1:] or lines[-1:])
