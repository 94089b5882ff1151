"""Speech is taken whole where voice activity wakes up late, and nothing else is."""

import numpy as np
from numpy.typing import NDArray

from vinfer.lens.onsets import completed

SPEECH_DB, NOISE_DB, COUNT = -18.0, -50.0, 200


def made(
    *loud: tuple[int, int], voiced: tuple[int, int] | None = None
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Probabilities and levels of 200 windows."""
    voice, levels = np.zeros(COUNT, np.float32), np.full(COUNT, NOISE_DB, np.float32)
    for first, end in loud:
        levels[first:end] = SPEECH_DB
    if voiced is not None:
        voice[voiced[0] : voiced[1]] = 0.9
    return voice, levels


def spoken(voice: NDArray[np.float32]) -> tuple[int, int]:
    at = np.flatnonzero(voice >= 0.5)
    assert at.size == at[-1] - at[0] + 1
    return int(at[0]), int(at[-1] + 1)


def test_a_late_onset_is_taken_back_over_short_closures() -> None:
    assert spoken(completed(*made((80, 90), (95, 130), voiced=(105, 130)))) == (80, 130)


def test_a_dropped_end_is_taken_along() -> None:
    assert spoken(completed(*made((95, 138), voiced=(95, 130)))) == (95, 138)


def test_sounds_after_a_pause_or_too_far_away_are_left_alone() -> None:
    assert spoken(completed(*made((60, 80), (100, 130), voiced=(100, 130)))) == (100, 130)
    assert spoken(completed(*made((10, 130), voiced=(100, 130)))) == (100 - 37, 130)


def test_quiet_sounds_and_noise_are_no_speech() -> None:
    voice, levels = made((100, 130), voiced=(100, 130))
    levels[80:100] = SPEECH_DB - 20
    assert spoken(completed(voice, levels)) == (100, 130)


def test_where_nobody_speaks_nothing_is_added() -> None:
    assert not completed(*made((50, 150))).any()
    assert spoken(completed(*made((50, 150), voiced=(100, 104)))) == (100, 104)  # a click
