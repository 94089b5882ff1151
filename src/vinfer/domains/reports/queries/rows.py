"""Reports as people make, read and delete them."""

from collections.abc import Mapping
from typing import Any, Final

from vinfer.domains.reports.schemas import ReportQuery
from vinfer.kit import lists
from vinfer.kit.db import Connection, Row
from vinfer.kit.page import PageQuery

_SHOWN: Final = (
    "id, workspace_id, type, format, status, from_day, to_day, timezone, filters, schedule,"
    " next_run_at, runs, schedule_id, file_key, file_bytes, file_sha256, mail_state, error,"
    " created_at, completed_at"
)


async def insert(conn: Connection, fields: Mapping[str, Any]) -> Row:
    """Write a new report; the row as lists show it."""
    marks = ", ".join(f"${n}" for n in range(1, len(fields) + 1))
    row = await conn.fetchrow(
        f"insert into reports ({', '.join(fields)}) values ({marks}) returning {_SHOWN}",  # noqa: S608
        *fields.values(),
    )
    assert row is not None, "an insert returns its row"
    return row


async def get(conn: Connection, workspace_id: str, id: str) -> Row | None:
    """A report of the workspace with its `data`."""
    return await conn.fetchrow(
        f"select {_SHOWN}, data from reports where workspace_id = $1 and id = $2",  # noqa: S608
        workspace_id,
        id,
    )


async def page(
    conn: Connection, workspace_id: str, filters: ReportQuery, query: PageQuery
) -> tuple[list[Row], int]:
    """A page of reports, newest first, and how many there are in all."""
    named = {"status": filters.status, "type": filters.type, "schedule_id": filters.schedule_id}
    where, args = lists.conditions(named, first=2)
    end, more = lists.tail(query, first=len(args) + 2, time="created_at", id="id")
    base = f" from reports where workspace_id = $1{where}"
    rows = await conn.fetch(f"select {_SHOWN}{base}{end}", workspace_id, *args, *more)
    return rows, await conn.fetchval(f"select count(*){base}", workspace_id, *args)


async def unfinished(conn: Connection, workspace_id: str) -> tuple[int, int]:
    """How many schedules a workspace has, and how many reports that are not made yet.

    Nobody else adds to them until this transaction ends.
    """
    await conn.execute("select from workspaces where id = $1 for no key update", workspace_id)
    row = await conn.fetchrow(
        "select count(*) filter (where status = 'scheduled') as schedules,"
        " count(*) filter (where status <> 'scheduled') as waiting from reports"
        " where workspace_id = $1 and status in ('scheduled', 'queued', 'processing')",
        workspace_id,
    )
    assert row is not None, "a count has a row"
    return row["schedules"], row["waiting"]


async def timezone(conn: Connection, workspace_id: str) -> str:
    """The time zone of a workspace."""
    return await conn.fetchval("select timezone from workspaces where id = $1", workspace_id)


async def names(
    conn: Connection, workspace_id: str, campaign_id: str | None
) -> tuple[str, str | None]:
    """The names of a workspace and of one of its campaigns; None if it has no such campaign."""
    row = await conn.fetchrow(
        "select w.name, c.name as campaign from workspaces w"
        " left join campaigns c on c.workspace_id = w.id and c.id = $2 where w.id = $1",
        workspace_id,
        campaign_id,
    )
    assert row is not None, "workspaces stay"
    return row["name"], row["campaign"]


async def delete(conn: Connection, workspace_id: str, id: str) -> list[Row]:
    """Delete a report, and of a schedule the runs that are not made; the rows as they were."""
    return await conn.fetch(
        "delete from reports where workspace_id = $1 and (id = $2"
        " or schedule_id = $2 and status in ('queued', 'processing')"
        "  and exists (select from reports s where s.workspace_id = $1 and s.id = $2))"
        " returning id, type, format, status, from_day, to_day",
        workspace_id,
        id,
    )
