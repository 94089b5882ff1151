"""The voiceprints of one recording as a cloud of points, read a block at a time.

They stay as they were stored, two bytes a number: as numbers to reckon with, those of ten hours
would take many times the memory of what was said.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vinfer.ports.voices import VOICEPRINT_SIZE, Voiceprints

Points = NDArray[np.float32]
Labels = NDArray[np.intp]
_TOGETHER: Final = 32  # pieces of a recording: some thousand points


@dataclass(frozen=True, slots=True, eq=False)
class Crowd:
    """Some points of a cloud by their sums: how many, [256], and of products [256, 256]."""

    size: int
    total: NDArray[np.float64]
    products: NDArray[np.float64]

    def __add__(self, other: "Crowd") -> "Crowd":
        """Both together."""
        return Crowd(
            self.size + other.size, self.total + other.total, self.products + other.products
        )

    @property
    def mean(self) -> NDArray[np.float64]:
        """The point in the middle [256]."""
        return self.total / self.size

    @property
    def scatter(self) -> NDArray[np.float64]:
        """Sums of products of what lies beside the middle [256, 256]."""
        return self.products - self.size * np.outer(self.mean, self.mean)


class Cloud:
    """Unit vectors in order of time, around each of `at_s`."""

    def __init__(self, prints: Iterable[Voiceprints]) -> None:
        """`prints` do not overlap in time, and may come in any order."""
        self._prints = sorted((it for it in prints if it.at_s), key=lambda it: it.at_s[0])
        self.at_s = np.array([at for each in self._prints for at in each.at_s], np.float64)

    def __len__(self) -> int:
        """How many points there are."""
        return len(self.at_s)

    def blocks(self) -> Iterator[tuple[slice, Points]]:
        """All points, some at a time, and which of all they are."""
        first = 0
        for at in range(0, len(self._prints), _TOGETHER):
            raw = b"".join(each.vectors for each in self._prints[at : at + _TOGETHER])
            points = np.frombuffer(raw, "<f2").astype(np.float32).reshape(-1, VOICEPRINT_SIZE)
            yield slice(first, first + len(points)), points
            first += len(points)

    def mean(self) -> Points:
        """The point in the middle [256]; there must be points."""
        total = np.zeros(VOICEPRINT_SIZE, np.float64)
        for _, points in self.blocks():
            total += points.sum(axis=0, dtype=np.float64)
        return (total / len(self)).astype(np.float32)

    def sample(self, *, most: int) -> Points:
        """At most so many points, evenly taken."""
        step = -(-len(self) // most)
        return np.concatenate(  # copies: each view would keep all of its block
            [points[-at.start % step :: step].copy() for at, points in self.blocks()]
        )

    def crowds(self, labels: Labels, *, count: int) -> list[Crowd]:
        """The points of each label below `count`."""
        size = VOICEPRINT_SIZE
        found = [Crowd(0, np.zeros(size), np.zeros((size, size))) for _ in range(count)]
        for at, points in self.blocks():
            for label in range(count):
                own = points[labels[at] == label].astype(np.float64)
                found[label] += Crowd(len(own), own.sum(axis=0), own.T @ own)
        return found
