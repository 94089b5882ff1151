"""Romanised Hindi, as a recogniser writes it, in Devanagari; its English words stay Latin.

A word is first looked up as people spell it, then by its sound in a lexicon (two words written as
one are parted, one written as two is joined), and what no lexicon holds is written by rule.
"""

import re
from collections import defaultdict
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from vinfer.lens.language import coarse_sounds
from vinfer.lens.language.hindi_words import COMMON, ENGLISH, WORDS
from vinfer.lens.language.roman_words import AMBIGUOUS, TABLE
from vinfer.lens.language.spelling_rules import written

_TAGGED: Final = re.compile(r"\s*\[[A-Z_]+\]\s*")  # what redaction left
_TOKEN: Final = re.compile(rf"{_TAGGED.pattern}|[A-Za-z']+|[^A-Za-z'\[]+|\[")
_COMMON_BONUS: Final = 0.25
_JOIN: Final = 0.45
_PART: Final = 0.6
_ENGLISH_COST: Final = (
    0.6  # a lexicon word must be nearer than that to take an English word's place
)
_UNKNOWN: Final = 1.5
_FARTHEST: Final = 1.1
_PER_SOUND: Final = 0.3
_SURE: Final = 0.1
_PLEASE: Final = re.compile(r"k(?:i|ee)j(?:i|ee|eh)")
_MISSPELT: Final = dict.fromkeys(("bhoot", "bhut", "bhood", "bhot"), "बहुत")
_SHORT: Final = 3
_ENGLISH_SHARE: Final = 0.6


@dataclass(frozen=True, slots=True)
class _Choice:
    """How a word may be written, and how unlikely that is."""

    text: str
    cost: float


class DevanagariWriter:
    """Writes segments. `english` are words that stay as they are where they are no Hindi."""

    def __init__(self, english: Container[str] = frozenset()) -> None:
        self._english = english
        self._known: dict[str, list[tuple[str, str]]] = defaultdict(list)
        lexicon = WORDS | COMMON | {part for deva in TABLE.values() for part in deva.split()}
        spoken = {word: word for word in lexicon - set(ENGLISH.values())} | ENGLISH
        for word, pronounced in sorted(spoken.items()):
            sounds = coarse_sounds.of_devanagari(pronounced)
            for key in _keys(coarse_sounds.skeleton(sounds)):
                self._known[key].append((word, sounds))
        self._nearest = lru_cache(maxsize=50_000)(self._search)

    def write(self, text: str) -> str | None:
        """`text` in Devanagari; None where it is no Hindi in Latin letters."""
        if not self._is_hindi(text):
            return None
        return "".join(self._written(text)).strip()

    def _is_hindi(self, text: str) -> bool:
        """Whether most words are not plainly English."""
        said = [word.lower() for word in re.findall(r"[A-Za-z']+", _TAGGED.sub(" ", text))]
        english = [word for word in said if word in self._english and word not in TABLE]
        sure = [word for word in said if word in TABLE and word not in AMBIGUOUS]
        return bool(said) and (bool(sure) or len(english) < _ENGLISH_SHARE * len(said))

    def _written(self, text: str) -> Iterator[str]:
        """Words between marks, each run on its best reading; marks stay, a full stop is a danda."""
        run: list[str] = []
        for part in _TOKEN.findall(text):
            if part[0].isalpha() or part == "'":
                run.append(part)
            elif not part.isspace():
                yield self._best(run)
                run = []
                yield re.sub(r"\.(?=\s|$)", "।", part)
        yield self._best(run)

    def _best(self, run: list[str]) -> str:
        """The cheapest way to write a run of words, joining and parting them."""
        best: list[tuple[float, str]] = [(0.0, "")] + [(float("inf"), "")] * len(run)
        for at in range(len(run)):
            cost, before = best[at]
            alone = self._choice(run[at])
            if at == 0 and alone.text == "में":  # nothing begins with "in"
                alone = _Choice("मैं", alone.cost)
            options = [(1, alone)]
            if at + 1 < len(run):
                options += [(2, joined) for joined in self._joined(run[at] + run[at + 1])]
            options += [(1, parted) for parted in self._parted(run[at].lower())]
            for taken, choice in options:
                total = cost + choice.cost
                if total < best[at + taken][0]:
                    best[at + taken] = (total, f"{before} {choice.text}".strip())
        return best[-1][1]

    def _joined(self, word: str) -> Iterator[_Choice]:
        """Two words that are one."""
        low = word.lower()
        if low in TABLE:
            yield _Choice(TABLE[low], -_SURE)
        elif _PLEASE.fullmatch(low):
            yield _Choice("कीजिए", 0.0)
        elif (found := self._nearest(low)) is not None:
            yield _Choice(found.text, found.cost + _JOIN)

    def _choice(self, word: str) -> _Choice:
        """One word by itself."""
        low = word.lower()
        if low in ENGLISH:
            return _Choice(word, 0.0)
        if low in TABLE:
            return _Choice(TABLE[low], 0.0)
        if low in _MISSPELT:
            return _Choice(_MISSPELT[low], 0.0)
        found = self._nearest(low)
        english = low in self._english or (word.isupper() and len(word) > 1)
        if english and (found is None or found.cost > _ENGLISH_COST):
            return _Choice(word, _ENGLISH_COST)
        if found is not None:
            return found
        return _Choice(written(low), _UNKNOWN)

    def _parted(self, word: str) -> Iterator[_Choice]:
        if len(word) < 5 or word in TABLE or word in self._english:
            return
        for at in range(2, len(word) - 1):
            left, right = self._half(word[:at]), self._half(word[at:])
            if left is not None and right is not None:
                yield _Choice(f"{left.text} {right.text}", left.cost + right.cost + _PART)

    def _half(self, word: str) -> _Choice | None:
        if word in TABLE:
            return _Choice(TABLE[word], 0.0)
        return self._nearest(word)

    def _search(self, word: str) -> _Choice | None:
        """The lexicon's word that sounds most like `word`, if it is near enough."""
        sounds = coarse_sounds.of_roman(word)
        most = min(_FARTHEST, _PER_SOUND * len(sounds))
        best: _Choice | None = None
        for key in _keys(coarse_sounds.skeleton(sounds)):
            for deva, known in self._known.get(key, ()):
                if abs(len(known) - len(sounds)) > _SHORT:
                    continue
                far = coarse_sounds.distance(sounds, known)
                cost = far + (0.0 if deva in COMMON else _COMMON_BONUS)
                if far <= most and (best is None or cost < best.cost):
                    best = _Choice(deva, cost)
        return best


def _keys(skeleton: str) -> set[str]:
    """The skeleton, and what is left of it without any one sound."""
    if len(skeleton) < 2:
        return {skeleton}
    return {skeleton, *(skeleton[:at] + skeleton[at + 1 :] for at in range(len(skeleton)))}
