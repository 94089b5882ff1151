"""Reports as workers make them: claimed for a while, written by whoever holds the claim."""

from datetime import datetime, timedelta
from typing import Any, Final

from vinfer.kit.db import Connection, Row

_CLAIMS: Final = 0x76_69_6E_66_65_72_04  # any number of our own: claims are made one at a time
# the workspace with the fewest under way goes first: the reports of one hold up nobody else's
_NEXT: Final = """
select r.id from reports r
where r.status in ('queued', 'processing') and r.due_at <= $1
order by (
    select count(*) from reports h where h.workspace_id = r.workspace_id
    and h.status = 'processing' and h.due_at > $1
), r.due_at, r.id limit 1
"""


async def claim(conn: Connection, *, token: str, now: datetime, lease: timedelta) -> Row | None:
    """Take the report whose turn it is."""
    await conn.fetchval("select pg_advisory_xact_lock($1)", _CLAIMS)
    return await conn.fetchrow(
        "update reports set status = 'processing', claim = $2, due_at = $3,"  # noqa: S608
        f" attempts = attempts + 1 where id = ({_NEXT}) returning *",
        now,
        token,
        now + lease,
    )


async def renew(conn: Connection, id: str, token: str, *, until: datetime) -> bool:
    """Keep a claim; False if it is lost."""
    tag = await conn.execute(
        "update reports set due_at = $3 where id = $1 and claim = $2", id, token, until
    )
    return tag == "UPDATE 1"


async def release(conn: Connection, id: str, token: str, *, due_at: datetime, failed: bool) -> None:
    """Give a report back, to be taken from `due_at` on; an attempt that did not fail counts not."""
    await conn.execute(
        "update reports set status = 'queued', claim = null, due_at = $3,"
        " attempts = case when $4 then attempts else greatest(attempts - 1, 0) end"
        " where id = $1 and claim = $2",
        id,
        token,
        due_at,
        failed,
    )


async def finish(
    conn: Connection,
    id: str,
    token: str,
    *,
    now: datetime,
    error: dict[str, Any] | None = None,
    data: str | None = None,
    file: tuple[str, int, str] | None = None,
) -> Row | None:
    """End a claimed report, with an error or with its file; None if the claim is lost.

    `file` is key, bytes and SHA-256. A completed run that has somebody to mail is due to be mailed.
    """
    key, size, digest = file or (None, None, None)
    return await conn.fetchrow(
        "update reports set"
        " status = case when $3::jsonb is null then 'completed' else 'failed' end,"
        " error = $3, data = $4, file_key = $5, file_bytes = $6, file_sha256 = $7,"
        " completed_at = $8, claim = null, due_at = null,"
        " mail_state = case when $3::jsonb is null and email is not null then 'due' end"
        " where id = $1 and claim = $2 returning *",
        id,
        token,
        error,
        data,
        key,
        size,
        digest,
        now,
    )


async def exists(conn: Connection, id: str) -> bool:
    """Whether a report is there, in whatever state."""
    return await conn.fetchval("select exists (select from reports where id = $1)", id)


async def prune(conn: Connection, *, before_id: str, limit: int) -> list[Row]:
    """Delete reports that have ended, oldest first; the rows as they were."""
    return await conn.fetch(
        "delete from reports where id in (select id from reports"
        " where id < $1 and status in ('completed', 'failed') order by id limit $2)"
        " returning id, type, format, status, from_day, to_day",
        before_id,
        limit,
    )


async def lock_due_schedule(conn: Connection, now: datetime) -> Row | None:
    """One schedule whose time has come, which nobody else runs until this transaction ends."""
    return await conn.fetchrow(
        "select * from reports where status = 'scheduled' and next_run_at <= $1"
        " order by next_run_at, id limit 1 for no key update skip locked",
        now,
    )


async def move_schedule(conn: Connection, id: str, *, next_run_at: datetime) -> None:
    """Note that a schedule has run, and when it does again."""
    await conn.execute(
        "update reports set runs = runs + 1, next_run_at = $2 where id = $1", id, next_run_at
    )


async def claim_mail(
    conn: Connection, id: str, *, now: datetime, until: datetime
) -> tuple[Row | None, bool]:
    """Take the sending of a run's mail; else None, and whether somebody else is sending it."""
    row = await conn.fetchrow(
        "update reports set mail_until = $3 where id = $1 and mail_state = 'due'"
        " and (mail_until is null or mail_until <= $2) returning *",
        id,
        now,
        until,
    )
    if row is not None:
        return row, False
    busy = "select exists (select from reports where id = $1 and mail_state = 'due')"
    return None, await conn.fetchval(busy, id)


async def free_mail(conn: Connection, id: str) -> None:
    """Give the sending back: it was not taken now."""
    await conn.execute("update reports set mail_until = null where id = $1", id)


async def end_mail(conn: Connection, id: str, *, state: str, now: datetime) -> None:
    """Note that a mail was sent, or never will be."""
    await conn.execute(
        "update reports set mail_state = $2, mail_until = null,"
        " mailed_at = case when $2 = 'sent' then $3::timestamptz end where id = $1",
        id,
        state,
        now,
    )
