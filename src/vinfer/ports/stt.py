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


@dataclass(frozen=True, slots=True)
class HeardSegment:
    """A stretch of a finished recording with what an engine made of it.

    `no_speech` is the engine's own doubt that anybody spoke (0..1), `mean_logprob` the mean natural
    logarithm of its certainty for each token; engines without such figures give 0.
    """

    text: str
    language: str
    confidence: float
    words: tuple[Word, ...]
    no_speech: float = 0.0
    mean_logprob: float = 0.0


class Transcriber(Protocol):
    """An engine for finished recordings, where accuracy counts and time does not."""

    capabilities: SttCapabilities

    async def hear(self, pcm: bytes, *, language: str) -> tuple[HeardSegment, ...]:
        """Transcribe at most 30 s of s16le mono at 16 kHz; times count from its start.

        Nothing is returned for what is no speech. Raises `EngineUnavailable`.
        """
        ...
