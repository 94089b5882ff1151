"""SQL of scorecards and their versions."""

from collections.abc import Mapping, Sequence
from typing import Any

from vinfer.kit import lists
from vinfer.kit.db import Connection, Row
from vinfer.kit.page import PageQuery

_NEWEST = (
    "select s.*, v.body from qa_scorecards s join qa_scorecard_versions v"
    " on v.scorecard_id = s.id and v.version = s.version"
)


async def get(conn: Connection, workspace_id: str, id: str) -> Row | None:
    """A live scorecard at its newest version."""
    return await conn.fetchrow(
        f"{_NEWEST} where s.workspace_id = $1 and s.id = $2 and s.deleted_at is null",
        workspace_id,
        id,
    )


async def keep(conn: Connection, workspace_id: str, id: str) -> bool:
    """Whether a scorecard is there, which nobody deletes until this transaction ends."""
    found = await conn.fetchval(
        "select true from qa_scorecards where workspace_id = $1 and id = $2"
        " and deleted_at is null for key share",
        workspace_id,
        id,
    )
    return bool(found)


async def lock(conn: Connection, workspace_id: str, id: str) -> bool:
    """Hold a live scorecard until the transaction ends, so that versions are made one by one."""
    found = await conn.fetchval(
        "select true from qa_scorecards where workspace_id = $1 and id = $2"
        " and deleted_at is null for update",
        workspace_id,
        id,
    )
    return bool(found)


async def page(conn: Connection, workspace_id: str, query: PageQuery) -> tuple[Sequence[Row], int]:
    """One page of live scorecards, newest first, and how many there are."""
    end, more = lists.tail(query, first=2, time="s.created_at", id="s.id")
    rows = await conn.fetch(
        f"{_NEWEST} where s.workspace_id = $1 and s.deleted_at is null{end}",  # constants
        workspace_id,
        *more,
    )
    total = await conn.fetchval(
        "select count(*) from qa_scorecards where workspace_id = $1 and deleted_at is null",
        workspace_id,
    )
    return rows, total


async def insert(conn: Connection, workspace_id: str, id: str, name: str) -> None:
    """Store a scorecard that has no version yet."""
    await conn.execute(
        "insert into qa_scorecards (id, workspace_id, name) values ($1, $2, $3)",
        id,
        workspace_id,
        name,
    )


async def add_version(conn: Connection, id: str, body: Mapping[str, Any]) -> None:
    """Make `body` the scorecard's newest version."""
    scope: Mapping[str, Any] | None = body["scope"]
    await conn.execute(
        "with raised as (update qa_scorecards set version = version + 1, name = $2, scoped = $3,"
        " campaign_ids = $4, agent_ids = $5, updated_at = now() where id = $1 returning version)"
        " insert into qa_scorecard_versions (scorecard_id, version, body)"
        " select $1, version, $6 from raised",
        id,
        body["name"],
        scope is not None,
        scope.get("campaign_ids") if scope else None,
        scope.get("agent_ids") if scope else None,
        body,
    )


async def find_user(conn: Connection, id: str) -> str | None:
    """A job that is still to be scored with it: `transcription job_…`."""
    return await conn.fetchval(
        "select 'transcription ' || id from transcriptions where qa_scorecard_id = $1"
        " and step is not null limit 1",
        id,
    )


async def delete(conn: Connection, id: str) -> None:
    """Hide a scorecard; its versions stay for the results that were made with them."""
    await conn.execute("update qa_scorecards set deleted_at = now() where id = $1", id)


_IN_SCOPE = (
    " from qa_scorecards s join calls k on k.id = $1 and k.workspace_id = s.workspace_id"
    " where s.scoped and s.deleted_at is null"
    " and (s.campaign_ids is null or k.campaign_id = any (s.campaign_ids))"
    " and (s.agent_ids is null or k.agent_id = any (s.agent_ids)"
    "  or k.voice_agent_id = any (s.agent_ids))"
)


async def is_in_scope(conn: Connection, call_id: str) -> bool:
    """Whether some scorecard applies to a call by itself."""
    return await conn.fetchval(f"select exists (select{_IN_SCOPE})", call_id)


async def for_call(conn: Connection, call_id: str) -> list[Row]:
    """The scorecards that apply to a call by themselves, at their newest versions, oldest first."""
    return await conn.fetch(
        f"{_NEWEST} where s.id in (select s.id{_IN_SCOPE}) order by s.created_at, s.id", call_id
    )
