"""Turning any recording into samples, whatever wrote it."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Final, Literal, Protocol

DECODED_RATE_HZ: Final = 16_000
DECODED_SAMPLE_BYTES: Final = 2  # s16le

RefusalCode = Literal["audio_not_decodable", "audio_protected", "audio_empty", "audio_too_long"]


class AudioRefused(Exception):
    """A recording that cannot be transcribed. `code` is the API's error code."""

    def __init__(self, code: RefusalCode, message: str) -> None:
        super().__init__(message)
        self.code: RefusalCode = code


class AudioSource(Protocol):
    """A recording's bytes at rest, wherever they lie; readable in any order."""

    @property
    def size_bytes(self) -> int:
        """How many bytes there are."""
        ...

    @property
    def name(self) -> str:
        """The file's name or URL path; only its ending is used, for formats without a header."""
        ...

    async def read(self, offset: int, length: int) -> bytes:
        """Up to `length` bytes at `offset`; fewer only at the end. Raises `OSError`."""
        ...


@dataclass(frozen=True, slots=True)
class AudioInfo:
    """What the file says about itself. `claimed_s` is unproven and often absent."""

    container: str
    codec: str
    rate_hz: int
    channels: int
    claimed_s: float | None


@dataclass(frozen=True, slots=True)
class AudioChunk:
    """Consecutive audio: s16le at 16 kHz, one piece of equal length for each channel.

    Every chunk but the last holds whole windows of 512 samples.
    """

    start_s: float
    channels: tuple[bytes, ...]

    @property
    def samples(self) -> int:
        """How many samples each channel has."""
        return len(self.channels[0]) // DECODED_SAMPLE_BYTES


class Decoding(Protocol):
    """One recording being decoded."""

    @property
    def info(self) -> AudioInfo:
        """Known as soon as the recording is open."""
        ...

    @property
    def damaged(self) -> bool:
        """Whether some of it could not be decoded; complete once the chunks have ended."""
        ...

    def chunks(self) -> AsyncIterator[AudioChunk]:
        """Every chunk in order, once. Raises `AudioRefused` and the source's `OSError`."""
        ...


class Decoder(Protocol):
    """Opens recordings. Memory does not grow with their length."""

    def open(
        self, source: AudioSource, *, longest_s: float
    ) -> AbstractAsyncContextManager[Decoding]:
        """Open `source`. Raises `AudioRefused` and the source's `OSError`."""
        ...
