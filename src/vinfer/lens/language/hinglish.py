"""Romanised Hindi told apart from English, and turned into Devanagari word by word."""

import re
from collections.abc import Container
from functools import lru_cache
from typing import Final

from vinfer.lens.language.roman_words import AMBIGUOUS, DAYS, STEMS, TABLE, TAILS, YES_STEMS

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
_LOOSE: Final = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"(?<=[a-z][bcdgjkpt])h", ""),
        (r"[ou]", "a"),
        (r"e", "i"),
    )
)
_SILENT: Final = re.compile(r"(?<=[^aeiou])e$")  # "kale" is heard as "kal"
_MIN_SKELETON: Final = 3
_SHARE: Final = 0.34  # of Hindi words that make a line Hindi when only one of them is sure
_WILL: Final = re.compile(r"(?:ूँग|ेंग|ऊँग|एँग)[ाीे]$")  # "I will", "we will" do something


def skeleton(word: str) -> str:
    """A spelling folded so that "doonga" and "dunga", "nahee" and "nahi" meet."""
    for pattern, plain in _FOLDS:
        word = pattern.sub(plain, word)
    return word


def loose_skeleton(word: str) -> str:
    """A spelling folded further, as a recogniser blurs it: "parsoon" meets "parso"."""
    word = skeleton(word)
    for pattern, plain in _LOOSE:
        word = pattern.sub(plain, word)
    return word


def _skeletons() -> dict[str, str]:
    found: dict[str, str] = {}
    for roman, deva in TABLE.items():
        if roman not in AMBIGUOUS:
            found.setdefault(skeleton(roman), deva)
    return found


def _loose_skeletons() -> dict[str, str]:
    """Loose skeletons that stand for one Hindi word only, and that word."""
    found: dict[str, set[str]] = {}
    for roman, deva in TABLE.items():
        found.setdefault(loose_skeleton(roman), set()).add(deva)
    return {folded: min(devas) for folded, devas in found.items() if len(devas) == 1}


class Normaliser:
    """Reads romanised Hindi. `english` are words never to be respelled by likeness."""

    def __init__(self, english: Container[str] = frozenset()) -> None:
        self._english = english
        self._by_skeleton = _skeletons()
        self._by_loose_skeleton = _loose_skeletons()
        self._word = lru_cache(maxsize=20_000)(self._lookup)

    def _lookup(self, word: str) -> str | None:
        """A word that is Hindi wherever it stands."""
        if word in TABLE:
            return TABLE[word]
        if word in self._english:
            return None
        return self._respelt(word) or self._compound(word)

    def _respelt(self, word: str) -> str | None:
        folded = skeleton(word)
        return self._by_skeleton.get(folded) if len(folded) >= _MIN_SKELETON else None

    def _compound(self, word: str) -> str | None:
        """Two Hindi words written as one: "dedoonga", "haanji"."""
        for at in range(2, len(word) - 1):
            head, tail = word[:at], word[at:]
            if head in STEMS and skeleton(tail) in _TAILS:
                return f"{TABLE[head]} {_TAILS[skeleton(tail)]}"
            if tail in ("ji", "jee") and head in YES_STEMS:
                return f"{self._word(head)} जी"
        return None

    def _blurred(self, word: str, *, promised: bool) -> str | None:
        """A word that is Hindi because it stands among Hindi, however it is spelt.

        An English word is taken for nothing but a day, and only where something is promised: "kale
        de dunga".
        """
        folded = (loose_skeleton(word), loose_skeleton(_SILENT.sub("", word)))
        known = (self._by_loose_skeleton.get(each) for each in folded if len(each) >= _MIN_SKELETON)
        deva = next(filter(None, known), None)
        return deva if word not in self._english or (promised and deva in DAYS) else None

    def is_hinglish(self, text: str) -> bool:
        """Whether a line in Latin letters is (mostly) Hindi."""
        found = _WORD.findall(text.lower())
        hindi = [word for word in found if self._word(word) is not None]
        own = [word for word in hindi if word not in AMBIGUOUS]
        if own and len(hindi) == len(found):
            return True
        sure = [word for word in own if word in TABLE or len(skeleton(word)) > _MIN_SKELETON]
        return len(sure) >= 2 or (bool(sure) and len(hindi) / len(found) >= _SHARE)

    def normalise(self, text: str) -> str:
        """The line with its Hindi words in Devanagari; English lines come back as they are."""
        if not self.is_hinglish(text):
            return text
        text = text.lower()
        said = [self._word(word) or word for word in _WORD.findall(text)]
        promised = any(_WILL.search(word) for word in said)

        def devanagari(match: re.Match[str]) -> str:
            word = match[0]
            return self._word(word) or self._blurred(word, promised=promised) or word

        return _WORD.sub(devanagari, text)


_TAILS: Final = {skeleton(tail): TABLE[tail] for tail in TAILS}
