"""Who talks how much, and over whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from vinfer.lens.analysis.lines import Line
from vinfer.lens.transcript import Segment, Transcript

_INTO_S: Final = 0.5  # an earlier start over somebody is eagerness, not interruption
_LEFT_S: Final = 0.3
_FEWEST_WORDS: Final = 3
_SAME_TURN_S: Final = 2.0  # a longer pause ends a monologue


_SHORTEST_PACE_S: Final = 3.0  # of less talk a pace says nothing


@dataclass(frozen=True, slots=True)
class Part:
    """One speaker's part: `share` of all talk 0..1, and how often they break into another's words.

    `words_per_minute` counts while they speak; null for little speech.
    """

    seconds: float
    share: float
    words: int
    words_per_minute: float | None
    interruptions: int


@dataclass(frozen=True, slots=True)
class Talk:
    """Each speaker's part, and the share of the recording (0..1) in which nobody speaks.

    The longest monologue is null where nobody speaks.
    """

    speakers: Mapping[str, Part]
    silence: float
    longest_monologue_s: float
    longest_by: str | None


def talk_of(transcript: Transcript, lines: Sequence[Line]) -> Talk:
    """The figures of a call; overlapping talk counts for both, in silence once."""
    segments = transcript.segments
    spoken_s = _covered_s([(each.start_s, each.end_s) for each in segments])
    length_s = max(transcript.duration_s, spoken_s)
    longest_s, by = _longest(segments)
    return Talk(
        speakers=_parts(transcript, lines),
        silence=round(1 - spoken_s / length_s, 3) if length_s else 0.0,
        longest_monologue_s=round(longest_s, 1),
        longest_by=by,
    )


def _parts(transcript: Transcript, lines: Sequence[Line]) -> dict[str, Part]:
    segments = transcript.segments
    broken_into = _interruptions(segments, lines)
    seconds: dict[str, float] = {}
    words: dict[str, int] = {}
    for speaker in transcript.speakers:
        own = [(each.start_s, each.end_s) for each in segments if each.speaker == speaker]
        seconds[speaker] = _covered_s(own)
        words[speaker] = sum(line.words for line in lines if line.speaker == speaker)
    total = sum(seconds.values())
    return {
        speaker: Part(
            seconds=round(seconds[speaker], 1),
            share=round(seconds[speaker] / total, 3) if total else 0.0,
            words=words[speaker],
            words_per_minute=_pace(words[speaker], seconds[speaker]),
            interruptions=broken_into.get(speaker, 0),
        )
        for speaker in transcript.speakers
    }


def _pace(words: int, seconds: float) -> float | None:
    return round(words * 60 / seconds) if seconds >= _SHORTEST_PACE_S else None


def _covered_s(spans: Sequence[tuple[float, float]]) -> float:
    covered = end_s = 0.0
    for start_s, stop_s in sorted(spans):
        covered += max(0.0, stop_s - max(start_s, end_s))
        end_s = max(end_s, stop_s)
    return covered


def _longest(segments: Sequence[Segment]) -> tuple[float, str | None]:
    """The longest stretch of one speaker that no other speaker's words part."""
    best_s, by, start_s, end_s, speaker = 0.0, None, 0.0, 0.0, ""
    for segment in segments:
        if segment.speaker != speaker or segment.start_s - end_s > _SAME_TURN_S:
            start_s, end_s, speaker = segment.start_s, segment.end_s, segment.speaker
        end_s = max(end_s, segment.end_s)
        if end_s - start_s > best_s:
            best_s, by = end_s - start_s, speaker
    return best_s, by


def _interruptions(segments: Sequence[Segment], lines: Sequence[Line]) -> dict[str, int]:
    counts = dict.fromkeys((each.speaker for each in segments), 0)
    for line, segment in zip(lines, segments, strict=True):
        if line.words < _FEWEST_WORDS or line.empty:
            continue
        counts[segment.speaker] += any(
            other.speaker != segment.speaker
            and other.start_s + _INTO_S < segment.start_s < other.end_s - _LEFT_S
            for other in segments[max(0, line.index - 3) : line.index]
        )
    return counts
