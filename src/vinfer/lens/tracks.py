"""Which channels of a recording are different sides of a call.

A file with two channels may hold two sides, one side and silence, the same mono sound twice, or a
room heard by two microphones. Only the first is told apart by channel; the others need voices.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vinfer.lens.onsets import completed
from vinfer.ports.decoding import AudioChunk
from vinfer.ports.voices import ACTIVITY_S, ACTIVITY_SAMPLES

Grid = NDArray[np.float32]
_VOICE: Final = 0.5
_LEAST_SPEECH_S: Final = 0.25
_SAME: Final = 0.95  # correlation over speech: one sound, perhaps at two levels
_APART_DB: Final = 6.0  # a side's own channel is louder than its echo in the other by more
_APART_SHARE: Final = 0.6  # of speech with one channel clearly in front, when they are sides
_LEAK_DB: Final = 15.0  # below the loudest channel, each against its own loudness: crosstalk
_FLOOR_DB: Final = -100.0
_HOLD: Final = 5  # windows for which voice activity outlasts a voice


@dataclass(frozen=True, slots=True, eq=False)
class TrackSound:
    """What is transcribed as one: the mean of `channels`, and its voice in each 32 ms (0..1).

    `echo` is the voice of another side that is heard here too, and is no part of `voice`.
    """

    channels: tuple[int, ...]
    voice: Grid
    echo: Grid


class ChannelMeter:
    """Listens to every channel; three bytes for each 32 ms of each."""

    def __init__(self, *, channels: int) -> None:
        self._channels = channels
        self._voice: list[NDArray[np.uint8]] = []
        self._levels: list[NDArray[np.float16]] = []
        self._products = np.zeros((channels, channels))
        self.samples = 0

    def feed(self, chunk: AudioChunk, scores: Sequence[Sequence[float]]) -> None:
        """Take a chunk and its probabilities of voice [channels][windows]."""
        self.samples += chunk.samples
        audio = planes(chunk)
        voice = np.array(scores, np.float32).reshape(self._channels, -1)
        frames = audio.reshape(self._channels, -1, ACTIVITY_SAMPLES)
        power = np.mean(np.square(frames), axis=2)
        spoken = frames[:, voice.max(axis=0) >= _VOICE].reshape(self._channels, -1)
        self._products += spoken @ spoken.T
        self._voice.append((voice * 255).astype(np.uint8))
        self._levels.append((10 * np.log10(power + 1e-10)).astype(np.float16))

    def tracks(self, *, split: bool | None = None) -> tuple[TrackSound, ...]:
        """The sides of the call, none when nobody speaks; `split` overrides the judgement."""
        if not self._voice:
            return ()
        voice: Grid = (np.concatenate(self._voice, axis=1) / 255).astype(np.float32)
        levels = np.concatenate(self._levels, axis=1).astype(np.float32)
        voice = np.stack([completed(*channel) for channel in zip(voice, levels, strict=True)])
        speaking = _speaking(voice, range(self._channels))
        if not speaking:
            return ()
        heard = _distinct(speaking, self._products, levels) if split is None else speaking
        if len(heard) > 1 and (split or (split is None and _apart(voice, levels, heard))):
            clean = _without_leaks(voice, levels, heard)
            return tuple(
                TrackSound((at,), clean[at], voice[at] - clean[at])
                for at in _speaking(clean, heard)
            )
        together = voice[heard].max(axis=0)
        return (TrackSound(tuple(heard), together, np.zeros_like(together)),)


def planes(chunk: AudioChunk) -> Grid:
    """A chunk as [channels, samples] in -1..1, filled up to whole windows of voice activity."""
    audio = np.stack([np.frombuffer(plane, "<i2") for plane in chunk.channels])
    audio = np.pad(audio, ((0, 0), (0, -audio.shape[1] % ACTIVITY_SAMPLES)))
    return audio.astype(np.float32) / np.float32(32768.0)


def _speaking(voice: Grid, channels: Sequence[int]) -> list[int]:
    least = _LEAST_SPEECH_S / ACTIVITY_S
    return [at for at in channels if np.count_nonzero(voice[at] >= _VOICE) >= least]


def _distinct(channels: list[int], products: NDArray[np.float64], levels: Grid) -> list[int]:
    """One channel, the loudest, of each group that carries the same sound."""
    kept: list[int] = []
    for at in sorted(channels, key=lambda each: -float(levels[each].mean())):
        same = (
            abs(products[at, other]) >= _SAME * np.sqrt(products[at, at] * products[other, other])
            for other in kept
        )
        if not any(same):
            kept.append(at)
    return sorted(kept)


def _apart(voice: Grid, levels: Grid, channels: list[int]) -> bool:
    """Whether, while somebody speaks, mostly one channel stands out, and not always the same."""
    spoken = voice[channels].max(axis=0) >= _VOICE
    relative = _relative(voice, levels, channels)[:, spoken]
    ordered = np.sort(relative, axis=0)
    clear = ordered[-1] - ordered[-2] >= _APART_DB
    return bool(clear.mean() >= _APART_SHARE)


def _without_leaks(voice: Grid, levels: Grid, channels: list[int]) -> Grid:
    """Voice probabilities with the other side's echo taken out."""
    relative = _held(_relative(voice, levels, channels))
    clean = voice.copy()
    for row, at in enumerate(channels):
        clean[at, relative.max(axis=0) - relative[row] >= _LEAK_DB] = 0.0
    return clean


def _held(levels: Grid) -> Grid:
    """Each level raised to the highest of its neighbours."""
    padded = np.pad(levels, ((0, 0), (_HOLD, _HOLD)), mode="edge")
    return np.lib.stride_tricks.sliding_window_view(padded, 2 * _HOLD + 1, axis=1).max(axis=2)


def _relative(voice: Grid, levels: Grid, channels: list[int]) -> Grid:
    """Levels in dB [channels, windows] against each channel's own loud speech."""
    rows: list[Grid] = []
    for at in channels:
        spoken = levels[at][voice[at] >= _VOICE]
        rows.append(np.maximum(levels[at], _FLOOR_DB) - np.percentile(spoken, 90))
    return np.stack(rows).astype(np.float32)
