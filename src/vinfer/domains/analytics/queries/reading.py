"""Figures: sums of whole days and months, and what they do not hold yet, in one statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from vinfer.domains.analytics.queries.measures import DIMENSIONS, MEASURES, NAMES, of_sums
from vinfer.domains.analytics.schemas import MOST_GROUPS, GroupBy
from vinfer.kit.db import Connection, Row

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
_DAY: Final = timedelta(days=1)
_SHOWN: Final = ", ".join(DIMENSIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which calls, of which days (both inclusive), and what they are grouped by."""

    workspace_id: str
    zone: str
    first: date = date.min
    last: date = date.max
    filters: Mapping[str, str]
    group_by: GroupBy | None = None

    @property
    def dimensions(self) -> frozenset[str]:
        """The columns that are asked for."""
        grouped = {"agent": "agent_id", "campaign": "campaign_id", "language": "language"}
        return frozenset({*self.filters, *filter(None, [grouped.get(self.group_by or "")])})


async def zone_of(conn: Connection, workspace_id: str, zone: str | None) -> tuple[str, bool]:
    """The zone that is meant, and whether its days are summed."""
    row = await conn.fetchrow(
        "select coalesce($2, w.timezone) as zone, exists (select from call_figures_zones z"
        "   where z.workspace_id = w.id and z.zone = coalesce($2, w.timezone) and z.summed)"
        " as summed from workspaces w where w.id = $1",
        workspace_id,
        zone,
    )
    assert row is not None, "the key's workspace"
    return row["zone"], row["summed"]


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

    At most one group more than may be shown is read.
    """
    where, args = _where(selection, first=7)
    spans = periods(selection.first, selection.last, by_day=selection.group_by in _BY_DAY)
    grains, starts, ends = zip(*spans, strict=True)
    kept = (
        f"select f.period, {_named('f')}, {', '.join(f'f.{it}' for it in NAMES)}"  # noqa: S608
        ' from unnest($4::"char"[], $5::date[], $6::date[]) as r (grain, first, last)'
        " join call_figures f on f.workspace_id = $1 and f.zone = $2"
        f" and f.cube = {_cube(selection)} and f.grain = r.grain"
        f" and f.period between r.first and r.last where true{where}"
    )
    given = [selection.workspace_id, selection.zone, [selection.first, selection.last]]
    return await conn.fetch(
        _statement(selection, kept, where), *given, list(grains), list(starts), list(ends), *args
    )


async def from_facts(conn: Connection, selection: Selection) -> list[Row]:
    """The same from the facts of each call: right for any zone, and slower."""
    where, args = _where(selection, first=4)
    kept = (
        f"select local.day as period, {_SHOWN}, {_each('1')} from call_facts"  # noqa: S608
        " cross join lateral (select (started_at at time zone $2)::date as day) as local"
        " where workspace_id = $1"
        " and started_at >= (($3::date[])[1])::timestamp at time zone 'UTC' - interval '2 days'"
        " and started_at < (($3::date[])[2])::timestamp at time zone 'UTC' + interval '3 days'"
        f" and local.day between ($3::date[])[1] and ($3::date[])[2]{where}"
    )
    given = [selection.workspace_id, selection.zone, [selection.first, selection.last]]
    return await conn.fetch(_statement(selection, kept, where), *given, *args)


def _statement(selection: Selection, kept: str, where: str) -> str:
    by = selection.group_by
    group, shown, grouped, sets = "null::text", "null::text", "0", "()"
    if by is not None:
        group, shown, sets = _GROUPS[by], '"group"', '(), ("group")'
        grouped = '1 - grouping("group")'
    order = '"group"' if by in _BY_DAY else 'calls desc, "group"'
    return (
        f'select {shown} as "group", {grouped} as grouped, {of_sums()} from ('  # noqa: S608
        f' select {group} as "group", {", ".join(NAMES)} from ('
        f"  {kept} union all"
        f"  select local.day, {_SHOWN}, {_each('sign')} from unsummed_call_facts($1)"
        "   cross join lateral (select (started_at at time zone $2)::date as day) as local"
        f"  where local.day between ($3::date[])[1] and ($3::date[])[2]{where}"
        " ) as counted"
        f") as named group by grouping sets ({sets}) having {grouped} = 0 or sum(calls) <> 0"
        f" order by grouped, {order} limit {MOST_GROUPS + 2}"
    )


def _each(sign: str) -> str:
    return ", ".join(f"coalesce({sign} * ({text}), 0) as {name}" for name, text in MEASURES.items())


def _named(table: str) -> str:
    return ", ".join(f"{table}.{it}" for it in DIMENSIONS)


def _where(selection: Selection, *, first: int) -> tuple[str, list[str]]:
    given = selection.filters
    return "".join(f" and {it} = ${n}" for n, it in enumerate(given, first)), list(given.values())


def _cube(selection: Selection) -> int:
    """The smallest kept cube that tells apart what is asked for."""
    wanted = sum(_BITS[name] for name in selection.dimensions)
    return wanted if wanted in _CUBES else _ALL


def periods(first: date, last: date, *, by_day: bool) -> list[tuple[bytes, date, date]]:
    """Months and days (grain, from, to) that cover the days of a range, each once."""
    start, end = _first_whole_month(first), _last_whole_month(last)
    if by_day or start is None or end is None or start > end:
        return [(b"d", first, last)]
    after = _next_month(end)
    spans = [(b"d", first, start - _DAY)] if first < start else []
    spans.append((b"m", start, end))
    if after is not None and after <= last:
        spans.append((b"d", after, last))
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
