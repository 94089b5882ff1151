"""Signal arithmetic that several engines share: sample formats, resampling, trimming, loudness."""

from functools import lru_cache
from math import gcd
from typing import Final

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
"""Mono audio in -1..1."""

_TAPS_PER_PHASE: Final = 32
_KAISER_BETA: Final = 8.0  # about 80 dB of stop-band attenuation


def from_pcm(pcm: bytes) -> Samples:
    """Read s16le bytes; an odd last byte is dropped."""
    whole = len(pcm) & ~1
    return np.frombuffer(pcm[:whole], dtype="<i2").astype(np.float32) / np.float32(32768.0)


def to_pcm(samples: Samples) -> bytes:
    """Write s16le bytes, clipping at full scale."""
    return (np.clip(samples, -1.0, 1.0) * 32767.0).astype("<i2").tobytes()


@lru_cache(maxsize=16)
def _low_pass(up: int, down: int) -> Samples:
    """A Kaiser-windowed sinc that passes 92 % of the narrower band."""
    half = _TAPS_PER_PHASE * max(up, down) // 2
    cutoff = 0.92 / max(up, down)
    at = np.arange(-half, half + 1)
    taps = up * cutoff * np.sinc(cutoff * at) * np.kaiser(2 * half + 1, _KAISER_BETA)
    return taps.astype(np.float32)


def resample(samples: Samples, *, from_hz: int, to_hz: int) -> Samples:
    """Change the rate with a polyphase FIR low-pass (Kaiser-windowed sinc), zero delay."""
    if from_hz == to_hz or samples.size == 0:
        return samples
    shared = gcd(from_hz, to_hz)
    up, down = to_hz // shared, from_hz // shared
    taps = _low_pass(up, down)
    half = taps.size // 2
    length = -(-samples.size * up // down)
    out = np.zeros(length, dtype=np.float32)
    for first in range(min(up, length)):
        # All outputs of one phase see the same sub-filter: one strided correlation for each phase.
        start = first * down
        phase = (start + half) % up
        sub = taps[phase::up][::-1]
        reach = (start + half - phase) // up
        padded = np.pad(samples, (sub.size, sub.size + down))
        windows = np.lib.stride_tricks.sliding_window_view(padded, sub.size)
        count = -(-(length - first) // up)
        picked = windows[reach + 1 :: down][:count]
        out[first::up][: picked.shape[0]] = picked @ sub
    return out


def loudness(samples: Samples, *, target_rms: float = 0.1, peak: float = 0.95) -> Samples:
    """Scale to `target_rms` (0.1 = -20 dBFS), or less where that would pass `peak`."""
    if samples.size == 0:
        return samples
    rms = float(np.sqrt(np.mean(np.square(samples))))
    top = float(np.max(np.abs(samples)))
    if rms < 1e-6:
        return samples
    return (samples * np.float32(min(target_rms / rms, peak / top))).astype(np.float32)


def trim(samples: Samples, *, rate_hz: int, keep_ms: int = 60, floor: float = 0.01) -> Samples:
    """Cut silence (below `floor` of the peak) at both ends, leaving `keep_ms`."""
    loud = np.flatnonzero(np.abs(samples) > floor * float(np.max(np.abs(samples), initial=0.0)))
    if loud.size == 0:
        return samples[:0]
    keep = rate_hz * keep_ms // 1000
    return samples[max(0, int(loud[0]) - keep) : int(loud[-1]) + keep]
