"""Example phrases as vectors, and classifiers fitted on them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from vinfer.lens.language.head import Head, Matrix, ngrams


@dataclass(frozen=True, slots=True)
class Examples:
    """Example phrases as a classifier wants them: one row of `vectors` per text."""

    vectors: Matrix
    texts: tuple[str, ...]

    def __add__(self, other: "Examples") -> "Examples":
        return Examples(np.concatenate([self.vectors, other.vectors]), (*self.texts, *other.texts))


def fit(classes: Mapping[str, Examples], grams: Mapping[str, Matrix]) -> Head:
    """A classifier of these classes; `grams` are n-grams of texts that are known already."""
    vectors = np.concatenate([each.vectors for each in classes.values()])
    texts = [text for each in classes.values() for text in each.texts]
    counted = np.stack([grams[text] if text in grams else ngrams(text) for text in texts])
    named = [name for name, each in classes.items() for _ in each.texts]
    return Head(vectors, counted, named)
