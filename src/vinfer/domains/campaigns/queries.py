"""The SQL of campaigns."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from vinfer.domains.campaigns.schemas import CampaignQuery, Hours
from vinfer.kit import lists
from vinfer.kit.db import Connection, Row
from vinfer.kit.page import PageQuery

# window_start and window_end stay out: `24:00` is a time of PostgreSQL but not one of Python
_COLUMNS: Final = (
    "id, workspace_id, name, script_id, script_version, language, trunk_id, status, stop_reason,"
    " start_at, end_at, timezone, schedule, max_attempts, retry_interval_minutes, concurrency,"
    " metadata, analyze_features, agent_id, voice, tags, fallback, warnings, own_script,"
    " own_fallback, created_at, started_at, ended_at"
)
_HAS_TRUNK: Final = (
    "exists (select from trunks t where t.workspace_id = campaigns.workspace_id and"
    " case when campaigns.trunk_id is null then t.is_default else t.id = campaigns.trunk_id end)"
)


async def timezone(conn: Connection, workspace_id: str) -> str:
    """The time zone of a workspace."""
    return await conn.fetchval("select timezone from workspaces where id = $1", workspace_id)


async def script_body(conn: Connection, script_id: str, version: int) -> dict[str, Any]:
    """A script's body at a version."""
    return await conn.fetchval(
        "select body from script_versions where script_id = $1 and version = $2",
        script_id,
        version,
    )


async def trunk_exists(conn: Connection, workspace_id: str, trunk_id: str) -> bool:
    """Whether the workspace has this trunk, which nobody deletes until this transaction ends."""
    found = await conn.fetchval(
        "select true from trunks where workspace_id = $1 and id = $2 for key share",
        workspace_id,
        trunk_id,
    )
    return bool(found)


async def insert(
    conn: Connection, fields: Mapping[str, Any], hours: Hours, *, now: datetime
) -> None:
    """Write a new campaign."""
    columns = [*fields, "created_at"]
    marks = [f"${n}" for n in range(1, len(columns) + 1)]
    hour_columns, hour_marks, hour_values = _hours(hours, first=len(columns) + 1)
    await conn.execute(
        f"insert into campaigns ({', '.join([*columns, *hour_columns])})"  # noqa: S608
        f" values ({', '.join([*marks, *hour_marks])})",
        *fields.values(),
        now,
        *hour_values,
    )


async def update(
    conn: Connection, id: str, fields: Mapping[str, Any], hours: Hours | None = None
) -> None:
    """Set columns of a campaign, and its hours if given."""
    columns, marks, values = list(fields), [f"${n}" for n in range(2, len(fields) + 2)], []
    if hours is not None:
        hour_columns, hour_marks, values = _hours(hours, first=len(columns) + 2)
        columns, marks = [*columns, *hour_columns], [*marks, *hour_marks]
    pairs = ", ".join(f"{name} = {mark}" for name, mark in zip(columns, marks, strict=True))
    await conn.execute(
        f"update campaigns set {pairs} where id = $1",  # noqa: S608
        id,
        *fields.values(),
        *values,
    )


def _hours(hours: Hours, *, first: int) -> tuple[list[str], list[str], list[Any]]:
    values: dict[str, Any] = {
        "start_at": hours.start_at,
        "end_at": hours.end_at,
        "timezone": hours.timezone,
        "window_start": hours.window_start,
        "window_end": hours.window_end,
        "days": list(hours.days),
    }
    marks = [
        f"${n}::text::time" if name.startswith("window") else f"${n}"
        for n, name in enumerate(values, first)
    ]
    return list(values), marks, list(values.values())


async def get(conn: Connection, workspace_id: str, id: str) -> Row | None:
    """A campaign of the workspace."""
    return await conn.fetchrow(
        f"select {_COLUMNS} from campaigns where workspace_id = $1 and id = $2",  # noqa: S608
        workspace_id,
        id,
    )


async def lock(conn: Connection, id: str) -> Row | None:
    """A campaign that nobody else moves until this transaction ends."""
    return await conn.fetchrow(
        f"select {_COLUMNS} from campaigns where id = $1 for no key update",  # noqa: S608
        id,
    )


async def has_trunk(conn: Connection, id: str) -> bool:
    """Whether the campaign has a trunk to call through."""
    return await conn.fetchval(
        f"select {_HAS_TRUNK} from campaigns where id = $1",  # noqa: S608
        id,
    )


async def all_have(conn: Connection, id: str, variables: Sequence[str]) -> bool:
    """Whether every contact of the campaign brings these variables."""
    return await conn.fetchval(
        "select not exists (select from contacts where campaign_id = $1"
        " and not variables ?& $2::text[])",
        id,
        list(variables),
    )


async def page(
    conn: Connection, workspace_id: str, filters: CampaignQuery, query: PageQuery
) -> tuple[list[Row], int]:
    """A page of campaigns, newest first, and how many there are in all."""
    where, args = lists.conditions({"status": filters.status}, first=2)
    for sign, day, offset in ((">=", filters.from_, 0), ("<", filters.to, 1)):
        if day is not None:
            args.append(day)
            at = f"((${len(args) + 1}::date + {offset})::timestamp at time zone 'UTC')"
            where += f" and created_at {sign} {at}"
    end, more = lists.tail(query, first=len(args) + 2, time="created_at", id="id")
    base = f" from campaigns where workspace_id = $1{where}"
    rows = await conn.fetch(f"select {_COLUMNS}{base}{end}", workspace_id, *args, *more)
    return rows, await conn.fetchval(f"select count(*){base}", workspace_id, *args)


async def lock_due(conn: Connection, now: datetime) -> Row | None:
    """One campaign whose start has come and that can start."""
    return await conn.fetchrow(
        f"select {_COLUMNS} from campaigns where status = 'scheduled' and start_at <= $1"  # noqa: S608
        " and (end_at is null or end_at > $1)"
        " and exists (select from contacts p where p.campaign_id = campaigns.id)"
        f" and {_HAS_TRUNK} order by start_at, id limit 1 for no key update skip locked",
        now,
    )


async def lock_overdue(conn: Connection, now: datetime) -> Row | None:
    """One campaign whose end has come while something in it still waits."""
    return await conn.fetchrow(
        f"select {_COLUMNS} from campaigns"  # noqa: S608
        " where status in ('scheduled', 'running', 'paused') and end_at <= $1"
        " and (status = 'scheduled' or exists (select from contacts p where p.campaign_id ="
        "   campaigns.id and p.status in ('pending', 'retry_scheduled')))"
        " order by end_at, id limit 1 for no key update skip locked",
        now,
    )


async def unknown_in_scope(
    conn: Connection, workspace_id: str, *, campaign_ids: Sequence[str], agent_ids: Sequence[str]
) -> set[str]:
    """Those ids that no campaign, and no agent, of the workspace has."""
    rows = await conn.fetch(
        "select id from unnest($2::text[]) id where not exists (select from campaigns c"
        "  where c.workspace_id = $1 and c.id = id.id)"
        " union all select id from unnest($3::text[]) id where not exists (select from agents a"
        "  where a.workspace_id = $1 and a.id = id.id and a.deleted_at is null)",
        workspace_id,
        list(campaign_ids),
        list(agent_ids),
    )
    return {row["id"] for row in rows}
