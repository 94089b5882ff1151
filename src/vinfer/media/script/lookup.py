"""What others need of a script: its texts in a language, its example phrases, its fixed lines."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from vinfer.media import lines, rendering, values
from vinfer.media.script.shape import OPENING, Branch, Objection, Phrases, Script, Text, Variable
from vinfer.ports.nlu import COUNTER


def text_for(text: Text, language: str, default: str) -> str:
    """The text in `language`, else its base language, else in `default`, else the first."""
    if isinstance(text, str):
        return text
    for wanted in (language, default):
        if wanted in text:
            return text[wanted]
        for key, value in text.items():
            if key.split("-")[0] == wanted.split("-")[0]:
                return value
    return next(iter(text.values()))


def label_of(node: str, branch: str) -> str:
    """The classifier's label of a branch: its id, with the node before it below the opening."""
    return branch if node == OPENING else f"{node}.{branch}"


def objection_label(index: int) -> str:
    """The classifier's label of the n-th objection."""
    return f"objection:{index}"


def phrases(script: Script) -> dict[str, tuple[str, ...]]:
    """Every label's examples for `Understanding.learn`; `COUNTER` + label holds what it is not."""
    return dict(_phrases(script))


def _phrases(script: Script) -> Iterator[tuple[str, tuple[str, ...]]]:
    labelled: list[tuple[str, Branch | Objection]] = [
        (label_of(name, branch.id), branch)
        for name, node in script.all_nodes().items()
        for branch in node.branches
    ]
    labelled += [(objection_label(i), objection) for i, objection in enumerate(script.objections)]
    for label, part in labelled:
        yield label, flat(part.phrases)
        if part.not_phrases:
            yield COUNTER + label, flat(part.not_phrases)


def flat(given: Phrases) -> tuple[str, ...]:
    """Phrases of every language in one list: people mix languages."""
    return tuple(
        text for item in given for text in ((item,) if isinstance(item, str) else item.values())
    )


def variables(script: Script) -> dict[str, Variable]:
    """Every variable the script declares or uses, built-in ones left out."""
    used = {name for _, text in texts(script) for name, _ in rendering.slots(text)}
    known = rendering.BUILT_IN | {"value"} | script.captures.keys()
    found = {name: Variable() for name in sorted(used) if name not in known}
    return found | script.variables


def read_variables(
    script: Script, given: Mapping[str, Any]
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """A contact's values that fit the script, and problems as (variable, what it must be).

    Values stay as given (a number in a CSV cell is said as a number all the same).
    """
    problems: list[tuple[str, str]] = []
    taken = dict(given)
    for name, variable in script.variables.items():
        value = given.get(name)
        if value is None or value == "":
            taken.pop(name, None)
            if variable.required:
                problems.append((name, f"present: the script needs this {variable.type}"))
        elif not values.fits(value, variable.type):
            problems.append((name, f"a {variable.type}"))
    return taken, problems


def texts(script: Script) -> Iterator[tuple[str, str]]:
    """Every spoken text of the script as (field, text), in every language."""
    for field, text in _spoken(script):
        if isinstance(text, str):
            yield field, text
        elif text is not None:
            yield from ((f"{field}.{language}", words) for language, words in text.items())


def _spoken(script: Script) -> Iterator[tuple[str, Text | None]]:
    yield OPENING, script.opening
    for name, node in script.all_nodes().items():
        at = "" if name == OPENING else f"nodes.{name}."
        if at:
            yield f"{at}say", node.say
        yield from ((f"{at}branches[{i}].say", each.say) for i, each in enumerate(node.branches))
    for name, capture in script.captures.items():
        yield f"captures.{name}.ask", capture.ask
        if not isinstance(capture.confirm, bool):
            yield f"captures.{name}.confirm", capture.confirm
    yield from ((f"objections[{i}].say", each.say) for i, each in enumerate(script.objections))
    yield "no_input.say", script.no_input.say
    yield "no_match.say", script.no_match.say
    yield "closing", script.closing
    yield "voicemail.say", script.voicemail.say


def persona(script: Script, language: str, agent: str | None = None) -> dict[str, str]:
    """The values that are the same in every call: the agent's name and the company."""
    given = {"agent": script.agent_persona, "company": script.company}
    said = {k: text_for(t, language, script.language) for k, t in given.items() if t is not None}
    return said | {"agent": agent} if agent else said


def own_lines(script: Script, language: str, agent: str | None = None) -> tuple[str, ...]:
    """The script's own sentences in `language` that hold no contact's value.

    They are exactly those the dialog says, to be rendered ahead; `agent` stands for `{{agent}}`.
    """
    texts = [
        text_for(text, language, script.language) for _, text in _spoken(script) if text is not None
    ]
    return _fixed(texts, script, language, agent)


def fixed_lines(script: Script, language: str, agent: str | None = None) -> tuple[str, ...]:
    """`own_lines`, then the built-in sentences any call may need."""
    built_in = _fixed(lines.every(language), script, language, agent)
    return tuple(dict.fromkeys(own_lines(script, language, agent) + built_in))


def _fixed(
    texts: Iterable[str], script: Script, language: str, agent: str | None
) -> tuple[str, ...]:
    manner = rendering.Manner(language)
    given = persona(script, language, agent)
    said = (line for text in texts for line in rendering.render(text, given, manner))
    return tuple(dict.fromkeys(line.text for line in said if line.fixed))
