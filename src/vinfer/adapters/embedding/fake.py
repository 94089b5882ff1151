"""Voiceprints that tell voices apart by their pitch alone."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from vinfer.adapters.dsp import from_pcm
from vinfer.ports.decoding import DECODED_RATE_HZ
from vinfer.ports.voices import VOICEPRINT_SIZE, Span, Voiceprints

_STEP_S: Final = 0.4
_BAND_HZ: Final = 40.0


class PitchVoiceprinter:
    """The voiceprint port without a model: one dimension for each 40 Hz."""

    async def prints(self, pcm: bytes, voiced: Sequence[Span]) -> Voiceprints:
        """One point for each 0.4 s."""
        samples = from_pcm(pcm)
        times: list[float] = []
        rows: list[int] = []
        for span in voiced:
            for start_s in np.arange(span.start_s, span.end_s - _STEP_S / 2, _STEP_S):
                first = int(start_s * DECODED_RATE_HZ)
                part = samples[first : first + int(_STEP_S * DECODED_RATE_HZ)]
                if part.size == 0:
                    continue
                peak = int(np.abs(np.fft.rfft(part)).argmax())
                hz = peak * DECODED_RATE_HZ / part.size
                rows.append(min(int(hz / _BAND_HZ), VOICEPRINT_SIZE - 1))
                times.append(round(float(start_s) + _STEP_S / 2, 3))
        vectors = np.eye(VOICEPRINT_SIZE, dtype="<f2")[np.array(rows, int)]
        return Voiceprints(tuple(times), vectors.tobytes())
