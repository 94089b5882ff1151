"""Romanised Hindi told apart from English, and turned into Devanagari word by word."""

import re
from collections.abc import Container
from functools import lru_cache
from typing import Final

from vinfer.lens.language.roman_words import AMBIGUOUS, TABLE

_WORD = re.compile(r"[a-z']+")
_FOLDS: Final = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"chh", "ch"),
        (r"aa+", "a"),
        (r"ee+|ii+", "i"),
        (r"oo+|uu+", "u"),
        (r"ai|ay|ei|ey", "e"),
        (r"au|ou|aw", "o"),
        (r"ph", "f"),
        (r"w", "v"),
        (r"z", "j"),
        (r"q", "k"),
        (r"(.)\1", r"\1"),
        (r"(?<=[aeiou])(?:h|n|nh)$", ""),
    )
)
_MIN_SKELETON: Final = 3
_SHARE: Final = 0.34  # of Hindi words that make a line Hindi when only one of them is sure


def skeleton(word: str) -> str:
    """A spelling folded so that "doonga" and "dunga", "nahee" and "nahi" meet."""
    for pattern, plain in _FOLDS:
        word = pattern.sub(plain, word)
    return word


def _skeletons() -> dict[str, str]:
    found: dict[str, str] = {}
    for roman, deva in TABLE.items():
        if roman not in AMBIGUOUS and len(roman) > _MIN_SKELETON:
            found.setdefault(skeleton(roman), deva)
    return found


class Normaliser:
    """Reads romanised Hindi. `english` are words never to be respelled by likeness."""

    def __init__(self, english: Container[str] = frozenset()) -> None:
        self._english = english
        self._by_skeleton = _skeletons()
        self._word = lru_cache(maxsize=20_000)(self._lookup)

    def _lookup(self, word: str) -> str | None:
        if word in TABLE:
            return TABLE[word]
        folded = skeleton(word)
        if word in self._english or len(folded) < _MIN_SKELETON:
            return None
        return self._by_skeleton.get(folded)

    def is_hinglish(self, text: str) -> bool:
        """Whether a line in Latin letters is (mostly) Hindi."""
        found = _WORD.findall(text.lower())
        hindi = [word for word in found if self._word(word) is not None]
        sure = [word for word in hindi if word not in AMBIGUOUS]
        return len(sure) >= 2 or (bool(sure) and len(hindi) / len(found) >= _SHARE)

    def normalise(self, text: str) -> str:
        """The line with its Hindi words in Devanagari; English lines come back as they are."""
        if not self.is_hinglish(text):
            return text
        return _WORD.sub(lambda match: self._word(match[0]) or match[0], text.lower())
