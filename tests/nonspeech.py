"""Sounds of a telephone line that hold no word, made from a seed."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
RATE_HZ = 16_000
DTMF = ((697, 1209), (697, 1336), (770, 1477), (852, 1336), (941, 1209), (852, 1477))
SCALE = (0, 2, 4, 5, 7, 9, 11, 12)


def _at(seconds: float) -> NDArray[np.float64]:
    return np.arange(int(seconds * RATE_HZ)) / RATE_HZ


def _note(hz: float, at: NDArray[np.float64], partials: int, rng: np.random.Generator) -> Samples:
    phases = rng.uniform(0, 2 * np.pi, partials)
    waves = [np.sin(2 * np.pi * hz * n * at + phases[n - 1]) / n for n in range(1, partials + 1)]
    return np.sum(waves, axis=0).astype(np.float32)


def coloured(seconds: float, rng: np.random.Generator, *, power: float) -> Samples:
    """Noise whose spectrum falls as 1/f**power."""
    spectrum = np.fft.rfft(rng.normal(0, 1, int(seconds * RATE_HZ)))
    spectrum[1:] /= np.arange(1, len(spectrum)) ** (power / 2)
    wave = np.fft.irfft(spectrum, int(seconds * RATE_HZ))
    return (0.1 * wave / np.std(wave)).astype(np.float32)


def cadence(
    seconds: float, hz: tuple[float, ...], on_off_s: tuple[float, ...], level: float = 0.2
) -> Samples:
    """Summed tones, switched on and off."""
    at = _at(seconds)
    wave = sum(np.sin(2 * np.pi * each * at) for each in hz) / len(hz)
    place = at % sum(on_off_s)
    edges = np.cumsum(on_off_s)
    on = np.searchsorted(edges, place, side="right") % 2 == 0
    return (level * wave * on).astype(np.float32)


def dtmf(seconds: float, rng: np.random.Generator) -> Samples:
    """Keys pressed at random."""
    at = _at(seconds)
    keys = rng.integers(0, len(DTMF), int(seconds / 0.3) + 1)
    rows = np.array(DTMF)[keys[(at / 0.3).astype(int)]]
    wave = np.sin(2 * np.pi * rows[:, 0] * at) + np.sin(2 * np.pi * rows[:, 1] * at)
    return (0.15 * wave * (at % 0.3 < 0.12)).astype(np.float32)


def music(seconds: float, rng: np.random.Generator, *, beat_s: float, voices: int) -> Samples:
    """Chords or a tune with decaying notes, as on hold."""
    out = np.zeros(int(seconds * RATE_HZ), np.float32)
    for start in np.arange(0, seconds - beat_s, beat_s):
        at = _at(min(2.5 * beat_s, seconds - start))
        decay = np.exp(-at / (1.2 * beat_s)) * np.minimum(1, at / 0.02)
        for _ in range(voices):
            hz = 196 * 2 ** ((rng.choice(SCALE) + 12 * rng.integers(0, 2)) / 12)
            first = int(start * RATE_HZ)
            part = _note(hz, at, 6, rng) * decay
            room = out[first : first + at.size]
            room += (0.08 * part).astype(np.float32)[: room.size]
    return out


def strings(seconds: float, rng: np.random.Generator) -> Samples:
    """Held chords with vibrato."""
    at = _at(seconds)
    out = np.zeros_like(at)
    for _ in range(4):
        hz = 147 * 2 ** (rng.choice(SCALE) / 12)
        phase = 2 * np.pi * hz * at + 3 * np.sin(2 * np.pi * 5.2 * at + rng.uniform(0, 6))
        out += sum(np.sin(n * phase) / n for n in range(1, 9))
    return (0.06 * out * (0.7 + 0.3 * np.sin(2 * np.pi * 0.25 * at))).astype(np.float32)


def drums(seconds: float, rng: np.random.Generator) -> Samples:
    """A beat of noise bursts and thumps."""
    at = _at(seconds)
    snare = rng.normal(0, 0.2, at.size) * np.exp(-(at % 0.5) / 0.05)
    kick = 0.4 * np.sin(2 * np.pi * 60 * (at % 1.0)) * np.exp(-(at % 1.0) / 0.1)
    return (snare + kick).astype(np.float32)


def clicks(seconds: float, rng: np.random.Generator) -> Samples:
    """Crackle, like a bad contact or a keyboard."""
    out = (rng.random(int(seconds * RATE_HZ)) > 0.9995) * rng.uniform(-0.8, 0.8)
    ring = np.exp(-np.arange(80) / 12) * np.sin(np.arange(80) * 0.9)
    return np.convolve(out, ring, mode="same").astype(np.float32)


def sweep(seconds: float) -> Samples:
    """A siren."""
    at = _at(seconds)
    return (0.2 * np.sin(2 * np.pi * 800 * at + 300 * np.sin(2 * np.pi * 0.4 * at))).astype(
        np.float32
    )


def breaths(seconds: float, rng: np.random.Generator) -> Samples:
    """Breath into a handset: band-shaped noise that comes and goes."""
    swell = np.maximum(0, np.sin(2 * np.pi * 0.35 * _at(seconds))) ** 2
    return (coloured(seconds, rng, power=1.2) * 0.6 * swell).astype(np.float32)


KINDS: dict[str, Callable[[float, np.random.Generator], Samples]] = {
    "silence": lambda s, _: np.zeros(int(s * RATE_HZ), np.float32),
    "faint noise": lambda s, rng: 0.02 * coloured(s, rng, power=0),
    "white noise": lambda s, rng: coloured(s, rng, power=0),
    "pink noise": lambda s, rng: coloured(s, rng, power=1),
    "brown noise": lambda s, rng: coloured(s, rng, power=2),
    "ringback IN": lambda s, _: cadence(s, (400, 425), (0.4, 0.2, 0.4, 2.0)),
    "ringback US": lambda s, _: cadence(s, (440, 480), (2.0, 4.0)),
    "busy": lambda s, _: cadence(s, (480, 620), (0.5, 0.5)),
    "special information": lambda s, _: cadence(s, (950, 1400, 1800), (0.33, 0.03)),
    "dial tone": lambda s, _: cadence(s, (350, 440), (1e9,)),
    "fax": lambda s, _: cadence(s, (1100,), (0.5, 3.0)),
    "DTMF": dtmf,
    "mains hum": lambda s, _: cadence(s, (50, 150, 250), (1e9,), 0.3),
    "chords": lambda s, rng: music(s, rng, beat_s=1.0, voices=3),
    "tune": lambda s, rng: music(s, rng, beat_s=0.4, voices=1),
    "fast tune": lambda s, rng: music(s, rng, beat_s=0.2, voices=2),
    "strings": strings,
    "drums": drums,
    "clicks": clicks,
    "siren": lambda s, _: sweep(s),
    "breaths": breaths,
}


def sound(kind: str, *, seconds: float, seed: int) -> Samples:
    """`seconds` of `kind` at 16 kHz."""
    return KINDS[kind](seconds, np.random.default_rng(seed)).astype(np.float32)
