"""Whether the words around a phrase take it back: "we will not arrest you"."""

from bisect import bisect
from collections.abc import Sequence
from typing import Final

from vinfer.lens.scoring.matching import Matcher, negated, parts

_BEFORE: Final = 3  # words in which a denial reaches a phrase
_AFTER: Final = 2  # Hindi denies behind the verb: "police ghar aayegi nahi"
_IFS: Final = frozenset({"if", "unless", "until", "agar", "अगर"})
"""Words behind which a condition is denied, and but the next word what follows from it."""
_ENDS: Final = frozenset({"then", "or", "otherwise", "else", "warna", "varna", "वरना", "तो"})
"""Words before which something else is denied: "if you do not pay, then we arrest you"."""
_NOBODY: Final = (("nobody",), ("no", "one"), ("none", "of", "us"))
_CARRIERS: Final = frozenset(
    [
        "is",
        "are",
        "was",
        "will",
        "would",
        "can",
        "could",
        "may",
        "has",
        "ever",
        "here",
        "from",
        "there",
        "going",
        "gonna",
        "to",
        "be",
        "come",
        "and",
    ]
)
"""Words over which a subject that is nobody reaches what is said of it."""


def plainly(text: str, phrases: Sequence[str], matcher: Matcher) -> str | None:
    """The first of the phrases that is said in a text, and taken back nowhere near."""
    if matcher.find(text, tuple(phrases)) is None:
        return None  # as of most lines
    for clause in (*parts(text), text):
        for phrase in phrases:
            if matcher.find(clause, (phrase,)) and not denies(clause, phrase, matcher):
                return phrase
    return None


def denies(clause: str, phrase: str, matcher: Matcher) -> bool:
    """Whether a phrase that stands in a clause is denied there.

    By what stands in it, shortly before and shortly behind; not by what is denied elsewhere.
    """
    if matcher.phrase(phrase).negative:
        return False
    words = clause.replace(",", " ").split()
    span = _span(words, phrase, matcher)
    if span is None:
        return _negated(words, matcher)
    start, end = span
    reach = 1 if _IFS & set(words[:start]) else _BEFORE
    if reach == _BEFORE and _of_nobody(words[:start]):
        return True
    before = _after_last_end(words[max(0, start - reach) : start], clause, matcher)
    near = (before, words[start:end], _hindi(words[end : end + _AFTER]))
    return any(_negated(part, matcher) for part in near)


def _of_nobody(before: Sequence[str]) -> bool:
    """Whether what follows is said of nobody: "nobody is going to" arrest you."""
    said = [word.lower().strip(".?!;:") for word in before]
    while said and said[-1] in _CARRIERS:
        said.pop()
    return any(tuple(said[-len(subject) :]) == subject for subject in _NOBODY)


def _span(words: Sequence[str], phrase: str, matcher: Matcher) -> tuple[int, int] | None:
    """The shortest stretch of words with the phrase, the last of several."""

    def stands(part: Sequence[str]) -> bool:
        return matcher.find(" ".join(part), (phrase,)) is not None

    past = bisect(range(len(words)), False, key=lambda at: not stands(words[at:]))
    if past == 0:
        return None
    start = past - 1
    ends = range(start + 1, len(words))
    return start, start + 1 + bisect(ends, False, key=lambda end: stands(words[start:end]))


def _after_last_end(words: Sequence[str], clause: str, matcher: Matcher) -> Sequence[str]:
    """What belongs to the phrase of the words before it. "to" ends a condition in Hindi alone."""
    hindi = any(" तो " in said.spellings[1] for said in matcher.clauses(clause))
    ends = _ENDS | {"to", "toh"} if hindi else _ENDS
    last = max((at for at, word in enumerate(words) if word in ends), default=-1)
    return words[last + 1 :]


def _hindi(words: Sequence[str]) -> Sequence[str]:
    """Words behind a phrase that may deny it."""
    return [word for word in words if word not in ("not", "no", "never", "without")]


def _negated(words: Sequence[str], matcher: Matcher) -> bool:
    return any(negated(said) for said in matcher.clauses(" ".join(words)))
