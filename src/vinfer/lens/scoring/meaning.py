"""Likeness of meaning: own examples against those of everything else, by a sentence model."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from vinfer.lens.analysis.lines import Vectors, clean
from vinfer.lens.language.head import Matrix
from vinfer.lens.language.hinglish import Normaliser
from vinfer.lens.scoring.library import BACKGROUND, LIBRARY

_REMEMBERED: Final = 8192  # examples; a row is 1.5 kB
_KIN: Final = 0.88  # mean likeness of examples to those of the criterion they are of
_KIN_LEAD: Final = 0.02
_SAME: Final = 0.93  # examples so alike mean the same, whatever their criteria are called


class Meaning:
    """Margins of lines for criteria. Safe from several threads if `vectors` is."""

    def __init__(self, normaliser: Normaliser, vectors: Vectors) -> None:
        self._normaliser = normaliser
        self._vectors = vectors
        self._known = lru_cache(_REMEMBERED)(self._row)

    def rows(self, texts: Sequence[str]) -> Matrix:
        """Unit rows of texts as they are spelt."""
        return self._vectors([clean(self._normaliser.normalise(text)) for text in texts])

    def _row(self, text: str) -> Matrix:
        return self.rows([text])[0]

    def _taught(self, texts: Sequence[str]) -> Matrix:
        """Rows of examples, which every call is held against."""
        return np.stack([self._known(text) for text in texts])

    def kin(self, examples: Sequence[str]) -> str | None:
        """The criterion of the library that examples are of, where one stands out."""
        mine = self._taught(examples)
        found = sorted(
            (float((mine @ self._taught(each.examples).T).max(axis=1).mean()), each.id)
            for each in LIBRARY.values()
        )
        (second, _), (best, id) = found[-2:]
        return id if best >= _KIN and best - second >= _KIN_LEAD else None

    def margins(
        self, said: Matrix, own: Sequence[str], counter: Sequence[str], others: Sequence[str]
    ) -> tuple[Matrix, Matrix]:
        """How much nearer each line is to `own` examples than to all else; and how near at all.

        `others` are examples of other criteria; of those that mean the same none counts.
        """
        mine = self._taught(own)
        rest = [self._taught((*counter, *BACKGROUND))]
        if others:
            theirs = self._taught(others)
            rest.append(theirs[(theirs @ mine.T).max(axis=1) < _SAME])
        near = (said @ mine.T).max(axis=1)
        return near - (said @ np.vstack(rest).T).max(axis=1), near
