"""A classifier of a few labels, from examples and a sentence model that is given in."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from vinfer.lens.analysis.lines import Vectors
from vinfer.lens.language.head import Head, Matrix, ngrams
from vinfer.lens.language.hinglish import Normaliser

_TOGETHER: Final = 256  # texts; the vectors of all that is said in hours would take much memory


class Classifier:
    """Learned once from examples; safe from several threads."""

    def __init__(
        self, examples: Mapping[str, tuple[str, ...]], normaliser: Normaliser, vectors: Vectors
    ) -> None:
        """Fit: about 15 ms an example, most of it the sentence model."""
        texts = [normaliser.normalise(text) for lines in examples.values() for text in lines]
        labels = [label for label, lines in examples.items() for _ in lines]
        self._vectors = vectors
        self._head = Head(vectors(texts), np.stack([ngrams(text) for text in texts]), labels)

    def chances(self, texts: tuple[str, ...]) -> list[dict[str, float]]:
        """The probability of each label for each normalised text."""
        found: list[dict[str, float]] = []
        for at in range(0, len(texts), _TOGETHER):
            some = texts[at : at + _TOGETHER]
            rows: Matrix = self._vectors(some)
            found += [
                self._head.probabilities(row, text) for row, text in zip(rows, some, strict=True)
            ]
        return found
