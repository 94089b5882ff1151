"""Sounds that nobody speaks: the mailbox's beep, the ringing, and the noise of the place."""

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vinfer.ports.audio import FRAME_BYTES, LINE_RATE_HZ

_FULL_SCALE: Final = 32767.0
_FRAME_SAMPLES: Final = FRAME_BYTES // 2
# 4 s of background, long enough that its repetition is not heard as a beat.
_LOOP_FRAMES: Final = 200


def beep(*, hz: float = 1000.0, seconds: float = 0.5) -> bytes:
    """Return a mailbox's tone as s16le 8 kHz, faded in and out over 5 ms."""
    return _to_pcm(0.3 * _tone(hz, seconds))


def silence(*, seconds: float) -> bytes:
    """Return digital silence as s16le 8 kHz."""
    return bytes(2 * round(seconds * LINE_RATE_HZ))


@cache
def ringback() -> bytes:
    """Return one 3 s cycle of the ringing that Indian networks play (400 Hz, 0.4 s on, 0.2 off,
    0.4 on, 2 off).
    """
    on, off = beep(hz=400.0, seconds=0.4), silence(seconds=0.2)
    return on + off + on + silence(seconds=2.0)


def _tone(hz: float, seconds: float) -> NDArray[np.float64]:
    at_s = np.arange(round(seconds * LINE_RATE_HZ)) / LINE_RATE_HZ
    fade = np.clip(np.minimum(at_s, seconds - at_s) / 0.005, 0.0, 1.0)
    return np.sin(2 * np.pi * hz * at_s) * fade


def _to_pcm(wave: NDArray[np.float64]) -> bytes:
    return (np.clip(wave, -1.0, 1.0) * _FULL_SCALE).astype("<i2").tobytes()


class Background:
    """The steady noise around a phone at a level in dBFS (RMS): street below the speech, or a
    quiet room.
    """

    def __init__(self, *, dbfs: float, seed: int) -> None:
        self._loop = _noise_loop(dbfs)
        self._at = seed % _LOOP_FRAMES

    def mix(self, frame: bytes) -> bytes:
        """Return the 320-byte frame with the noise added, saturating."""
        noise = self._loop[self._at]
        self._at = (self._at + 1) % _LOOP_FRAMES
        mixed = np.frombuffer(frame, dtype="<i2").astype(np.int32) + noise
        return np.clip(mixed, -32768, 32767).astype("<i2").tobytes()


@cache
def _noise_loop(dbfs: float) -> NDArray[np.int32]:
    """Noise falling 3 dB an octave (traffic, rooms), in frames."""
    count = _LOOP_FRAMES * _FRAME_SAMPLES
    spectrum = np.fft.rfft(np.random.default_rng(1).standard_normal(count))
    spectrum[1:] /= np.sqrt(np.arange(1, spectrum.size))
    spectrum[: count * 50 // LINE_RATE_HZ] = 0  # below 50 Hz no telephone carries anything
    wave = np.fft.irfft(spectrum, count)
    wave *= _FULL_SCALE * 10 ** (dbfs / 20) / np.sqrt(np.mean(wave * wave))
    return np.clip(wave, -32768, 32767).astype(np.int32).reshape(_LOOP_FRAMES, _FRAME_SAMPLES)
