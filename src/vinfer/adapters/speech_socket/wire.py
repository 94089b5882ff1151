"""What crosses the speech socket: length-prefixed MessagePack, one tagged struct per frame.

A frame is 4 bytes of big-endian length, then the body. Ids are chosen by the client and name one
request or ear for as long as it lives.
"""

import asyncio
from datetime import datetime, timedelta, timezone
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from vinfer.ports.audio import Utterance
from vinfer.ports.nlu import Reading
from vinfer.ports.stt import SttCapabilities, Transcript
from vinfer.ports.tts import Keep, TtsCapabilities

VERSION: Final = 3
LARGEST_BYTES: Final = 64 << 20  # an hour of 8 kHz audio to transcribe


class ProtocolError(Exception):
    """The other side does not speak this protocol."""


class _Message(msgspec.Struct, frozen=True, tag=True, array_like=True, forbid_unknown_fields=True):
    pass


class OpenEar(_Message, frozen=True):
    """Listen; answered by `Done`, then by what is heard."""

    id: int
    language: str
    hints: tuple[str, ...]


class Frames(_Message, frozen=True):
    """20 ms frames of any number of ears, in order."""

    items: list[tuple[int, bytes]]


class CloseEar(_Message, frozen=True):
    """Stop listening; not answered."""

    id: int


class Speak(_Message, frozen=True):
    """Answered by `Audio` until `Done`."""

    id: int
    text: str
    language: str
    voice: str


class Prepare(_Message, frozen=True):
    """Answered by `Done`."""

    id: int
    texts: tuple[str, ...]
    language: str
    voice: str
    keep: Keep


class Transcribe(_Message, frozen=True):
    """Answered by `Transcribed`."""

    id: int
    pcm: bytes
    rate_hz: int
    language: str
    words: bool
    live: bool


class Learn(_Message, frozen=True):
    """Answered by `Done`."""

    id: int
    key: str
    phrases: dict[str, tuple[str, ...]]


class Read(_Message, frozen=True):
    """Answered by `Understood`. MessagePack times are UTC, so `zone_of` `now` goes beside."""

    id: int
    text: str
    key: str
    labels: tuple[str, ...]
    watch: tuple[str, ...]
    now: datetime
    zone: str | int


class Compare(_Message, frozen=True):
    """Answered by `Compared`."""

    id: int
    left: tuple[str, ...]
    right: tuple[str, ...]


class Cancel(_Message, frozen=True):
    """Give up a request; not answered."""

    id: int


Request = (
    OpenEar | Frames | CloseEar | Speak | Prepare | Transcribe | Learn | Read | Compare | Cancel
)
Task = OpenEar | Speak | Prepare | Transcribe | Learn | Read | Compare


class Welcome(_Message, frozen=True):
    """The first message of a session."""

    version: int
    stt: SttCapabilities
    tts: TtsCapabilities


class HeardStart(_Message, frozen=True):
    """`SpeechStarted` of an ear."""

    id: int
    at_s: float


class HeardEnd(_Message, frozen=True):
    """`SpeechEnded` of an ear."""

    id: int
    at_s: float


class HeardTurn(_Message, frozen=True):
    """`Utterance` of an ear."""

    id: int
    utterance: Utterance


class Audio(_Message, frozen=True):
    """Spoken s16le 8 kHz mono."""

    id: int
    pcm: bytes


class Transcribed(_Message, frozen=True):
    """A transcript."""

    id: int
    transcript: Transcript


class Understood(_Message, frozen=True):
    """A reading."""

    id: int
    reading: Reading


class Compared(_Message, frozen=True):
    """Cosine similarities."""

    id: int
    scores: list[list[float]]


class Done(_Message, frozen=True):
    """A request is over, or an ear is open."""

    id: int


class Failed(_Message, frozen=True):
    """A request or an ear has failed."""

    id: int
    message: str


Reply = (
    Welcome
    | HeardStart
    | HeardEnd
    | HeardTurn
    | Audio
    | Transcribed
    | Understood
    | Compared
    | Done
    | Failed
)


def zone_of(moment: datetime) -> str | int:
    """The IANA name of an aware moment's zone, or its offset in seconds."""
    name = getattr(moment.tzinfo, "key", None)
    offset = moment.utcoffset()
    return name if isinstance(name, str) else int(offset.total_seconds()) if offset else 0


def in_zone(moment: datetime, zone: str | int) -> datetime:
    """The same moment in a zone from `zone_of`. Raises `ProtocolError` for an unknown one."""
    if isinstance(zone, int):
        return moment.astimezone(timezone(timedelta(seconds=zone)))
    try:
        return moment.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ProtocolError(f"no time zone {zone}") from error


_encoder: Final = msgspec.msgpack.Encoder()
_requests: Final = msgspec.msgpack.Decoder(Request)
_replies: Final = msgspec.msgpack.Decoder(Reply)


def pack(message: Request | Reply) -> bytes:
    """A whole frame. Raises `ProtocolError` when it would be too large."""
    body = _encoder.encode(message)
    if len(body) > LARGEST_BYTES:
        raise ProtocolError(f"a message of {len(body)} bytes is too large")
    return len(body).to_bytes(4, "big") + body


async def read_request(reader: asyncio.StreamReader) -> Request:
    """The next request. Raises `ProtocolError`, and `EOFError` when the client is gone."""
    body = await _body(reader)
    try:
        return _requests.decode(body)
    except msgspec.DecodeError as error:
        raise ProtocolError(str(error)) from error


async def read_reply(reader: asyncio.StreamReader) -> Reply:
    """The next reply. Raises `ProtocolError`, and `EOFError` when the server is gone."""
    body = await _body(reader)
    try:
        return _replies.decode(body)
    except msgspec.DecodeError as error:
        raise ProtocolError(str(error)) from error


async def _body(reader: asyncio.StreamReader) -> bytes:
    size = int.from_bytes(await reader.readexactly(4), "big")
    if size > LARGEST_BYTES:
        raise ProtocolError(f"a message of {size} bytes is too large")
    return await reader.readexactly(size)
