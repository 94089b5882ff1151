"""Voiceprints of made-up people."""

import numpy as np
import pytest

from vinfer.lens.speakers import tell_apart
from vinfer.ports.voices import VOICEPRINT_SIZE, Voiceprints


def people(count: int) -> np.ndarray:
    """`count` unit vectors far from each other."""
    own = np.random.default_rng(0).normal(0, 1, (count, VOICEPRINT_SIZE))
    return own / np.linalg.norm(own, axis=1, keepdims=True)


def said(
    who: list[int], voices: np.ndarray, *, noise: float = 0.03, hop_s: float = 0.4
) -> Voiceprints:
    """One voiceprint after the other."""
    rng = np.random.default_rng(1)
    points = voices[who] + rng.normal(0, noise, (len(who), VOICEPRINT_SIZE))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    times = tuple(round(at * hop_s, 3) for at in range(len(who)))
    return Voiceprints(times, points.astype("<f2").tobytes())


@pytest.mark.parametrize("count", [1, 2, 3, 5, 10])
def test_as_many_as_there_are(count: int) -> None:
    who = [at // 12 % count for at in range(12 * count * 2)]
    found = tell_apart([said(who, people(count))], most=10)
    assert found.count == count
    assert found.labels.tolist() == who


def test_never_more_than_allowed() -> None:
    who = [at // 12 % 4 for at in range(96)]
    assert tell_apart([said(who, people(4))], most=2).count <= 2


def test_one_unclear_print_changes_nobody() -> None:
    voices = people(2)
    voices = np.vstack([voices, 0.47 * voices[0] + 0.53 * voices[1]])
    who = [0] * 10 + [2] + [0] * 10 + [1] * 20
    assert tell_apart([said(who, voices)], most=2).labels.tolist() == [0] * 21 + [1] * 20


def test_a_voice_that_varies_is_one() -> None:
    voice, *sounds = people(7)
    varied = np.stack([voice + 0.5 * sound for sound in sounds])
    who = np.random.default_rng(2).integers(0, 6, 80).tolist()
    assert tell_apart([said(who, varied)], most=4).count == 1


def test_time_decides_who_speaks() -> None:
    found = tell_apart([said([0] * 10 + [1] * 10, people(2))], most=2)
    assert [found.at(at_s) for at_s in (-5.0, 1.0, 3.7, 3.9, 99.0)] == [0, 0, 0, 1, 1]


def test_pieces_may_come_in_any_order() -> None:
    early, late = said([0] * 10, people(2)), said([1] * 10, people(2))
    late = Voiceprints(tuple(at + 20 for at in late.at_s), late.vectors)
    assert tell_apart([late, early], most=2).labels.tolist() == [0] * 10 + [1] * 10


def test_no_voice_no_speaker() -> None:
    assert tell_apart([], most=2).count == 0
    assert tell_apart([Voiceprints()], most=2).at(1.0) == 0


def test_a_long_call_is_bounded() -> None:
    who = [at // 50 % 2 for at in range(6_000)]
    found = tell_apart([said(who, people(2))], most=2)
    assert (found.labels == np.array(who)).all()
