"""SQL of the delivery log: one row per attempt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from vinfer.domains.webhooks.queries.chains import Held, columns
from vinfer.domains.webhooks.schemas import DeliveryQuery
from vinfer.kit import lists
from vinfer.kit.db import Connection, Row
from vinfer.kit.page import PageQuery

_DETAIL: Final = (
    "select d.*, e.name, e.data::text as data, e.created_at as happened_at,"
    " c.due_at as next_attempt_at"
    " from deliveries d"
    " left join events e on e.workspace_id = d.workspace_id and e.sequence = d.sequence"
    " left join lateral (select greatest(c.due_at, w.resume_at) as due_at"
    "  from webhook_chains c join webhooks w on w.id = c.webhook_id"
    "  where c.webhook_id = d.webhook_id and c.lane in ('live', 'replay')"
    "  and c.sequence = d.sequence and c.attempts = d.attempt and c.claim is null"
    "  and d.status = 'failed' limit 1) c on true"
)


@dataclass(frozen=True, slots=True)
class Ended:
    """An attempt for the log."""

    id: str
    webhook_id: str
    workspace_id: str
    sequence: int
    event_id: str
    event: str
    attempt: int
    status: str
    status_code: int | None
    error: str | None
    latency_ms: int
    response_sealed: bytes | None
    created_at: datetime


_KINDS: Final = {
    "id": "text",
    "webhook_id": "text",
    "workspace_id": "text",
    "sequence": "bigint",
    "event_id": "text",
    "event": "text",
    "attempt": "int",
    "status": "text",
    "status_code": "int",
    "error": "text",
    "latency_ms": "int",
    "response_sealed": "bytea",
    "created_at": "timestamptz",
}
_COLUMNS: Final = ", ".join(_KINDS)
_ARRAYS: Final = ", ".join(f"${at}::{kind}[]" for at, kind in enumerate(_KINDS.values(), start=5))


async def store(conn: Connection, ended: Sequence[Ended], *, settled: Sequence[Held]) -> None:
    """Write attempts; of those that delivered, end the chains and forget the webhooks' failures.

    An attempt that is written already stays; a chain that another worker has taken over is left.
    """
    await conn.execute(
        "with gone as (delete from webhook_chains c"  # noqa: S608  # constants
        "  using unnest($1::text[], $2::text[], $3::bigint[], $4::text[])"
        "   as it (id, lane, sequence, claim)"
        "  where c.webhook_id = it.id and c.lane = it.lane and c.sequence = it.sequence"
        "  and c.claim = it.claim),"
        " well as (select id from webhooks where id = any($1) and failures > 0"
        "  order by id for no key update),"
        " healed as (update webhooks w set failures = 0, failing_since = null, resume_at = null"
        "  from well where w.id = well.id)"
        f" insert into deliveries ({_COLUMNS}) select * from unnest({_ARRAYS})"
        " on conflict (id) do nothing",
        *columns(settled),
        *([getattr(it, name) for it in ended] for name in _KINDS),
    )


async def begin_test(
    conn: Connection, *, id: str, webhook: Row, event_id: str, event: str, now: datetime
) -> None:
    """Write an attempt that is about to be made at an event outside the log."""
    await conn.execute(
        "insert into deliveries (id, webhook_id, workspace_id, sequence, event_id, event, attempt,"
        " status, created_at) values ($1, $2, $3, 0, $4, $5, 1, 'sending', $6)",
        id,
        webhook["id"],
        webhook["workspace_id"],
        event_id,
        event,
        now,
    )


async def end_test(conn: Connection, ended: Ended) -> None:
    """Write how such an attempt ended, once."""
    await conn.execute(
        "update deliveries set status = $2, status_code = $3, error = $4, latency_ms = $5,"
        " response_sealed = $6 where id = $1 and status = 'sending'",
        ended.id,
        ended.status,
        ended.status_code,
        ended.error,
        ended.latency_ms,
        ended.response_sealed,
    )


async def waiting_test(conn: Connection, id: str) -> Row | None:
    """An attempt that has not ended, with its webhook's row."""
    return await conn.fetchrow(
        "select d.id as delivery_id, d.event_id, d.event, d.created_at as happened_at, w.*"
        " from deliveries d join webhooks w on w.id = d.webhook_id"
        " where d.id = $1 and d.status = 'sending'",
        id,
    )


async def get(conn: Connection, webhook_id: str, id: str) -> Row | None:
    """One attempt with its event."""
    return await conn.fetchrow(f"{_DETAIL} where d.webhook_id = $1 and d.id = $2", webhook_id, id)


async def list_page(
    conn: Connection, webhook_id: str, filters: DeliveryQuery, page: PageQuery
) -> tuple[list[Row], int]:
    """One page of attempts with their events, newest first, and how many there are."""
    kept, values = lists.conditions({"d.status": filters.status, "d.event": filters.event}, first=2)
    tail, place = lists.tail(page, first=2 + len(values), time="d.created_at", id="d.id")
    rows = await conn.fetch(
        f"{_DETAIL} where d.webhook_id = $1{kept}{tail}", webhook_id, *values, *place
    )
    total = await conn.fetchval(
        f"select count(*) from deliveries d where d.webhook_id = $1{kept}",  # noqa: S608  # constants
        webhook_id,
        *values,
    )
    return rows, total


async def prune(conn: Connection, *, before_id: str, limit: int) -> int:
    """Forget old attempts, which their ids order by time; how many went."""
    tag = await conn.execute(
        "delete from deliveries where id in"
        " (select id from deliveries where id < $1 order by id limit $2)",
        before_id,
        limit,
    )
    return int(tag.removeprefix("DELETE "))
