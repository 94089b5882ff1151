"""The seam to what is read out of a transcript: one callable for each feature.

`app.wiring` says which are installed; a feature without one is refused where it is asked for.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog

from vinfer.domains.campaigns.schemas import Feature
from vinfer.lens.transcript import Transcript

_log = structlog.get_logger()
TRANSCRIPTION: Final[Feature] = "transcription"
_REDACTION: Final = "redaction"
_FIELDS: Final[Mapping[str, str]] = {"qa_scoring": "qa"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What a feature adds to a job: JSON under its own name.

    `sentiments` holds JSON for each segment, or nothing. `transcript` stands in place of the one
    that was read: what redaction takes away, no other result may show.
    """

    result: Mapping[str, Any]
    sentiments: Sequence[Mapping[str, Any]] = ()
    transcript: Transcript | None = None


Analyser = Callable[[Transcript], Finding]
"""Reads a transcript, in a thread of its own; whatever it raises fails this feature alone."""


@dataclass(frozen=True, slots=True)
class Insight:
    """A transcript with what was found in it, by the field of the API it stands under.

    `transcript` is None where it must not be shown, because its redaction failed.
    """

    transcript: Transcript | None
    sentiments: Sequence[Mapping[str, Any]]
    fields: Mapping[str, Mapping[str, Any]]


def analyse(
    transcript: Transcript, features: Sequence[str], analysers: Mapping[str, Analyser]
) -> Insight:
    """Run every wanted feature; redaction first, so that the others read what it leaves."""
    sentiments: Sequence[Mapping[str, Any]] = ()
    fields: dict[str, Mapping[str, Any]] = {}
    for feature in sorted(features, key=lambda each: each != _REDACTION):
        if feature == TRANSCRIPTION:
            continue
        found = _found(feature, transcript, analysers)
        if isinstance(found, Finding):
            fields[_field(feature)] = found.result
            sentiments = found.sentiments or sentiments
            transcript = found.transcript or transcript
            continue
        fields[_field(feature)] = {"error": found}
        if feature == _REDACTION:
            return Insight(None, (), {name: {"error": found} for name in _fields(features)})
    return Insight(transcript, sentiments, fields)


def _found(
    feature: str, transcript: Transcript, known: Mapping[str, Analyser]
) -> Finding | Mapping[str, str]:
    """What a feature finds, or why there is nothing."""
    if feature not in known:
        return {"code": "feature_not_installed", "message": "This analysis is not installed."}
    try:
        return known[feature](transcript)
    except Exception as error:  # the other features and the transcript are still true
        _log.error("feature_failed", feature=feature, exc_info=error)
        return {"code": "internal_error", "message": "This analysis failed."}


def _field(feature: str) -> str:
    return _FIELDS.get(feature, feature)


def _fields(features: Sequence[str]) -> list[str]:
    return [_field(feature) for feature in features if feature != TRANSCRIPTION]
