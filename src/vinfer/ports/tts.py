"""Text to speech."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class TtsCapabilities:
    """What an engine can do. `voices` maps a voice name to the languages it speaks."""

    id: str
    languages: frozenset[str]
    voices: dict[str, frozenset[str]]


class Voice(Protocol):
    """A speech synthesis engine."""

    capabilities: TtsCapabilities

    def speak(self, text: str, *, language: str, voice: str) -> AsyncIterator[bytes]:
        """Yield s16le 8 kHz mono, sentence by sentence, as soon as each is ready.

        `voice` is `male`, `female` or an engine's voice name. Raises `EngineUnavailable`.
        """
        ...

    async def prepare(self, texts: tuple[str, ...], *, language: str, voice: str) -> None:
        """Render `texts` into the cache, so that `speak` answers at once."""
        ...
