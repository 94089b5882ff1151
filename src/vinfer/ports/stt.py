"""Speech to text, for a finished piece of audio."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word; seconds from the start of the audio, confidence 0..1."""

    text: str
    start_s: float
    end_s: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said. Empty `text` means that no speech was found, never a guess."""

    text: str
    language: str
    confidence: float
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class SttCapabilities:
    """What an engine can do."""

    id: str
    languages: frozenset[str]
    words: bool


class Recognizer(Protocol):
    """A speech recognition engine."""

    capabilities: SttCapabilities

    async def transcribe(
        self, pcm: bytes, *, rate_hz: int, language: str, words: bool = False, live: bool = False
    ) -> Transcript:
        """Transcribe s16le mono. `live` prefers speed. Raises `EngineUnavailable`."""
        ...
