"""Speech to text, for a finished piece of audio."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word; seconds from the start of the audio, confidence 0..1.

    `confidence` is None where the engine does not say how sure it is of a word.
    """

    text: str
    start_s: float
    end_s: float
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said. Empty `text` means that no speech was found, never a guess."""

    text: str
    language: str
    confidence: float
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class SttCapabilities:
    """What an engine can do: `words` with their times, and how sure it is of each of them.

    `confidence` says whether it tells how sure it is at all.
    """

    id: str
    languages: frozenset[str]
    words: bool
    confidence: bool = True


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

    `confidence` is None for engines that give none. `span` is when it is said, in seconds, where
    an engine tells that and gives no words; None: somewhere in the audio. `no_speech` is the
    engine's own doubt that anybody spoke (0..1), `mean_logprob` the mean natural logarithm of its
    certainty for each token; engines without such figures give 0. `engine` is the id of the one
    that heard it, None where it is the one that was asked.
    """

    text: str
    language: str
    confidence: float | None
    words: tuple[Word, ...]
    no_speech: float = 0.0
    mean_logprob: float = 0.0
    span: tuple[float, float] | None = None
    engine: str | None = None


class Transcriber(Protocol):
    """An engine for finished recordings, where accuracy counts and time does not."""

    capabilities: SttCapabilities

    async def hear(self, pcm: bytes, *, language: str) -> tuple[HeardSegment, ...]:
        """Transcribe at most 30 s of s16le mono at 16 kHz; times count from its start.

        Nothing is returned for what is no speech. Raises `EngineUnavailable`.
        """
        ...
