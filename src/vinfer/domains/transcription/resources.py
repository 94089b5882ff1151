"""Jobs as the API returns them, and results as they are stored."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from msgspec import UNSET, to_builtins

from vinfer.domains.transcription.analysis import Insight
from vinfer.domains.transcription.schemas import (
    Progress,
    SpokenSegment,
    SpokenText,
    SpokenTopic,
    SpokenWord,
    Talk,
    TranscriptionDetail,
    TranscriptionJob,
    Trouble,
)
from vinfer.kit.db import Row
from vinfer.lens.quality import quality_of
from vinfer.lens.transcript import Segment, Transcript
from vinfer.ports.stt import Word

_PLACES = 3
_TYPES: Final[Mapping[str, Any]] = {
    "transcript": SpokenText,
    "talk": Talk,
    "topics": list[SpokenTopic],
}


def item(row: Row) -> TranscriptionJob:
    """The job as lists show it."""
    return TranscriptionJob(**_facts(row))


def detail(row: Row) -> TranscriptionDetail:
    """The job in full."""
    found: dict[str, Any] = dict(row["result"] or {})
    for name in _TYPES.keys() & found.keys():
        found[name] = msgspec.convert(found[name], _TYPES[name])
    return TranscriptionDetail(**_facts(row), **found)


def told(row: Row, result: Mapping[str, Any]) -> dict[str, Any]:
    """The job with its stored `result` as events tell of it: there objects have no order."""
    facts = _facts(row) | {"metadata": msgspec.json.decode(row["metadata"])}
    return {**to_builtins(TranscriptionJob(**facts)), **result}


def _facts(row: Row) -> dict[str, Any]:
    duration_s: float | None = row["duration_s"]
    return {
        "id": row["id"],
        "job_id": row["id"],
        "status": row["status"],
        "language": row["language"],
        "duration_seconds": None if duration_s is None else round(duration_s, _PLACES),
        "speakers": row["speakers"],
        "features": row["features"],
        "qa_scorecard_id": row["qa_scorecard_id"],
        "metadata": msgspec.Raw(row["metadata"]),  # byte for byte as it came
        "call_id": row["call_id"],
        "created_at": row["created_at"],
        "completed_at": row["completed_at"],
        "error": Trouble(**row["error"]) if row["error"] else None,
        "progress": _progress(row),
    }


def _progress(row: Row) -> Progress | None:
    if row["step"] is None:
        return None
    pieces: int = row["pieces"] or 0
    percent = 100 * row["pieces_done"] // pieces if pieces else 0
    return Progress(step=row["step"], percent=percent)


def result(insight: Insight, found: Mapping[str, Any]) -> dict[str, Any]:
    """What is stored of a job that was done: the fields of its results.

    The transcript is JSON already: as Python values it would take four times the memory, twice.
    """
    fields: dict[str, Any] = dict(found)
    if insight.transcript is not None:
        shown = [
            _segment(segment, _at(insight.sentiments, at), _at(insight.scripts, at))
            for at, segment in enumerate(insight.transcript.segments)
        ]
        text = _text(insight.transcript, shown)
        fields["transcript"] = msgspec.Raw(msgspec.json.encode(text))
    return fields


def _text(transcript: Transcript, segments: list[SpokenSegment]) -> SpokenText:
    return SpokenText(text=transcript.text, segments=segments, damaged=transcript.damaged)


def _at(found: Sequence[Mapping[str, Any]], at: int) -> Mapping[str, Any] | None:
    return found[at] if at < len(found) else None


def _segment(
    segment: Segment, sentiment: Mapping[str, Any] | None, scripts: Mapping[str, str] | None
) -> SpokenSegment:
    return SpokenSegment(
        speaker=segment.speaker,
        start=round(segment.start_s, _PLACES),
        end=round(segment.end_s, _PLACES),
        text=segment.text,
        confidence=_rounded(segment.confidence),
        language=segment.language,
        words=[_word(word) for word in segment.words],
        engine=segment.engine,
        sentiment=UNSET if sentiment is None else dict(sentiment),
        scripts=dict(scripts) if scripts else UNSET,
        quality=quality_of(engine=segment.engine, language=segment.language) or UNSET,
    )


def _rounded(confidence: float | None) -> float | None:
    return None if confidence is None else round(confidence, _PLACES)


def _word(word: Word) -> SpokenWord:
    return SpokenWord(
        word=word.text,
        start=round(word.start_s, _PLACES),
        end=round(word.end_s, _PLACES),
        confidence=_rounded(word.confidence),
    )
