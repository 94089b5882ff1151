"""Voice activity that takes whatever is loud for voice."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from vinfer.adapters.dsp import from_pcm
from vinfer.ports.decoding import AudioChunk
from vinfer.ports.voices import ACTIVITY_SAMPLES

_LOUD: Final = 0.01


class LoudActivity:
    """The voice activity port without a model."""

    def open(self, *, channels: int) -> "LoudActivity":
        """Begin a recording; nothing is remembered."""
        return self

    async def score(self, chunk: AudioChunk) -> Sequence[Sequence[float]]:
        """1 where the sound is loud, else 0."""
        return [_loud(plane) for plane in chunk.channels]


def _loud(plane: bytes) -> list[float]:
    samples = from_pcm(plane)
    padded = np.pad(samples, (0, -samples.size % ACTIVITY_SAMPLES))
    power = np.square(padded).reshape(-1, ACTIVITY_SAMPLES).mean(axis=1)
    return [float(each > _LOUD**2) for each in power]
