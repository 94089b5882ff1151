"""Rows as PostgreSQL's binary COPY takes them: made in any thread, sent as they come."""

import struct
from collections.abc import AsyncGenerator, AsyncIterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

_START: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)  # no flags, no extension
_END: Final = b"\xff\xff"
_NULL: Final = b"\xff\xff\xff\xff"
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_length = struct.Struct(">i").pack
_number = struct.Struct(">ii").pack


def begin(columns: int) -> bytes:
    """What stands before the values of each row."""
    return struct.pack(">h", columns)


def text(value: str | None) -> bytes:
    """A text, or null."""
    if value is None:
        return _NULL
    data = value.encode()
    return _length(len(data)) + data


def integer(value: int) -> bytes:
    """A number of four bytes."""
    return _number(4, value)


def moment(value: datetime) -> bytes:
    """A time with its zone."""
    return struct.pack(">iq", 8, (value - _EPOCH) // timedelta(microseconds=1))


def jsonb(value: Any) -> bytes:
    """A value of JSON's types."""
    data = msgspec.json.encode(value)
    return _length(len(data) + 1) + b"\x01" + data


async def framed(rows: AsyncIterable[bytes]) -> AsyncGenerator[bytes]:
    """Rows between the beginning and the end of a COPY."""
    yield _START
    async for some in rows:
        yield some
    yield _END
