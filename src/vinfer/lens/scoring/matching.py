"""Phrases found word by word, with room for names in them, however their Hindi is spelt."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from vinfer.lens.language.hinglish import Normaliser
from vinfer.lens.language.keywords import Said

_MOST_BETWEEN: Final = 4  # words that a `*` stands for
_NOT: Final = re.compile(
    r" (?:not|never|no|nobody|dont|doesnt|didnt|wont|wouldnt|cannot|cant|isnt|arent|without"
    r"|नहीं|नही|मत|ना|कभी|बिना|nahi|nahin|mat|kabhi|bina) "
)
_CLAUSE: Final = re.compile(r"[.;!?।]+|,\s+(?:but|lekin|par|magar|लेकिन|पर|मगर)\b")


class Phrase:
    """A phrase to look for; `*` in it stands for up to four words."""

    def __init__(self, text: str, normaliser: Normaliser) -> None:
        self.text = text
        parts = [Said.of(part, normaliser).spellings for part in text.split("*")]
        self._forms = tuple(
            [part for part in form if part.strip()] for form in zip(*parts, strict=True)
        )
        plain = Said.of(text.replace("*", " "), normaliser)
        self.negative = any(_NOT.search(form) for form in plain.spellings[:2])

    def stands_in(self, said: Said) -> bool:
        """Whether it is said there."""
        return any(map(_stands, self._forms, said.spellings))


def _stands(parts: Sequence[str], text: str) -> bool:
    """Whether parts, each ` word word `, stand in a text in their order, not far from each other.

    In time of the text's length for each part: whoever writes a phrase must not stall a worker.
    """
    if not parts or not all(part in text for part in parts):
        return False
    if len(parts) == 1:
        return True
    words = text.split()
    starts = set(range(len(words)))
    for part in (each.split() for each in parts):
        ends = [at + len(part) for at in starts if words[at : at + len(part)] == part]
        starts = {end + gap for end in ends for gap in range(_MOST_BETWEEN + 1)}
    return bool(starts)


class Matcher:
    """Looks for phrases in lines; safe from several threads."""

    def __init__(self, normaliser: Normaliser) -> None:
        self._normaliser = normaliser
        self.phrase = lru_cache(8192)(self._phrase)
        self.clauses = lru_cache(8192)(self._clauses)
        self._said = lru_cache(8192)(self._read)  # each line is asked for every phrase

    def _phrase(self, text: str) -> Phrase:
        return Phrase(text, self._normaliser)

    def _read(self, text: str) -> Said:
        return Said.of(text, self._normaliser)

    def _clauses(self, text: str) -> tuple[Said, ...]:
        return tuple(Said.of(part, self._normaliser) for part in parts(text))

    def find(self, text: str, phrases: tuple[str, ...]) -> str | None:
        """The first of the phrases that is said in a text, or in a clause of it."""
        for clause in self._readings(text):
            for each in phrases:
                if self.phrase(each).stands_in(clause):
                    return each
        return None

    def _readings(self, text: str) -> tuple[Said, ...]:
        """The whole, and its clauses where there are several."""
        clauses = self.clauses(text)
        return (self._said(text), *clauses) if len(clauses) > 1 else (self._said(text),)


def parts(text: str) -> list[str]:
    """The clauses of a text: what one denies, the next may say."""
    return [part.strip() for part in _CLAUSE.split(text) if part.strip()]


def negated(said: Said) -> bool:
    """Whether something is denied or forbidden there."""
    return any(_NOT.search(form) for form in said.spellings[:2])
