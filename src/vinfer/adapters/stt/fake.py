"""A recogniser that says what it was told to say."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from vinfer.adapters.dsp import from_pcm
from vinfer.adapters.stt.languages import SUPPORTED
from vinfer.ports.audio import EngineUnavailable
from vinfer.ports.decoding import DECODED_RATE_HZ
from vinfer.ports.stt import HeardSegment, SttCapabilities, Transcript, Word

_SILENCE_PEAK: Final = 0.003


class ScriptedRecognizer:
    """Returns `lines` in turn for audio that is not silent, then empty text."""

    def __init__(self, lines: Sequence[str] = ()) -> None:
        self.capabilities = SttCapabilities(id="scripted", languages=SUPPORTED, words=True)
        self._lines = list(lines)

    async def transcribe(
        self, pcm: bytes, *, rate_hz: int, language: str, words: bool = False, live: bool = False
    ) -> Transcript:
        """The next line. Raises `EngineUnavailable` for a language outside its capabilities."""
        if language not in self.capabilities.languages:
            raise EngineUnavailable(f"the scripted recogniser does not recognise {language}")
        samples = from_pcm(pcm)
        loud = bool(np.max(np.abs(samples), initial=0.0) > _SILENCE_PEAK)
        if not loud or not self._lines:
            return Transcript("", language, 0.0)
        text = self._lines.pop(0)
        spread = _spread(text, samples.size / rate_hz) if words else ()
        return Transcript(text, language, 1.0, spread)


class ScriptedTranscriber:
    """Returns `lines` in turn for windows that are not silent, then nothing."""

    def __init__(self, lines: Sequence[str] = ()) -> None:
        self.capabilities = SttCapabilities(id="scripted", languages=SUPPORTED, words=True)
        self._lines = list(lines)

    async def hear(self, pcm: bytes, *, language: str) -> tuple[HeardSegment, ...]:
        """The next line, its words spread evenly. Raises `EngineUnavailable`."""
        if language not in self.capabilities.languages:
            raise EngineUnavailable(f"the scripted transcriber does not know {language}")
        samples = from_pcm(pcm)
        loud = bool(np.max(np.abs(samples), initial=0.0) > _SILENCE_PEAK)
        if not loud or not self._lines:
            return ()
        text = self._lines.pop(0)
        words = _spread(text, samples.size / DECODED_RATE_HZ)
        return (HeardSegment(text, language, 1.0, words),)


def _spread(text: str, duration_s: float) -> tuple[Word, ...]:
    parts = text.split()
    step_s = duration_s / max(1, len(parts))
    return tuple(Word(word, at * step_s, (at + 1) * step_s, 1.0) for at, word in enumerate(parts))
