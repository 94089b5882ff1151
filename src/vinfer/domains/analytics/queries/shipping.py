"""Facts on their way into another database: which are to be sent, and what they are now."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from vinfer.kit.db import Connection, Row

_NEXT: Final = """
select u.positions, u.workspace_id, u.call_id, u.started_at, u.version,
    f.call_id is null as deleted, f.campaign_id, f.agent_id, f.language, f.disposition,
    f.connected, f.seconds, f.intent, f.sentiment, f.qa_results, f.qa_scored,
    f.qa_passed, f.qa_score_milli, f.severity_low,
    f.severity_medium, f.severity_high, f.severity_critical, f.type_required_disclosure,
    f.type_prohibited_language, f.type_script_adherence, f.type_dnc, f.type_policy_deviation
from (
    select workspace_id, call_id, started_at, max(position) as version,
        array_agg(position) as positions
    from (
        select * from call_facts_unsent where position > $2 order by position limit $1
    ) as first
    group by workspace_id, call_id, started_at
) as u
left join lateral (
    select * from call_facts it where it.call_id = u.call_id and it.started_at = u.started_at
    and it.workspace_id = u.workspace_id
) as f on true
order by u.version
"""
_NOTE: Final = """
insert into call_facts_unsent (workspace_id, call_id, started_at)
select workspace_id, call_id, started_at from call_facts
where ($1::text is null or workspace_id = $1)
and started_at >= coalesce($2::date, '-infinity'::date)::timestamp at time zone 'UTC'
"""


async def next_unsent(conn: Connection, limit: int, *, after: int) -> list[Row]:
    """What is to be sent next: each fact once, as it is now, and the `positions` it stands for.

    `after` is the last position of those that were just taken off, which need not be passed again.
    """
    return await conn.fetch(_NEXT, limit, after)


async def forget_sent(conn: Connection, positions: Sequence[int]) -> None:
    """Take what was sent off the list; what has changed since stands there again."""
    await conn.execute(
        "delete from call_facts_unsent where position = any ($1::bigint[])", list(positions)
    )


async def note(
    conn: Connection, *, workspace_id: str | None = None, since: date | None = None
) -> int:
    """Put facts on the list (of a workspace, of calls since a day in UTC); how many.

    The caller is the only one who folds: positions must become visible in their order.
    """
    tag = await conn.execute(_NOTE, workspace_id, since)
    return int(tag.rpartition(" ")[2])


async def unsent(conn: Connection) -> int:
    """How many changes wait to be sent."""
    return await conn.fetchval("select count(*) from call_facts_unsent")
