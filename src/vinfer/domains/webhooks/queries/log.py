"""SQL of the event log."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, cast

import msgspec

from vinfer.domains.webhooks.schemas import Envelope
from vinfer.kit.db import Connection, Row

PAGE_BYTES: Final = 4 * 1024 * 1024  # as stored, compressed
COLUMNS: Final = (
    "e.workspace_id, e.sequence, e.id, e.name, e.created_at,"
    " e.data::text as data"  # handed on as it is: a long transcript takes ten times as much decoded
)
_SLACK: Final = "interval '5 minutes'"  # longer than a transaction: times are not quite in order


def envelope_of(row: Row) -> Envelope:
    """What is sent of an event, from its `COLUMNS`."""
    return Envelope(
        id=row["id"],
        event=row["name"],
        created_at=row["created_at"],
        workspace_id=row["workspace_id"],
        sequence=row["sequence"],
        data=cast("dict[str, Any]", msgspec.Raw(row["data"].encode())),
    )


async def after(
    conn: Connection, workspace_id: str, sequence: int, *, limit: int
) -> list[Envelope]:
    """Events after a sequence, in order; fewer than `limit` when they are large."""
    rows = await conn.fetch(
        f"select {COLUMNS} from (select e.*, pg_column_size(e.data) as bytes,"  # noqa: S608  # constant
        "  sum(pg_column_size(e.data)) over (order by e.sequence) as bytes_so_far"
        "  from (select * from events where workspace_id = $1 and sequence > $2"
        "   order by sequence limit $3) e) e"
        " where bytes_so_far - bytes < $4 order by sequence",
        workspace_id,
        sequence,
        limit,
        PAGE_BYTES,
    )
    return [envelope_of(row) for row in rows]


async def bounds(conn: Connection, workspace_id: str) -> tuple[int, int]:
    """The last sequence that is no longer kept (0: none), and the last there is."""
    row = await conn.fetchrow(
        "select coalesce((select min(sequence) - 1 from events where workspace_id = s.id),"
        " s.last_sequence) as pruned, s.last_sequence as last from workspaces s where s.id = $1",
        workspace_id,
    )
    assert row is not None, "an actor's workspace exists"
    return row["pruned"], row["last"]


async def kept_since(conn: Connection, workspace_id: str) -> datetime | None:
    """When the oldest event that is kept happened."""
    return await conn.fetchval(
        "select created_at from events where workspace_id = $1 order by sequence limit 1",
        workspace_id,
    )


async def first_since(conn: Connection, workspace_id: str, since: datetime) -> int | None:
    """The first sequence of the events that happened since a moment."""
    return await conn.fetchval(
        "select min(sequence) from events where workspace_id = $1 and created_at >= $2"  # noqa: S608  # constant
        " and created_at <= (select min(created_at) from events"
        f"  where workspace_id = $1 and created_at >= $2) + {_SLACK}",
        workspace_id,
        since,
    )


async def count_wanted(
    conn: Connection, workspace_id: str, names: Sequence[str], *, first: int, last: int
) -> int:
    """How many events of these names there are from `first` to `last`."""
    return await conn.fetchval(
        "select count(*) from events where workspace_id = $1 and sequence between $2 and $3"
        " and (name = any($4) or '*' = any($4))",
        workspace_id,
        first,
        last,
        list(names),
    )


async def prune(conn: Connection, *, before: datetime, limit: int) -> int:
    """Forget old events, oldest first, never one that is owed; how many went.

    What is kept of a workspace's log has no gap.
    """
    return await conn.fetchval(
        "with old as materialized (select s.id, least("
        "   (select min(c.sequence) from webhook_chains c where c.workspace_id = s.id),"
        "   (select min(least(w.cursor, w.replay_cursor)) + 1 from webhooks w"
        "    where w.workspace_id = s.id and w.status = 'active' and w.deleted_at is null),"
        "   s.last_sequence + 1) as owed"
        "  from workspaces s cross join lateral (select e.created_at from events e"
        "   where e.workspace_id = s.id order by e.sequence limit 1) oldest"
        "  where oldest.created_at < $1),"
        " batch as materialized (select b.* from old cross join lateral"
        "  (select a.*, bool_and(a.created_at < $1) over (order by a.sequence) as aged from"
        "   (select e.workspace_id, e.sequence, e.created_at from events e"
        "    where e.workspace_id = old.id and e.sequence < old.owed"
        "    order by e.sequence limit $2) a) b"
        "  where b.aged limit $2),"
        " gone as (delete from events e using batch b"
        "  where e.workspace_id = b.workspace_id and e.sequence = b.sequence returning 1)"
        " select count(*) from gone",
        before,
        limit,
    )
