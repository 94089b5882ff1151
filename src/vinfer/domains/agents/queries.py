"""SQL of agents."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from vinfer.domains.agents.schemas import Agent, Notice
from vinfer.kit import lists
from vinfer.kit.db import Connection, Row
from vinfer.kit.page import PageQuery

COLUMNS: Final = (
    "agent_name",
    "language",
    "voice",
    "script_id",
    "fallback",
    "dispositions",
    "warnings",
)


def agent_of(row: Row) -> Agent:
    """An agent from its row."""
    shown = {name: row[name] for name in COLUMNS if name != "warnings"}
    return Agent(
        id=row["id"],
        warnings=msgspec.convert(row["warnings"], list[Notice]),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        **shown,
    )


async def get(conn: Connection, workspace_id: str, id: str) -> Row | None:
    """A live agent's row."""
    return await conn.fetchrow(
        "select * from agents where workspace_id = $1 and id = $2 and deleted_at is null",
        workspace_id,
        id,
    )


async def keep(conn: Connection, workspace_id: str, id: str) -> Row | None:
    """A live agent's row, which nobody changes or deletes until this transaction ends."""
    return await conn.fetchrow(
        "select * from agents where workspace_id = $1 and id = $2 and deleted_at is null for share",
        workspace_id,
        id,
    )


async def lock(conn: Connection, workspace_id: str, id: str) -> Row | None:
    """A live agent's row, which nobody else reads to use it until this transaction ends."""
    return await conn.fetchrow(
        "select * from agents where workspace_id = $1 and id = $2 and deleted_at is null"
        " for update",
        workspace_id,
        id,
    )


async def page(conn: Connection, workspace_id: str, query: PageQuery) -> tuple[Sequence[Row], int]:
    """One page of live agents, newest first, and how many there are."""
    end, more = lists.tail(query, first=2, time="created_at", id="id")
    rows = await conn.fetch(
        f"select * from agents where workspace_id = $1 and deleted_at is null{end}",  # noqa: S608  # constants
        workspace_id,
        *more,
    )
    total = await conn.fetchval(
        "select count(*) from agents where workspace_id = $1 and deleted_at is null",
        workspace_id,
    )
    return rows, total


async def insert(conn: Connection, workspace_id: str, id: str, values: Mapping[str, Any]) -> None:
    """Store an agent."""
    await conn.execute(
        "insert into agents (id, workspace_id, agent_name, language, voice, script_id, fallback,"
        " dispositions, warnings) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        id,
        workspace_id,
        *(values[name] for name in COLUMNS),
    )


async def update(conn: Connection, id: str, values: Mapping[str, Any]) -> None:
    """Write every changeable column of an agent."""
    await conn.execute(
        "update agents set agent_name = $2, language = $3, voice = $4, script_id = $5,"
        " fallback = $6, dispositions = $7, warnings = $8, updated_at = now() where id = $1",
        id,
        *(values[name] for name in COLUMNS),
    )


async def find_user(conn: Connection, id: str) -> str | None:
    """Something live that needs the agent: `campaign cmp_…` or `call cal_…`."""
    return await conn.fetchval(
        "select 'campaign ' || id from campaigns where agent_id = $1"
        " and status in ('scheduled', 'running', 'paused')"
        " union all select 'call ' || id from calls where voice_agent_id = $1"
        " and status = 'in_progress' limit 1",
        id,
    )


async def delete(conn: Connection, id: str) -> None:
    """Hide an agent; campaigns and calls that were made with it go on naming it."""
    await conn.execute("update agents set deleted_at = now() where id = $1", id)
