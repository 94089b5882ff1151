"""Our own calls: `analyze` is done once the recording is stored, and erased with the call."""

from typing import Any

import msgspec
import pytest
from tests.domains import campaigning
from tests.domains.campaigning import answered
from tests.domains.transcription.conftest import TALK, Bench
from tests.domains.worlds import World, make_world, phone

from vinfer.domains.calls import dialing, erasure, service
from vinfer.domains.calls.schemas import CallDetail
from vinfer.domains.transcription import service as transcription
from vinfer.domains.transcription.schemas import TranscriptionDetail, TranscriptionQuery
from vinfer.kit.page import PageQuery

KEY = "recordings/w/call.wav"


@pytest.fixture
async def world(bench: Bench) -> World:
    """A workspace that calls."""
    return await make_world(bench.api.db)


async def recorded(bench: Bench, world: World, **fields: Any) -> str:
    """A call that has ended, its recording stored."""
    await campaigning.running(world, 1, **fields)
    (call,) = await campaigning.claim(world)
    await campaigning.record(world, call.call_id, answered())
    bench.storage.objects[KEY] = TALK
    async with world.db.begin() as tx:
        await dialing.attach_recording(tx, call.call_id, KEY)
    return call.call_id


async def detail(world: World, call_id: str) -> CallDetail:
    async with world.db.read() as conn:
        return await service.get(conn, world.actor, call_id)


async def jobs(world: World) -> list[TranscriptionDetail]:
    async with world.db.read() as conn:
        page = await transcription.find(conn, world.actor, TranscriptionQuery(), PageQuery())
        assert page.total == len(page.data)
        return [await transcription.get(conn, world.actor, it.id) for it in page.data]


async def test_a_call_is_transcribed_by_its_channels(bench: Bench, world: World):
    call_id = await recorded(
        bench, world, analyze=["transcription", "sentiment"], metadata={"crm": 7}
    )
    await bench.run_jobs()
    (taken,) = await jobs(world)
    assert (taken.call_id, taken.status) == (call_id, "queued")
    assert msgspec.json.encode(taken.metadata) == b'{"crm":7}'
    assert (await detail(world, call_id)).transcript_job_id == taken.id
    await bench.finish()
    (done,) = await jobs(world)
    assert done.status == "completed"
    assert done.transcript
    assert [it.speaker for it in done.transcript.segments] == ["customer", "agent", "customer"]
    assert done.sentiment
    assert done.sentiment["error"]["code"] == "feature_not_installed"
    assert bench.storage.objects == {KEY: TALK}  # a call keeps its recording
    assert bench.files.asked == []
    names = await world.events()
    assert names[-2:] == ["transcription.completed", "call.transcription_ready"]
    (ready,) = await world.rows("select * from events where name = 'call.transcription_ready'")
    assert ready["data"]["id"] == ready["resource_id"] == call_id
    assert ready["data"]["transcript_job_id"] == done.id


async def test_a_call_that_asks_for_nothing_is_left_alone(bench: Bench, world: World):
    call_id = await recorded(bench, world)
    await bench.finish()
    assert await jobs(world) == []
    assert (await detail(world, call_id)).transcript_job_id is None


async def test_a_second_notice_of_a_recording_makes_no_second_job(bench: Bench, world: World):
    call_id = await recorded(bench, world, analyze=["transcription"])
    async with world.db.begin() as tx:
        await dialing.attach_recording(tx, call_id, KEY)
    await bench.run_jobs()
    assert len(await jobs(world)) == 1


async def test_an_erased_call_takes_its_job_along(bench: Bench, world: World):
    call_id = await recorded(bench, world, analyze=["transcription"])
    await bench.run_jobs()
    await bench.finish()
    async with world.db.begin() as tx:
        await erasure.erase_call(tx, world.actor, call_id, seal=bench.shop.seal, now=world.now)
    assert await jobs(world) == []  # at once, and its rows with the next job
    await bench.run_jobs()
    assert await world.rows("select * from transcriptions") == []
    assert "good morning" not in str(await world.rows("select data from events"))


async def test_an_erased_person_takes_a_running_job_along(bench: Bench, world: World):
    await recorded(bench, world, analyze=["transcription"])
    await bench.run_jobs()

    async def erase() -> None:
        async with world.db.begin() as tx:
            await erasure.erase_person(
                tx, world.actor, phone(0), seal=bench.shop.seal, now=world.now
            )
        await bench.run_jobs()

    bench.transcriber.before = {1: erase}
    await bench.finish()
    assert bench.transcriber.heard == 2
    assert await world.rows("select * from transcriptions") == []
    assert await world.rows("select * from transcription_pieces") == []
    assert "transcription.completed" not in await world.events()


async def test_a_deleted_job_is_no_longer_the_calls(bench: Bench, world: World):
    call_id = await recorded(bench, world, analyze=["transcription"])
    await bench.run_jobs()
    (job,) = await jobs(world)
    async with world.db.begin() as tx:
        await transcription.delete(tx, world.actor, job.id, seal=bench.shop.seal)
    await bench.finish()
    assert (await detail(world, call_id)).transcript_job_id is None
    assert bench.storage.objects == {KEY: TALK}
