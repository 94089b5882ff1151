"""A small text classifier: ridge regression on sentence vectors and on hashed character n-grams."""

import re
import zlib
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

_BUCKETS: Final = 1 << 13
_LENGTHS: Final = (2, 3, 4, 5)
_RIDGE_VECTOR: Final = 0.03
_RIDGE_NGRAM: Final = 0.3
_TEMPERATURE: Final = 0.12
_VECTOR_SHARE: Final = 0.6


def ngrams(text: str) -> Matrix:
    """Character n-grams of every word, hashed into a unit vector of 8192."""
    counts = np.zeros(_BUCKETS, np.float32)
    for word in re.findall(r"[\w\u0900-\u0963]+", text.lower()):
        padded = f" {word} "
        for length in _LENGTHS:
            for start in range(len(padded) - length + 1):
                gram = padded[start : start + length].encode()
                counts[zlib.crc32(gram) & (_BUCKETS - 1)] += 1
    counts = np.log1p(counts)
    size = float(np.linalg.norm(counts))
    return (counts / size).astype(np.float32) if size else counts


@dataclass(frozen=True, slots=True)
class _Linear:
    """One centred linear map to class scores."""

    mean: Matrix
    scale: float
    weights: Matrix

    def probabilities(self, row: Matrix) -> Matrix:
        scores = ((row - self.mean) * self.scale) @ self.weights / _TEMPERATURE
        powers = np.exp(scores - scores.max())
        return (powers / powers.sum()).astype(np.float32)


def _fit(rows: Matrix, targets: Matrix, weight: Matrix, ridge: float, *, rescale: bool) -> _Linear:
    """Weighted ridge in its dual form: a few hundred rows solve in milliseconds."""
    mean = np.average(rows, axis=0, weights=weight).astype(np.float32)
    centred = rows - mean
    scale = float(1 / np.linalg.norm(centred, axis=1).mean()) if rescale else 1.0
    centred = centred * np.float32(scale)
    kernel = centred @ centred.T + np.diag((ridge / weight).astype(np.float32))
    dual = np.linalg.solve(kernel, targets)
    return _Linear(mean, scale, (centred.T @ dual).astype(np.float32))


class Head:
    """A fitted classifier. Every class weighs the same, however many examples it has."""

    def __init__(self, vectors: Matrix, grams: Matrix, labels: list[str]) -> None:
        """Fit. `vectors` are n x d unit rows, `grams` n x 8192 (see `ngrams`), `labels` n names."""
        self.classes = tuple(dict.fromkeys(labels))
        place = {name: index for index, name in enumerate(self.classes)}
        at = np.array([place[label] for label in labels])
        size = len(self.classes)
        targets = np.full((len(labels), size), -1 / size, np.float32)
        targets[np.arange(len(labels)), at] = 1 - 1 / size
        counts = np.bincount(at, minlength=size)
        weight = (len(labels) / (size * counts[at])).astype(np.float32)
        ridge = _RIDGE_VECTOR * len(labels) / 10
        self._by_vector = _fit(vectors, targets, weight, ridge, rescale=True)
        self._by_gram = _fit(grams, targets, weight, _RIDGE_NGRAM, rescale=False)

    def probabilities(self, vector: Matrix, text: str) -> dict[str, float]:
        """The probability of every class for one utterance."""
        mixed = _VECTOR_SHARE * self._by_vector.probabilities(vector)
        mixed = mixed + (1 - _VECTOR_SHARE) * self._by_gram.probabilities(ngrams(text))
        return {name: float(mixed[index]) for index, name in enumerate(self.classes)}
