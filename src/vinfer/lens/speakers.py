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

from vinfer.lens.cloud import Cloud, Crowd, Labels, Points
from vinfer.ports.voices import Voiceprints

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
    cloud = Cloud(prints)
    labels = np.zeros(len(cloud), np.intp)
    for count in range(min(most, len(cloud) // _LEAST_POINTS), 1, -1):
        tried = _assigned(cloud, count=count)
        if _all_differ(cloud, tried, count=count):
            labels = tried
            break
    return Speakers(cloud.at_s, *_in_order(labels))


def _assigned(cloud: Cloud, *, count: int) -> Labels:
    """Centre, cluster, smooth along time."""
    mean = cloud.mean()
    centres = _centres(_unit(cloud.sample(most=_MOST_POINTS) - mean), count=count)
    likeness = np.concatenate([_unit(points - mean) @ centres.T for _, points in cloud.blocks()])
    costs = np.full(len(cloud) - 1, _CHANGE)
    costs[np.diff(cloud.at_s) > _PAUSE_S] = _CHANGE_AT_PAUSE
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


def _all_differ(cloud: Cloud, labels: Labels, *, count: int) -> bool:
    """Whether every speaker says enough, and no two sound like one person."""
    sizes = np.bincount(labels, minlength=count)
    if sizes.min() < max(_LEAST_POINTS / 2, _LEAST_SHARE * len(cloud)):
        return False
    limit = _ONE_VOICE_OF_TWO if count == 2 else _ONE_VOICE
    crowds = cloud.crowds(labels, count=count)
    return all(_likeness(*pair) < limit for pair in itertools.combinations(crowds, 2))


def _likeness(one: Crowd, other: Crowd) -> float:
    """How much two groups of voiceprints are one person's: the cosine of their means, less when
    both together are a cloud stretched along one line, as two people are on a noisy telephone.
    """
    cosine = one.mean @ other.mean / (np.linalg.norm(one.mean) * np.linalg.norm(other.mean))
    spread = np.linalg.eigvalsh((one + other).scatter)
    elongation = min(_MOST_ELONGATION, float(spread[-1] / max(float(spread[-2]), 1e-9)))
    return float(cosine) - _ELONGATION_WEIGHT * elongation


def _means(points: Points, labels: Labels, *, count: int) -> Points:
    own = labels == np.arange(count)[:, None]
    sizes = np.maximum(own.sum(axis=1, keepdims=True), 1).astype(np.float32)
    return own.astype(np.float32) @ points / sizes


def _unit(points: Points) -> Points:
    lengths = np.linalg.norm(points, axis=1, keepdims=True).astype(np.float32)
    return points / (lengths + np.float32(1e-9))


def _in_order(labels: Labels) -> tuple[Labels, int]:
    """Labels renumbered by first appearance, and how many there are."""
    used, first = np.unique(labels, return_index=True)
    rank = {int(label): place for place, label in enumerate(used[np.argsort(first)])}
    return np.array([rank[int(label)] for label in labels], np.intp), len(rank)
