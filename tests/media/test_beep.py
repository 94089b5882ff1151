"""Recording tones are heard, voices and dialling tones are not."""

import numpy as np
import pytest

from vinfer.media.beep import BeepDetector

AT = np.arange(8000) / 8000


def hears(wave: np.ndarray) -> bool:
    pcm = (np.clip(wave, -1, 1) * 32767).astype("<i2").tobytes()
    detector = BeepDetector()
    return any(detector.hear(pcm[at : at + 320]) for at in range(0, len(pcm) - 319, 320))


def sine(hz: float, level: float = 0.2) -> np.ndarray:
    return level * np.sin(2 * np.pi * hz * AT)


@pytest.mark.parametrize("hz", [425, 440, 612.5, 850, 987, 1000, 1400, 1987])
def test_a_pure_tone_is_a_beep(hz: float) -> None:
    assert hears(sine(hz))


def test_a_tone_under_line_noise_is_a_beep() -> None:
    noise = np.random.default_rng(1).normal(0, 0.01, len(AT))

    assert hears(sine(1000) + noise)


@pytest.mark.parametrize(
    "wave",
    [
        sine(1000)[:1600],  # too short
        sine(1000, level=0.003),  # too faint
        sine(697) + sine(1209),  # a dialled digit
        sine(400) + sine(425),  # ringing
        sum(sine(180 * n, 0.3 / n) for n in range(1, 10)),  # a sung vowel
        np.sin(2 * np.pi * (600 * AT + 400 * AT**2)),  # a siren
        np.random.default_rng(2).normal(0, 0.2, len(AT)),
        np.zeros(len(AT)),
    ],
)
def test_other_sounds_are_none(wave: np.ndarray) -> None:
    assert not hears(wave)
