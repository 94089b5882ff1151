"""Erasure: afterwards no table knows the person, every figure stands, and no phone rings."""

import asyncio
import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from tests.domains import campaigning
from tests.domains.calls.test_blocking import one_off, run_job
from tests.domains.campaigning import answered, claim, create, record, running
from tests.domains.worlds import DIGESTS, SEAL, World, make_world, people, phone

from vinfer.adapters.storage import MemoryStorage
from vinfer.domains.calls import dialing, erasure, tasks
from vinfer.domains.calls import service as calls
from vinfer.domains.calls.queries import claiming
from vinfer.domains.calls.schemas import CallQuery
from vinfer.domains.contacts import service as contacts
from vinfer.domains.contacts.schemas import ContactPatch
from vinfer.kit import idempotency
from vinfer.kit.access import Actor
from vinfer.kit.db import Database
from vinfer.kit.errors import InvalidState, NotFound
from vinfer.kit.page import PageQuery
from vinfer.media.plan import CallResult, Turn, Verdict

WHO = phone(0)
SECRETS = (WHO, WHO[1:], "Ananya", "Lakshmipur", "my brother Suresh")


def talk() -> CallResult:
    return CallResult(
        end_reason="agent_hangup",
        duration_s=9.0,
        verdict=Verdict("interested", "promise", 1, "said my brother Suresh"),
        turns=(
            Turn(0, "agent", 0.0, 2.0, "Hello Ananya"),
            Turn(1, "customer", 2.5, 3.0, "ask my brother Suresh"),
        ),
        captured={"village": "Lakshmipur"},
    )


async def everything(world: World) -> str:
    """Every row of every table, as text."""
    tables = await world.rows(
        "select table_name as name from information_schema.tables where table_schema = 'public'"
        " and table_type = 'BASE TABLE'"
    )
    rows = [
        row["text"]
        for table in tables
        for row in await world.rows(f"select t::text as text from {table['name']} t")
    ]
    queue = await world.rows("select convert_from(payload, 'UTF8') as text from pgqueuer")
    return "\n".join([*rows, *(row["text"] for row in queue)])


async def erase_person(world: World, number: str = WHO, actor: Actor | None = None) -> None:
    async with world.db.begin() as tx:
        await erasure.erase_person(tx, actor or world.actor, number, seal=SEAL, now=world.now)


async def erase_call(world: World, call_id: str, actor: Actor | None = None) -> None:
    async with world.db.begin() as tx:
        await erasure.erase_call(tx, actor or world.actor, call_id, seal=SEAL, now=world.now)


async def erase_files(world: World, storage: MemoryStorage) -> int:
    """Run the jobs that are queued, each twice; how many there were."""
    jobs = await world.rows(
        "select payload from pgqueuer where entrypoint = $1", dialing.ERASE_RECORDING
    )
    for job in jobs:
        for _ in range(2):
            await tasks.erase_recording(
                tasks.RecordingRef(**json.loads(job["payload"])), SimpleNamespace(storage=storage)
            )
    return len(jobs)


async def profile(world: World, number: str = WHO):
    async with world.db.read() as conn:
        return await calls.profile(conn, world.actor, number, DIGESTS)


async def total(world: World, **filters: Any) -> int:
    async with world.db.read() as conn:
        page = await calls.list_calls(conn, world.actor, CallQuery(**filters), PageQuery())
    assert page.total == len(page.data)
    return page.total


async def a_known_person(world: World) -> str:
    """Ananya: called in one campaign, waiting in another, put right by hand, forbidden."""
    who = {"phone": WHO, "name": "Ananya", "amount": 5, "village": "Lakshmipur"}
    await running(world, contacts=[who, *people(1, first=1)])
    waits = await create(world, contacts=[who, *people(1, first=2)])
    (call,) = [it for it in await claim(world) if it.phone == WHO]
    async with world.db.begin() as tx:
        await dialing.store_turns(tx, call.call_id, talk().turns[:1])
        await dialing.attach_recording(tx, call.call_id, f"recordings/w/{call.call_id}.wav")
    await record(world, call.call_id, talk())
    patch = ContactPatch(attributes={"note": "lives in Lakshmipur"})
    async with world.db.begin() as tx:
        await calls.change_contact(tx, world.actor, WHO, patch, digests=DIGESTS, now=world.now)
        await contacts.forbid(
            tx, world.actor.workspace_id, WHO, reason="Ananya asked", now=world.now
        )
    assert (await campaigning.get(world, waits.id)).progress.total == 2
    return call.call_id


async def test_nothing_is_left_of_a_person_but_figures(world: World):
    call_id = await a_known_person(world)
    storage = MemoryStorage()
    storage.objects = {f"recordings/w/{call_id}.wav": b"voice", "recordings/w/other.wav": b""}
    known = await everything(world)
    assert all(secret in known for secret in SECRETS)
    before = await world.events()
    await erase_person(world)
    left = await everything(world)
    assert [secret for secret in SECRETS if secret in left] == []
    assert await erase_files(world, storage) == 1
    assert list(storage.objects) == ["recordings/w/other.wav"]
    assert await world.events() == before  # their order and number stand
    (told,) = await world.rows(
        "select data from events where resource_id = $1 and name = 'call.completed'", call_id
    )
    assert told["data"]["contact"] == {"phone": None, "name": None}
    assert (told["data"]["transcript"], told["data"]["disposition"]) == ([], "interested")
    (row,) = await world.rows("select * from calls where id = $1", call_id)
    assert (row["duration_seconds"], row["disposition"], row["tag"]) == (9, "interested", "promise")
    totals = await world.rows("select id from campaigns order by created_at, id")
    done, waits = [(await campaigning.get(world, it["id"])) for it in totals]
    assert (done.progress.total, done.dispositions["interested"]) == (2, 1)
    assert (waits.progress.total, waits.progress.pending) == (1, 1)
    assert await total(world, phone=WHO) == 0
    with pytest.raises(NotFound):
        await erase_person(world)


async def test_an_erased_number_is_still_never_dialled(db: Database):
    world, other = await make_world(db), await make_world(db)
    await a_known_person(world)
    await erase_person(world)
    person = await profile(world)
    assert (person.name, person.attributes, person.calls) == (None, {}, [])
    assert (person.do_not_call.listed, person.do_not_call.reason) == (True, "erased")
    assert (await one_off(world, 0)).end_reason == "blocked_dnc"
    again = await running(world, contacts=[{"phone": WHO, "amount": 1}])
    assert [it.phone for it in await claim(world)] == []
    assert (await campaigning.get(world, again.id)).dispositions["dnd"] == 1
    await running(other, contacts=[{"phone": WHO, "amount": 1}])
    assert [it.phone for it in await claim(world)] == [WHO]  # its list binds one workspace
    async with db.begin() as tx:
        await contacts.remove_dnc(tx, world.actor, WHO, DIGESTS)
    assert not (await profile(world)).do_not_call.listed


async def test_a_number_that_slipped_past_the_intake_does_not_ring(world: World):
    await a_known_person(world)
    await erase_person(world)
    campaign = await running(world, contacts=people(1, first=5))
    # as an upload that began before the erasure and was committed after it
    await world.run("update contacts set phone = $1 where campaign_id = $2", WHO, campaign.id)
    call = next(it for it in await claim(world, ring=False) if it.phone == WHO)
    async with world.db.begin() as tx:
        verdict = await dialing.ring(tx, call.call_id, world.now, digests=DIGESTS)
    assert verdict == "withdraw"
    assert await world.val("select reason from dnc where phone = $1", WHO) == "erased"


async def test_a_person_on_the_phone_is_not_erased(world: World):
    await running(world, 1)
    (call,) = await claim(world)
    with pytest.raises(InvalidState) as refused:
        await erase_person(world)
    assert refused.value.details["current"] == "in_progress"
    with pytest.raises(InvalidState) as refused:
        await erase_call(world, call.call_id)
    assert refused.value.details["id"] == call.call_id
    assert (await profile(world)).name == "P0"


async def test_the_last_contact_of_a_campaign_is_erased(world: World):
    campaign = await running(world, 1, max_attempts=2)
    (call,) = await claim(world)
    await record(world, call.call_id, campaigning.Failed.BUSY)
    await erase_person(world)
    now = await campaigning.get(world, campaign.id)
    assert (now.status, now.progress.completed) == ("completed", 1)
    assert now.dispositions["not_reachable"] == 1
    untried = await running(world, 1)
    await erase_person(world)
    gone = await campaigning.get(world, untried.id)
    assert (gone.status, gone.progress.total) == ("completed", 0)


async def test_one_call_is_erased_and_its_contact_stays(db: Database):
    world, other = await make_world(db), await make_world(db)
    campaign = await running(world, 2, metadata={"agent_id": "desk-7", "customer": "Ananya"})
    one, two = await claim(world)
    for call in (one, two):
        await record(world, call.call_id, talk())
    for actor, call_id in ((other.actor, one.call_id), (world.actor, "cal_none")):
        with pytest.raises(NotFound):
            await erase_call(world, call_id, actor)
    await erase_call(world, one.call_id)
    for again in (erase_call(world, one.call_id), get(world, one.call_id)):
        with pytest.raises(NotFound):
            await again
    assert await total(world) == 1
    assert await total(world, campaign_id=campaign.id, agent_id="desk-7") == 1
    assert await world.val("select agent_id from calls where id = $1", one.call_id) == "desk-7"
    assert await world.val("select count(*) from call_turns") == 2
    progress = (await campaigning.get(world, campaign.id)).progress
    assert (progress.total, progress.completed) == (2, 2)
    assert await world.val("select count(*) from contacts where phone = $1", one.phone) == 1
    (row,) = await world.rows("select * from calls where id = $1", one.call_id)
    assert (row["phone"], row["contact_id"], row["variables"], row["captured"]) == (
        None,
        None,
        {},
        {},
    )


async def get(world: World, call_id: str):
    async with world.db.read() as conn:
        return await calls.get(conn, world.actor, call_id)


async def test_what_comes_late_does_not_bring_a_call_back(world: World):
    await running(world, 1)
    (call,) = await claim(world)
    await record(world, call.call_id, answered())
    await erase_call(world, call.call_id)
    storage = MemoryStorage()
    storage.objects = {"recordings/w/late.wav": b"voice"}
    async with world.db.begin() as tx:
        await dialing.store_turns(tx, call.call_id, talk().turns)
        await dialing.attach_recording(tx, call.call_id, "recordings/w/late.wav")
        await dialing.forbid(tx, call.call_id, world.now)
        assert not await dialing.record(tx, call.call_id, talk(), world.now)
    assert await world.val("select count(*) from call_turns") == 0
    assert await world.val("select recording_key from calls") is None
    assert await erase_files(world, storage) == 1
    assert storage.objects == {}


async def test_what_a_receiver_answers_late_is_forgotten(world: World):
    await running(world, 1)
    (call,) = await claim(world)
    await record(world, call.call_id, answered())
    await erase_call(world, call.call_id)
    workspace = world.actor.workspace_id
    await world.run(
        "insert into webhooks (id, workspace_id, url, events, secret_sealed)"
        " values ('whk_1', $1, 'https://x', '{*}', '')",
        workspace,
    )
    await world.run(  # its attempt was under way meanwhile
        "insert into deliveries (id, webhook_id, workspace_id, sequence, event_id, event, attempt,"
        " status, response_sealed) select 'dlv_' || id, 'whk_1', $1, sequence, id, name, 1,"
        " 'delivered', 'thanks, I have told Ananya' from events where resource_id = $2",
        workspace,
        call.call_id,
    )
    (job,) = await world.rows(
        "select payload, execute_after - $2 as wait from pgqueuer where entrypoint = $1",
        erasure.FORGET_ANSWERS,
        world.now,
    )
    assert job["wait"] == timedelta(minutes=2)
    erased = msgspec.json.decode(job["payload"], type=tasks.ErasedRef)
    await tasks.forget_answers(erased, SimpleNamespace(db=world.db))
    assert await world.val("select count(*) from deliveries") > 0
    assert await world.val("select count(response_sealed) from deliveries") == 0


async def test_an_erasure_that_fails_halfway_erases_nothing(world: World):
    call_id = await a_known_person(world)
    before = await everything(world)

    async def break_off() -> None:
        async with world.db.begin() as tx:
            await erasure.erase_person(tx, world.actor, WHO, seal=SEAL, now=world.now)
            raise ConnectionError

    with pytest.raises(ConnectionError):
        await break_off()
    assert await everything(world) == before
    assert (await get(world, call_id)).contact.name == "Ananya"
    assert (
        await world.val(
            "select count(*) from pgqueuer where entrypoint = $1", dialing.ERASE_RECORDING
        )
        == 0
    )


async def test_a_change_under_way_does_not_bring_a_person_back(world: World):
    await create(world, 1)
    patch = ContactPatch(name="Ananya")

    async def change() -> None:
        async with world.db.begin() as tx:
            await calls.change_contact(tx, world.actor, WHO, patch, digests=DIGESTS, now=world.now)

    async with world.db.begin() as tx:
        await erasure.erase_person(tx, world.actor, WHO, seal=SEAL, now=world.now)
        changing = asyncio.ensure_future(change())
        await asyncio.sleep(0.3)
    with pytest.raises(NotFound):
        await changing
    assert "Ananya" not in await everything(world)


async def test_no_call_waits_while_a_day_of_answers_is_searched(world: World):
    """2,500 answers, of which the last and a late one tell of the person."""
    await create(world, 1)
    workspace = world.actor.workspace_id
    ledger = idempotency.Ledger(SEAL)

    async def answer(key: str, body: bytes) -> None:
        claim = idempotency.Claim(workspace, b"scope", key, b"request")
        async with world.db.begin() as tx:
            await ledger.remember(tx, claim, idempotency.Snapshot(201, body))

    told = f'{{"phone":"{WHO}"}}'.encode()
    async with world.db.begin() as tx:
        for n in range(2500):
            body = told if n == 2499 else b"{}"
            claim = idempotency.Claim(workspace, b"scope", f"{n:04}", b"request")
            await ledger.remember(tx, claim, idempotency.Snapshot(201, body))
    await world.run("update idempotency set created_at = now() - interval '20 hours'")
    async with asyncio.timeout(20), world.db.begin() as dialer:
        await claiming.lock_dialer(dialer.conn)
        erasing = asyncio.ensure_future(erase_person(world))
        free = "select count(*) from (select from idempotency for update skip locked) as it"
        while await world.val(free) == 2500:  # noqa: ASYNC110  # another connection's doing
            await asyncio.sleep(0.02)
        await answer("late", told)
    await erasing
    assert await world.val("select count(*) from idempotency") == 2499


async def test_an_entry_made_by_its_owner_keeps_its_reason(world: World):
    await running(world, 1)
    (call,) = await claim(world)
    await record(world, call.call_id, answered("dnd", do_not_call=True))
    world.now += timedelta(minutes=1)
    await erase_person(world)
    assert (await profile(world)).do_not_call.reason == "customer_request"
    await run_job(world)  # finds nobody: the entry is no number any more
