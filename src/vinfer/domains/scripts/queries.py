"""SQL of scripts and their versions."""

from collections.abc import Sequence
from typing import Any

import msgspec

from vinfer.domains.scripts.schemas import Script, ScriptWarning
from vinfer.kit import lists
from vinfer.kit.db import Connection, Row
from vinfer.kit.page import PageQuery


def script_of(row: Row) -> Script:
    """A script from a row of both tables."""
    return Script(
        id=row["id"],
        version=row["version"],
        body=row["body"],
        warnings=msgspec.convert(row["warnings"], list[ScriptWarning]),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


async def get(conn: Connection, workspace_id: str, id: str) -> Script | None:
    """A live script at its newest version."""
    row = await conn.fetchrow(
        "select s.*, v.body, v.warnings from scripts s join script_versions v"
        " on v.script_id = s.id and v.version = s.version"
        " where s.workspace_id = $1 and s.id = $2 and s.deleted_at is null",
        workspace_id,
        id,
    )
    return script_of(row) if row else None


async def newest(conn: Connection, workspace_id: str, id: str) -> Row | None:
    """The newest version of a live script (`version`, `body`), which nobody deletes meanwhile."""
    return await conn.fetchrow(
        "select s.version, v.body from scripts s join script_versions v"
        " on v.script_id = s.id and v.version = s.version"
        " where s.workspace_id = $1 and s.id = $2 and s.deleted_at is null for share of s",
        workspace_id,
        id,
    )


async def lock(conn: Connection, workspace_id: str, id: str) -> bool:
    """Hold a live script until the transaction ends, so that versions are made one by one."""
    found = await conn.fetchval(
        "select true from scripts where workspace_id = $1 and id = $2 and deleted_at is null"
        " for update",
        workspace_id,
        id,
    )
    return bool(found)


async def page(conn: Connection, workspace_id: str, query: PageQuery) -> tuple[Sequence[Row], int]:
    """One page of live scripts, newest first, and how many there are."""
    end, more = lists.tail(query, first=2, time="s.created_at", id="s.id")
    rows = await conn.fetch(
        "select s.*, v.body, v.warnings from scripts s join script_versions v"  # noqa: S608  # constants
        " on v.script_id = s.id and v.version = s.version"
        f" where s.workspace_id = $1 and s.deleted_at is null{end}",
        workspace_id,
        *more,
    )
    total = await conn.fetchval(
        "select count(*) from scripts where workspace_id = $1 and deleted_at is null",
        workspace_id,
    )
    return rows, total


async def insert(conn: Connection, workspace_id: str, id: str, body: dict[str, Any]) -> None:
    """Store a script that has no version yet."""
    await conn.execute(
        "insert into scripts (id, workspace_id, name, language, version)"
        " values ($1, $2, $3, $4, 0)",
        id,
        workspace_id,
        body["name"],
        body["language"],
    )


async def add_version(
    conn: Connection, id: str, body: dict[str, Any], warnings: Sequence[ScriptWarning]
) -> None:
    """Make `body` the script's newest version."""
    await conn.execute(
        "with raised as (update scripts set version = version + 1, name = $2, language = $3,"
        " updated_at = now() where id = $1 returning version)"
        " insert into script_versions (script_id, version, body, warnings)"
        " select $1, version, $4, $5 from raised",
        id,
        body["name"],
        body["language"],
        body,
        warnings,
    )


async def find_user(conn: Connection, id: str) -> str | None:
    """Something that needs the script: `campaign cmp_…`, `call cal_…` or `agent agt_…`."""
    return await conn.fetchval(
        "select 'campaign ' || id from campaigns where script_id = $1"
        " and status in ('scheduled', 'running', 'paused')"
        " union all select 'call ' || id from calls where script_id = $1"
        " and status = 'in_progress'"
        " union all select 'agent ' || id from agents where script_id = $1"
        " and deleted_at is null limit 1",
        id,
    )


async def delete(conn: Connection, id: str) -> None:
    """Hide a script; its versions stay for the calls that were made with them."""
    await conn.execute("update scripts set deleted_at = now() where id = $1", id)
