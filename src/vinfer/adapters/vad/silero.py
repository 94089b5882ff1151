"""Silero voice activity detection at 8 kHz."""

from typing import Final

import numpy as np

from vinfer.adapters.dsp import Samples
from vinfer.adapters.models import ModelStore
from vinfer.adapters.models.catalog import SILERO
from vinfer.adapters.onnx import Array, Network

WINDOW_SAMPLES: Final = 256  # 32 ms at 8 kHz: the only size the network takes
_CONTEXT_SAMPLES: Final = 32
_RATE: Final = np.array(8000, dtype=np.int64)


class SileroNetwork:
    """The shared weights. One `SileroStream` per audio stream."""

    def __init__(self, store: ModelStore) -> None:
        self._network = Network(store.path(SILERO, "silero_vad.onnx"))

    def step(self, window: Samples, state: Array) -> tuple[float, Array]:
        """Score [32 + 256] samples with `state` [2, 1, 128]; return probability and new state."""
        inputs = {"input": window[None, :], "state": state, "sr": _RATE}
        probability, state = self._network.run(inputs)
        return float(probability[0, 0]), state

    def probabilities(self, samples: Samples) -> list[float]:
        """The probability of voice in each whole 32 ms window of 8 kHz audio."""
        stream = SileroStream(self)
        whole = samples.size - samples.size % WINDOW_SAMPLES
        return [
            stream.probability(samples[at : at + WINDOW_SAMPLES])
            for at in range(0, whole, WINDOW_SAMPLES)
        ]


class SileroStream:
    """One stream's memory: the recurrent state and the last 4 ms."""

    def __init__(self, network: SileroNetwork) -> None:
        self._network = network
        self._state: Array = np.zeros((2, 1, 128), dtype=np.float32)
        self._context: Samples = np.zeros(_CONTEXT_SAMPLES, dtype=np.float32)

    def probability(self, window: Samples) -> float:
        """The probability that these 256 samples hold voice."""
        joined = np.concatenate([self._context, window]).astype(np.float32)
        self._context = joined[-_CONTEXT_SAMPLES:]
        value, self._state = self._network.step(joined, self._state)
        return value
