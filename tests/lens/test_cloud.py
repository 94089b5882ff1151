"""Voiceprints of hours, reckoned with a block at a time."""

import tracemalloc

import numpy as np

from vinfer.lens.cloud import Cloud
from vinfer.lens.speakers import tell_apart
from vinfer.ports.voices import VOICEPRINT_SIZE, Voiceprints

_PIECE = 50  # points, of twenty seconds


def prints(points: np.ndarray) -> list[Voiceprints]:
    """`points` [n, 256] as pieces of a recording hold them."""
    return [
        Voiceprints(
            tuple(round(0.4 * (first + at), 3) for at in range(len(part))),
            part.astype("<f2").tobytes(),
        )
        for first in range(0, len(points), _PIECE)
        for part in [points[first : first + _PIECE]]
    ]


def two_people(count: int) -> np.ndarray:
    """`count` unit vectors of two people who take turns of 20 s, half precision."""
    chance = np.random.default_rng(3)
    voices = chance.normal(size=(2, VOICEPRINT_SIZE)).astype(np.float32)
    points = voices[np.arange(count) // _PIECE % 2]
    points += 0.5 * chance.normal(size=points.shape).astype(np.float32)
    return (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float16)


def test_blocks_give_what_the_whole_would() -> None:
    points = two_people(4_130)
    cloud = Cloud(reversed(prints(points)))
    whole = points.astype(np.float32)
    labels = np.arange(len(points)) % 3
    own = whole[labels == 1].astype(np.float64)
    crowd = cloud.crowds(labels, count=3)[1]
    assert np.array_equal(np.concatenate([block for _, block in cloud.blocks()]), whole)
    assert np.array_equal(cloud.sample(most=1_000), whole[::5])
    assert np.allclose(cloud.mean(), whole.mean(axis=0), atol=1e-6)
    assert crowd.size == len(own)
    assert np.allclose(crowd.mean, own.mean(axis=0))
    assert np.allclose(crowd.scatter, (own - own.mean(axis=0)).T @ (own - own.mean(axis=0)))


def test_two_crowds_are_the_points_of_both() -> None:
    points = two_people(300)
    halves = Cloud(prints(points)).crowds(np.arange(300) // 150, count=2)
    whole = Cloud(prints(points)).crowds(np.zeros(300, np.intp), count=1)[0]
    assert np.allclose((halves[0] + halves[1]).scatter, whole.scatter)


def test_telling_speakers_of_hours_apart_takes_less_than_their_voiceprints() -> None:
    hours = prints(two_people(25_000))  # three hours of talk
    stored = sum(len(each.vectors) for each in hours)
    tracemalloc.start()
    try:
        found = tell_apart(hours, most=2)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found.labels.tolist() == [at // _PIECE % 2 for at in range(25_000)]
    assert peak < stored  # in single and double precision they were ten times that
