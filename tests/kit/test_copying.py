"""Rows in the binary form of COPY arrive as they were given."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from vinfer.kit import copying
from vinfer.kit.db import Database

IST = timezone(timedelta(hours=5, minutes=30))
ROWS: list[tuple[Any, ...]] = [
    ("", 0, datetime(2000, 1, 1, tzinfo=UTC), {}),
    (None, -1, datetime(1999, 12, 31, 23, 59, 59, 999_999, UTC), [1, 2.5, None, "\u0928"]),
    ("नमस्ते 😀\t\n\\N", 2**31 - 1, datetime(2026, 1, 2, 3, 4, 5, 6, IST), {"a": {"b": "é"}}),
]


async def encoded() -> AsyncGenerator[bytes]:
    for text, number, at, value in ROWS:
        parts = (copying.text(text), copying.integer(number), copying.moment(at))
        yield b"".join((copying.begin(4), *parts, copying.jsonb(value)))


async def test_what_is_copied_is_what_was_given(db: Database):
    async with db.begin() as tx:
        await tx.conn.execute(
            "create temp table copied (a text, b int, c timestamptz, d jsonb) on commit drop"
        )
        await tx.conn.copy_to_table(
            "copied",
            source=copying.framed(encoded()),
            columns=("a", "b", "c", "d"),
            format="binary",
        )
        rows = await tx.conn.fetch("select * from copied")
    assert [tuple(row.values()) for row in rows] == ROWS
