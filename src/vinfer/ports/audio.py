"""Hearing: a telephone line in, speech events out."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final, Protocol

LINE_RATE_HZ: Final = 8000
FRAME_MS: Final = 20
FRAME_BYTES: Final = LINE_RATE_HZ * FRAME_MS // 1000 * 2  # 320: s16le, mono
SILENT_FRAME: Final = bytes(FRAME_BYTES)


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The far side began to speak. Times are seconds of heard audio (frames fed so far)."""

    at_s: float


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """The far side fell silent (voice activity only; the turn may go on)."""

    at_s: float


@dataclass(frozen=True, slots=True)
class Utterance:
    """A finished turn. `text` is empty when the sound held no words.

    `endpointing_ms` runs from the last voiced frame to the decision that the turn is over,
    `recognition_ms` from there to the text (0 when recognition ran ahead).
    """

    text: str
    start_s: float
    end_s: float
    confidence: float
    language: str
    endpointing_ms: float
    recognition_ms: float


HeardEvent = SpeechStarted | SpeechEnded | Utterance


class Ear(Protocol):
    """One call's hearing. Feed every 20 ms frame, silence included."""

    def feed(self, frame: bytes) -> None:
        """Take 320 bytes of s16le 8 kHz mono. Never blocks; past a bounded backlog it drops."""
        ...

    def events(self) -> AsyncIterator[HeardEvent]:
        """What is heard, in order, until `close`."""
        ...

    async def close(self) -> None:
        """Stop listening and free the engine's state."""
        ...


class Hearing(Protocol):
    """Opens ears."""

    async def open(self, *, language: str, hints: tuple[str, ...] = ()) -> Ear:
        """Start to listen in `language` (BCP-47). Raises `EngineUnavailable`."""
        ...


class EngineUnavailable(Exception):
    """A speech or language engine cannot be reached, or does not speak the language."""
