"""Totals of long lists: exact at every moment, folded or not, and for every filter."""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import asyncpg
from tests.domains.worlds import World, make_world, phone

from vinfer.domains.calls.queries import listing
from vinfer.domains.calls.schemas import CallQuery
from vinfer.domains.contacts.queries import dnc
from vinfer.domains.contacts.queries import rows as contacts
from vinfer.domains.contacts.schemas import ContactQuery
from vinfer.kit import lists
from vinfer.kit.db import Connection, Database
from vinfer.kit.page import PageQuery, Position

START = datetime(2026, 3, 1, tzinfo=UTC)


async def write_calls(conn: Connection, world: World, count: int) -> None:
    """Calls of four days, spread over what lists filter on."""
    await conn.execute(
        "insert into calls (id, workspace_id, campaign_id, script_id, script_version, phone,"
        " language, status, disposition, end_reason, metadata, started_at)"
        " select 'cal_' || n, $1, (array['cmp_1', 'cmp_2', null])[1 + n % 3], $2, 1,"
        " '+9198' || lpad(n::text, 8, '0'), (array['en-IN', 'hi-IN'])[1 + n % 2],"
        " (array['completed', 'failed'])[1 + n % 2],"
        " (array['interested', 'callback', 'dnd'])[1 + n % 3], 'busy',"
        " case when n % 5 = 0 then '{\"agent_id\": \"desk-1\"}'::jsonb else '{}' end,"
        " $3::timestamptz + n * interval '37 minutes' from generate_series(0, $4 - 1) as n",
        world.actor.workspace_id,
        world.script_id,
        START,
        count,
    )


async def write_campaigns(conn: Connection, world: World) -> None:
    for id in ("cmp_1", "cmp_2"):
        await conn.execute(
            "insert into campaigns (id, workspace_id, name, script_id, script_version, language,"
            " timezone) values ($1, $2, $1, $3, 1, 'en-IN', 'UTC')",
            id,
            world.actor.workspace_id,
            world.script_id,
        )


async def read(world: World, **filters: Any) -> tuple[int, int]:
    """The total, and how many rows the pages have together."""
    seen = 0
    async with world.db.read() as conn:
        rows, total = await listing.page(
            conn, world.actor.workspace_id, CallQuery(**filters), PageQuery(limit=100)
        )
        while rows:
            seen += len(rows[:100])
            if len(rows) <= 100:
                break
            cursor = PageQuery(limit=100, cursor=place(rows[99]))
            rows, _ = await listing.page(
                conn, world.actor.workspace_id, CallQuery(**filters), cursor
            )
    return total, seen


def place(row: Any) -> str:
    return Position(row["at"], row["id"]).encode()


async def test_totals_are_exact_for_every_filter(db: Database):
    world = await make_world(db)
    async with db.begin() as tx:
        await write_campaigns(tx.conn, world)
        await write_calls(tx.conn, world, 150)
    times = (None, START, START + timedelta(hours=31, minutes=17), START + timedelta(days=2))
    for folded in (False, True):
        if folded:
            await lists.fold(db)
        for start, end in product(times, times):
            for more in ({}, {"campaign_id": "cmp_1"}, {"disposition": "dnd", "status": "failed"}):
                total, seen = await read(world, from_=start, to=end, **more)
                assert total == seen, (folded, start, end, more)
    for filters, wanted in (
        ({}, 150),
        ({"language": "hi-IN"}, 75),
        ({"agent_id": "desk-1"}, 30),
        ({"agent_id": "desk-1", "language": "hi-IN"}, 15),
        ({"phone": "+919800000003"}, 1),
        ({"language": "ta-IN"}, 0),
        ({"from_": datetime.max.replace(tzinfo=UTC)}, 0),
        ({"to": datetime.max.replace(tzinfo=UTC)}, 150),
        ({"to": datetime.min.replace(tzinfo=UTC)}, 0),
        ({"from_": START, "to": START}, 1),
    ):
        assert await read(world, **filters) == (wanted, wanted), filters


async def test_counts_follow_whatever_is_done_and_whoever_does_it_at_once(db: Database):
    """Three writers change rows at random while counts are folded."""
    world = await make_world(db)
    async with db.begin() as tx:
        await write_campaigns(tx.conn, world)
        await write_calls(tx.conn, world, 60)
    chance = random.Random(7)

    async def write(first: int) -> None:
        for _ in range(25):
            id = f"cal_{chance.randrange(first, 60, 3)}"
            statement = chance.choice(
                (
                    "update calls set disposition = 'callback', status = 'failed' where id = $1",
                    "update calls set started_at = started_at + interval '1 day' where id = $1",
                    "update calls set erased_at = now(), phone = null where id = $1",
                    "update calls set tag = 'x' where id = $1",
                    "delete from calls where id = $1",
                )
            )
            try:
                async with db.begin() as tx:
                    await tx.conn.execute(statement, id)
                    if chance.random() < 0.2:
                        raise ConnectionError  # what is rolled back is not counted either
            except ConnectionError:
                pass

    async def fold() -> None:
        for _ in range(10):
            await lists.fold(db)
            await asyncio.sleep(0.01)

    async with asyncio.TaskGroup() as group:
        for first in range(3):
            group.create_task(write(first))
        group.create_task(fold())
    for filters in ({}, {"disposition": "callback"}, {"status": "failed", "campaign_id": "cmp_2"}):
        total, seen = await read(world, **filters)
        assert total == seen > 0, filters
    await lists.fold(db)
    assert await world.val("select count(*) from counts where not folded or n <= 0") == 0


async def test_contacts_and_listed_phones_are_counted(db: Database):
    world, other = await make_world(db), await make_world(db)
    async with db.begin() as tx:
        await write_campaigns(tx.conn, world)
        for n in range(4):
            await tx.conn.execute(
                "insert into contacts (id, workspace_id, campaign_id, position, phone)"
                " values ($1, $2, 'cmp_1', $3, $4)",
                f"ctc_{n}",
                world.actor.workspace_id,
                n,
                phone(n),
            )
        await tx.conn.execute("update contacts set status = 'skipped' where id = 'ctc_0'")
        entries = [(phone(n), "r") for n in range(3)]
        await dnc.add(tx.conn, world.actor.workspace_id, entries, now=START)
        await dnc.add(tx.conn, world.actor.workspace_id, entries[:1], now=START)
        await dnc.remove(tx.conn, world.actor.workspace_id, phone(2))
    async with db.read() as conn:
        for filters, wanted in (
            (ContactQuery(), 4),
            (ContactQuery(status="pending"), 3),
            (ContactQuery(campaign_id="cmp_2"), 0),
            (ContactQuery(phone=phone(1)), 1),
        ):
            rows, total = await contacts.page(conn, world.actor.workspace_id, filters, PageQuery())
            assert total == len(rows) == wanted
        assert (await dnc.page(conn, world.actor.workspace_id, PageQuery()))[1] == 2
        assert (await dnc.page(conn, other.actor.workspace_id, PageQuery()))[1] == 0


async def test_two_workers_may_fold_at_once(db: Database, dsn: str):
    world = await make_world(db)
    async with db.begin() as tx:
        await write_campaigns(tx.conn, world)
        await write_calls(tx.conn, world, 30)
    holder = await asyncpg.connect(dsn)
    await holder.execute("begin")
    await holder.execute("select pg_advisory_xact_lock($1)", lists._FOLD_LOCK)
    await lists.fold(db)  # leaves it to the other
    assert await world.val("select count(*) from counts where folded") == 0
    await holder.close()
    await lists.fold(db)
    assert await read(world) == (30, 30)
