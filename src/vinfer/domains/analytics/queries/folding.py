"""How facts and sums follow the calls: a worker folds what has changed since the last time.

Whatever is folded twice changes nothing the second time: facts are read anew, and only what they
differ by is added to the sums.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from vinfer.domains.analytics.queries.measures import DIMENSIONS, NAMES, of_facts
from vinfer.kit.db import Connection, Row

_LOCK: Final = 0x76_69_6E_66_65_72_16  # any number of our own
_FACTS: Final = (
    "campaign_id",
    "agent_id",
    "language",
    "disposition",
    "connected",
    "seconds",
    "intent",
    "sentiment",
    "qa_results",
    "qa_scored",
    "qa_passed",
    "qa_score_milli",
    "severity_low",
    "severity_medium",
    "severity_high",
    "severity_critical",
    "type_required_disclosure",
    "type_prohibited_language",
    "type_script_adherence",
    "type_dnc",
    "type_policy_deviation",
)
_COLUMNS: Final = ", ".join(("call_id", "workspace_id", "started_at", *_FACTS))
_TAKE: Final = """
with taken as (
    delete from call_facts_stale where position in (
        select position from call_facts_stale
        where date_trunc('month', started_at at time zone 'UTC')::date = any ($2::date[])
        order by position limit $1
    ) returning call_id, started_at
)
select distinct call_id, started_at from taken
"""
_DIMENSIONS: Final = ", ".join(DIMENSIONS)
_KEY: Final = "workspace_id, zone, grain, period"
_CUBES: Final = f"""
    group by grouping sets (
        ({_KEY}), ({_KEY}, campaign_id), ({_KEY}, agent_id), ({_KEY}, language),
        ({_KEY}, {_DIMENSIONS})
    )
"""
_CUBE: Final = "(7 - grouping(language, agent_id, campaign_id))::smallint"
_FIGURES: Final = f"{_KEY}, {_DIMENSIONS}, cube, {', '.join(NAMES)}"
_PERIODS: Final = """
    cross join lateral (select (c.started_at at time zone z.zone)::date as day) as local
    cross join lateral (values
        ('d'::"char", local.day), ('m'::"char", date_trunc('month', local.day)::date)
    ) as p (grain, period)
"""
_APPLY: Final = f"""
with named as (
    select * from unnest($1::text[], $2::timestamptz[]) as n (call_id, started_at)
),
old as materialized (
    select {_COLUMNS} from named join call_facts using (call_id, started_at)
),
fresh as materialized (
    select {_COLUMNS} from named join call_facts_now using (call_id, started_at)
),
gone as (
    delete from call_facts f using (
        select call_id, started_at from old except select call_id, started_at from fresh
    ) as o where f.call_id = o.call_id and f.started_at = o.started_at
),
stored as (
    insert into call_facts as f ({_COLUMNS}) select {_COLUMNS} from fresh
    on conflict (call_id, started_at) do update set (workspace_id, {", ".join(_FACTS)})
        = row (excluded.workspace_id, {", ".join(f"excluded.{name}" for name in _FACTS)})
    where f is distinct from excluded
),
changes as (
    select 1 as sign, n.* from (select * from fresh except select * from old) as n
    union all
    select -1, o.* from (select * from old except select * from fresh) as o
),
told as (
    insert into call_facts_unsent (workspace_id, call_id, started_at)
    select distinct workspace_id, call_id, started_at from changes where $3
)
insert into call_figures ({_FIGURES})
select {_KEY}, {_DIMENSIONS}, {_CUBE}, {of_facts("sign")}
from (
    select c.*, z.zone, p.grain, p.period from changes c
    join call_figures_zones z on z.workspace_id = c.workspace_id and z.summed
    {_PERIODS}
) as periods
{_CUBES}
on conflict ({_KEY}, cube, {_DIMENSIONS}) do update
set {", ".join(f"{name} = call_figures.{name} + excluded.{name}" for name in NAMES)}
"""  # noqa: S608  # constants
_MONTH: Final = """
    c.workspace_id = $1
    and c.started_at >= $3::date::timestamp at time zone 'UTC' - interval '2 days'
    and c.started_at < $3::date::timestamp at time zone 'UTC' + interval '1 month 2 days'
"""
_SUM: Final = f"""
select {_KEY}, {_DIMENSIONS}, {_CUBE} as cube, {of_facts()}
from (
    select c.*, z.zone, p.grain, p.period from call_facts c
    cross join (select $2::text as zone) z
    {_PERIODS}
    where {_MONTH} and date_trunc('month', local.day) = $3::date
) as periods
{_CUBES}
"""  # noqa: S608  # constants


async def lock(conn: Connection, *, wait: bool) -> bool:
    """Be the only one who folds until the transaction ends; whether that is so."""
    if wait:
        await conn.execute("select pg_advisory_xact_lock($1)", _LOCK)
        return True
    return await conn.fetchval("select pg_try_advisory_xact_lock($1)", _LOCK)


async def waiting_months(conn: Connection, limit: int) -> list[date]:
    """Months in UTC of the next changes."""
    rows = await conn.fetch(
        "select distinct date_trunc('month', started_at at time zone 'UTC')::date as month from"
        " (select started_at from call_facts_stale order by position limit $1) as s",
        limit,
    )
    return [row["month"] for row in rows]


async def make_room(conn: Connection, months: Sequence[date]) -> None:
    """Have a partition for each of these months. It locks the facts: commit at once."""
    for month in months:
        await conn.execute("select add_call_facts_month($1)", month)


async def take(conn: Connection, limit: int, months: Sequence[date]) -> list[Row]:
    """The next calls of months that have room (`call_id`, `started_at`), off the list."""
    return await conn.fetch(_TAKE, limit, list(months))


async def apply(conn: Connection, calls: Sequence[Row], *, tell: bool) -> None:
    """Read the facts of calls anew, and add what they differ by to the sums.

    With `tell`, what has changed is to be sent to the other database.
    """
    ids: list[str] = [row["call_id"] for row in calls]
    times: list[datetime] = [row["started_at"] for row in calls]
    await conn.execute(_APPLY, ids, times, tell)


async def unsummed_zones(conn: Connection) -> list[Row]:
    """`workspace_id`, `zone` whose days are to be summed: their own, and those asked for."""
    return await conn.fetch(
        "select id as workspace_id, timezone as zone from workspaces w where not exists ("
        "   select from call_figures_zones z"
        "   where z.workspace_id = w.id and z.zone = w.timezone and z.summed)"
        " union select workspace_id, zone from call_figures_zones where not summed"
    )


async def zones(conn: Connection, workspace_id: str) -> list[str]:
    """Zones whose days are summed."""
    rows = await conn.fetch(
        "select zone from call_figures_zones where workspace_id = $1 and summed order by zone",
        workspace_id,
    )
    return [row["zone"] for row in rows]


async def months(conn: Connection, workspace_id: str, zone: str) -> list[date]:
    """Months of a zone in which a workspace has calls that ended, and maybe one at either end."""
    rows = await conn.fetch(
        "select generate_series(date_trunc('month', min(at) at time zone $2),"
        "   max(at) at time zone $2, interval '1 month')::date as month from ("
        "   select min(started_at) as at from call_facts where workspace_id = $1"
        "   union all select max(started_at) from call_facts where workspace_id = $1"
        "   union all select min(started_at) from calls where workspace_id = $1"
        "   union all select max(started_at) from calls where workspace_id = $1) as ends",
        workspace_id,
        zone,
    )
    return [row["month"] for row in rows]


async def mark_summed(conn: Connection, workspace_id: str, zone: str) -> None:
    """From now on the sums of a zone are kept."""
    await conn.execute(
        "insert into call_figures_zones (workspace_id, zone, summed) values ($1, $2, true)"
        " on conflict (workspace_id, zone) do update set summed = true",
        workspace_id,
        zone,
    )


async def clear_sums(conn: Connection, workspace_id: str, zone: str) -> None:
    """Forget the sums of a zone."""
    await conn.execute(
        "delete from call_figures where workspace_id = $1 and zone = $2", workspace_id, zone
    )


async def sum_month(conn: Connection, workspace_id: str, zone: str, month: date) -> None:
    """Sum up the facts of a month and its days."""
    await conn.execute(
        f"insert into call_figures ({_FIGURES}) {_SUM}",  # constants
        workspace_id,
        zone,
        month,
    )


async def clear_facts(conn: Connection, workspace_id: str) -> None:
    """Forget the facts of a workspace."""
    await conn.execute("delete from call_facts where workspace_id = $1", workspace_id)


_UTC_MONTH: Final = """
    workspace_id = $1 and started_at >= $2::date::timestamp at time zone 'UTC'
    and started_at < ($2::date + interval '1 month') at time zone 'UTC'
"""


async def read_month(conn: Connection, workspace_id: str, month: date) -> None:
    """Read the facts of a month in UTC."""
    await conn.execute(
        f"insert into call_facts ({_COLUMNS}) select {_COLUMNS} from call_facts_now"  # noqa: S608
        f" where {_UTC_MONTH}",
        workspace_id,
        month,
    )


async def wrong_facts(conn: Connection, workspace_id: str, month: date) -> int:
    """How many calls of a month in UTC have other facts than are kept, if not waiting."""
    return await conn.fetchval(
        "select count(distinct call_id) from ("  # noqa: S608  # constants
        f"(select {_COLUMNS} from call_facts where {_UTC_MONTH}"
        f" except select {_COLUMNS} from call_facts_now where {_UTC_MONTH})"
        f" union all (select {_COLUMNS} from call_facts_now where {_UTC_MONTH}"
        f" except select {_COLUMNS} from call_facts where {_UTC_MONTH})"
        ") as differ where call_id not in"
        " (select call_id from call_facts_stale where workspace_id = $1)",
        workspace_id,
        month,
    )


async def wrong_sums(conn: Connection, workspace_id: str, zone: str, month: date) -> int:
    """How many sums of a month and its days in a zone are not those of the facts."""
    kept = (
        f"select {_FIGURES} from call_figures where workspace_id = $1 and zone = $2"  # noqa: S608
        " and period >= $3::date and period < $3::date + interval '1 month' and calls <> 0"
    )
    return await conn.fetchval(
        f"with summed as ({_SUM}), shown as (select {_FIGURES} from summed)"  # noqa: S608
        " select count(*) from (("
        f"{kept} except select * from shown) union all (select * from shown except {kept})) as d",
        workspace_id,
        zone,
        month,
    )
