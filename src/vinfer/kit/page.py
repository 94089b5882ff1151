"""Lists: limit and offset for people, cursors that stay exact while rows are being added."""

import base64
import binascii
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, Generic, TypeVar

import msgspec

from vinfer.kit import schema
from vinfer.kit.db import Row
from vinfer.kit.errors import InvalidParameter

T = TypeVar("T")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
MAX_OFFSET: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Position:
    """A row's place in a list that runs newest first, ties broken by id."""

    at: datetime
    id: str

    def encode(self) -> str:
        """The opaque cursor of the rows after this one."""
        micros = (self.at - _EPOCH) // _MICROSECOND
        data = struct.pack(">q", micros) + self.id.encode()
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    @classmethod
    def decode(cls, cursor: str) -> "Position":
        """Read a cursor; raises `InvalidParameter`."""
        try:
            data = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            at = _EPOCH + struct.unpack(">q", data[:8])[0] * _MICROSECOND
            position = cls(at, data[8:].decode("ascii"))
        except (ValueError, binascii.Error, struct.error, OverflowError) as error:
            raise _bad_cursor(cursor) from error
        if not position.id or not position.id.isprintable() or position.encode() != cursor:
            raise _bad_cursor(cursor)
        return position


class PageQuery(schema.Query, frozen=True):
    """`limit`, `offset` and `cursor` of a list request."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=100, description="Rows on a page.")] = 20
    offset: Annotated[
        int, msgspec.Meta(ge=0, le=MAX_OFFSET, description="Rows to skip; not beside `cursor`.")
    ] = 0
    cursor: (
        Annotated[
            str,
            msgspec.Meta(
                description="`next_cursor` of the page before: exact while rows are being added.",
                extra_json_schema={"format": "cursor", "minLength": 12},
            ),
        ]
        | None
    ) = None

    @property
    def after(self) -> Position | None:
        """Where the page starts; set, it stands in place of `offset`."""
        return None if self.cursor is None else Position.decode(self.cursor)


class Page(msgspec.Struct, Generic[T], kw_only=True):
    """One page of a list."""

    data: list[T]
    total: int
    limit: int
    offset: int
    next_cursor: str | None = None


def parse(values: dict[str, list[str]], *, default_limit: int = 20) -> PageQuery:
    """Read list parameters, cursor included; raises `InvalidParameter`, never clamps."""
    query = schema.decode_query({"limit": [str(default_limit)]} | values, PageQuery)
    if query.cursor is not None:
        Position.decode(query.cursor)
    return query


def build(
    query: PageQuery,
    rows: Sequence[Row],
    *,
    total: int,
    item: Callable[[Row], T],
    time: str = "created_at",
) -> Page[T]:
    """Make a page of rows that end with `lists.tail`, newest first by their `time` and `id`."""
    shown = rows[: query.limit]
    more = len(rows) > query.limit
    return Page(
        data=[item(row) for row in shown],
        total=total,
        limit=query.limit,
        offset=0 if query.cursor is not None else query.offset,
        next_cursor=Position(shown[-1][time], shown[-1]["id"]).encode() if more else None,
    )


def _bad_cursor(cursor: str) -> InvalidParameter:
    return InvalidParameter(
        "cursor", provided=cursor[:200], expected="the 'next_cursor' of an earlier page"
    )
