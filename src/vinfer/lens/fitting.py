"""Words moved to where there is voice.

Attention leaves the first word after a pause too early and the last before one too short; a word
that it puts into the middle of a pause belongs to one of the two sides.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import inf
from typing import Final

from vinfer.ports.stt import Word
from vinfer.ports.voices import Span

SENTENCE_ENDS: Final = (".", "?", "!", "।", "…")
_SHORTEST_WORD_S: Final = 0.02
_STRETCH_S: Final = 0.4
_NEAR_S: Final = 0.3  # voice activity may be that late for a soft word: it stays where it is


def fitted(words: Sequence[Word], voiced: Sequence[Span]) -> list[Word]:
    """`words` in their order, with times inside `voiced` (sorted) as far as they belong there."""
    homes = [_home(word, voiced) for word in words]
    moved, homes = _brought_home(words, homes, voiced)
    made: list[Word] = []
    for at, (word, span) in enumerate(zip(moved, homes, strict=True)):
        start_s, end_s = word.start_s, word.end_s
        if span is not None:
            start_s, end_s = max(start_s, span.start_s), min(end_s, span.end_s)
            if (at == 0 or homes[at - 1] != span) and start_s - span.start_s < _STRETCH_S:
                start_s = span.start_s
            if (at + 1 == len(words) or homes[at + 1] != span) and span.end_s - end_s < _STRETCH_S:
                end_s = span.end_s
        end_s = max(end_s, start_s + _SHORTEST_WORD_S)
        made.append(replace(word, start_s=round(start_s, 3), end_s=round(end_s, 3)))
    return made


def _home(word: Word, voiced: Sequence[Span]) -> Span | None:
    """The voiced span that a word shares most time with."""

    def shared_s(span: Span) -> float:
        return min(word.end_s, span.end_s) - max(word.start_s, span.start_s)

    span = max(voiced, key=shared_s, default=None)
    return span if span is not None and shared_s(span) > 0 else None


def _brought_home(
    words: Sequence[Word], homes: Sequence[Span | None], voiced: Sequence[Span]
) -> tuple[list[Word], list[Span | None]]:
    """Give words inside a pause to the voice before it or after it, and a share of its time."""
    moved, found = list(words), list(homes)
    at = 0
    while at < len(words):
        end = at
        while end < len(words) and homes[end] is None:
            end += 1
        if end > at:
            _settle(moved, found, voiced, at, end)
        at = end + 1
    return moved, found


def _settle(
    words: list[Word], homes: list[Span | None], voiced: Sequence[Span], first: int, end: int
) -> None:
    """Settle the words [first, end) of one pause."""
    before = next((it for it in reversed(voiced) if it.end_s <= words[first].start_s), None)
    after = next((it for it in voiced if it.start_s >= words[end - 1].end_s), None)
    from_s = after.start_s - _NEAR_S if after is not None else inf
    until_s = before.end_s + _NEAR_S if before is not None else -inf
    if words[first].start_s < until_s or words[end - 1].end_s > from_s:
        if words[first].start_s >= until_s:
            _bound(words, first, end, Span(from_s, inf))
        elif words[end - 1].end_s <= from_s:
            _bound(words, first, end, Span(-inf, until_s))
        return
    if first and homes[first - 1] != before:
        before = None
    if end < len(words) and homes[end] != after:
        after = None
    _part(words, homes, first, end, before, after)


def _bound(words: list[Word], first: int, end: int, by: Span) -> None:
    """Cut off what reaches far into a pause from a place beside the voice."""
    for at in range(first, end):
        start_s, end_s = max(words[at].start_s, by.start_s), min(words[at].end_s, by.end_s)
        words[at] = replace(words[at], start_s=start_s, end_s=end_s)


def _part(
    words: list[Word],
    homes: list[Span | None],
    first: int,
    end: int,
    before: Span | None,
    after: Span | None,
) -> None:
    """Give words to the voice before or after them, whichever their sentence is of."""
    cut = next((at for at in range(first, end) if _begins(words, at)), end)
    if before is None or after is None:
        cut = first if before is None else end
    took_s = sum(word.end_s - word.start_s for word in words[first:cut])
    if before is not None and cut > first:
        start_s = words[first - 1].start_s if first else before.end_s - took_s
        share = Span(max(start_s, before.start_s), before.end_s)
        _share(words, homes, range(max(0, first - 1), cut), share, before)
    took_s = sum(word.end_s - word.start_s for word in words[cut:end])
    if after is not None and cut < end:
        end_s = words[end].end_s if end < len(words) else after.start_s + took_s
        share = Span(after.start_s, min(end_s, after.end_s))
        _share(words, homes, range(cut, min(len(words), end + 1)), share, after)


def _begins(words: Sequence[Word], at: int) -> bool:
    """Whether a word inside a pause is the first of what follows, not the last of what was."""
    ends = words[at].text.endswith(SENTENCE_ENDS)
    return at == 0 or words[at - 1].text.endswith(SENTENCE_ENDS) or not ends


def _share(
    words: list[Word], homes: list[Span | None], which: range, time: Span, home: Span
) -> None:
    """Part `time` among words by their letters."""
    letters = sum(len(words[at].text) for at in which)
    at_s = time.start_s
    for at in which:
        end_s = at_s + time.length_s * len(words[at].text) / letters
        words[at], homes[at] = replace(words[at], start_s=at_s, end_s=end_s), home
        at_s = end_s
