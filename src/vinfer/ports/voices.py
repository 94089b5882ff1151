"""Whether somebody speaks, and who it sounds like: for finished recordings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from vinfer.ports.decoding import AudioChunk

ACTIVITY_SAMPLES: Final = 512  # 32 ms at 16 kHz: one score
ACTIVITY_S: Final = 0.032
VOICEPRINT_SIZE: Final = 256


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of audio [start, end) in seconds."""

    start_s: float
    end_s: float

    @property
    def length_s(self) -> float:
        """How long it is."""
        return self.end_s - self.start_s


class ActivityStream(Protocol):
    """Voice activity of one recording."""

    async def score(self, chunk: AudioChunk) -> Sequence[Sequence[float]]:
        """For each channel, the probability of voice in each 32 ms, a last part one included."""
        ...


class VoiceActivity(Protocol):
    """Finds voice."""

    def open(self, *, channels: int) -> ActivityStream:
        """Begin a recording."""
        ...


@dataclass(frozen=True, slots=True)
class Voiceprints:
    """What a voice sounds like around each of `at_s`: unit vectors [len(at_s), 256], float16."""

    at_s: tuple[float, ...] = ()
    vectors: bytes = b""


class Voiceprinter(Protocol):
    """Turns voice into points of a space where one speaker's points lie together."""

    async def prints(self, pcm: bytes, voiced: Sequence[Span]) -> Voiceprints:
        """Look at the `voiced` spans of s16le 16 kHz mono; times count from its start."""
        ...
