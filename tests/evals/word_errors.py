"""Word errors of English, after one normaliser for what was said and for what was heard.

The normaliser: lower case; what stands in brackets, and every mark but the apostrophe, is left out;
hyphens part words; contractions of "not", "are", "have", "will" and "am" are written out, other
apostrophes left out; "mr" and "dr" written out; British spellings of a short list as American
ones; whole numbers in figures, ordinals too. Then words are compared with the least edits, where
the same letters written together or apart are no error ("voicemail" and "voice mail", "4729" and
"four seven two nine").
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_WORD: Final = re.compile(r"[a-z0-9]+")
_UNITS: Final = _WORD.findall(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_TENS: Final = _WORD.findall("twenty thirty forty fifty sixty seventy eighty ninety")
_ORDINALS: Final = _WORD.findall(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
_VALUES: Final = {word: at for at, word in enumerate(_UNITS)} | {
    word: 10 * at for at, word in enumerate(_TENS, start=2)
}
_SCALES: Final = {"hundred": 100, "thousand": 1000}
_SAME: Final = {
    "mr": "mister",
    "dr": "doctor",
    "ok": "okay",
    "dialled": "dialed",
    "dialling": "dialing",
    "cancelled": "canceled",
    "cancelling": "canceling",
    "metres": "meters",
    "colour": "color",
    "favour": "favor",
    "honour": "honor",
    "neighbour": "neighbor",
}
_CONTRACTIONS: Final = (
    (r"\bwon't\b", "will not"),
    (r"\bcan't\b|\bcannot\b", "can not"),
    (r"n't\b", " not"),
    (r"'re\b", " are"),
    (r"'ve\b", " have"),
    (r"'ll\b", " will"),
    (r"'m\b", " am"),
)
_LONGEST_JOIN: Final = 6


def plain(text: str) -> list[str]:
    """The words of a text, normalised."""
    text = re.sub(r"\[[^\]]*\]|\([^)]*\)", " ", text.lower().replace("\u2019", "'"))
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    for pattern, written in _CONTRACTIONS:
        text = re.sub(pattern, written, text)
    words = _WORD.findall(text.replace("'", ""))
    return list(_figures([_SAME.get(word, word) for word in words]))


def _figures(words: Sequence[str]) -> Iterator[str]:
    """Numbers as figures: each cardinal as one, ordinals with their ending."""
    at = 0
    while at < len(words):
        end, value = _cardinal(words, at)
        if value >= 20 and value % 10 == 0 and words[end : end + 1] and words[end] in _ORDINALS[:9]:
            yield _ordinal(words[end], more=value)
            at = end + 1
        elif end > at:
            yield str(value)
            at = end
        else:
            yield _ordinal(words[at])
            at += 1


def _cardinal(words: Sequence[str], at: int) -> tuple[int, int]:
    """Where a number in words that begins at `at` ends, and its value; `at` when there is none."""
    total = part = 0
    room = 1000  # what may still be added: the next must be smaller than the last one's step
    while at < len(words):
        word = words[at]
        if word in _VALUES and _VALUES[word] < room and (_VALUES[word] or not (part or total)):
            part += _VALUES[word]
            room = 10 if _VALUES[word] >= 20 else 0
        elif word in _SCALES and part:
            part *= _SCALES[word]
            room = 100
            if word == "thousand":
                total, part, room = part, 0, 1000
        else:
            break
        at += 1
    return at, total + part


def _ordinal(word: str, *, more: int = 0) -> str:
    if word not in _ORDINALS:
        return word
    value = _ORDINALS.index(word) + 1
    return str(more + value) + {1: "st", 2: "nd", 3: "rd"}.get(value, "th")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Errors in so many words, and which: what was said beside what was heard, "" for nothing."""

    words: int
    wrong: tuple[tuple[str, str], ...]


def compared(said: str, heard: str) -> Comparison:
    """The least edits between two texts."""
    ours, theirs = plain(said), plain(heard)
    best: dict[tuple[int, int], tuple[int, tuple[tuple[str, str], ...]]] = {(0, 0): (0, ())}
    for i in range(len(ours) + 1):
        for j in range(len(theirs) + 1):
            if i or j:
                best[i, j] = min(_ways(best, ours, theirs, i, j), key=lambda way: way[0])
    return Comparison(len(ours), best[len(ours), len(theirs)][1])


def _ways(
    best: dict[tuple[int, int], tuple[int, tuple[tuple[str, str], ...]]],
    ours: Sequence[str],
    theirs: Sequence[str],
    i: int,
    j: int,
) -> Iterator[tuple[int, tuple[tuple[str, str], ...]]]:
    """Every way to the first `i` and `j` words: the same letters, or one edit more."""
    for a in range(1, min(i, _LONGEST_JOIN) + 1):
        for b in range(1, min(j, _LONGEST_JOIN) + 1):
            if (a == 1 or b == 1) and "".join(ours[i - a : i]) == "".join(theirs[j - b : j]):
                yield best[i - a, j - b]
    if i and j:
        cost, wrong = best[i - 1, j - 1]
        yield cost + 1, (*wrong, (ours[i - 1], theirs[j - 1]))
    if i:
        cost, wrong = best[i - 1, j]
        yield cost + 1, (*wrong, (ours[i - 1], ""))
    if j:
        cost, wrong = best[i, j - 1]
        yield cost + 1, (*wrong, ("", theirs[j - 1]))
