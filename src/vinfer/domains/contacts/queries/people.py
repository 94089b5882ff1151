"""People: what campaigns and hands have given for a phone."""

from datetime import datetime
from typing import Any

from vinfer.kit.db import Connection, Row


async def hold(conn: Connection, workspace_id: str, phone: str) -> None:
    """Let nobody else put a person right, or forget them, until this transaction ends."""
    await conn.execute(
        "select pg_advisory_xact_lock(hashtextextended('person ' || $1 || ' ' || $2, 0))",
        workspace_id,
        phone,
    )


async def from_campaigns(conn: Connection, workspace_id: str, phone: str) -> list[Row]:
    """The names and values that campaigns gave for a phone, newest first (at most 50)."""
    return await conn.fetch(
        "select name, variables, created_at from contacts where workspace_id = $1 and phone = $2"
        " order by created_at desc, id desc limit 50",
        workspace_id,
        phone,
    )


async def by_hand(conn: Connection, workspace_id: str, phone: str) -> Row | None:
    """What was set for a phone, and when."""
    return await conn.fetchrow(
        "select given, updated_at from people where workspace_id = $1 and phone = $2",
        workspace_id,
        phone,
    )


async def set_by_hand(
    conn: Connection, workspace_id: str, phone: str, given: dict[str, Any], *, now: datetime
) -> dict[str, Any]:
    """Set values for a phone beside those set before; None takes one away. Returns all of them."""
    return await conn.fetchval(
        "insert into people as p (workspace_id, phone, given, updated_at) values ($1, $2, $3, $4)"
        " on conflict (workspace_id, phone) do update"
        " set given = p.given || excluded.given, updated_at = excluded.updated_at returning given",
        workspace_id,
        phone,
        given,
        now,
    )


async def erase(conn: Connection, workspace_id: str, phone: str) -> bool:
    """Forget what was set for a phone; False if that was nothing."""
    tag = await conn.execute(
        "delete from people where workspace_id = $1 and phone = $2", workspace_id, phone
    )
    return tag != "DELETE 0"
