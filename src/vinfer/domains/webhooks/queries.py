"""SQL of webhooks and their deliveries."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, cast

import msgspec

from vinfer.domains.webhooks.schemas import Envelope, LastDelivery, Webhook
from vinfer.kit.db import Connection, Row
from vinfer.kit.page import PageQuery

_DELIVERY: Final = tuple(LastDelivery.__struct_fields__)
_LATEST: Final = (
    " left join lateral (select to_jsonb(d) as last from deliveries d where d.webhook_id = w.id"
    " order by d.created_at desc, d.id desc limit 1) l on true"
)


def webhook_of(row: Row) -> Webhook:
    """A webhook from its row, with `last` if it was asked for."""
    last = cast("dict[str, Any] | None", row.get("last"))
    return Webhook(
        id=row["id"],
        url=row["url"],
        events=row["events"],
        status=row["status"],
        created_at=row["created_at"],
        last_delivery=_delivery_of(last) if last else None,
    )


def _delivery_of(row: Mapping[str, Any]) -> LastDelivery:
    return msgspec.convert({name: row[name] for name in _DELIVERY}, LastDelivery)


async def insert(
    conn: Connection,
    *,
    id: str,
    workspace_id: str,
    url: str,
    events: Sequence[str],
    secret_sealed: bytes,
) -> Webhook:
    """Store a new webhook, which hears of what happens from now on."""
    row = await conn.fetchrow(
        "insert into webhooks (id, workspace_id, url, events, secret_sealed, cursor)"
        " select $1, id, $3, $4, $5, last_sequence from workspaces where id = $2 returning *",
        id,
        workspace_id,
        url,
        list(events),
        secret_sealed,
    )
    assert row is not None, "an actor's workspace exists"
    return webhook_of(row)


async def list_page(conn: Connection, workspace_id: str, page: PageQuery) -> tuple[list[Row], int]:
    """One page of webhooks, newest first, and how many there are."""
    rows = await conn.fetch(
        f"select w.*, l.last from webhooks w {_LATEST}"  # noqa: S608  # constant
        " where w.workspace_id = $1 and w.deleted_at is null"
        " and ($2::timestamptz is null or (w.created_at, w.id) < ($2, $3::text))"
        " order by w.created_at desc, w.id desc limit $4 offset $5",
        workspace_id,
        *page.keys,
    )
    total = await conn.fetchval(
        "select count(*) from webhooks where workspace_id = $1 and deleted_at is null", workspace_id
    )
    return rows, total


async def get(conn: Connection, workspace_id: str, id: str) -> Webhook | None:
    """One webhook of the workspace."""
    row = await conn.fetchrow(
        f"select w.*, l.last from webhooks w {_LATEST}"  # noqa: S608  # constant
        " where w.workspace_id = $1 and w.id = $2 and w.deleted_at is null",
        workspace_id,
        id,
    )
    return webhook_of(row) if row else None


async def lock(conn: Connection, id: str) -> Row | None:
    """The row of a webhook, locked until the transaction ends; None once it is deleted."""
    return await conn.fetchrow(
        "select * from webhooks where id = $1 and deleted_at is null for update", id
    )


async def change(conn: Connection, id: str, *, url: str | None, events: list[str] | None) -> None:
    """Set what is not None."""
    await conn.execute(
        "update webhooks set url = coalesce($2, url), events = coalesce($3, events) where id = $1",
        id,
        url,
        events,
    )


async def disable(conn: Connection, id: str) -> None:
    """Stop deliveries."""
    await conn.execute(
        "update webhooks set status = 'disabled', pumping_until = null, retry_at = null"
        " where id = $1",
        id,
    )


async def enable(conn: Connection, id: str) -> None:
    """Start deliveries again, with what happens from now on."""
    await conn.execute(
        "update webhooks w set status = 'active', cursor = s.last_sequence, attempts = 0,"
        " retry_at = null, pumping_until = null"
        " from workspaces s where w.id = $1 and s.id = w.workspace_id",
        id,
    )


async def delete(conn: Connection, workspace_id: str, id: str) -> bool:
    """Forget a webhook and its secret; False when there is none."""
    tag = await conn.execute(
        "update webhooks set deleted_at = now(), secret_sealed = ''"
        " where workspace_id = $1 and id = $2 and deleted_at is null",
        workspace_id,
        id,
    )
    return tag == "UPDATE 1"


async def listeners(conn: Connection, workspace_id: str, sequence: int) -> list[str]:
    """Ids of the active webhooks that want this event."""
    rows = await conn.fetch(
        "select w.id from webhooks w join events e on e.workspace_id = w.workspace_id"
        " where e.workspace_id = $1 and e.sequence = $2 and w.cursor < e.sequence"
        " and w.status = 'active' and w.deleted_at is null"
        " and (e.name = any(w.events) or '*' = any(w.events))",
        workspace_id,
        sequence,
    )
    return [row["id"] for row in rows]


async def stranded(conn: Connection, now: datetime) -> list[str]:
    """Ids of webhooks with work that nobody is about to do: their worker or job was lost."""
    rows = await conn.fetch(
        "select w.id from webhooks w join workspaces s on s.id = w.workspace_id"
        " where w.status = 'active' and w.deleted_at is null and w.cursor < s.last_sequence"
        " and coalesce(w.pumping_until, '-infinity') < $1"
        " and coalesce(w.retry_at, '-infinity') < $1",
        now,
    )
    return [row["id"] for row in rows]


def envelope_of(row: Row) -> Envelope:
    """What is sent of an event."""
    return Envelope(
        id=row["id"],
        event=row["name"],
        created_at=row["created_at"],
        workspace_id=row["workspace_id"],
        sequence=row["sequence"],
        data=row["data"],
    )


async def event(conn: Connection, workspace_id: str, sequence: int) -> Envelope:
    """One event of the log."""
    row = await conn.fetchrow(
        "select * from events where workspace_id = $1 and sequence = $2", workspace_id, sequence
    )
    assert row is not None, "the log keeps what is to be delivered"
    return envelope_of(row)


async def next_event(conn: Connection, webhook: Row) -> Envelope | None:
    """The first wanted event after the cursor; when there is none, the cursor moves to the end."""
    end: int = await conn.fetchval(
        "select coalesce(max(sequence), $2) from events where workspace_id = $1 and sequence > $2",
        webhook["workspace_id"],
        webhook["cursor"],
    )
    row = await conn.fetchrow(
        "select * from events where workspace_id = $1 and sequence > $2 and sequence <= $3"
        " and (name = any($4) or '*' = any($4)) order by sequence limit 1",
        webhook["workspace_id"],
        webhook["cursor"],
        end,
        webhook["events"],
    )
    if row is not None:
        return envelope_of(row)
    await set_progress(conn, webhook["id"], cursor=end, attempts=0)
    return None


async def set_progress(
    conn: Connection,
    id: str,
    *,
    cursor: int,
    attempts: int,
    retry_at: datetime | None = None,
    pumping_until: datetime | None = None,
) -> None:
    """Write how far a webhook is, and who is busy with it until when."""
    await conn.execute(
        "update webhooks set cursor = greatest(cursor, $2), attempts = $3, retry_at = $4,"
        " pumping_until = $5 where id = $1",
        id,
        cursor,
        attempts,
        retry_at,
        pumping_until,
    )


async def start_delivery(
    conn: Connection, *, id: str, webhook: Row, envelope: Envelope, attempt: int
) -> None:
    """Record that an attempt begins."""
    await conn.execute(
        "insert into deliveries"
        " (id, webhook_id, workspace_id, sequence, event_id, attempt, status)"
        " values ($1, $2, $3, $4, $5, $6, 'sending')",
        id,
        webhook["id"],
        webhook["workspace_id"],
        envelope.sequence,
        envelope.id,
        attempt,
    )


async def end_delivery(
    conn: Connection,
    id: str,
    *,
    status: str,
    status_code: int | None,
    error: str | None,
    latency_ms: int,
) -> None:
    """Record how an attempt ended."""
    await conn.execute(
        "update deliveries set status = $2, status_code = $3, error = $4, latency_ms = $5"
        " where id = $1",
        id,
        status,
        status_code,
        error,
        latency_ms,
    )


async def is_settled(conn: Connection, webhook_id: str, sequence: int, attempt: int) -> bool:
    """Whether this event was delivered, or this attempt or a later one has already ended."""
    return await conn.fetchval(
        "select exists (select from deliveries where webhook_id = $1 and sequence = $2"
        " and (status = 'delivered' or (status = 'failed' and attempt >= $3)))",
        webhook_id,
        sequence,
        attempt,
    )
