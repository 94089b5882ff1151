"""SQL of trunks."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from vinfer.domains.trunks.schemas import Trunk
from vinfer.kit import lists
from vinfer.kit.db import Connection, Row
from vinfer.kit.page import PageQuery

COLUMNS: Final = (
    "name",
    "server",
    "transport",
    "username",
    "auth_username",
    "password_sealed",
    "register",
    "caller_ids",
    "channels",
    "calls_per_second",
)


def trunk_of(row: Row) -> Trunk:
    """A trunk from its row."""
    shown = {name: row[name] for name in COLUMNS if name != "password_sealed"}
    return Trunk(
        id=row["id"],
        has_password=row["password_sealed"] is not None,
        is_default=row["is_default"],
        created_at=row["created_at"],
        **shown,
    )


async def lock_workspace(conn: Connection, workspace_id: str) -> None:
    """Change a workspace's trunks one at a time: exactly one of them is the default."""
    await conn.fetchval("select id from workspaces where id = $1 for no key update", workspace_id)


async def get(conn: Connection, workspace_id: str, id: str) -> Row | None:
    """A trunk's row."""
    return await conn.fetchrow(
        "select * from trunks where workspace_id = $1 and id = $2", workspace_id, id
    )


async def lock(conn: Connection, id: str) -> bool:
    """Let nobody begin to use a trunk before this transaction ends; False if somebody just does.

    It does not wait for them: they may wait for the workspace, which is held here.
    """
    return bool(
        await conn.fetchval("select true from trunks where id = $1 for update skip locked", id)
    )


async def page(conn: Connection, workspace_id: str, query: PageQuery) -> tuple[Sequence[Row], int]:
    """One page of trunks, newest first, and how many there are."""
    end, more = lists.tail(query, first=2, time="created_at", id="id")
    rows = await conn.fetch(
        f"select * from trunks where workspace_id = $1{end}",  # noqa: S608  # constants
        workspace_id,
        *more,
    )
    total = await conn.fetchval("select count(*) from trunks where workspace_id = $1", workspace_id)
    return rows, total


async def insert(conn: Connection, workspace_id: str, id: str, values: Mapping[str, Any]) -> None:
    """Store a trunk that is not the default."""
    await conn.execute(
        "insert into trunks (id, workspace_id, name, server, transport, username, auth_username,"
        " password_sealed, register, caller_ids, channels, calls_per_second)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        id,
        workspace_id,
        *(values[name] for name in COLUMNS),
    )


async def update(conn: Connection, id: str, values: Mapping[str, Any]) -> None:
    """Write every changeable column of a trunk."""
    await conn.execute(
        "update trunks set name = $2, server = $3, transport = $4, username = $5,"
        " auth_username = $6, password_sealed = $7, register = $8, caller_ids = $9,"
        " channels = $10, calls_per_second = $11 where id = $1",
        id,
        *(values[name] for name in COLUMNS),
    )


async def make_default(conn: Connection, workspace_id: str, id: str) -> None:
    """Move the default to this trunk."""
    await conn.execute(
        "update trunks set is_default = false where workspace_id = $1 and is_default and id <> $2",
        workspace_id,
        id,
    )
    await conn.execute("update trunks set is_default = true where id = $1", id)


async def oldest(conn: Connection, workspace_id: str) -> str | None:
    """The trunk that stands in when the default goes."""
    return await conn.fetchval(
        "select id from trunks where workspace_id = $1 order by created_at, id limit 1",
        workspace_id,
    )


async def has_default(conn: Connection, workspace_id: str) -> bool:
    """Whether the workspace has a default trunk."""
    return await conn.fetchval(
        "select exists (select from trunks where workspace_id = $1 and is_default)",
        workspace_id,
    )


async def find_user(conn: Connection, workspace_id: str, id: str) -> str | None:
    """Something live that needs the trunk, as the default too: `campaign cmp_…`, `call cal_…`."""
    return await conn.fetchval(
        "select 'campaign ' || c.id from campaigns c join trunks t on t.id = $2"
        " where c.workspace_id = $1 and c.status in ('scheduled', 'running', 'paused')"
        " and (c.trunk_id = t.id or (c.trunk_id is null and t.is_default))"
        " union all select 'call ' || id from calls where workspace_id = $1 and trunk_id = $2"
        " and status = 'in_progress' limit 1",
        workspace_id,
        id,
    )


async def delete(conn: Connection, id: str) -> None:
    """Delete a trunk."""
    await conn.execute("delete from trunks where id = $1", id)
