"""A voice that hums: a tone as long as the words would take."""

from collections.abc import AsyncIterator
from typing import Final

import numpy as np

from vinfer.adapters.dsp import to_pcm
from vinfer.adapters.tts.sentences import sentences
from vinfer.ports.audio import FRAME_MS, LINE_RATE_HZ, EngineUnavailable
from vinfer.ports.tts import Keep, TtsCapabilities

_LANGUAGES: Final = frozenset({"en-IN", "hi-IN"})
_MS_PER_CHARACTER: Final = 65


class TonePlayer:
    """Speaks a 300 Hz tone of 65 ms per character; remembers what it was asked in `spoken`."""

    def __init__(self) -> None:
        self.capabilities = TtsCapabilities(
            id="tone", languages=_LANGUAGES, voices={"male": _LANGUAGES, "female": _LANGUAGES}
        )
        self.spoken: list[str] = []
        self.prepared: list[str] = []
        self.kept: list[str] = []

    async def speak(self, text: str, *, language: str, voice: str) -> AsyncIterator[bytes]:
        """Yield a tone per sentence. Raises `EngineUnavailable`."""
        self._check(language, voice)
        for sentence in sentences(text):
            self.spoken.append(sentence)
            yield tone(len(sentence) * _MS_PER_CHARACTER)

    async def prepare(
        self, texts: tuple[str, ...], *, language: str, voice: str, keep: Keep
    ) -> None:
        """Remember `texts`. Raises `EngineUnavailable`."""
        self._check(language, voice)
        self.prepared.extend(texts)
        self.kept.extend(texts if keep == "always" else ())

    def _check(self, language: str, voice: str) -> None:
        if language not in self.capabilities.voices.get(voice, frozenset()):
            raise EngineUnavailable(f"the tone has no voice {voice} for {language}")


def tone(duration_ms: int, *, pitch_hz: float = 300.0) -> bytes:
    """A steady tone of whole frames at 8 kHz."""
    frames = -(-duration_ms // FRAME_MS)
    at = np.arange(frames * FRAME_MS * LINE_RATE_HZ // 1000)
    wave = 0.2 * np.sin(2 * np.pi * pitch_hz * at / LINE_RATE_HZ)
    return to_pcm(wave.astype(np.float32))
