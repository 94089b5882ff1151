"""SQL of webhooks."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, cast

import msgspec

from vinfer.domains.webhooks.schemas import DisabledReason, LastDelivery, Webhook
from vinfer.kit import lists
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
        disabled_reason=row["disabled_reason"],
        created_at=row["created_at"],
        previous_secret_expires_at=row["previous_until"],
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


async def count(conn: Connection, workspace_id: str) -> int:
    """How many webhooks a workspace has."""
    return await conn.fetchval(
        "select count(*) from webhooks where workspace_id = $1 and deleted_at is null", workspace_id
    )


async def list_page(conn: Connection, workspace_id: str, page: PageQuery) -> tuple[list[Row], int]:
    """One page of webhooks, newest first, and how many there are."""
    end, more = lists.tail(page, first=2, time="w.created_at", id="w.id")
    rows = await conn.fetch(
        f"select w.*, l.last from webhooks w {_LATEST}"  # noqa: S608  # constant
        f" where w.workspace_id = $1 and w.deleted_at is null{end}",
        workspace_id,
        *more,
    )
    return rows, await count(conn, workspace_id)


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
        "select * from webhooks where id = $1 and deleted_at is null for no key update", id
    )


async def change(conn: Connection, id: str, *, url: str | None, events: list[str] | None) -> None:
    """Set what is not None. A new URL starts without the failures of the old one."""
    await conn.execute(
        "update webhooks set url = coalesce($2, url), events = coalesce($3, events),"
        " failures = case when moved then 0 else failures end,"
        " failing_since = case when moved then null else failing_since end,"
        " resume_at = case when moved then null else resume_at end"
        " from (select $2 is distinct from w.url and $2 is not null as moved from webhooks w"
        "  where w.id = $1) it where id = $1",
        id,
        url,
        events,
    )


async def disable(conn: Connection, id: str, reason: DisabledReason) -> None:
    """Stop deliveries."""
    await conn.execute(
        "update webhooks set status = 'disabled', disabled_reason = $2, failures = 0,"
        " failing_since = null, resume_at = null, replay_cursor = null, replay_until = null"
        " where id = $1",
        id,
        reason,
    )


async def enable(conn: Connection, id: str) -> None:
    """Start deliveries again, with what happens from now on."""
    await conn.execute(
        "update webhooks w set status = 'active', disabled_reason = null, cursor = s.last_sequence"
        " from workspaces s where w.id = $1 and s.id = w.workspace_id",
        id,
    )


async def rotate(
    conn: Connection, id: str, *, secret_sealed: bytes, previous_until: datetime
) -> None:
    """Set a new secret; the one until now signs too for a while."""
    await conn.execute(
        "update webhooks set previous_sealed = secret_sealed, previous_until = $3,"
        " secret_sealed = $2 where id = $1",
        id,
        secret_sealed,
        previous_until,
    )


async def drop_previous(conn: Connection, now: datetime) -> None:
    """Erase secrets whose rotation is over."""
    await conn.execute(
        "update webhooks set previous_sealed = null, previous_until = null"
        " where previous_until <= $1",
        now,
    )


async def start_replay(conn: Connection, id: str, *, first: int, last: int) -> None:
    """Send the wanted events from `first` to `last` again; a replay that runs ends."""
    await conn.execute(
        "update webhooks set replay_cursor = $2 - 1, replay_until = $3 where id = $1",
        id,
        first,
        last,
    )


async def delete(conn: Connection, workspace_id: str, id: str) -> bool:
    """Forget a webhook, its secret and its URL, which may hold one; False when there is none."""
    tag = await conn.execute(
        "update webhooks set deleted_at = now(), secret_sealed = '', url = '',"
        " previous_sealed = null,"
        " previous_until = null"
        " where workspace_id = $1 and id = $2 and deleted_at is null",
        workspace_id,
        id,
    )
    return tag == "UPDATE 1"


async def prune(conn: Connection, *, before: datetime, limit: int) -> int:
    """Drop what is left of deleted webhooks once nothing tells of them; how many went."""
    tag = await conn.execute(
        "delete from webhooks where id in (select w.id from webhooks w where w.deleted_at < $1"
        "  and not exists (select from deliveries d where d.webhook_id = w.id)"
        "  and not exists (select from webhook_chains c where c.webhook_id = w.id)"
        "  order by w.id limit $2)",
        before,
        limit,
    )
    return int(tag.removeprefix("DELETE "))
