"""What a dialog is likely to say of a customer's own values, to be rendered before the call."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Final

from vinfer.media import rendering
from vinfer.media import script as scripts
from vinfer.media.dialog import capture
from vinfer.media.dialog.speech import Speech

MAX_LINES: Final = 64


def read_backs(script: scripts.Script, language: str, days: Iterable[date]) -> tuple[str, ...]:
    """The sentences that read these days back, exactly as the dialog says them, at most 64.

    Wordings that hold a contact's value are left out: they differ from call to call.
    """
    lines = _read_backs(script, language, tuple(days))
    return tuple(islice(dict.fromkeys(lines), MAX_LINES))


def _read_backs(script: scripts.Script, language: str, days: tuple[date, ...]) -> Iterator[str]:
    speech = Speech(script, language=language, variables={}, agent=None, today=None, zone=None)
    wordings = {
        scripts.text_for(wording, language, script.language)
        for each in script.captures.values()
        if each.type == "date" and (wording := capture.confirmation(each, language)) is not None
    }
    alike = [wording for wording in sorted(wordings) if _same_in_every_call(wording)]
    for day in days:
        for wording in alike:
            yield from (line.text for line in speech.read_back(wording, capture.day(day, language)))


def _same_in_every_call(wording: str) -> bool:
    return {name for name, _ in rendering.slots(wording)} <= rendering.PERSONA | {"value"}
