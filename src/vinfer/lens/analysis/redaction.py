"""What must not be kept of a transcript, in its text, its words and its audio."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from vinfer.lens.analysis import digit_runs, private_cues, private_marks, spoken_tokens
from vinfer.lens.analysis.figures import FILLERS
from vinfer.lens.analysis.private_cues import Kind, Mark
from vinfer.lens.analysis.spoken_tokens import Token
from vinfer.lens.transcript import Segment, Transcript
from vinfer.ports.stt import Word
from vinfer.ports.voices import Span

_CONTEXT: Final = 40  # words before a number that may say what it is
_ASKED_WORDS: Final = 30
_SLACK_S: Final = 0.12  # recognisers' word times are about as exact
_MERGED_S: Final = 0.3


@dataclass(frozen=True, slots=True)
class Hidden:
    """Characters [start, end) of a segment's text that are private.

    `spans` is when they are said: by their words, or the whole segment where words have no times.
    """

    kind: Kind
    segment: int
    start: int
    end: int
    spans: tuple[Span, ...]
    exact: bool


@dataclass(frozen=True, slots=True)
class Redaction:
    """A transcript without its private parts; `silence` is what its audio must lose, in order."""

    transcript: Transcript
    hidden: tuple[Hidden, ...]
    silence: tuple[Span, ...]

    @property
    def counts(self) -> Mapping[Kind, int]:
        """How many of each kind were taken out."""
        return Counter(each.kind for each in self.hidden)


def redact(transcript: Transcript) -> Redaction:
    """Take card, identity, account and contact data out, in English, Hindi and Hinglish.

    Fails closed: where a segment's words have no times, or are not those of its text, all of the
    segment is silenced and its words are dropped.
    """
    row = spoken_tokens.tokens(transcript)
    found = _merged([mark for stream in spoken_tokens.streams(transcript, row)
                     for mark in _found(stream, row, transcript)])  # fmt: skip
    hidden = tuple(_hidden(kind, segment, start, end, transcript)
                   for kind, segment, start, end in found)  # fmt: skip
    by_segment: dict[int, list[Hidden]] = {}
    for each in hidden:
        by_segment.setdefault(each.segment, []).append(each)
    segments = tuple(
        _without(segment, by_segment[number]) if number in by_segment else segment
        for number, segment in enumerate(transcript.segments)
    )
    silence = _joined([span for each in hidden for span in each.spans])
    return Redaction(replace(transcript, segments=segments), hidden, silence)


_Place = tuple[Kind, int, int, int]
"""A kind, a segment, and characters [start, end) of its text."""


def _found(stream: list[Token], row: list[Token], transcript: Transcript) -> list[_Place]:
    asked = _asked(transcript)
    marks = private_marks.marks(stream, [asked[token.segment] for token in stream])
    taken = {at for _, start, end in marks for at in range(start, end)}
    found = [place for kind, start, end in marks for place in _places(kind, stream[start:end])]
    for kind, start, end in _numbers(stream, row, taken):
        found += _places(kind, [it for it in stream[start:end] if it.word not in FILLERS])
    return found


def _numbers(stream: list[Token], row: list[Token], taken: set[int]) -> list[Mark]:
    order = {(token.segment, token.start): at for at, token in enumerate(row)}
    said = digit_runs.runs(stream)
    found: list[Mark] = list(private_cues.in_parts(said, stream))
    whole = {start for _, start, _ in found}
    last: tuple[Kind, int] | None = None
    for run in said:
        if run.start in whole or all(at in taken for at in range(run.start, run.end)):
            continue
        first = order[stream[run.start].segment, stream[run.start].start]
        before = row[max(0, first - _CONTEXT) : first]
        ago = None if last is None else (last[0], first - last[1])
        kind = private_cues.kind_of(run, stream, before=before, last=ago)
        if kind is not None:
            final = stream[run.end - 1]
            last = (kind, order[final.segment, final.start] + 1)
            found.append((kind, run.start, run.end))
    return found


def _asked(transcript: Transcript) -> list[str]:
    """For each segment, the words of the other side right before it."""
    asked: list[str] = []
    for number, segment in enumerate(transcript.segments):
        earlier = transcript.segments[max(0, number - 3) : number]
        said = " ".join(each.text for each in earlier if each.speaker != segment.speaker)
        asked.append(
            " ".join(said.lower().replace(",", " ").rstrip(" .?!।").split()[-_ASKED_WORDS:])
        )
    return asked


def _places(kind: Kind, held: Sequence[Token]) -> list[_Place]:
    """One place for each segment that the tokens stand in."""
    places: dict[int, _Place] = {}
    for token in held:
        start = places[token.segment][2] if token.segment in places else token.start
        places[token.segment] = (kind, token.segment, start, token.end)
    return list(places.values())


def _merged(places: list[_Place]) -> list[_Place]:
    """Places that overlap as one: a card's where one is, else under the kind of the longer."""
    merged: list[_Place] = []
    for place in sorted(set(places), key=lambda each: (each[1], each[2], -each[3], each[0])):
        kind, segment, start, end = place
        if merged and merged[-1][1] == segment and start < merged[-1][3]:
            known, _, first, last = merged[-1]
            longer = known if last - first >= end - start else kind
            both: Kind = "CARD" if "CARD" in (known, kind) else longer
            merged[-1] = (both, segment, first, max(last, end))
        else:
            merged.append(place)
    return merged


def _hidden(kind: Kind, number: int, start: int, end: int, transcript: Transcript) -> Hidden:
    segment = transcript.segments[number]
    covered = _covered(segment, start, end)
    if covered is None or not all(_timed(segment, word) for word in covered):
        return Hidden(kind, number, start, end, (_whole(segment),), exact=False)
    span = Span(
        max(0.0, min(word.start_s for word in covered) - _SLACK_S),
        max(word.end_s for word in covered) + _SLACK_S,
    )
    return Hidden(kind, number, start, end, (span,), exact=True)


def _whole(segment: Segment) -> Span:
    """All the time of a segment, that of words reaching out of it included."""
    starts = [segment.start_s, *(word.start_s for word in segment.words)]
    ends = [segment.end_s, *(word.end_s for word in segment.words)]
    return Span(max(0.0, min(starts) - _SLACK_S), max(ends) + _SLACK_S)


def _timed(segment: Segment, word: Word) -> bool:
    inside = segment.start_s - 1 <= word.start_s and word.end_s <= segment.end_s + 1
    return word.end_s > word.start_s and inside


def _covered(segment: Segment, start: int, end: int) -> list[Word] | None:
    """The words that share a character with [start, end); None if they are not the text's words."""
    at = _word_places(segment)
    if at is None:
        return None
    return [
        word for word, (first, last) in zip(segment.words, at, strict=True)
        if first < end and last > start
    ] or None  # fmt: skip


def _word_places(segment: Segment) -> list[tuple[int, int]] | None:
    """Where each word stands in the text; None unless together they are all of it."""
    places: list[tuple[int, int]] = []
    at = 0
    for word in segment.words:
        text = word.text.strip()
        start = segment.text.find(text, at)
        if not text or start < 0 or segment.text[at:start].strip():
            return None
        at = start + len(text)
        places.append((start, at))
    return places if places and not segment.text[at:].strip() else None


def _without(segment: Segment, hidden: Sequence[Hidden]) -> Segment:
    text, at = "", 0
    for each in hidden:
        text += f"{segment.text[at : each.start]}[{each.kind}]"
        at = each.end
    text += segment.text[at:]
    return replace(segment, text=text, words=_words_without(segment, hidden))


def _words_without(segment: Segment, hidden: Sequence[Hidden]) -> tuple[Word, ...]:
    """The words with one placeholder for each hidden part; none where they cannot be told."""
    places = _word_places(segment)
    if places is None:
        return ()
    kept: list[Word] = []
    behind = -1
    for word, (first, last) in zip(segment.words, places, strict=True):
        inside = next(
            (i for i, it in enumerate(hidden) if first < it.end and last > it.start), None
        )
        if inside is None:
            kept.append(word)
        elif inside != behind:
            kept.append(replace(word, text=f"[{hidden[inside].kind}]"))
        else:
            kept[-1] = replace(kept[-1], end_s=max(kept[-1].end_s, word.end_s))
        behind = -1 if inside is None else inside
    return tuple(kept)


def _joined(spans: Sequence[Span]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for span in sorted(spans, key=lambda each: each.start_s):
        if joined and span.start_s <= joined[-1].end_s + _MERGED_S:
            joined[-1] = Span(joined[-1].start_s, max(joined[-1].end_s, span.end_s))
        else:
            joined.append(span)
    return tuple(joined)
