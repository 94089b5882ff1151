"""The do-not-call list: numbers in the clear, and digests of those that were erased."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from vinfer.kit import lists
from vinfer.kit.db import Connection, Row
from vinfer.kit.page import PageQuery

# in parts, each well within the time that a statement has
_ADD_STAGED: Final = """
with part as (
    select phone, reason from dnc_staged where upload = $2 and phone > $4 order by phone limit 50000
),
added as (
    insert into dnc (workspace_id, phone, reason, created_at)
    select distinct on (phone) $1, phone, reason, $3::timestamptz from part order by phone
    on conflict do nothing
)
select max(phone) from part
"""


async def entry(conn: Connection, workspace_id: str, phone: str) -> Row | None:
    """The entry of a phone."""
    return await conn.fetchrow(
        "select phone, reason, created_at from dnc where workspace_id = $1 and phone = $2",
        workspace_id,
        phone,
    )


async def page(conn: Connection, workspace_id: str, query: PageQuery) -> tuple[list[Row], int]:
    """A page of the list, and its whole length."""
    end, more = lists.tail(query, first=2, time="created_at", id="phone")
    rows = await conn.fetch(
        "select phone as id, phone, reason, created_at from dnc"  # noqa: S608
        f" where workspace_id = $1{end}",
        workspace_id,
        *more,
    )
    return rows, await lists.total(conn, "dnc", workspace_id)


async def add(
    conn: Connection, workspace_id: str, entries: Sequence[tuple[str, str]], *, now: datetime
) -> None:
    """List phones with their reasons; a listed one keeps its first reason."""
    await conn.execute(
        "insert into dnc (workspace_id, phone, reason, created_at)"
        " select $1, phone, reason, $4 from unnest($2::text[], $3::text[]) as t (phone, reason)"
        " order by phone on conflict do nothing",
        workspace_id,
        [phone for phone, _ in entries],
        [reason for _, reason in entries],
        now,
    )


async def stage(conn: Connection, upload: str, entries: Sequence[tuple[str, str]]) -> None:
    """Put entries aside until `add_staged`: those who are listed wait for nobody's upload."""
    await conn.copy_records_to_table(
        "dnc_staged",
        records=[(upload, phone, reason) for phone, reason in entries],
        columns=("upload", "phone", "reason"),
    )


async def add_staged(conn: Connection, workspace_id: str, upload: str, *, now: datetime) -> None:
    """List what was put aside, in the order of phones; of entries for the same phone, one."""
    last: str | None = ""
    while last is not None:
        last = await conn.fetchval(_ADD_STAGED, workspace_id, upload, now, last)
    await conn.execute("delete from dnc_staged where upload = $1", upload)


async def remove(conn: Connection, workspace_id: str, phone: str) -> bool:
    """Take a phone off the list; False if it was not on it."""
    tag = await conn.execute(
        "delete from dnc where workspace_id = $1 and phone = $2", workspace_id, phone
    )
    return tag != "DELETE 0"


async def hold_back_rings(conn: Connection, workspace_id: str) -> None:
    """Wait for calls that are about to ring; later ones wait for the end of this transaction."""
    await conn.execute(
        "select pg_advisory_xact_lock(hashtextextended('dnc ' || $1, 0))", workspace_id
    )


async def ring_before_changes(conn: Connection, workspace_id: str) -> None:
    """Let nobody be listed between the question whether they are and the end of a transaction."""
    await conn.execute(
        "select pg_advisory_xact_lock_shared(hashtextextended('dnc ' || $1, 0))", workspace_id
    )


async def keep_digest(
    conn: Connection, workspace_id: str, digest: bytes, *, reason: str, now: datetime
) -> None:
    """List a number that is not known any more."""
    await conn.execute(
        "insert into dnc_erased (workspace_id, digest, reason, created_at)"
        " values ($1, $2, $3, $4) on conflict do nothing",
        workspace_id,
        digest,
        reason,
        now,
    )


async def has_digests(conn: Connection, workspace_id: str) -> bool:
    """Whether any number was erased and is still listed."""
    return await conn.fetchval(
        "select exists (select from dnc_erased where workspace_id = $1)", workspace_id
    )


async def find_digests(conn: Connection, workspace_id: str, digests: Sequence[bytes]) -> list[Row]:
    """Those of the digests that are listed: `digest`, `reason` and `created_at`."""
    return await conn.fetch(
        "select digest, reason, created_at from dnc_erased"
        " where workspace_id = $1 and digest = any ($2::bytea[])",
        workspace_id,
        list(digests),
    )


async def remove_digests(conn: Connection, workspace_id: str, digests: Sequence[bytes]) -> bool:
    """Take numbers off the list by their digests; False if none was on it."""
    tag = await conn.execute(
        "delete from dnc_erased where workspace_id = $1 and digest = any ($2::bytea[])",
        workspace_id,
        list(digests),
    )
    return tag != "DELETE 0"
