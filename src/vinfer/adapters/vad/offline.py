"""Silero voice activity over whole recordings at 16 kHz, all channels in one run."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import Executor
from typing import Final

import numpy as np

from vinfer.adapters.models import ModelStore
from vinfer.adapters.models.catalog import SILERO
from vinfer.adapters.onnx import Array, Network
from vinfer.ports.decoding import DECODED_RATE_HZ, AudioChunk
from vinfer.ports.voices import ACTIVITY_SAMPLES

_CONTEXT_SAMPLES: Final = 64
_RATE: Final = np.array(DECODED_RATE_HZ, dtype=np.int64)
_FULL_SCALE: Final = np.float32(32768.0)
_SILENCE_WINDOWS: Final = 16  # half a second before the recording


class SileroActivity:
    """The voice activity port. Work runs on `executor`."""

    def __init__(self, store: ModelStore, executor: Executor) -> None:
        self._network = Network(store.path(SILERO, "silero_vad.onnx"))
        self._executor = executor

    def open(self, *, channels: int) -> "SileroRecording":
        """Begin a recording."""
        return SileroRecording(self._network, self._executor, channels=channels)


class SileroRecording:
    """One recording's recurrent state [2, channels, 128] and last 4 ms.

    It has heard silence before the recording: without, a voice that speaks from the first sample
    on, as in a clip cut at its words, may never wake it.
    """

    def __init__(self, network: Network, executor: Executor, *, channels: int) -> None:
        self._network = network
        self._executor = executor
        self._state: Array = np.zeros((2, channels, 128), dtype=np.float32)
        self._context: Array = np.zeros((channels, _CONTEXT_SAMPLES), dtype=np.float32)
        self._silent = True

    async def score(self, chunk: AudioChunk) -> Sequence[Sequence[float]]:
        """Score a chunk; only the last chunk of a recording may end inside 32 ms."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, self._score, chunk)

    def _score(self, chunk: AudioChunk) -> list[list[float]]:
        planes = [np.frombuffer(plane, "<i2") for plane in chunk.channels]
        audio = np.stack(planes).astype(np.float32) / _FULL_SCALE
        audio = np.pad(audio, ((0, 0), (0, -audio.shape[1] % ACTIVITY_SAMPLES)))
        if self._silent:
            silence = np.zeros((len(planes), ACTIVITY_SAMPLES), dtype=np.float32)
            for _ in range(_SILENCE_WINDOWS):
                self._next(silence)
            self._silent = False
        starts = range(0, audio.shape[1], ACTIVITY_SAMPLES)
        scores = [self._next(audio[:, at : at + ACTIVITY_SAMPLES]) for at in starts]
        return np.stack(scores, axis=1).tolist() if scores else [[] for _ in planes]

    def _next(self, window: Array) -> Array:
        """The probability of voice on each channel in the next 32 ms [channels, 512]."""
        joined = np.concatenate([self._context, window], axis=1)
        self._context = joined[:, -_CONTEXT_SAMPLES:]
        inputs = {"input": joined, "state": self._state, "sr": _RATE}
        probability, self._state = self._network.run(inputs)
        return probability[:, 0]
