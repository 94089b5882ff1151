"""Halve and double the rate of a stream of s16 frames, for codecs that hear at 16 kHz."""

import numpy as np
from numpy.typing import NDArray

_TAPS = 63
_HISTORY = _TAPS - 1


def _low_pass() -> NDArray[np.float32]:
    """A linear-phase half-band filter: windowed sinc, cut at a quarter of the sample rate."""
    place = np.arange(_TAPS) - _HISTORY / 2
    taps = np.sinc(place / 2) / 2 * np.kaiser(_TAPS, 7.0)
    return (taps / taps.sum()).astype(np.float32)


_FILTER = _low_pass()


def _to_s16(wave: NDArray[np.float32]) -> bytes:
    return np.clip(np.rint(wave), -32768, 32767).astype("<i2").tobytes()


class Halver:
    """16 kHz to 8 kHz, frame after frame. Delay 2 ms."""

    def __init__(self) -> None:
        self._past = np.zeros(_HISTORY, np.float32)

    def __call__(self, pcm: bytes) -> bytes:
        """`pcm` s16le at 16 kHz, an even number of samples; returns half as many."""
        wave = np.concatenate([self._past, np.frombuffer(pcm, "<i2").astype(np.float32)])
        self._past = wave[-_HISTORY:]
        return _to_s16(np.convolve(wave, _FILTER, "valid")[::2])


class Doubler:
    """8 kHz to 16 kHz, frame after frame. Delay 2 ms."""

    def __init__(self) -> None:
        self._past = np.zeros(_HISTORY, np.float32)

    def __call__(self, pcm: bytes) -> bytes:
        """`pcm` s16le at 8 kHz; returns twice as many samples."""
        heard = np.frombuffer(pcm, "<i2").astype(np.float32)
        spread = np.zeros(2 * len(heard), np.float32)
        spread[::2] = heard * 2
        wave = np.concatenate([self._past, spread])
        self._past = wave[-_HISTORY:]
        return _to_s16(np.convolve(wave, _FILTER, "valid"))
