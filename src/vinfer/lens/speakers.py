"""Who speaks when, from voiceprints of a single track.

The call's mean voice is taken out first: what is left tells speakers apart, not telephones. Then
k-means on the sphere, and a Viterbi path that makes a change of speaker cost something, less so
where a pause makes it likely.
"""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vinfer.ports.voices import VOICEPRINT_SIZE, Voiceprints

Points = NDArray[np.float32]
Labels = NDArray[np.intp]
# Likeness (see `_likeness`) from which two groups are one person. Most calls have two speakers, and
# taking them for one does more harm than finding two in a monologue: so two are believed sooner.
_ONE_VOICE: Final = 0.68
_ONE_VOICE_OF_TWO: Final = 0.72
_ELONGATION_WEIGHT: Final = 0.1
_MOST_ELONGATION: Final = 5.0
_MOST_POINTS: Final = 4000  # enough to find the centres of the longest call
_STARTS: Final = 10
_CANDIDATES: Final = 5
_ROUNDS: Final = 30
_CHANGE: Final = 0.25  # what a change of speaker costs inside a stretch of voice
_CHANGE_AT_PAUSE: Final = 0.05
_PAUSE_S: Final = 0.45  # points lie 0.4 s apart while somebody speaks
_LEAST_POINTS: Final = 4
_LEAST_SHARE: Final = 0.02
_SEED: Final = 7


@dataclass(frozen=True, slots=True, eq=False)
class Speakers:
    """The speaker, numbered from 0 as they first speak, around each of `at_s` (sorted)."""

    at_s: NDArray[np.float64]
    labels: Labels
    count: int

    def at(self, at_s: float) -> int:
        """Who speaks nearest to `at_s`; 0 when nobody is known."""
        if self.at_s.size == 0:
            return 0
        right = int(np.searchsorted(self.at_s, at_s))
        left = max(0, right - 1)
        right = min(right, self.at_s.size - 1)
        nearer = left if at_s - self.at_s[left] <= self.at_s[right] - at_s else right
        return int(self.labels[nearer])


def tell_apart(prints: Iterable[Voiceprints], *, most: int) -> Speakers:
    """Assign every voiceprint to one of at most `most` speakers."""
    at_s, points = _gathered(prints)
    if len(points) == 0:
        return Speakers(at_s, np.zeros(0, np.intp), 0)
    labels = np.zeros(len(points), np.intp)
    for count in range(min(most, len(points) // _LEAST_POINTS), 1, -1):
        tried = _assigned(points, at_s, count=count)
        if _all_differ(points, tried, count=count):
            labels = tried
            break
    return Speakers(at_s, *_in_order(labels))


def _gathered(prints: Iterable[Voiceprints]) -> tuple[NDArray[np.float64], Points]:
    """All times and unit vectors, in order of time."""
    kept = list(prints)
    times = np.array([at for each in kept for at in each.at_s], np.float64)
    raw = np.frombuffer(b"".join(each.vectors for each in kept), "<f2")
    points = raw.astype(np.float32).reshape(-1, VOICEPRINT_SIZE)
    order = np.argsort(times, kind="stable")
    return times[order], points[order]


def _assigned(points: Points, at_s: NDArray[np.float64], *, count: int) -> Labels:
    """Centre, cluster, smooth along time."""
    centred = _unit(points - points.mean(axis=0))
    step = -(-len(points) // _MOST_POINTS)
    centres = _centres(centred[::step], count=count)
    likeness = centred @ centres.T
    costs = np.full(len(at_s) - 1, _CHANGE)
    costs[np.diff(at_s) > _PAUSE_S] = _CHANGE_AT_PAUSE
    return _best_path(likeness, costs)


def _centres(points: Points, *, count: int) -> Points:
    """Spherical k-means from several starts; the tightest result, [count, 256]."""
    chance = np.random.default_rng(_SEED)
    best, best_fit = points[:count], -np.inf
    for _ in range(_STARTS):
        centres = _spread(points, count=count, chance=chance)
        for _ in range(_ROUNDS):
            labels = (points @ centres.T).argmax(axis=1)
            moved = _unit(_means(points, labels, count=count))
            if np.allclose(moved, centres, atol=1e-5):
                break
            centres = moved
        fit = float((points @ centres.T).max(axis=1).sum())
        if fit > best_fit:
            best, best_fit = centres, fit
    return best


def _spread(points: Points, *, count: int, chance: np.random.Generator) -> Points:
    """Starting centres [count, 256] far from each other (greedy k-means++)."""
    first = int(chance.integers(len(points)))
    chosen, nearest = [first], points @ points[first]
    while len(chosen) < count:
        far = np.maximum(1.0 - nearest.astype(np.float64), 1e-12)
        tried = chance.choice(len(points), _CANDIDATES, p=far / far.sum())
        gains = np.maximum(nearest[:, None], points @ points[tried].T)
        best = int(gains.sum(axis=0).argmax())
        chosen.append(int(tried[best]))
        nearest = gains[:, best]
    return points[chosen]


def _best_path(likeness: Points, costs: NDArray[np.float64]) -> Labels:
    """The labels of the path with most likeness, paying `costs[t]` to change after point t."""
    steps, count = likeness.shape
    total: NDArray[np.float64] = likeness[0].astype(np.float64)
    came_from = np.zeros((steps, count), np.intp)
    for step in range(1, steps):
        leader = int(total.argmax())
        switched = total[leader] - costs[step - 1]
        came_from[step] = np.arange(count)
        came_from[step, total < switched] = leader
        total = np.maximum(total, switched) + likeness[step]
    labels = np.zeros(steps, np.intp)
    labels[-1] = total.argmax()
    for step in range(steps - 1, 0, -1):
        labels[step - 1] = came_from[step, labels[step]]
    return labels


def _all_differ(points: Points, labels: Labels, *, count: int) -> bool:
    """Whether every speaker says enough, and no two sound like one person."""
    sizes = np.bincount(labels, minlength=count)
    if sizes.min() < max(_LEAST_POINTS / 2, _LEAST_SHARE * len(points)):
        return False
    groups = [points[labels == at] for at in range(count)]
    limit = _ONE_VOICE_OF_TWO if count == 2 else _ONE_VOICE
    return all(_likeness(*pair) < limit for pair in itertools.combinations(groups, 2))


def _likeness(one: Points, other: Points) -> float:
    """How much two groups of voiceprints are one person's: the cosine of their means, less when
    both together are a cloud stretched along one line, as two people are on a noisy telephone.
    """
    means = _unit(np.stack([one.mean(axis=0), other.mean(axis=0)]))
    both = np.concatenate([one, other]).astype(np.float64)
    both -= both.mean(axis=0)
    spread = np.linalg.eigvalsh(both.T @ both)
    elongation = min(_MOST_ELONGATION, float(spread[-1] / max(float(spread[-2]), 1e-9)))
    return float(means[0] @ means[1]) - _ELONGATION_WEIGHT * elongation


def _means(points: Points, labels: Labels, *, count: int) -> Points:
    sums = np.zeros((count, points.shape[1]), np.float32)
    np.add.at(sums, labels, points)
    sizes = np.bincount(labels, minlength=count)
    sums /= np.maximum(sizes, 1)[:, None].astype(np.float32)
    return sums


def _unit(points: Points) -> Points:
    lengths = np.linalg.norm(points, axis=1, keepdims=True).astype(np.float32)
    return points / (lengths + np.float32(1e-9))


def _in_order(labels: Labels) -> tuple[Labels, int]:
    """Labels renumbered by first appearance, and how many there are."""
    used, first = np.unique(labels, return_index=True)
    rank = {int(label): place for place, label in enumerate(used[np.argsort(first)])}
    return np.array([rank[int(label)] for label in labels], np.intp), len(rank)
