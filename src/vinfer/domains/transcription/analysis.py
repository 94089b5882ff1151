"""The seam to what is read out of a transcript: one callable for each feature.

`app.insight` says which are installed; a feature without one is refused where it is asked for.
Later domains that judge a transcript by rows of their own do it as a `Judge`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import structlog

from vinfer.domains.campaigns.schemas import Feature
from vinfer.kit.db import Connection, Row, Tx
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
class Outline:
    """What comes with every transcript that is shown: fields of the job, JSON by name, and for each
    segment its text by script (ISO 15924), empty where it stands in one script only."""

    fields: Mapping[str, Any] = field(default_factory=dict[str, Any])
    scripts: Sequence[Mapping[str, str]] = ()


Outliner = Callable[[Transcript], Outline]
"""Reads the transcript that is shown; what it raises costs the outline alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a judge knows of a job."""

    job_id: str
    workspace_id: str
    call_id: str | None
    language: str
    features: Sequence[str]
    qa_scorecard_id: str | None


class Judge(Protocol):
    """A feature that judges a transcript by rows of its own domain, and keeps what it finds."""

    @property
    def feature(self) -> Feature:
        """The feature it is."""
        ...

    async def prepare(self, conn: Connection, facts: Facts) -> Analyser | None:
        """Read what a job is judged by; None if there is nothing.

        Called for every job, asked for or not: scopes and rules apply by themselves.
        """
        ...

    async def record(self, tx: Tx, facts: Facts, result: Mapping[str, Any]) -> Mapping[str, Any]:
        """Keep what was found, in the transaction that publishes the job.

        Returns what the job shows, if the feature was asked for.
        """
        ...


@dataclass(frozen=True, slots=True)
class Insight:
    """A transcript with what was found in it, by the field of the API it stands under.

    `transcript` is None where it must not be shown, because its redaction failed. `judged` holds
    what judges found, by feature, asked for or not. `scripts` holds a segment's text by script.
    """

    transcript: Transcript | None
    sentiments: Sequence[Mapping[str, Any]]
    fields: Mapping[str, Any]
    judged: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    scripts: Sequence[Mapping[str, str]] = ()


def facts(row: Row) -> Facts:
    """What judges know of the job of a row."""
    return Facts(
        job_id=row["id"],
        workspace_id=row["workspace_id"],
        call_id=row["call_id"],
        language=row["language"],
        features=row["features"],
        qa_scorecard_id=row["qa_scorecard_id"],
    )


async def prepared(conn: Connection, row: Row, judges: Sequence[Judge]) -> dict[str, Analyser]:
    """What the judges judge the job of a row by."""
    known = facts(row)
    found = {judge.feature: await judge.prepare(conn, known) for judge in judges}
    return {str(name): analyser for name, analyser in found.items() if analyser is not None}


async def recorded(
    tx: Tx, row: Row, insight: Insight, judges: Sequence[Judge]
) -> Mapping[str, Any]:
    """Have the judges keep what they found; the fields that the job of a row shows."""
    fields = dict(insight.fields)
    known = facts(row)
    for judge in judges:
        if judge.feature not in insight.judged:
            continue
        shown = await judge.record(tx, known, insight.judged[judge.feature])
        if judge.feature in known.features:
            fields[_field(judge.feature)] = shown
    return fields


def analyse(
    transcript: Transcript,
    features: Sequence[str],
    analysers: Mapping[str, Analyser],
    judging: Mapping[str, Analyser] | None = None,
    outliner: Outliner | None = None,
) -> Insight:
    """Run every wanted feature and judge; redaction first: the others read what it leaves."""
    judging = judging or {}
    known = {**analysers, **judging}
    sentiments: Sequence[Mapping[str, Any]] = ()
    fields: dict[str, Mapping[str, Any]] = {}
    judged: dict[str, Mapping[str, Any]] = {}
    for feature in sorted({*features, *judging} - {TRANSCRIPTION}, key=_redaction_first):
        found = _found(feature, transcript, known)
        if isinstance(found, Finding):
            if feature in judging:
                judged[feature] = found.result
            else:
                fields[_field(feature)] = found.result
            sentiments = found.sentiments or sentiments
            transcript = found.transcript or transcript
            continue
        if feature in features:
            fields[_field(feature)] = {"error": found}
        if feature == _REDACTION:
            return Insight(None, (), {name: {"error": found} for name in _fields(features)})
    outline = _outlined(transcript, outliner)
    return Insight(transcript, sentiments, {**outline.fields, **fields}, judged, outline.scripts)


def _outlined(transcript: Transcript, outliner: Outliner | None) -> Outline:
    if outliner is None:
        return Outline()
    try:
        return outliner(transcript)
    except Exception as error:  # nobody asked for it: it is left out
        _log.error("outline_failed", exc_info=error)
        return Outline()


def _redaction_first(feature: str) -> tuple[bool, str]:
    return feature != _REDACTION, feature


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
