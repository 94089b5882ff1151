"""The do-not-call list and the dialer: whoever is listed leaves every queue, whatever the race."""

import asyncio
import io
from types import SimpleNamespace

import msgspec
import pytest
from tests.domains import campaigning
from tests.domains.campaigning import answered, claim, create, record, running
from tests.domains.worlds import DIGESTS, World, make_world, people, phone

from vinfer.domains.calls import dialing, tasks
from vinfer.domains.calls import service as calls
from vinfer.domains.calls.schemas import CallBody
from vinfer.domains.contacts import service as contacts
from vinfer.domains.contacts.schemas import DncBody, Intake
from vinfer.kit.db import Database, connect_pool
from vinfer.kit.errors import InvalidParameter
from vinfer.kit.jobs import write_jobs


async def forbid(world: World, *numbers: int) -> None:
    """As `POST /dnc` does, then as its job does."""
    body = DncBody(phones=[phone(n) for n in numbers])
    async with world.db.begin() as tx:
        await calls.add_dnc(tx, world.actor, body, world.now)
    await run_job(world)


async def run_job(world: World) -> None:
    """Run what is queued, as a worker does."""
    queued = await world.rows(
        "select payload from pgqueuer where entrypoint = $1", dialing.BLOCK_LISTED
    )
    assert queued
    clock = SimpleNamespace(now=lambda: world.now)
    for job in queued:
        listed = msgspec.json.decode(job["payload"], type=tasks.ListedRef)
        await tasks.block_listed(listed, SimpleNamespace(db=world.db, clock=clock))


async def one_off(world: World, number: int):
    body = CallBody(
        phone=phone(number),
        language="en-IN",
        script_id=world.script_id,
        variables={"amount": 5},
    )
    async with world.db.begin() as tx:
        return await calls.create(
            tx, world.actor, body, installed=(), digests=DIGESTS, now=world.now
        )


async def test_the_listed_leave_the_queues_of_all_campaigns(db: Database):
    world, other = await make_world(db), await make_world(db)
    late = {"start_time": "2030-01-01T00:00:00Z"}
    scheduled = await create(world, 2, schedule=late)
    closed = await running(world, 2, schedule={"days": ["sun"]})
    paused = await running(world, 2)
    await campaigning.act(world, paused.id, "pause")
    only = await running(world, contacts=people(1), schedule={"days": ["sun"]})
    strange = await running(other, 2)
    await forbid(world, 0)
    for campaign in (scheduled, closed, paused):
        now = await campaigning.get(world, campaign.id)
        assert (now.progress.pending, now.progress.completed) == (1, 1)
        assert (now.dispositions["dnd"], now.status) == (1, campaign_status(campaign, paused))
    assert (await campaigning.get(world, only.id)).status == "completed"
    assert (await campaigning.get(other, strange.id)).progress.pending == 2
    blocked = await world.rows(
        "select * from calls where workspace_id = $1", world.actor.workspace_id
    )
    assert {row["campaign_id"] for row in blocked} == {
        scheduled.id,
        closed.id,
        paused.id,
        only.id,
    }
    assert {(it["status"], it["disposition"], it["end_reason"]) for it in blocked} == {
        ("failed", "dnd", "blocked_dnc")
    }
    before = await world.events()
    assert before.count("call.completed") == before.count("call.disposition_set") == 4
    assert "call.started" not in before
    await run_job(world)
    assert await world.events() == before


def campaign_status(campaign, paused) -> str:
    return "paused" if campaign.id == paused.id else campaign.status


async def test_a_campaign_whose_contacts_are_all_listed_completes_when_it_starts(world: World):
    campaign = await create(world, 1)
    await forbid(world, 0)
    assert (await campaigning.act(world, campaign.id, "start")).status == "completed"
    assert (await world.events())[-2:] == ["campaign.started", "campaign.completed"]


async def test_a_phone_that_rings_is_hung_up_and_a_conversation_goes_on(world: World):
    await running(world, 2)
    ringing, talking = await claim(world)
    async with world.db.begin() as tx:
        await dialing.mark_answered(tx, talking.call_id, world.now)
    waiting = await one_off(world, 7)
    await forbid(world, 0, 1, 7)
    asked = await world.rows("select id, hangup_requested, end_reason from calls")
    found = {row["id"]: (row["hangup_requested"], row["end_reason"]) for row in asked}
    first = ringing if ringing.phone == phone(0) else talking
    assert found[ringing.call_id] == (True, None), first
    assert found[talking.call_id] == (False, None)
    assert found[waiting.id] == (False, "blocked_dnc")


async def test_a_call_to_a_listed_phone_is_written_and_not_made(world: World):
    await forbid(world, 3)
    call = await one_off(world, 3)
    assert (call.status, call.disposition, call.end_reason) == ("failed", "dnd", "blocked_dnc")
    assert (call.duration_seconds, call.ended_at) == (0, call.started_at)
    assert await claim(world) == []
    assert await world.events() == ["call.completed", "call.disposition_set"]


async def test_a_wish_in_one_campaign_is_heard_in_all(world: World):
    await running(world, 1)
    other = await running(world, 1, schedule={"days": ["sun"]})
    (call,) = await claim(world)
    await record(world, call.call_id, answered("dnd", do_not_call=True))
    await run_job(world)
    assert (await campaigning.get(world, other.id)).status == "completed"


async def test_a_file_of_phones_blocks_each_and_tells_the_bad_rows(world: World):
    campaign = await create(world, 5)
    rows = "".join(f"{phone(n)},court\n" for n in (0, 1, 1, 9))
    file = io.BytesIO(f"phone,reason\n12345,x\n{rows}".encode())
    async with world.db.begin() as tx:
        intake = await calls.add_dnc_csv(tx, world.actor, file, world.now)
    assert isinstance(intake, Intake)
    assert (intake.accepted, [it.row for it in intake.rejected]) == (4, [2])
    assert await world.val("select count(*) from dnc_staged") == 0
    assert await world.val("select count(*) from dnc where reason = 'court'") == 3
    await run_job(world)
    progress = (await campaigning.get(world, campaign.id)).progress
    assert (progress.pending, progress.completed) == (3, 2)


async def test_a_ring_and_a_listing_wait_for_each_other(world: World, dsn: str):
    await running(world, 2)
    first, second = await claim(world, ring=False)
    pool = await connect_pool(dsn, max_size=2)
    elsewhere = Database(pool, subscribers={}, write_jobs=write_jobs)

    async def listing() -> None:
        async with elsewhere.begin() as tx:
            await contacts.forbid(
                tx, world.actor.workspace_id, first.phone, reason="r", now=world.now
            )

    async def ring(call_id: str) -> str:
        async with elsewhere.begin() as tx:
            return await dialing.ring(tx, call_id, world.now, digests=DIGESTS)

    async with asyncio.TaskGroup() as group:
        async with world.db.begin() as tx:
            assert await dialing.ring(tx, first.call_id, world.now, digests=DIGESTS) == "ring"
            listed = group.create_task(listing())
            await asyncio.sleep(0.1)
            assert not listed.done()  # it answers only when that phone rings already
        async with world.db.begin() as tx:
            await listed
            await contacts.forbid(
                tx, world.actor.workspace_id, second.phone, reason="r", now=world.now
            )
            verdict = group.create_task(ring(second.call_id))
            await asyncio.sleep(0.1)
            assert not verdict.done()
        assert await verdict == "withdraw"
    await pool.close()


async def test_no_phone_rings_once_its_listing_is_answered(world: World, dsn: str):
    """Dialers that claim and ring as fast as they can, while every second phone is listed."""
    await running(world, 80)
    pool = await connect_pool(dsn, max_size=6)
    db = Database(pool, subscribers={}, write_jobs=write_jobs)
    listed: set[str] = set()
    rung: list[str] = []

    async def dial(owner: str) -> None:
        for _ in range(20):
            async with db.begin() as tx:
                claimed = await dialing.claim(tx, owner, 4, world.now)
            for call in claimed:
                too_late = call.phone in listed
                async with db.begin() as tx:
                    verdict = await dialing.ring(tx, call.call_id, world.now, digests=DIGESTS)
                if verdict == "ring":
                    assert not too_late, call.phone
                    rung.append(call.phone)

    async def forbid_some() -> None:
        for n in range(0, 80, 2):
            async with db.begin() as tx:
                await contacts.forbid(
                    tx, world.actor.workspace_id, phone(n), reason="r", now=world.now
                )
            listed.add(phone(n))

    async with asyncio.TaskGroup() as group:
        for number in range(3):
            group.create_task(dial(f"m{number}"))
        group.create_task(forbid_some())
    assert {phone(n) for n in range(1, 80, 2)} <= set(rung)
    assert len(rung) == len(set(rung))
    await pool.close()


@pytest.mark.parametrize("body", [DncBody(), DncBody(phone=phone(1), phones=[phone(2)])])
async def test_what_is_no_entry_is_refused(world: World, body: DncBody):
    async with world.db.begin() as tx:
        with pytest.raises(InvalidParameter) as refused:
            await calls.add_dnc(tx, world.actor, body, world.now)
    assert refused.value.details["field"] == "phone"


async def test_a_contact_whose_phone_is_being_called_waits_for_that_call(world: World):
    campaign = await running(world, 1, schedule={"days": ["sun"]})
    call = await one_off(world, 0)
    (contact,) = await world.rows("select id from contacts")
    async with world.db.begin() as tx:
        await dialing.block(tx, contact["id"], campaign.id, world.now)
    assert (await campaigning.get(world, campaign.id)).progress.pending == 1
    assert await world.val("select array_agg(id) from calls") == [call.id]
    await forbid(world, 0)
    assert (await campaigning.get(world, campaign.id)).status == "completed"
