"""SQL of results summed by scorecard and by parameter, over the days on which calls started."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from vinfer.kit.db import Connection, Row

MOST_SCORECARDS: Final = 100
MOST_PARAMETERS: Final = 1_000
_CALLS: Final = """
    from calls k
    cross join lateral (select (k.started_at at time zone $2)::date as day) as local
    join qa_results r on r.call_id = k.id
    join qa_scorecards s on s.id = r.scorecard_id
"""
_DAYS: Final = """
    where k.workspace_id = $1 and k.status <> 'in_progress'
    and k.started_at >= $3::date::timestamp at time zone 'UTC' - interval '2 days'
    and k.started_at < $4::date::timestamp at time zone 'UTC' + interval '3 days'
    and local.day between $3::date and $4::date
    and ($5::text is null or k.campaign_id = $5) and ($6::text is null or k.agent_id = $6)
    and ($7::text is null or k.language = $7)
"""
_SCORECARDS: Final = f"""
    select r.scorecard_id, s.name, count(*) as results, count(r.score) as scored,
        count(*) filter (where r.passed) as passed,
        coalesce(sum(round(r.score::numeric * 1000)), 0)::bigint as score_milli
    {_CALLS}{_DAYS}
    group by 1, 2 order by results desc, 1 limit {MOST_SCORECARDS}
"""
_PARAMETERS: Final = f"""
    select r.scorecard_id, v.name, v.method, count(*) as verdicts, count(given) as judged,
        count(*) filter (where given = 0) as failed,
        round(avg(given / nullif(v.max, 0))::numeric, 2)::float8 as mean_fraction
    {_CALLS}
    join qa_verdicts v on v.result_id = r.id
    cross join lateral (select coalesce(v.human_score, v.machine_score) as given) as g
    {_DAYS}
    group by 1, 2, 3 order by mean_fraction, verdicts desc, 1, 2 limit {MOST_PARAMETERS}
"""


def _args(
    workspace_id: str, zone: str, first: date, last: date, filters: Mapping[str, str | None]
) -> tuple[Any, ...]:
    wanted = (filters.get(name) for name in ("campaign_id", "agent_id", "language"))
    return workspace_id, zone, first, last, *wanted


async def by_scorecard(
    conn: Connection,
    workspace_id: str,
    *,
    zone: str,
    first: date,
    last: date,
    filters: Mapping[str, str | None],
) -> list[Row]:
    """Results of each scorecard, the most used first; `score_milli` sums a thousandth each."""
    return await conn.fetch(_SCORECARDS, *_args(workspace_id, zone, first, last, filters))


async def by_parameter(
    conn: Connection,
    workspace_id: str,
    *,
    zone: str,
    first: date,
    last: date,
    filters: Mapping[str, str | None],
) -> list[Row]:
    """Verdicts of each parameter, by name over all versions, the weakest first."""
    return await conn.fetch(_PARAMETERS, *_args(workspace_id, zone, first, last, filters))
