"""Phrases found word by word, however Hindi words are spelt."""

import re
from dataclasses import dataclass
from typing import Final, Self

from vinfer.lens.language.hinglish import Normaliser, skeleton

_MIN_FOLDED: Final = 4
_WORD: Final = re.compile(r"[\w\u0900-\u0963]+")


@dataclass(frozen=True, slots=True)
class Said:
    """An utterance or a phrase in three spellings: as it stands, with its Hindi in Devanagari, and
    with Latin words folded ("vakeel" and "vakil" meet)."""

    spellings: tuple[str, str, str]

    @classmethod
    def of(cls, text: str, normaliser: Normaliser) -> Self:
        """Read a text once, to be asked often."""
        plain = text.lower().replace("’", "'").replace("'", "")
        words = _WORD.findall(plain)
        hindi = _WORD.findall(normaliser.normalise(plain))
        return cls((_joined(words), _joined(hindi), _joined([_folded(word) for word in words])))

    def holds(self, phrase: "Said") -> bool:
        """Whether all words of a phrase stand here in its order, one after the other."""
        pairs = zip(phrase.spellings, self.spellings, strict=True)
        return any(words in said for words, said in pairs if words.strip())


def _folded(word: str) -> str:
    folded = skeleton(word)
    return folded if len(folded) >= _MIN_FOLDED else word  # "son" is not "so"


def _joined(words: list[str]) -> str:
    return f" {' '.join(words)} "
