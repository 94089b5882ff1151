"""`POST /calls/{id}/analyze`: what failed, was deleted, or nobody asked for is asked for later."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from tests.domains import campaigning
from tests.domains.recordings import test_silencing as silenced
from tests.domains.transcription.conftest import TALK, Bench
from tests.domains.transcription.test_calls import KEY, detail, recorded
from tests.domains.transcription.test_calls import world as world
from tests.domains.worlds import World

from vinfer.domains.calls import dialing
from vinfer.domains.campaigns.schemas import Feature
from vinfer.kit.ids import new_id

ASKED: list[Feature] = ["transcription", "redaction"]


@pytest.fixture
async def caller(bench: Bench, world: World) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the workspace that calls; it may ask for redaction."""
    bench.api.services.intake.features = ASKED
    async with bench.api.client(await bench.api.key("admin", world.actor.workspace_id)) as client:
        yield client


async def ask(caller: httpx.AsyncClient, call_id: str, **body: Any) -> httpx.Response:
    return await caller.post(f"/v1/calls/{call_id}/analyze", json=body)


async def test_a_redaction_that_failed_is_done_anew(
    bench: Bench, world: World, caller: httpx.AsyncClient
):
    call_id = await silenced.analysed(bench, world, silenced.broken)
    first = (await detail(world, call_id)).transcript_job_id
    answer = await ask(caller, call_id)
    assert answer.status_code == 202, answer.text
    taken = answer.json()
    assert (taken["call_id"], taken["features"]) == (call_id, ASKED)
    assert (await detail(world, call_id)).transcript_job_id == taken["id"] != first
    assert (await caller.get(f"/v1/transcription/{first}")).status_code == 404
    await silenced.redact_recording(bench)
    await bench.run_jobs()
    assert await silenced.heard(world, call_id) == (silenced.SILENCED, False)


async def test_a_deleted_job_leaves_a_call_that_may_beanalysed(
    bench: Bench, world: World, caller: httpx.AsyncClient
):
    call_id = await recorded(bench, world, analyze=ASKED, metadata={"crm": 7})
    await bench.run_jobs()
    job_id = (await detail(world, call_id)).transcript_job_id
    assert (await ask(caller, call_id)).json()["error"]["details"] == {
        "resource_type": "transcription",
        "id": job_id,
        "current": "queued",
        "requested": "analyzed",
        "allowed": ["failed"],
    }
    assert (await caller.delete(f"/v1/transcription/{job_id}")).status_code == 204
    assert await silenced.heard(world, call_id) == (None, True)
    taken = (await ask(caller, call_id, features=["transcription"])).json()
    assert (taken["features"], taken["metadata"]) == (ASKED, {"crm": 7})  # asked once, it stays
    await silenced.redact_recording(bench)
    await bench.run_jobs()
    assert await silenced.heard(world, call_id) == (silenced.SILENCED, False)
    assert (await ask(caller, call_id)).status_code == 409  # it is done
    assert (await caller.delete(f"/v1/transcription/{taken['id']}")).status_code == 204
    assert (
        await ask(caller, call_id)
    ).status_code == 202  # what rules of today find is silenced too
    assert await silenced.heard(world, call_id) == (None, True)
    await silenced.redact_recording(bench)
    await bench.run_jobs()
    await bench.run_jobs()
    again = dialing.silenced_key(silenced.SILENCED)
    assert await silenced.heard(world, call_id) == (again, False)
    assert bench.storage.objects.keys() == {again}


async def test_a_failed_job_makes_room(bench: Bench, world: World, caller: httpx.AsyncClient):
    call_id = await recorded(bench, world, analyze=["transcription"])
    bench.storage.objects[KEY] = b"<html>" * 99
    await bench.finish()
    await bench.finish()
    failed = (await caller.get("/v1/transcription?status=failed")).json()["data"]
    assert [it["call_id"] for it in failed] == [call_id]
    bench.storage.objects[KEY] = TALK
    both = await asyncio.gather(ask(caller, call_id), ask(caller, call_id))
    assert sorted(it.status_code for it in both) == [202, 409]
    await bench.finish()
    (done,) = (await caller.get("/v1/transcription")).json()["data"]
    assert (done["status"], done["call_id"]) == ("completed", call_id)


async def _said(world: World) -> str:
    """All that the database holds in clear of what was said and written down."""
    kept = await world.rows(
        "select captured::text as said from calls union all select text from call_turns"
        " union all select data::text from events"
    )
    return " ".join(row["said"] for row in kept)


async def test_redaction_may_be_thought_of_later(
    bench: Bench, world: World, caller: httpx.AsyncClient
):
    call_id = await silenced.told(bench, world, analyze=None)
    async with world.db.begin() as tx:
        await dialing.attach_recording(tx, call_id, KEY)
    await bench.finish()
    key = {"Idempotency-Key": "once"}
    hung_up = f"/v1/calls/{call_id}/hangup"
    assert "4111" in (await caller.post(hung_up, headers=key)).text
    assert await silenced.heard(world, call_id) == (KEY, False)
    assert (await ask(caller, call_id, features=["redaction"])).status_code == 202
    withheld = await detail(world, call_id)
    assert (withheld.transcript, withheld.captured) == ([], silenced.SHOWN)
    assert await silenced.heard(world, call_id) == (None, True)
    assert "4111" not in (await caller.post(hung_up, headers=key)).text  # told again, not done
    await silenced.redact_recording(bench)
    await bench.run_jobs()
    assert await silenced.heard(world, call_id) == (silenced.SILENCED, False)
    said = await _said(world)
    assert "[CARD]" in said
    assert "4111" not in said
    assert "one one" not in said


async def test_lines_that_were_released_raw_are_redacted(bench: Bench, world: World):
    call_id = await silenced.told(bench, world, analyze=None)
    async with world.db.begin() as tx:
        await dialing.attach_recording(tx, call_id, KEY)
    await world.run(
        "update calls set analyze_features = $1, recording_key = $2", ASKED, silenced.SILENCED
    )
    assert "4111" in await _said(world)
    for _ in range(2):
        await world.run("delete from pgqueuer")
        await world.run(silenced.migration("0022_lines_of_released_calls.sql"))
        for _ in range(2):  # the calls, and that there are no more
            (queued,) = await world.rows("select entrypoint from pgqueuer")
            assert queued == {"entrypoint": "recordings.redact_lines"}
            await bench.run_jobs()
        assert await world.rows("select entrypoint from pgqueuer") == []
        shown = await detail(world, call_id)
        assert [it.text for it in shown.transcript] == ["Your card?", "[CARD]", "Ok", "[CARD]"]
        assert shown.captured == silenced.SHOWN
        said = await _said(world)
        assert "4111" not in said
        assert "one one" not in said


async def test_who_has_nothing_to_analyse_is_told(
    bench: Bench, world: World, caller: httpx.AsyncClient, stranger: httpx.AsyncClient
):
    await campaigning.running(world, 1)
    (call,) = await campaigning.claim(world)
    unrecorded = await ask(caller, call.call_id)
    assert (unrecorded.status_code, unrecorded.json()["error"]["code"]) == (409, "invalid_state")
    assert (await ask(stranger, call.call_id)).status_code == 404
    assert (await ask(caller, new_id("cal"))).status_code == 404
    wrong = await ask(caller, call.call_id, features=["summary"])
    assert wrong.json()["error"]["details"]["field"] == "features[0]"
    card = await ask(caller, call.call_id, qa_scorecard_id="qsc_1")
    assert card.json()["error"]["details"]["field"] == "qa_scorecard_id"
    await campaigning.record(world, call.call_id, campaigning.answered())
    async with world.db.begin() as tx:
        await dialing.attach_recording(tx, call.call_id, "recordings/lost.wav")
    assert (await ask(caller, call.call_id)).status_code == 409
