"""Media processes: who lives, and what they hold.

A process lives as long as its session holds an advisory lock on its id: no heartbeat, no clock. It
needs a connection of its own, and no transaction pooler between.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from vinfer.kit.db import Connection

_KEY: Final = "hashtextextended('media process ' || {}, 0)"
_MISSING: Final = """
with seen as materialized (
    select id, pg_try_advisory_xact_lock_shared([key]) as free from media_processes
)
update media_processes p
set missing_since = case when seen.free then coalesce(p.missing_since, $1) end
from seen where p.id = seen.id and (seen.free or p.missing_since is not null)
returning p.id, p.missing_since
""".replace("[key]", _KEY.format("id"))


async def hold(conn: Connection, process_id: str) -> None:
    """Hold the lock of a process while `conn` lives; waits for an earlier session to end."""
    await conn.execute(f"select pg_advisory_lock({_KEY.format('$1')})", process_id)


async def enrol(conn: Connection, process_id: str, host: str, *, now: datetime) -> None:
    """List a process, or clear the suspicion on a listed one."""
    await conn.execute(
        "insert into media_processes (id, host, started_at) values ($1, $2, $3)"
        " on conflict (id) do update set missing_since = null",
        process_id,
        host,
        now,
    )


async def missing(conn: Connection, *, now: datetime, since: datetime) -> list[str]:
    """Ids of processes whose lock has been free in every look since `since`."""
    rows = await conn.fetch(_MISSING, now)
    return sorted(
        row["id"] for row in rows if row["missing_since"] and row["missing_since"] <= since
    )


async def take_over(conn: Connection, process_id: str) -> bool:
    """Hold a dead process's lock until this transaction ends; False if it lives."""
    return await conn.fetchval(f"select pg_try_advisory_xact_lock({_KEY.format('$1')})", process_id)


async def strike_off(conn: Connection, process_id: str) -> None:
    """Forget a dead process."""
    await conn.execute("delete from media_processes where id = $1", process_id)


async def held_by(conn: Connection, owner: str) -> list[tuple[str, bool]]:
    """The live calls of a process, by workspace: id, and whether the phone may have rung."""
    rows = await conn.fetch(
        "select id, rang_at from calls where owner = $1 and status = 'in_progress'"
        " order by workspace_id, id",
        owner,
    )
    return [(row["id"], row["rang_at"] is not None) for row in rows]


async def unknown_to(
    conn: Connection, owner: str, known_ids: Collection[str], *, before: datetime
) -> list[str]:
    """Ids of calls claimed before `before` in a process's name that it does not know."""
    rows = await conn.fetch(
        "select id from calls where owner = $1 and status = 'in_progress' and started_at < $3"
        " and rang_at is null and id <> all ($2::text[]) order by workspace_id, id",
        owner,
        list(known_ids),
        before,
    )
    return [row["id"] for row in rows]


async def disown(conn: Connection, call_id: str) -> None:
    """Let a one-off call wait for a seat again."""
    await conn.execute("update calls set owner = null, rang_at = null where id = $1", call_id)


async def forget(conn: Connection, call_id: str) -> None:
    """Delete an attempt that came to nothing before any phone rang."""
    await conn.execute("delete from calls where id = $1 and rang_at is null", call_id)


async def clock_skew_s(conn: Connection, *, now: datetime) -> float:
    """How far this host's clock is ahead of the database's, in seconds."""
    return await conn.fetchval(
        "select extract(epoch from $1::timestamptz - clock_timestamp())::float8", now
    )


async def to_end(conn: Connection, owner: str, known_ids: Collection[str]) -> list[str]:
    """Which of the calls a process knows it must hang up: asked for, or no longer its own."""
    rows = await conn.fetch(
        "select t.id from unnest($2::text[]) as t (id) where not exists (select from calls k"
        " where k.id = t.id and k.owner = $1 and k.status = 'in_progress'"
        " and not k.hangup_requested)",
        owner,
        list(known_ids),
    )
    return [row["id"] for row in rows]
