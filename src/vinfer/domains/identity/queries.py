"""SQL of workspaces and keys."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from vinfer.domains.identity.schemas import Key, Limits, Workspace
from vinfer.kit import lists
from vinfer.kit.access import Scope
from vinfer.kit.db import Connection, Row
from vinfer.kit.page import PageQuery

_KEY: Final = (
    "id",
    "name",
    "prefix",
    "scope",
    "created_at",
    "last_used_at",
    "expires_at",
    "revoked_at",
)


def key_of(row: Row) -> Key:
    """A key from its row."""
    return Key(**{name: row[name] for name in _KEY})


async def find_live_keys(conn: Connection, digests: Sequence[bytes]) -> list[Row]:
    """The keys with these hashes, neither revoked nor expired, and their workspaces' limits."""
    return await conn.fetch(
        "select k.id, k.workspace_id, k.scope, k.hash, k.expires_at, w.requests_per_minute"
        " from api_keys k join workspaces w on w.id = k.workspace_id"
        " where k.hash = any ($1::bytea[]) and k.revoked_at is null"
        " and (k.expires_at is null or k.expires_at > now())",
        list(digests),
    )


async def insert_key(
    conn: Connection,
    *,
    id: str,
    workspace_id: str,
    name: str,
    prefix: str,
    digest: bytes,
    scope: Scope,
    expires_at: datetime | None,
) -> Key:
    """Store a new key."""
    row = await conn.fetchrow(
        "insert into api_keys (id, workspace_id, name, prefix, hash, scope, expires_at)"
        " values ($1, $2, $3, $4, $5, $6, $7) returning *",
        id,
        workspace_id,
        name,
        prefix,
        digest,
        scope,
        expires_at,
    )
    assert row is not None
    return key_of(row)


async def list_keys(conn: Connection, workspace_id: str, page: PageQuery) -> tuple[list[Row], int]:
    """One page of keys, newest first, and how many there are."""
    end, more = lists.tail(page, first=2, time="created_at", id="id")
    rows = await conn.fetch(
        f"select * from api_keys where workspace_id = $1{end}",  # noqa: S608  # constants
        workspace_id,
        *more,
    )
    total = await conn.fetchval(
        "select count(*) from api_keys where workspace_id = $1", workspace_id
    )
    return rows, total


async def all_keys(conn: Connection, workspace_id: str) -> list[Row]:
    """Every key of a workspace, newest first."""
    return await conn.fetch(
        "select * from api_keys where workspace_id = $1 order by created_at desc, id desc",
        workspace_id,
    )


async def revoke_key(conn: Connection, workspace_id: str, id: str) -> bool:
    """End a key; ending it again changes nothing. False when there is none."""
    tag = await conn.execute(
        "update api_keys set revoked_at = coalesce(revoked_at, now())"
        " where workspace_id = $1 and id = $2",
        workspace_id,
        id,
    )
    return tag == "UPDATE 1"


async def write_last_used(conn: Connection, used: Mapping[str, datetime]) -> None:
    """Move `last_used_at` of keys forward."""
    await conn.execute(
        "update api_keys k set last_used_at = greatest(k.last_used_at, u.at)"
        " from unnest($1::text[], $2::timestamptz[]) u(id, at) where k.id = u.id",
        list(used),
        list(used.values()),
    )


def workspace_of(row: Row) -> Workspace:
    """A workspace from its row."""
    return Workspace(
        id=row["id"],
        name=row["name"],
        timezone=row["timezone"],
        limits=Limits(
            requests_per_minute=row["requests_per_minute"],
            max_concurrent_calls=row["max_concurrent_calls"],
        ),
        created_at=row["created_at"],
    )


async def get_workspace(conn: Connection, id: str) -> Workspace | None:
    """A workspace by its id."""
    row = await conn.fetchrow("select * from workspaces where id = $1", id)
    return workspace_of(row) if row else None


async def find_workspace(conn: Connection, name_or_id: str) -> Workspace | None:
    """A workspace by its id, else by its name."""
    row = await conn.fetchrow(
        "select * from workspaces where id = $1 or name = $1 order by (id = $1) desc limit 1",
        name_or_id,
    )
    return workspace_of(row) if row else None


async def list_workspaces(conn: Connection) -> list[Workspace]:
    """Every workspace, oldest first."""
    rows = await conn.fetch("select * from workspaces order by created_at, id")
    return [workspace_of(row) for row in rows]


async def insert_workspace(
    conn: Connection, *, id: str, name: str, timezone: str
) -> Workspace | None:
    """Store a new workspace; None when the name is taken."""
    row = await conn.fetchrow(
        "insert into workspaces (id, name, timezone) values ($1, $2, $3)"
        " on conflict (name) do nothing returning *",
        id,
        name,
        timezone,
    )
    return workspace_of(row) if row else None


async def set_limits(conn: Connection, id: str, changes: Mapping[str, Any]) -> None:
    """Change a workspace's limits and zone; an absent one stays."""
    await conn.execute(
        "update workspaces set requests_per_minute = coalesce($2, requests_per_minute),"
        " max_concurrent_calls = coalesce($3, max_concurrent_calls),"
        " timezone = coalesce($4, timezone) where id = $1",
        id,
        changes.get("requests_per_minute"),
        changes.get("max_concurrent_calls"),
        changes.get("timezone"),
    )


async def find_key(conn: Connection, name_or_id: str) -> Row | None:
    """A key of any workspace by its id, else by its shown prefix if only one has it."""
    rows = await conn.fetch(
        "select * from api_keys where id = $1 or prefix = $1 order by (id = $1) desc limit 2",
        name_or_id,
    )
    return rows[0] if len(rows) == 1 or (rows and rows[0]["id"] == name_or_id) else None
