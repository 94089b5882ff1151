"""A voice that says every text as a tone: speech enough for ears that hear energy only."""

from collections.abc import AsyncIterator

from vinfer.app.simulator import sounds
from vinfer.ports.tts import Keep, TtsCapabilities


class ToneVoice:
    """Port `tts.Voice` without a model: 30 ms for each letter."""

    capabilities = TtsCapabilities(id="tone-1", languages=frozenset(), voices={})

    def __init__(self) -> None:
        self.said: list[str] = []

    async def speak(self, text: str, *, language: str, voice: str) -> AsyncIterator[bytes]:
        self.said.append(text)
        hz = 300.0 + sum(map(ord, voice)) % 300
        yield sounds.beep(hz=hz, seconds=0.03 * len(text))

    async def prepare(
        self, texts: tuple[str, ...], *, language: str, voice: str, keep: Keep
    ) -> None:
        self.prepared = texts
