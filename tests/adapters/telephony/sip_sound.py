"""Test speech: voiced, syllabic, limited to the telephone band, the same on every run."""

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 8000
FRAME_BYTES = 320


def speech(seed: int, seconds: float, *, rate_hz: int = RATE_HZ) -> NDArray[np.int16]:
    """A speaker of harmonics (300-3000 Hz) with gliding pitch and syllables, s16 mono."""
    random = np.random.default_rng(seed)
    time_s = np.arange(int(seconds * rate_hz)) / rate_hz
    corners = np.linspace(0, seconds, max(2, int(seconds * 4)))
    pitch_hz = np.interp(time_s, corners, random.uniform(110, 230, len(corners)))
    loudness = np.interp(time_s, corners, random.uniform(0.15, 1.0, len(corners)))
    phase = 2 * np.pi * np.cumsum(pitch_hz) / rate_hz
    wave = np.zeros(len(time_s))
    for harmonic in range(2, 16):
        audible = (pitch_hz * harmonic > 300) & (pitch_hz * harmonic < 3000)
        wave += audible * np.sin(harmonic * phase + random.uniform(0, 6.28)) / harmonic
    wave *= loudness
    return (9000 * wave / np.abs(wave).max()).astype(np.int16)


def start_of(sent: NDArray[np.int16], heard: NDArray[np.int16]) -> int:
    """The sample of `heard` where `sent` begins (negative: before it), by best correlation."""
    a, b = sent.astype(float), heard.astype(float)
    size = 1 << (len(a) + len(b)).bit_length()
    lags = np.fft.irfft(np.fft.rfft(b, size) * np.conj(np.fft.rfft(a, size)), size)
    lag = int(np.argmax(np.abs(lags)))
    return lag if lag < size // 2 else lag - size


def likeness(sent: NDArray[np.int16], heard: NDArray[np.int16]) -> float:
    """The best normalised correlation of `sent` inside `heard`, over every delay."""
    if len(heard) < len(sent) // 2:
        return 0.0
    lag = start_of(sent, heard)
    a, b = sent.astype(float), heard.astype(float)
    a, b = (a, b[lag:]) if lag >= 0 else (a[-lag:], b)
    length = min(len(a), len(b))
    a, b = a[:length], b[:length]
    return float(np.dot(a, b) / (np.linalg.norm(a) * np.linalg.norm(b) + 1e-9))


def frames(wave: NDArray[np.int16]) -> list[bytes]:
    """The wave as whole 20 ms frames."""
    pcm = wave.tobytes()
    return [pcm[i : i + FRAME_BYTES] for i in range(0, len(pcm) - FRAME_BYTES + 1, FRAME_BYTES)]


def best_likeness(sent: NDArray[np.int16], heard: NDArray[np.int16], *, rate_hz: int) -> float:
    """The best `likeness` of any two seconds of `sent`: one slip of a busy machine is no fault."""
    window = 2 * rate_hz
    starts = range(0, len(sent) - window + 1, rate_hz // 2)
    return max(likeness(sent[start : start + window], heard) for start in starts)
