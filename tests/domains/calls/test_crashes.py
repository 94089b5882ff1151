"""Media processes that die, connections that are lost, and claims that never arrived."""

import asyncpg
from tests.domains import campaigning
from tests.domains.campaigning import answered, claim, record, running
from tests.domains.worlds import DIGESTS, World, phone

from vinfer.domains.calls import dialing, processes, service
from vinfer.domains.calls.schemas import CallBody
from vinfer.kit.db import prepare_connection


async def session(dsn: str):
    """A media process's own connection."""
    conn = await asyncpg.connect(dsn)
    await prepare_connection(conn)
    return conn


async def look(world: World, **options):
    async with world.db.read() as conn:
        return await processes.dead_processes(conn, now=world.now, **options)


async def reconcile(world: World, owner: str) -> int:
    async with world.db.begin() as tx:
        return await processes.reconcile(tx, owner, world.now)


async def test_a_dead_process_is_found_and_its_calls_are_interrupted(world: World, dsn: str):
    campaign = await running(world, 2, max_attempts=5)
    conn = await session(dsn)
    await processes.register_process(conn, "m1", host="h", now=world.now)
    await claim(world, 1, owner="m1")
    assert await look(world) == []
    world.later(minutes=1)
    assert await look(world) == []
    assert await reconcile(world, "m1") == 0  # it lives
    await conn.close()
    assert await look(world) == []  # missing now, but not for long enough
    world.later(seconds=10)
    assert await look(world) == ["m1"]
    assert await reconcile(world, "m1") == 1
    assert await reconcile(world, "m1") == 0
    (row,) = await world.rows("select * from calls")
    assert (row["status"], row["end_reason"]) == ("failed", "interrupted")
    assert row["disposition"] == "not_reachable"
    now = await campaigning.get(world, campaign.id)
    assert (now.progress.completed, now.progress.pending) == (1, 1)
    assert await look(world) == []
    assert (await claim(world))[0].phone == phone(1)
    assert (await world.events())[2:4] == ["call.completed", "call.disposition_set"]


async def test_a_process_that_comes_back_in_time_keeps_its_calls(world: World, dsn: str):
    await running(world, 1)
    first = await session(dsn)
    await processes.register_process(first, "m1", host="h", now=world.now)
    (call,) = await claim(world, owner="m1")
    await first.close()
    assert await look(world) == []
    world.later(seconds=5)
    second = await session(dsn)
    await processes.register_process(second, "m1", host="h", now=world.now)
    world.later(seconds=60)
    assert await look(world) == []
    assert await record(world, call.call_id, answered())
    await second.close()


async def test_looking_never_takes_a_living_process_lock(world: World, dsn: str):
    conn = await session(dsn)
    await processes.register_process(conn, "m1", host="h", now=world.now)
    assert [await look(world) for _ in range(3)] == [[], [], []]
    await conn.close()
    await look(world)
    again = await session(dsn)
    await processes.register_process(again, "m1", host="h", now=world.now)
    await again.close()


async def test_a_process_declared_dead_is_told_to_hang_up(world: World, dsn: str):
    await running(world, 2)
    conn = await session(dsn)
    await processes.register_process(conn, "m1", host="h", now=world.now)
    one, two = await claim(world, owner="m1")
    async with world.db.read() as reader:
        assert await processes.hangups(reader, "m1", [one.call_id, two.call_id]) == []
    await conn.close()
    await look(world)
    world.later(seconds=10)
    await look(world)
    await reconcile(world, "m1")
    async with world.db.read() as reader:
        told = await processes.hangups(reader, "m1", [one.call_id, two.call_id])
    assert sorted(told) == sorted([one.call_id, two.call_id])
    assert not await record(world, one.call_id, answered())


async def test_a_claim_that_never_arrived_gives_the_attempt_back(world: World):
    campaign = await running(world, 2)
    lost, held = await claim(world, ring=False)
    world.later(seconds=30)
    async with world.db.begin() as tx:
        released = await processes.release_unknown(
            tx, "m1", [held.call_id], older_than=world.now, now=world.now
        )
    assert released == 1
    assert await world.rows("select * from calls where id = $1", lost.call_id) == []
    assert await world.events() == ["campaign.started"], "what never rang is not reported"
    progress = (await campaigning.get(world, campaign.id)).progress
    assert (progress.pending, progress.in_progress) == (1, 1)
    (again,) = await claim(world)
    assert (again.phone, again.attempt) == (lost.phone, 1)


async def test_a_claim_that_may_still_arrive_is_left_alone(world: World):
    await running(world, 1)
    await claim(world, ring=False)
    async with world.db.begin() as tx:
        assert not await processes.release_unknown(
            tx, "m1", [], older_than=world.now, now=world.now
        )


async def test_a_claim_that_never_arrived_in_a_stopped_campaign_is_skipped(world: World):
    campaign = await running(world, 1)
    await claim(world, ring=False)
    await campaigning.act(world, campaign.id, "stop")
    async with world.db.begin() as tx:
        await processes.release_unknown(
            tx, "m1", [], older_than=world.later(seconds=30), now=world.now
        )
    assert (await campaigning.get(world, campaign.id)).progress.skipped == 1


async def post(world: World):
    body = CallBody(
        phone=phone(9), language="en-IN", script_id=world.script_id, variables={"amount": 1}
    )
    async with world.db.begin() as tx:
        return await service.create(
            tx, world.actor, body, installed=(), digests=DIGESTS, now=world.now
        )


async def test_a_one_off_call_that_never_arrived_waits_again(world: World):
    call = await post(world)
    await claim(world, ring=False)
    async with world.db.begin() as tx:
        await processes.release_unknown(
            tx, "m1", [], older_than=world.later(seconds=30), now=world.now
        )
    (again,) = await claim(world, owner="m2")
    assert again.call_id == call.id


async def test_a_one_off_call_without_a_seat_is_given_up(world: World):
    await post(world)
    world.later(minutes=14)
    async with world.db.begin() as tx:
        assert await processes.expire_one_offs(tx, world.now) == 0
    world.later(minutes=2)
    async with world.db.begin() as tx:
        assert await processes.expire_one_offs(tx, world.now) == 1
    assert await claim(world) == []
    assert await world.val("select end_reason from calls") == "interrupted"


async def test_a_hang_up_reaches_the_process_that_holds_the_call(world: World, dsn: str):
    await running(world, 2)
    one, two = await claim(world, owner="m1")
    heard: list[str] = []
    conn = await session(dsn)
    await conn.add_listener("call_hangups", lambda *args: heard.append(args[-1]))
    async with world.db.begin() as tx:
        detail = await service.hang_up(tx, world.actor, one.call_id, world.now)
    assert detail.status == "in_progress"
    async with world.db.read() as reader:
        known = [one.call_id, two.call_id]
        assert await processes.hangups(reader, "m1", known) == [one.call_id]
        assert await processes.hangups(reader, "m2", []) == []
    await conn.fetchval("select 1")
    assert heard == ['{"owner":"m1","call_id":"' + one.call_id + '"}']
    await conn.close()


async def test_a_hang_up_cancels_a_call_that_waits_and_leaves_a_final_one(world: World):
    call = await post(world)
    async with world.db.begin() as tx:
        cancelled = await service.hang_up(tx, world.actor, call.id, world.now)
    assert (cancelled.status, cancelled.end_reason) == ("failed", "cancelled")
    async with world.db.begin() as tx:
        again = await service.hang_up(tx, world.actor, call.id, world.later(minutes=1))
    assert again.ended_at == cancelled.ended_at
    assert await claim(world) == []


async def test_turns_written_twice_are_one(world: World):
    await running(world, 1)
    (call,) = await claim(world)
    for _ in range(2):
        async with world.db.begin() as tx:
            await dialing.store_turns(tx, call.call_id, answered().turns)
    assert await world.val("select count(*) from call_turns") == 2


async def test_a_call_somebody_asked_to_end_does_not_come_back_when_it_is_withdrawn(world: World):
    waiting = await post(world)
    campaign = await running(world, 1, max_attempts=1)
    for call in await claim(world, 2):
        async with world.db.begin() as tx:
            await service.hang_up(tx, world.actor, call.call_id, world.now)
            await processes.withdraw(tx, call.call_id, world.now)
    ended = await world.rows("select id, end_reason from calls order by id")
    assert [row["end_reason"] for row in ended] == ["cancelled", "cancelled"]
    assert waiting.id in {row["id"] for row in ended}
    assert (await campaigning.get(world, campaign.id)).status == "completed"
    assert await claim(world) == []


async def test_a_dead_process_gives_back_what_had_not_rung(world: World, dsn: str):
    campaign = await running(world, 2)
    conn = await session(dsn)
    await processes.register_process(conn, "m1", host="h", now=world.now)
    (rang,) = await claim(world, 1, owner="m1")
    (waiting,) = await claim(world, 1, owner="m1", ring=False)
    await conn.close()
    await look(world)
    world.later(seconds=10)
    await look(world)
    assert await reconcile(world, "m1") == 2
    (row,) = await world.rows("select * from calls")
    assert (row["id"], row["end_reason"]) == (rang.call_id, "interrupted")
    (again,) = await claim(world, owner="m2")
    assert (again.phone, again.attempt) == (waiting.phone, 1)
    assert (await campaigning.get(world, campaign.id)).progress.completed == 1


async def test_an_unknown_call_that_rang_is_not_given_back(world: World):
    await running(world, 1)
    await claim(world)
    world.later(minutes=1)
    async with world.db.begin() as tx:
        released = await processes.release_unknown(
            tx, "m1", [], older_than=world.now, now=world.now
        )
    assert released == 0
    assert await claim(world) == []


async def test_a_paused_campaign_rings_nobody_that_was_claimed(world: World):
    campaign = await running(world, 1)
    (call,) = await claim(world, ring=False)
    await campaigning.act(world, campaign.id, "pause")
    async with world.db.begin() as tx:
        assert await dialing.ring(tx, call.call_id, world.now, digests=DIGESTS) == "withdraw"


async def test_a_trunk_rings_no_faster_than_it_may(world: World):
    await world.run("update trunks set calls_per_second = 2")
    await running(world, 4)
    calls = await claim(world, ring=False)
    world.later(seconds=1)
    calls += await claim(world, ring=False)
    verdicts: list[str] = []
    for call in calls:
        async with world.db.begin() as tx:
            verdicts.append(await dialing.ring(tx, call.call_id, world.now, digests=DIGESTS))
    assert verdicts == ["ring", "ring", "wait", "wait"]
    async with world.db.begin() as tx:
        assert (
            await dialing.ring(tx, calls[2].call_id, world.later(seconds=1), digests=DIGESTS)
            == "ring"
        )


async def test_a_wish_not_to_be_called_holds_before_the_call_has_ended(world: World, dsn: str):
    await running(world, 1)
    (call,) = await claim(world)
    async with world.db.begin() as tx:
        await dialing.forbid(tx, call.call_id, world.now)
    assert await world.val("select reason from dnc where phone = $1", call.phone)


async def test_a_one_off_call_that_is_withdrawn_again_and_again_is_given_up(world: World):
    await post(world)
    for _ in range(4):
        (call,) = await claim(world, ring=False)
        world.later(minutes=4)
        async with world.db.begin() as tx:
            await processes.withdraw(tx, call.call_id, world.now)
    async with world.db.begin() as tx:
        assert await processes.expire_one_offs(tx, world.now) == 1
