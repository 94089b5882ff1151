"""Figures of calls: how long an answer takes beside the plainest daily sums of the same calls.

Run: python tests/benchmarks/bench_analytics.py [calls] (5,000,000: about ten minutes)
Calls of a year in 200 workspaces, one with a fifth of them, are written as facts and summed by the
product's own code. The yardstick is one table of sums by workspace, UTC day, campaign and outcome
(for agents and languages: the same by these): its statement for the same days, grouped as the
answer or by day, without a zone, filters, or changes that are still to be summed. "whole" is the
service's answer: statement, rates, shares and structs. Best of 40 after 10, asked by turns on one
connection. First with half of the calls, spread over the same year, then with all.
"""

import asyncio
import shutil
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS)]

import asyncpg
import structlog

from places import make_data_dir
from vinfer.domains.analytics import service
from vinfer.domains.analytics.schemas import AgentsQuery, CampaignFiguresQuery, FiguresQuery
from vinfer.kit import pg
from vinfer.kit.access import Actor
from vinfer.kit.db import Connection, Database, connect_pool
from vinfer.kit.jobs import write_jobs
from vinfer.kit.migrate import migrate

CALLS = 5_000_000
BIG = Actor("wsp_1", "key_1", "admin")
CAMPAIGN = "cmp_1_20"
WARM, ROUNDS = 10, 40
MONTH = {"from_": date(2026, 9, 10), "to": date(2026, 10, 9)}
YEAR = {"from_": date(2026, 1, 1), "to": date(2026, 12, 31)}
_PEOPLE = """
insert into workspaces (id, name) select 'wsp_' || n, 'wsp_' || n from generate_series(1, 201) n;
insert into scripts (id, workspace_id, name, language) values ('scr_1', 'wsp_1', 's', 'en-IN');
insert into campaigns (id, workspace_id, name, script_id, script_version, language, timezone)
select 'cmp_1_' || n, 'wsp_1', 'c', 'scr_1', 1, 'en-IN', 'UTC' from generate_series(0, 48) n;
select add_call_facts_month(m::date)
from generate_series('2025-12-01'::date, '2027-01-01'::date, '1 month') m;
"""
# $1 of every two calls, from number $2 on, $3 of them; $4 calls make the year
_CALLS = """
insert into call_facts
select 'cal_' || lpad(g::text, 26, '0'), 'wsp_' || w,
    timestamptz '2026-01-01 00:00Z' + g * (interval '365 days' / $4::int),
    'cmp_' || w || '_' || g::bigint * 48 / $4::int,
    case when r / 8 % 10 = 3 then 'desk-' || r / 80 % 40 end,
    (array['en-IN', 'hi-IN', 'ta-IN', 'en-US'])[1 + r % 4], d,
    d <> 'not_reachable', case when d <> 'not_reachable' then r % 300 end,
    case when d <> 'not_reachable' then coalesce(nullif(d, 'dnd'), 'dnd_request') end,
    case when d <> 'not_reachable' then (array['positive', 'neutral', 'negative'])[1 + r % 3] end,
    1, 1, r % 2, r % 100000, r % 7 / 6, 0, 0, 0, r % 7 / 6, 0, 0, 0, 0
from (
    select g, case when g % 5 = 0 then 1 else 2 + g % 200 end as w, r,
        (array['interested', 'not_interested', 'callback', 'dnd', 'not_reachable',
            'not_reachable'])[1 + r % 6] as d
    from (select g, hashint4(g) & 1048575 as r from generate_series($2::int, $2 + $3 - 1) g) as n
    where g % 4 / 2 = $1
) as made
"""
_DAILY = """
create table call_daily_{0} as
select workspace_id, (started_at at time zone 'UTC')::date as day, {0}, disposition,
    count(*) as n, sum(seconds) as seconds from call_facts group by 1, 2, 3, 4;
create unique index on call_daily_{0} (workspace_id, day, {0}, disposition);
"""
_ENDED = """
insert into calls (id, workspace_id, campaign_id, script_id, script_version, language, status,
    disposition, end_reason, started_at, answered_at, duration_seconds)
select $1 || n, 'wsp_1', 'cmp_1_' || n % 5, 'scr_1', 1, 'en-IN', 'completed', 'interested',
    'agent_hangup', timestamptz '2026-12-01' + n * interval '1 minute', now(), n % 100
from generate_series(1, $2::int) n
"""
DIMENSIONS = ("campaign_id", "agent_id", "language")
Ask = Callable[[Connection], Awaitable[Any]]


def yardstick(span: dict[str, date], group: str, of: str) -> Ask:
    """The plainest sums of the same days: by a column of the daily sums of a dimension."""
    text = (
        f"select {group}, sum(n), sum(n) filter (where disposition = 'interested'),"
        f" sum(seconds)::float / sum(n) from call_daily_{of}"
        " where workspace_id = 'wsp_1' and day between $1 and $2 group by 1"
    )
    return lambda conn: conn.fetch(text, span["from_"], span["to"])


def answers(span: dict[str, date]) -> dict[str, tuple[Ask, Ask]]:
    """Every answer that the API gives for these days, and what it is compared with."""

    def calls(**asked: Any) -> Ask:
        return lambda conn: service.calls(conn, BIG, FiguresQuery(**span, **asked))

    def qa(conn: Connection) -> Awaitable[Any]:
        return service.qa(conn, BIG, FiguresQuery(**span, group_by="day"))

    def compliance(conn: Connection) -> Awaitable[Any]:
        return service.compliance(conn, BIG, FiguresQuery(**span))

    def agents(conn: Connection) -> Awaitable[Any]:
        return service.agents(conn, BIG, AgentsQuery(**span))

    def campaign(conn: Connection) -> Awaitable[Any]:
        return service.campaign(conn, BIG, CAMPAIGN, CampaignFiguresQuery(**span))

    by_day = yardstick(span, "day", "campaign_id")
    by_campaign = yardstick(span, "campaign_id", "campaign_id")
    by_agent = yardstick(span, "agent_id", "agent_id")
    by_language = yardstick(span, "language", "language")
    narrow = {"campaign_id": CAMPAIGN, "language": "hi-IN", "group_by": "agent"}
    return {
        "calls": (calls(), by_day),
        "calls by day": (calls(group_by="day"), by_day),
        "calls by week": (calls(group_by="week"), by_day),
        "calls by agent": (calls(group_by="agent"), by_agent),
        "calls by campaign": (calls(group_by="campaign"), by_campaign),
        "calls by language": (calls(group_by="language"), by_language),
        "calls of a campaign": (calls(campaign_id=CAMPAIGN), by_campaign),
        "calls of an agent by day": (calls(agent_id="desk-7", group_by="day"), by_agent),
        "calls of a campaign in a language by agent": (calls(**narrow), by_agent),
        "calls by day in New York": (calls(group_by="day", timezone="America/New_York"), by_day),
        "qa by day": (qa, by_day),
        "compliance": (compliance, by_day),
        "agents": (agents, by_agent),
        "a campaign": (campaign, by_campaign),
    }


class Listening:
    """A connection that remembers the last statement and its arguments."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self.last: tuple[str, tuple[Any, ...]] = ("", ())

    async def fetch(self, query: str, *args: Any) -> Any:
        self.last = (query, args)
        return await self._conn.fetch(query, *args)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._conn, name)


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds, the best of all rounds: statements alone, and the whole answer."""

    plain: float
    statement: float
    whole: float


async def timed(conn: Connection, asks: tuple[Ask, Ask]) -> Times:
    """The answer, its statement and its yardstick, asked by turns."""
    ask, plain = asks
    listening = Listening(conn)
    await ask(cast("Connection", listening))
    text, args = listening.last
    turns: tuple[Ask, ...] = (plain, lambda conn: conn.fetch(text, *args), ask)
    best = [9e9] * len(turns)
    for round in range(WARM + ROUNDS):
        for at, turn in enumerate(turns):
            start = time.perf_counter()
            await turn(conn)
            if round >= WARM:
                best[at] = min(best[at], (time.perf_counter() - start) * 1000)
    return Times(*best)


async def measure(db: Database) -> dict[str, Times]:
    """The times of each answer."""
    async with db.read() as conn:
        return {
            f"{name}: {what}": await timed(conn, asks)
            for name, span in (("month", MONTH), ("year", YEAR))
            for what, asks in answers(span).items()
        }


@dataclass
class Stage:
    """A server, and a connection that waits as long as it takes."""

    db: Database
    conn: Any
    calls: int

    async def half(self, which: int) -> None:
        """Write every other pair of calls, sum all, and make the yardstick."""
        start = time.perf_counter()
        part = 250_000
        for first in range(0, self.calls, part):
            await self.conn.execute(_CALLS, which, first, min(part, self.calls - first), self.calls)
        print(f"written in {time.perf_counter() - start:.0f} s")
        start = time.perf_counter()
        await self.conn.execute("delete from call_figures")
        await self.conn.execute("update call_figures_zones set summed = false")
        await service.fold(self.db)
        print(f"summed in {time.perf_counter() - start:.0f} s")
        for of in DIMENSIONS:
            await self.conn.execute(f"drop table if exists call_daily_{of}")
            await self.conn.execute(_DAILY.format(of))
        await self.conn.execute("vacuum analyze")
        await self.sizes()

    async def changes(self, count: int = 20_000) -> None:
        """Tell what an ended call costs its writer, and the worker that sums it up."""
        await self.conn.execute("select add_call_facts_month('2026-12-01')")
        for triggers in ("without", "with"):
            await self.conn.execute(
                f"alter table calls {'enable' if triggers == 'with' else 'disable'} trigger all"
            )
            start = time.perf_counter()
            await self.conn.execute(_ENDED, triggers, count)
            took = time.perf_counter() - start
            print(f"{count} calls written {triggers} triggers: {took / count * 1e6:.0f} us each")
        start = time.perf_counter()
        folded = await service.fold(self.db)
        took = time.perf_counter() - start
        print(f"{folded} changes summed: {took / folded * 1e6:.0f} us each")

    async def sizes(self) -> None:
        """Tell how large the tables are."""
        rows = await self.conn.fetch(
            "select relid::regclass::text as name, sum(pg_total_relation_size(relid)) / 1e6 as mb"
            " from (select coalesce(inhparent, relid) as relid, relid as part"
            "   from pg_stat_user_tables left join pg_inherits on inhrelid = relid) t"
            " where relid::regclass::text in ('call_figures', 'call_daily_campaign_id') group by 1"
        )
        facts = await self.conn.fetchval(
            "select sum(pg_total_relation_size(inhrelid)) / 1e6 from pg_inherits"
            " where inhparent = 'call_facts'::regclass"
        )
        sums = await self.conn.fetchval("select count(*) from call_figures")
        print(*(f"{row['name']} {row['mb']:.0f} MB" for row in rows), f"call_facts {facts:.0f} MB")
        print(f"{sums} sums")


@asynccontextmanager
async def opened(calls: int) -> AsyncIterator[Stage]:
    """An empty database on a server of its own."""
    place = make_data_dir()
    server = await pg.start(place, options={"fsync": "off", "max_wal_size": "4GB"})
    try:
        await migrate(server.dsn, files("vinfer.app") / "migrations")
        conn = await asyncpg.connect(server.dsn)
        await conn.execute(_PEOPLE)
        pool = await connect_pool(server.dsn, min_size=1, max_size=1)
        yield Stage(Database(pool, subscribers={}, write_jobs=write_jobs), conn, calls)
        await pool.close()
        await conn.close()
    finally:
        await server.stop()
        shutil.rmtree(place)


async def main(calls: int) -> None:
    """Measure with half of the calls, then with all, and compare."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))  # errors only
    async with opened(calls) as stage:
        await stage.conn.execute(
            "insert into call_figures_zones (workspace_id, zone)"
            " values ('wsp_1', 'America/New_York')"
        )
        await stage.half(0)
        half = await measure(stage.db)
        await stage.half(1)
        whole = await measure(stage.db)
        async with stage.db.read() as conn:
            unasked = FiguresQuery(**MONTH, group_by="day", timezone="Asia/Kathmandu")
            start = time.perf_counter()
            await service.calls(conn, BIG, unasked)
            first = (time.perf_counter() - start) * 1000
        await stage.changes()
    heads = (f"{calls // 2}", f"{calls}", "yardstick", "ratio", "whole")
    print(f"{'ms':52s}", *(f"{head:>9}" for head in heads))
    for name, it in whole.items():
        found = (half[name].statement, it.statement, it.plain, it.statement / it.plain, it.whole)
        print(f"{name:52s}", *(f"{value:9.2f}" for value in found))
    print(f"{'month: calls by day, a zone for the first time':52s} {'':9s} {first:9.2f}")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else CALLS))
