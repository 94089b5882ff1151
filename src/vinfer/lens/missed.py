"""Speech that a recogniser passed over: it may end early, or leap, where a window has a pause.

What is voiced and has no word near it is heard by itself, where there is no pause to leap from.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final

from vinfer.ports.stt import HeardSegment, Word
from vinfer.ports.voices import Span

_NEAR_S: Final = 0.4  # words are placed that far beside where they are said
_LEAST_S: Final = 1.0  # shorter sounds amid speech are breath and laughter more often than words


def passed_over(voiced: Iterable[Span], segments: Sequence[HeardSegment]) -> list[Span]:
    """Parts of `voiced`, of a second or more, that none of the words is near.

    None where nothing was heard at all, or where the engine does not say when words are said.
    """
    if not segments or not all(segment.words for segment in segments):
        return []
    words = sorted((word for each in segments for word in each.words), key=lambda it: it.start_s)
    rests = (rest for span in voiced for rest in _rests(span, words))
    return [rest for rest in rests if rest.end_s - rest.start_s >= _LEAST_S]


def _rests(span: Span, words: Sequence[Word]) -> Iterator[Span]:
    """What of a span lies before, between and behind words (by their beginnings)."""
    from_s = span.start_s
    for word in words:
        if word.end_s + _NEAR_S > from_s:
            yield Span(from_s, min(span.end_s, word.start_s - _NEAR_S))
            from_s = word.end_s + _NEAR_S
    yield Span(from_s, span.end_s)


def woven(
    segments: Iterable[HeardSegment], found: Sequence[HeardSegment]
) -> tuple[HeardSegment, ...]:
    """All segments by time, those of the window parted where something was `found` amid them."""
    cuts = [segment.words[0].start_s for segment in found if segment.words]
    parts = [part for segment in segments for part in _parted(segment, cuts)]
    parts += [segment for segment in found if segment.words]
    return tuple(sorted(parts, key=lambda part: part.words[0].start_s))


def _parted(segment: HeardSegment, cuts: Sequence[float]) -> Iterator[HeardSegment]:
    def side(word: Word) -> int:
        return sum(cut <= word.start_s for cut in cuts)

    for _, group in groupby(segment.words, key=side):
        words = tuple(group)
        yield replace(segment, words=words, text=" ".join(word.text for word in words))
