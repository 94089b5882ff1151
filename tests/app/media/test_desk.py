"""A media process's calls on a real database: what breaks rings nobody twice, and ends no other."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.domains import campaigning
from tests.domains.campaigning import running
from tests.domains.worlds import DIGESTS, World, make_world, phone

from vinfer.adapters.hearing.fake import ScriptedHearing
from vinfer.adapters.nlu.fake import FakeUnderstanding
from vinfer.adapters.storage.memory import MemoryStorage
from vinfer.adapters.telephony.fake import FakeTelephony, FarEnd
from vinfer.adapters.telephony.sip import EngineDead
from vinfer.adapters.tts.fake import TonePlayer
from vinfer.app.media import program, spool
from vinfer.app.media.desk import Desk
from vinfer.app.media.identity import Identity
from vinfer.app.media.sink import DatabaseSink
from vinfer.app.settings import Settings
from vinfer.domains.calls.queries import claiming
from vinfer.kit.clock import SystemClock
from vinfer.kit.db import Database
from vinfer.media.engines import Engines
from vinfer.media.plan import CallResult, NotAnswered, Turn, Verdict
from vinfer.media.ticker import Ticker
from vinfer.ports.telephony import Ended, Failed

WISH = CallResult(
    end_reason="customer_hangup",
    duration_s=3.0,
    verdict=Verdict("dnd", None, None, "asked"),
    turns=(),
    captured={"note": "\0"},  # PostgreSQL keeps no such text
    do_not_call=True,
)


class WorldClock(SystemClock):
    """The wall clock of a world; the monotonic one is the machine's."""

    def __init__(self, world: World) -> None:
        self._world = world

    def now(self) -> datetime:
        return self._world.now


class Line(FakeTelephony):
    """A fake line whose every number does the same, and that can die like the SIP engine."""

    def __init__(self) -> None:
        self.far = FarEnd(rings=True)
        super().__init__(lambda _: self.far)
        self.died = asyncio.Event()

    def die(self) -> None:
        self.died.set()
        for leg in self.legs:
            leg.end(Ended.LOST)


class Shelf(MemoryStorage):
    """A store that can be away, with an error that is no `OSError`."""

    away = False

    async def put_file(self, key: str, path: Path) -> None:
        if self.away:
            raise RuntimeError("503 Slow Down")
        await super().put_file(key, path)


class Oracle(Desk):
    """A desk whose calls all come to one result."""

    __slots__ = ("result",)

    async def _talk(self, claimed: object) -> CallResult | NotAnswered:
        return self.result


@pytest.fixture
async def world(db: Database) -> World:
    return await make_world(db)


def make_desk(world: World, dsn: str, tmp_path: Path, kind: type[Desk] = Desk) -> Desk:
    clock = WorldClock(world)
    settings = Settings(data_dir=tmp_path, drain_s=10.0)
    folder = settings.spool / "med_own"
    folder.mkdir(parents=True)
    desk = kind(
        identity=Identity("med_own", dsn=dsn, clock=SystemClock()),
        db=world.db,
        telephony=Line(),
        engines=Engines(ScriptedHearing(), TonePlayer(), FakeUnderstanding()),
        storage=Shelf(),
        sink=DatabaseSink(world.db),
        ticker=Ticker(clock),
        clock=clock,
        unseal=lambda _trunk_id, sealed: sealed.decode(),
        digests=DIGESTS,
        settings=settings,
        folder=folder,
    )
    desk.identity.held.set()
    desk.rehearsed[f"{world.script_id}:1:en-IN:female"] = world.now.date()
    return desk


@pytest.fixture
async def desk(world: World, dsn: str, tmp_path: Path) -> AsyncIterator[Desk]:
    made = make_desk(world, dsn, tmp_path)
    async with asyncio.TaskGroup() as group:
        loops = [group.create_task(made.sink.run()), group.create_task(made.ticker.run())]
        yield made
        for loop in loops:
            loop.cancel()


async def place(desk: Desk) -> None:
    """Claim what is due and see it through."""
    async with asyncio.TaskGroup() as calls:
        await desk.take_calls(calls)


async def call_of(world: World) -> dict[str, object]:
    (row,) = await world.rows("select * from calls")
    return row


async def test_a_step_that_raises_anything_is_tried_again():
    tries = iter(range(3))
    done = asyncio.Event()

    async def step() -> None:
        if next(tries) < 2:
            raise KeyError("a defect")
        done.set()

    async with asyncio.TaskGroup() as group:
        loop = group.create_task(program._every(0.0, step))
        async with asyncio.timeout(5):
            await done.wait()
        loop.cancel()


async def test_a_script_that_cannot_be_read_does_not_hold_up_the_others(desk: Desk, world: World):
    await running(world, 1)
    other = await make_world(world.db)
    await running(other, 1)
    desk.rehearsed.clear()
    broken = min(world.script_id, other.script_id)
    await world.run("update script_versions set body = '{}' where script_id = $1", broken)
    await desk.rehearse()
    await desk.rehearse()
    assert set(desk.rehearsed) == {f"{max(world.script_id, other.script_id)}:1:en-IN:female"}


async def test_a_script_is_rehearsed_again_the_next_day(desk: Desk, world: World):
    await running(world, 1)
    (key,) = desk.rehearsed
    desk.rehearsed[key] = world.now.date() - timedelta(days=1)
    await desk.rehearse()
    assert desk.rehearsed == {key: world.now.date()}


async def test_a_password_that_cannot_be_read_uses_up_no_contact(desk: Desk, world: World):
    await world.run("update trunks set password_sealed = 'x'")
    campaign = await running(world, 1, max_attempts=1)

    def refuse(_trunk_id: str, _sealed: bytes) -> str:
        raise ValueError("sealed under another key")

    desk.unseal = refuse
    await place(desk)
    assert (await call_of(world))["end_reason"] == Failed.TRUNK_ERROR
    progress = (await campaigning.get(world, campaign.id)).progress
    assert (progress.completed, progress.retry_scheduled) == (0, 1)
    assert desk.hangups == {}


async def test_a_store_that_is_away_costs_no_outcome_and_no_recording(desk: Desk, world: World):
    desk.store_patience_s = 0.05
    await running(world, 1)
    assert isinstance(desk.telephony, Line)
    assert isinstance(desk.storage, Shelf)
    desk.telephony.far = FarEnd(hangs_up=True)
    desk.storage.away = True
    await place(desk)
    call = await call_of(world)
    assert (call["status"], call["recording_key"]) == ("completed", None)
    await desk.recover_recordings()
    assert (await call_of(world))["recording_key"] is None
    desk.storage.away = False
    await desk.recover_recordings()
    key = (await call_of(world))["recording_key"]
    assert key == f"recordings/{world.actor.workspace_id}/{call['id']}.wav"
    assert await desk.storage.size(str(key))
    assert not list(desk.folder.glob("*/*.wav"))


async def test_a_record_the_database_refuses_keeps_the_wish_not_to_be_called(
    world: World, dsn: str, tmp_path: Path
):
    desk = make_desk(world, dsn, tmp_path, Oracle)
    assert isinstance(desk, Oracle)
    desk.result = WISH
    await running(world, 1)
    await place(desk)
    call = await call_of(world)
    assert (call["status"], call["disposition"]) == ("completed", "dnd")
    assert await world.val("select phone from dnc") == phone(0)
    assert desk.hangups == {}


async def test_a_call_that_cannot_be_recorded_is_never_given_back(
    world: World, dsn: str, tmp_path: Path
):
    desk = make_desk(world, dsn, tmp_path, Oracle)
    assert isinstance(desk, Oracle)
    desk.result = NotAnswered("\0")
    await running(world, 1)
    await place(desk)
    world.later(minutes=5)
    await desk.release_unknown()
    assert (await call_of(world))["status"] == "in_progress"


async def test_a_fact_the_database_refuses_is_skipped(desk: Desk, world: World):
    await running(world, 1)
    (call,) = await campaigning.claim(world)
    desk.sink.turn(call.call_id, Turn(0, "customer", 0.0, 1.0, "\ud800"))
    desk.sink.turn(call.call_id, Turn(1, "customer", 1.0, 2.0, "yes"))
    async with asyncio.timeout(10):
        await desk.sink.settle()
    assert await world.val("select text from call_turns") == "yes"


async def test_a_process_that_ends_takes_and_rings_nobody(desk: Desk, world: World):
    await running(world, 1)
    (call,) = await campaigning.claim(world, owner="med_own")
    desk.hangups[call.call_id] = asyncio.Event()
    await desk.close()
    await desk._see_through(call)
    assert isinstance(desk.telephony, Line)
    assert desk.telephony.dialled == []
    await place(desk)
    (again,) = await campaigning.claim(world)
    assert (again.phone, again.attempt) == (call.phone, 1)


async def test_a_claim_that_waits_long_is_not_taken_for_a_lost_one(desk: Desk, world: World):
    await running(world, 1)
    async with asyncio.TaskGroup() as calls:
        async with world.db.begin() as tx:
            await claiming.lock_dialer(tx.conn)
            taking = calls.create_task(desk.take_calls(calls))
            await asyncio.sleep(0.2)
            world.later(seconds=30)
            releasing = calls.create_task(desk.release_unknown())
            await asyncio.sleep(0.2)
        await taking
        await releasing
        assert (await call_of(world))["status"] == "in_progress"
        for hangup in desk.hangups.values():
            hangup.set()


async def test_calls_of_an_engine_that_died_are_recorded(world: World, dsn: str, tmp_path: Path):
    desk = make_desk(world, dsn, tmp_path)
    desk.identity.held.clear()
    await running(world, 1)
    line = desk.telephony
    assert isinstance(line, Line)
    line.far = FarEnd()

    async def kill_when_answered() -> None:
        while not line.legs:  # noqa: ASYNC110  # the fake line tells nobody
            await asyncio.sleep(0.02)
        line.die()

    async with asyncio.TaskGroup() as group:
        group.create_task(kill_when_answered())
        with spool.own_folder(desk.settings.spool, "med_own"), pytest.raises(EngineDead):
            await program._work(desk, line)  # pyright: ignore[reportArgumentType]  # the fake
    assert (await call_of(world))["end_reason"] == "line_lost"
    assert (await call_of(world))["disposition"] == "callback"
