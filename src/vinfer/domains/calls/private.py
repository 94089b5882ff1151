"""What the live lines and values of a call may show where its redaction was asked for.

Lines are withheld as the recording is: they appear, redacted, in the moment it may be heard. Pure
rules, no database.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from vinfer.lens.analysis.redaction import redact
from vinfer.lens.transcript import AGENT, CUSTOMER, Segment, Transcript

_MOMENT: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"
)
_BORN: Final = "[DATE_OF_BIRTH]"


def hides(call: Mapping[str, Any]) -> bool:
    """Whether a call's `analyze` asks for redaction."""
    return "redaction" in (call["analyze_features"] or ())


def withholds_lines(call: Mapping[str, Any]) -> bool:
    """Whether the lines of a call may not be shown: its recording is not released, or not made."""
    return hides(call) and (call["recording_withheld"] or call["recording_key"] is None)


def redacted_lines(lines: Sequence[tuple[str, str]]) -> list[str]:
    """The texts of (speaker, text) lines, in their order, without what is private."""
    segments = tuple(
        Segment(speaker, float(at), float(at + 1), text, None, "", ())
        for at, (speaker, text) in enumerate(lines)
    )
    speakers = tuple(dict.fromkeys(speaker for speaker, _ in lines))
    found = redact(Transcript(segments, speakers, None, float(len(lines)), damaged=False))
    return [segment.text for segment in found.transcript.segments]


def redacted_values(captured: Mapping[str, Any]) -> dict[str, Any]:
    """Captured values, each read as the answer to its name; one that hides nothing keeps its type.

    Dates and amounts stay, except where the name says that they are private ("date_of_birth").
    """
    return {name: _value(name, value) for name, value in captured.items()}


def _value(name: str, value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, dict):
        parts = cast("dict[str, Any]", value)
        return {key: _value(f"{name} {key}", each) for key, each in parts.items()}
    if isinstance(value, list):
        return [_value(name, each) for each in cast("list[Any]", value)]
    said = str(value)
    moment = _MOMENT.fullmatch(said)
    told = moment[1] if moment else said
    _, shown = redacted_lines([(AGENT, name.replace("_", " ")), (CUSTOMER, told)])
    kept = shown == told or (moment and shown != _BORN)  # else a date is read as a number
    return value if kept else shown
