"""smart-turn: is the speaker done, or only pausing?"""

from typing import Final

import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor

from vinfer.adapters.dsp import Samples, resample
from vinfer.adapters.models import ModelStore
from vinfer.adapters.models.catalog import SMART_TURN
from vinfer.adapters.onnx import Network

_RATE_HZ: Final = 16_000
_SPAN_SAMPLES: Final = 8 * _RATE_HZ


class SmartTurn:
    """The end-of-turn network over the last 8 seconds of a turn."""

    def __init__(self, store: ModelStore) -> None:
        self._network = Network(store.path(SMART_TURN, "smart-turn-v3.2-cpu.onnx"))
        self._features = FeatureExtractor(chunk_length=8)

    def probability(self, samples: Samples, *, rate_hz: int) -> float:
        """The probability that the turn which ends with `samples` is over.

        Input as the network was trained: 8 s at 16 kHz, zeros in front, unit variance, Whisper log-
        mel [80, 800].
        """
        heard = resample(samples[-8 * rate_hz :], from_hz=rate_hz, to_hz=_RATE_HZ)[-_SPAN_SAMPLES:]
        padded = np.pad(heard, (_SPAN_SAMPLES - heard.size, 0))
        normal = (padded - padded.mean()) / np.sqrt(padded.var() + 1e-7)
        mel = self._features(normal.astype(np.float32), padding=0)
        out = self._network.run({"input_features": mel[None, :, :800].astype(np.float32)})
        return float(out[0].ravel()[0])
