"""The claim: every limit exact, every window right, nobody called twice at once."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from tests.domains import campaigning
from tests.domains.campaigning import answered, claim, create, record, running
from tests.domains.worlds import DIGESTS, World, make_world, people, phone

from vinfer.domains.calls import dialing
from vinfer.domains.calls import service as calls
from vinfer.domains.calls.schemas import CallBody
from vinfer.domains.contacts import service as contacts
from vinfer.kit.db import Database, connect_pool
from vinfer.kit.errors import InvalidParameter, InvalidState
from vinfer.kit.jobs import write_jobs
from vinfer.ports.telephony import Failed


async def test_a_claim_carries_all_that_a_call_needs(world: World):
    await world.run("update trunks set password_sealed = 'x', username = 'u' where true")
    campaign = await running(world, 1, fallback={"transfer_to": "+912261550009"})
    (call,) = await claim(world)
    plan = call.plan()
    assert (plan.phone, plan.variables["name"], plan.variables["amount"]) == (phone(0), "P0", 100)
    assert (plan.language, plan.voice, plan.timezone) == ("en-IN", "female", "Asia/Kolkata")
    assert plan.script["name"] == "Reminder"
    assert plan.script_key == f"{world.script_id}:1"
    assert (plan.transfer_to, plan.triggers) == ("+912261550009", ())
    line = call.line(lambda sealed: sealed.decode())
    assert (line.id, line.username, line.password) == (world.trunk_id, "u", "x")
    assert call.caller_id in ("+912261550001", "+912261550002")
    (row,) = await world.rows("select * from calls")
    assert (row["owner"], row["status"], row["attempt"]) == ("m1", "in_progress", 1)
    assert row["started_at"] == world.now
    assert row["campaign_id"] == campaign.id
    progress = (await campaigning.get(world, campaign.id)).progress
    assert (progress.in_progress, progress.total) == (1, 1)
    assert await world.events() == ["campaign.started", "call.started"]


async def test_caller_ids_take_turns(world: World):
    await running(world, 10)
    used = Counter(call.caller_id for call in await claim(world))
    assert used == {"+912261550001": 5, "+912261550002": 5}


async def test_nothing_is_claimed_for_no_seats_or_before_the_start(world: World):
    await create(world, 3)
    assert await claim(world) == []
    await running(world, 3)
    assert await claim(world, 0) == []


async def test_no_limit_is_ever_passed(db: Database):
    world = await make_world(db, channels=7, calls_per_second=5, room=9)
    one = await running(world, 20, concurrency=4)
    await running(world, 20, contacts=people(20, first=100))
    first = await claim(world)
    assert len(first) == 5  # the trunk's calls per second
    assert await claim(world) == []
    world.later(seconds=1)
    assert len(await claim(world)) == 2  # its channels
    world.later(seconds=5)
    assert await claim(world) == []
    live = await world.rows("select campaign_id, count(*) as n from calls group by 1")
    assert {row["n"] for row in live if row["campaign_id"] == one.id} <= {3, 4}
    await world.run("update trunks set channels = 100, calls_per_second = 100")
    assert len(await claim(world)) == 2  # the workspace's room
    await world.run("update workspaces set max_concurrent_calls = 100")
    await claim(world)
    assert await world.val("select count(*) from calls where campaign_id = $1", one.id) == 4


async def test_campaigns_share_alike(db: Database):
    world = await make_world(db, room=10)
    big = await running(world, 50)
    small = await running(world, 50, contacts=people(50, first=100))
    count = Counter(call.campaign_id for call in await claim(world))
    assert count == {big.id: 5, small.id: 5}


async def test_workspaces_share_the_seats_alike(db: Database):
    worlds = [await make_world(db) for _ in range(3)]
    for world in worlds:
        await running(world, 30)
    seats = Counter(call.workspace_id for call in await claim(worlds[0], seats=9))
    assert seats == {world.actor.workspace_id: 3 for world in worlds}


async def test_many_claimers_never_pass_a_limit_or_call_a_phone_twice(db: Database, dsn: str):
    """Eight claimers, two workspaces, 2,000 contacts with doubles, calls that end and retry."""
    small = await make_world(db, channels=40, calls_per_second=1000, room=60)
    large = await make_world(db, channels=70, calls_per_second=1000, room=50)
    for world, limit in ((small, 15), (large, None)):
        for _ in range(2):  # the same 500 phones in both campaigns
            await running(world, 500, contacts=people(500), concurrency=limit)
    pool = await connect_pool(dsn, max_size=9)
    claimers = Database(pool, subscribers={}, write_jobs=write_jobs)
    done: list[str] = []
    worst: Counter[str] = Counter()

    async def check() -> None:
        async with claimers.read() as conn:
            rows = await conn.fetch(
                "select workspace_id, trunk_id, campaign_id, phone from calls"
                " where status = 'in_progress'"
            )
        assert max(Counter((r["workspace_id"], r["phone"]) for r in rows).values(), default=0) <= 1
        for key in ("workspace_id", "trunk_id", "campaign_id"):
            for value, n in Counter(row[key] for row in rows).items():
                worst[value] = max(worst[value], n)

    async def run(number: int) -> None:
        idle = 0
        while idle < 3:
            async with claimers.begin() as tx:
                got = await dialing.claim(tx, f"m{number}", 12, small.now)
            await check()
            idle = 0 if got else idle + 1
            for call in got:
                async with claimers.begin() as tx:
                    assert await dialing.record(tx, call.call_id, answered(), small.now)
                done.append(call.call_id)

    async with asyncio.TaskGroup() as group:
        for number in range(8):
            group.create_task(run(number))
    await pool.close()
    assert len(done) == len(set(done)) == 2000
    assert await db_value(small, "select count(*) from calls") == 2000
    assert await db_value(small, "select count(*) from campaigns where status = 'completed'") == 4
    assert worst[small.trunk_id] <= 40
    assert worst[large.actor.workspace_id] <= 50
    limited = await small.rows("select id from campaigns where concurrency is not null")
    assert all(0 < worst[row["id"]] <= 15 for row in limited)
    assert (await small.events()).count("campaign.completed") == 2
    assert (await large.events()).count("call.completed") == 1000


async def db_value(world: World, query: str) -> int:
    return await world.val(query)


@pytest.mark.parametrize(
    ("hour", "minute", "open"), [(9, 59, False), (10, 0, True), (17, 59, True), (18, 0, False)]
)
async def test_the_daily_window_is_read_in_the_campaigns_zone(
    world: World, hour: int, minute: int, open: bool
):
    await running(
        world,
        1,
        schedule={
            "timezone": "Asia/Kolkata",
            "daily_window": {"start": "10:00", "end": "18:00"},
        },
    )
    world.now = datetime(2026, 3, 5, hour, minute, tzinfo=UTC) - timedelta(hours=5, minutes=30)
    assert bool(await claim(world)) is open


async def test_a_window_may_last_until_midnight(world: World):
    await running(world, 1, schedule={"daily_window": {"start": "20:00", "end": "24:00"}})
    world.now = datetime(2026, 3, 4, 18, 29, 59, tzinfo=UTC)  # 23:59:59 in Kolkata
    assert await claim(world)


async def test_days_are_those_of_the_campaigns_zone(world: World):
    await running(world, 1, schedule={"timezone": "America/New_York", "days": ["wed"]})
    world.now = datetime(2026, 3, 5, 5, 0, tzinfo=UTC)  # Thursday 00:00 in New York
    assert await claim(world) == []
    world.now -= timedelta(seconds=1)  # Wednesday 23:59:59
    assert len(await claim(world)) == 1


@pytest.mark.parametrize(
    ("day", "opens"),
    [
        (datetime(2026, 3, 7, tzinfo=UTC), 14),  # winter time: 09:00 in New York is 14:00 UTC
        (datetime(2026, 3, 8, tzinfo=UTC), 13),  # the clock went forward in the night
        (datetime(2026, 10, 31, tzinfo=UTC), 13),
        (datetime(2026, 11, 1, tzinfo=UTC), 14),  # and back
    ],
)
async def test_the_window_follows_daylight_saving(world: World, day: datetime, opens: int):
    await running(
        world,
        1,
        schedule={
            "timezone": "America/New_York",
            "daily_window": {"start": "09:00", "end": "17:00"},
        },
    )
    world.now = day.replace(hour=opens) - timedelta(seconds=1)
    assert await claim(world) == []
    world.now += timedelta(seconds=1)
    assert len(await claim(world)) == 1


async def test_no_call_begins_after_the_end_even_before_the_campaign_is_closed(world: World):
    end = world.now + timedelta(minutes=1)
    await running(world, 1, schedule={"end_time": end.isoformat()})
    world.now = end
    assert await claim(world) == []


async def test_a_pause_stops_claims_at_once_and_lets_calls_finish(world: World):
    campaign = await running(world, 3)
    (call,) = await claim(world, 1)
    await campaigning.act(world, campaign.id, "pause")
    assert await claim(world) == []
    assert await record(world, call.call_id, answered())
    await campaigning.act(world, campaign.id, "resume")
    assert len(await claim(world)) == 2


async def test_a_pause_that_waits_for_a_claim_comes_after_it(world: World):
    """While a claim runs the campaign's row is held: the pause returns when it has committed."""
    campaign = await running(world, 3)
    async with asyncio.TaskGroup() as group, world.db.begin() as tx:
        assert len(await dialing.claim(tx, "m1", 1, world.now)) == 1
        pausing = group.create_task(campaigning.act(world, campaign.id, "pause"))
        await asyncio.sleep(0.1)
        assert not pausing.done()
    assert pausing.result().status == "paused"
    assert await claim(world) == []


async def test_nobody_on_the_list_is_dialled(world: World):
    campaign = await running(world, 3)
    async with world.db.begin() as tx:
        await contacts.forbid(
            tx, world.actor.workspace_id, phone(1), reason="complaint", now=world.now
        )
    assert {call.phone for call in await claim(world)} == {phone(0), phone(2)}
    (blocked,) = await world.rows("select * from calls where phone = $1", phone(1))
    assert (blocked["status"], blocked["disposition"]) == ("failed", "dnd")
    assert (blocked["end_reason"], blocked["answered_at"]) == ("blocked_dnc", None)
    assert (await campaigning.get(world, campaign.id)).dispositions["dnd"] == 1
    events = await world.events()
    assert events[1:3] == ["call.completed", "call.disposition_set"]
    assert events.count("call.started") == 2


async def test_a_campaign_of_forbidden_phones_completes(world: World):
    async with world.db.begin() as tx:
        for n in range(3):
            await contacts.forbid(tx, world.actor.workspace_id, phone(n), reason="r", now=world.now)
    campaign = await running(world, 3)
    assert await claim(world) == []
    assert (await campaigning.get(world, campaign.id)).status == "completed"
    assert (await world.events())[-1] == "campaign.completed"


async def test_one_workspaces_list_does_not_bind_another(db: Database):
    world, other = await make_world(db), await make_world(db)
    async with db.begin() as tx:
        await contacts.forbid(tx, other.actor.workspace_id, phone(0), reason="r", now=world.now)
    await running(world, 1)
    assert len(await claim(world)) == 1


async def test_the_same_phone_is_never_live_twice_in_a_workspace(world: World):
    await running(world, 1, contacts=[*people(1), *people(1)])
    await running(world, 1)
    (first,) = await claim(world)
    assert await claim(world) == []
    await record(world, first.call_id, answered())
    (second,) = await claim(world)
    await record(world, second.call_id, answered())
    assert len(await claim(world)) == 1


async def test_a_campaign_without_a_trunk_is_not_claimed(world: World):
    await running(world, 1)
    await world.run("update trunks set is_default = false")
    assert await claim(world) == []


async def test_a_trunk_that_refuses_everything_is_probed_and_not_fed_with_contacts(world: World):
    await running(world, 50)
    for call in await claim(world, 3):
        await record(world, call.call_id, Failed.TRUNK_ERROR)
    world.later(seconds=14)
    assert await claim(world) == []
    world.later(seconds=1)
    (probe,) = await claim(world)
    assert await claim(world) == []
    await record(world, probe.call_id, Failed.TRUNK_ERROR)
    world.later(seconds=15)
    (probe,) = await claim(world)
    async with world.db.begin() as tx:
        await dialing.mark_answered(tx, probe.call_id, world.now)
    assert len(await claim(world)) > 40


async def one_off(world: World, number: int) -> str:
    body = CallBody(
        phone=phone(number),
        language="en-IN",
        script_id=world.script_id,
        variables={"amount": 5},
    )
    async with world.db.begin() as tx:
        return (
            await calls.create(tx, world.actor, body, installed=(), digests=DIGESTS, now=world.now)
        ).id


async def test_one_off_calls_go_first_and_know_no_window(world: World):
    await running(world, 5, schedule={"days": ["sun"]})
    call_id = await one_off(world, 70)
    (call,) = await claim(world)
    assert (call.call_id, call.campaign_id) == (call_id, None)
    assert call.plan().variables == {"amount": 5, "phone": phone(70)}
    await world.run("update campaigns set days = '{1,2,3,4,5,6,7}'")
    second = await one_off(world, 71)
    (next_call,) = await claim(world, 1)
    assert next_call.call_id == second


async def test_a_waiting_one_off_call_keeps_its_phone_from_campaigns(world: World):
    await running(world, 1)
    await world.run("update trunks set calls_per_second = 1")
    call_id = await one_off(world, 0)
    assert [call.call_id for call in await claim(world)] == [call_id]
    with pytest.raises(InvalidState):
        await one_off(world, 0)


async def test_a_forbidden_one_off_call_ends_as_dnd(world: World):
    call_id = await one_off(world, 3)
    async with world.db.begin() as tx:
        await contacts.forbid(tx, world.actor.workspace_id, phone(3), reason="r", now=world.now)
    assert await claim(world) == []
    (row,) = await world.rows("select * from calls")
    assert (row["id"], row["disposition"]) == (call_id, "dnd")
    assert await world.events() == ["call.completed", "call.disposition_set"]


async def test_a_busy_line_is_called_again_after_the_interval(world: World):
    campaign = await running(world, 1, max_attempts=2, retry_interval_minutes=30)
    (call,) = await claim(world)
    await record(world, call.call_id, Failed.BUSY)
    assert (await campaigning.get(world, campaign.id)).progress.retry_scheduled == 1
    world.later(minutes=29, seconds=59)
    assert await claim(world) == []
    world.later(seconds=1)
    (again,) = await claim(world)
    assert again.attempt == 2
    assert again.call_id != call.call_id


async def test_two_calls_live_to_one_phone_cannot_even_be_written(world: World):
    await running(world, 1)
    await claim(world)
    with pytest.raises(asyncpg.UniqueViolationError):
        await world.run(
            "insert into calls (id, workspace_id, script_id, script_version, phone, language)"
            " select 'cal_x', workspace_id, script_id, 1, phone, 'en-IN' from calls"
        )


async def test_a_zone_of_the_machine_is_refused_for_it_would_stop_every_claim(world: World):
    with pytest.raises(InvalidParameter):
        await create(world, 1, schedule={"timezone": "localtime"})
    await create(world, 1)
    for table in ("campaigns", "workspaces"):
        with pytest.raises(asyncpg.InvalidParameterValueError):
            await world.run(f"update {table} set timezone = 'localtime'")


async def test_a_lone_campaign_takes_every_seat(world: World):
    await running(world, 8)
    taken = [len(await claim(world, seats)) for seats in (4, 2, 1, 1)]
    assert taken == [4, 2, 1, 1]
