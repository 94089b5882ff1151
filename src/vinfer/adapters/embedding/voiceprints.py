"""The voiceprint port on GE2E: one point for each 0.4 s of voice."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import Executor
from typing import Final

import numpy as np

from vinfer.adapters.dsp import Samples, from_pcm
from vinfer.adapters.embedding.ge2e import (
    HOP_SAMPLES,
    RATE_HZ,
    WINDOW_FRAMES,
    Ge2eNetwork,
    Matrix,
)
from vinfer.ports.voices import Span, Voiceprints

_STEP_FRAMES: Final = 40  # 0.4 s
_WINDOW_SAMPLES: Final = WINDOW_FRAMES * HOP_SAMPLES
_SHORTEST_S: Final = 0.15


class Ge2eVoiceprinter:
    """Voiceprints on `executor`."""

    def __init__(self, network: Ge2eNetwork, executor: Executor) -> None:
        self._network = network
        self._executor = executor

    async def prints(self, pcm: bytes, voiced: Sequence[Span]) -> Voiceprints:
        """Points of each voiced span; a span under 1.6 s is repeated to fill one window."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, self._prints, pcm, voiced)

    def _prints(self, pcm: bytes, voiced: Sequence[Span]) -> Voiceprints:
        samples = from_pcm(pcm)
        windows: list[Matrix] = []
        times: list[float] = []
        for span in voiced:
            if span.length_s < _SHORTEST_S:
                continue
            part = samples[int(span.start_s * RATE_HZ) : int(span.end_s * RATE_HZ)]
            if part.size == 0:
                continue
            for at_s, window in self._windows(part):
                windows.append(window)
                times.append(round(span.start_s + at_s, 3))
        if not windows:
            return Voiceprints()
        vectors = self._network.embed(np.stack(windows))
        return Voiceprints(tuple(times), vectors.astype("<f2").tobytes())

    def _windows(self, part: Samples) -> list[tuple[float, Matrix]]:
        """Mel windows of one span and their centres in seconds."""
        if part.size < _WINDOW_SAMPLES:
            mel = self._network.mel(np.pad(part, (0, _WINDOW_SAMPLES - part.size), mode="wrap"))
            return [(part.size / 2 / RATE_HZ, mel[:WINDOW_FRAMES])]
        mel = self._network.mel(part)
        return [
            ((at + WINDOW_FRAMES / 2) * HOP_SAMPLES / RATE_HZ, mel[at : at + WINDOW_FRAMES])
            for at in range(0, len(mel) - WINDOW_FRAMES + 1, _STEP_FRAMES)
        ]
