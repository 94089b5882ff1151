"""Figures: sums of whole days and months, and what they do not hold yet, in one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal

from vinfer.domains.analytics.queries.measures import DIMENSIONS, MEASURES, NAMES, of_sums
from vinfer.domains.analytics.schemas import MOST_GROUPS, GroupBy
from vinfer.kit.db import Connection, Row

Grain = Literal["d", "m"]
_GROUPS: Final[Mapping[GroupBy, str]] = {
    "day": "period::text",
    "week": "date_trunc('week', period)::date::text",
    "agent": "agent_id",
    "campaign": "campaign_id",
    "language": "language",
}
_BY_DAY: Final = ("day", "week")
_BITS: Final = {"campaign_id": 1, "agent_id": 2, "language": 4}
_ALL: Final = 7
_CUBES: Final = (0, 1, 2, 4, _ALL)
_MOST_ZONES: Final = 8
MOST_WAITING: Final = 100_000  # changes that a question reads one by one: a second's work
_DAY: Final = timedelta(days=1)
_SHOWN: Final = ", ".join(DIMENSIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which calls, of which days (both inclusive), and what they are grouped by."""

    workspace_id: str
    zone: str | None  # the workspace's own
    first: date = date.min
    last: date = date.max
    filters: Mapping[str, str]
    group_by: GroupBy | None = None
    measures: Sequence[str] = NAMES

    @property
    def dimensions(self) -> frozenset[str]:
        """The columns that are asked for."""
        grouped = {"agent": "agent_id", "campaign": "campaign_id", "language": "language"}
        return frozenset({*self.filters, *filter(None, [grouped.get(self.group_by or "")])})


async def ask_for(conn: Connection, workspace_id: str, zone: str) -> None:
    """Have the days of a zone summed from soon on, unless a workspace has asked for many."""
    await conn.execute(
        "insert into call_figures_zones (workspace_id, zone) select $1, $2"
        " where (select count(*) from call_figures_zones where workspace_id = $1) < $3"
        " on conflict do nothing",
        workspace_id,
        zone,
        _MOST_ZONES,
    )


async def from_sums(conn: Connection, selection: Selection) -> list[Row]:
    """The figures by sums: a row for all (`grouped` 0) and, if asked for, one for each group.

    At most one group more than may be shown is read. Each row has the `zone` that is meant, and
    says whether it is `summed`, and how many changes are `waiting`: if it is not, or if more than
    `MOST_WAITING` are, these are not the figures.
    """
    where, args = _where(selection, first=5)
    parts: list[str] = []
    spans = periods(selection.first, selection.last, by_day=selection.group_by in _BY_DAY)
    for grain, start, end in spans:
        n = len(args) + 5
        args += [start, end]
        parts.append(
            f"select f.period, {_named('f')}, {', '.join(f'f.{it}' for it in selection.measures)}"  # noqa: S608
            " from call_figures f where f.workspace_id = $1 and f.zone = (select zone from z)"
            f" and f.cube = {_cube(selection)} and f.grain = '{grain}'"
            f" and f.period between ${n} and ${n + 1}{where}"
        )
    return await conn.fetch(_statement(selection, parts, where), *_given(selection), *args)


async def from_facts(conn: Connection, selection: Selection) -> list[Row]:
    """The same from the facts of each call: right for any zone, and slower."""
    where, args = _where(selection, first=5)
    part = (
        f"select local.day, {_SHOWN}, {_each(selection, '1')} from call_facts"  # noqa: S608
        " cross join lateral"
        " (select (started_at at time zone (select zone from z))::date as day) as local"
        " where workspace_id = $1"
        " and started_at >= $3::date::timestamp at time zone 'UTC' - interval '2 days'"
        " and started_at < $4::date::timestamp at time zone 'UTC' + interval '3 days'"
        f" and local.day between $3::date and $4::date{where}"
    )
    return await conn.fetch(_statement(selection, [part], where), *_given(selection), *args)


_ZONE: Final = """
with z as materialized (
    select coalesce($2, w.timezone) as zone, exists (
        select from call_figures_zones s
        where s.workspace_id = w.id and s.zone = coalesce($2, w.timezone) and s.summed
    ) as summed
    from workspaces w where w.id = $1
),
w as materialized (
    select count(*) as waiting from (
        select from call_facts_stale where workspace_id = $1 limit {most_waiting} + 1
    ) as read_one_by_one
)
"""


def _given(selection: Selection) -> tuple[str, str | None, date, date]:
    return selection.workspace_id, selection.zone, selection.first, selection.last


def _statement(selection: Selection, parts: Sequence[str], where: str) -> str:
    """What is summed, and what is not yet, in one snapshot."""
    by = selection.group_by
    group, shown, grouped, sets = "null::text", "null::text", "0", "()"
    if by is not None:
        group, shown, sets = _GROUPS[by], '"group"', '(), ("group")'
        grouped = '1 - grouping("group")'
    order = '"group"' if by in _BY_DAY else 'calls desc, "group"'
    rest = (
        f"select local.day, {_SHOWN}, {_each(selection, 'sign')} from unsummed_call_facts($1)"  # noqa: S608
        " cross join lateral"
        " (select (started_at at time zone (select zone from z))::date as day) as local"
        f" where (select waiting from w) <= {MOST_WAITING}"
        f" and local.day between $3::date and $4::date{where}"
    )
    names = ", ".join(selection.measures)
    return (
        f"{_ZONE.format(most_waiting=MOST_WAITING)} select (select zone from z) as zone,"  # noqa: S608
        " (select summed from z) as summed, (select waiting from w) as waiting,"
        f' {shown} as "group", {grouped} as grouped, {of_sums(selection.measures)} from ('
        f' select {group} as "group", {names} from ({" union all ".join([*parts, rest])})'
        f" as counted (period, {_SHOWN}, {names})"
        f") as named group by grouping sets ({sets}) having {grouped} = 0 or sum(calls) <> 0"
        f" order by grouped, {order} limit {MOST_GROUPS + 2}"
    )


def _each(selection: Selection, sign: str) -> str:
    return ", ".join(f"{sign} * ({MEASURES[name]})" for name in selection.measures)


def _named(table: str) -> str:
    return ", ".join(f"{table}.{it}" for it in DIMENSIONS)


def _where(selection: Selection, *, first: int) -> tuple[str, list[Any]]:
    given = selection.filters
    return "".join(f" and {it} = ${n}" for n, it in enumerate(given, first)), list(given.values())


def _cube(selection: Selection) -> int:
    """The smallest kept cube that tells apart what is asked for."""
    wanted = sum(_BITS[name] for name in selection.dimensions)
    return wanted if wanted in _CUBES else _ALL


def periods(first: date, last: date, *, by_day: bool) -> list[tuple[Grain, date, date]]:
    """Months and days (grain, from, to) that cover the days of a range, each once."""
    start, end = _first_whole_month(first), _last_whole_month(last)
    if by_day or start is None or end is None or start > end:
        return [("d", first, last)]
    after = _next_month(end)
    spans: list[tuple[Grain, date, date]] = []
    if first < start:
        spans.append(("d", first, start - _DAY))
    spans.append(("m", start, end))
    if after is not None and after <= last:
        spans.append(("d", after, last))
    return spans


def _first_whole_month(day: date) -> date | None:
    return day if day.day == 1 else _next_month(day)


def _last_whole_month(day: date) -> date | None:
    """The first day of the last month that ends by then."""
    after = _next_month(day)
    if after is None or after - _DAY == day:
        return day.replace(day=1)
    return None if day.replace(day=1) == date.min else (day.replace(day=1) - _DAY).replace(day=1)


def _next_month(day: date) -> date | None:
    if (day.year, day.month) == (date.max.year, date.max.month):
        return None
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
