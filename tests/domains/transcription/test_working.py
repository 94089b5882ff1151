"""Workers: one dies, another goes on; a job is erased under its worker; workspaces take turns."""

import asyncio
from dataclasses import replace
from itertools import combinations
from typing import Any, get_args

import httpx
import pytest
from aiohttp import web
from tests.domains.transcription.conftest import TALK, Bench
from tests.domains.transcription.test_transcription_jobs import job, submit

from vinfer.domains.campaigns.schemas import Feature
from vinfer.domains.transcription.analysis import Finding, Outline, analyse
from vinfer.domains.transcription.held import Ears
from vinfer.domains.transcription.resources import result
from vinfer.domains.transcription.service import audio_key
from vinfer.kit.leases import LEASE
from vinfer.lens.transcript import Segment, Transcript


class Killed(BaseException):
    """A worker that ends on the spot, as by kill -9: nothing of it is cleaned up."""


async def _die() -> None:
    raise Killed


async def fetched(bench: Bench, client: httpx.AsyncClient, **more: Any) -> str:
    """A job whose audio is stored."""
    taken = await submit(client, bench.files.put("talk.wav", TALK), **more)
    await bench.turn("light")
    return taken["id"]


async def _killed_turn(bench: Bench) -> None:
    engine = bench.engine("heavy")
    held = await engine.claim()
    assert held is not None
    with pytest.raises(BaseExceptionGroup) as raised:
        await engine.do(held)
    assert raised.group_contains(Killed)


async def test_a_killed_worker_costs_no_finished_piece(bench: Bench, client: httpx.AsyncClient):
    id = await fetched(bench, client)
    bench.transcriber.before = {1: _die, 3: _die}
    for share in (33, 66):
        await _killed_turn(bench)
        assert await bench.turn("heavy") is None  # its lease has not run out
        assert (await job(client, id))["progress"] == {"step": "hear", "percent": share}
        bench.clock.pass_time(LEASE.total_seconds() + 1)
    await bench.finish()
    done = await job(client, id)
    assert done["status"] == "completed"
    assert [it["text"] for it in done["transcript"]["segments"]] == [
        "good morning",
        "hello who is this",
        "this is asha from example bank",
    ]
    assert bench.transcriber.heard == 3 + 2  # each death cost the piece under way
    assert await bench.events() == ["transcription.completed"]
    assert bench.files.asked == ["/talk.wav"]


async def test_a_recording_that_takes_workers_with_it_is_given_up(
    bench: Bench, client: httpx.AsyncClient
):
    id = await fetched(bench, client)
    bench.transcriber.before = dict.fromkeys(range(99), _die)
    for _ in range(5):
        await _killed_turn(bench)
        bench.clock.pass_time(LEASE.total_seconds() + 1)
    await bench.finish()
    failed = await job(client, id)
    assert (failed["status"], failed["error"]["code"]) == ("failed", "internal_error")
    assert bench.storage.objects == {}


async def test_an_engine_in_trouble_is_asked_again(bench: Bench, client: httpx.AsyncClient):
    async def stumble() -> None:
        raise RuntimeError("out of memory")

    id = await fetched(bench, client)
    bench.transcriber.before = {1: stumble}
    await bench.turn("heavy")
    assert (await job(client, id))["status"] == "processing"
    bench.clock.pass_time(10)
    await bench.finish()
    assert (await job(client, id))["status"] == "completed"
    assert bench.transcriber.heard == 3 + 1


async def test_a_job_that_is_deleted_ends_at_the_next_step(bench: Bench, client: httpx.AsyncClient):
    id = await fetched(bench, client)

    async def delete() -> None:
        assert (await client.delete(f"/v1/transcription/{id}")).status_code == 204

    bench.transcriber.before = {1: delete}
    await bench.finish()
    assert bench.transcriber.heard == 2  # of three
    assert bench.storage.objects == {}
    for table in ("transcriptions", "transcription_pieces", "events"):
        assert await bench.rows(f"select * from {table}") == [], table


async def test_a_worker_that_lost_its_claim_is_ended_by_its_next_beat(
    bench: Bench, client: httpx.AsyncClient
):
    id = await fetched(bench, client)

    async def hang() -> None:
        await client.delete(f"/v1/transcription/{id}")
        await asyncio.Event().wait()

    bench.transcriber.before = {1: hang}
    engine = bench.engine("heavy")
    engine.beat_s = 0.01
    held = await engine.claim()
    assert held is not None
    async with asyncio.timeout(10):
        await engine.do(held)
    assert bench.transcriber.heard == 2


async def test_a_fetch_that_lost_its_claim_replaces_nothing(
    bench: Bench, client: httpx.AsyncClient
):
    taken = await submit(client, bench.files.put("talk.wav", TALK))
    served, key = bench.files.answers["/talk.wav"], audio_key(taken["id"])

    async def overtaken(request: web.Request) -> web.StreamResponse:
        async with bench.api.db.begin() as tx:
            await tx.conn.execute("update transcriptions set claim = 'another'")
        bench.storage.objects[key] = b"the other's"
        return served(request)

    bench.files.answers["/talk.wav"] = overtaken
    await bench.turn("light")
    assert bench.storage.objects == {key: b"the other's"}


async def test_a_worker_that_is_stopped_gives_its_job_back(bench: Bench, client: httpx.AsyncClient):
    id = await fetched(bench, client)
    reached = asyncio.Event()

    async def hang() -> None:
        reached.set()
        await asyncio.Event().wait()

    bench.transcriber.before = {1: hang}
    engine = bench.engine("heavy")
    async with asyncio.TaskGroup() as group:
        running = group.create_task(engine.run())
        async with asyncio.timeout(10):
            await reached.wait()
        running.cancel()
    await bench.finish()  # at once: no lease is waited for
    assert (await job(client, id))["status"] == "completed"
    assert bench.transcriber.heard == 3 + 1


async def test_workspaces_take_turns(
    bench: Bench, client: httpx.AsyncClient, stranger: httpx.AsyncClient
):
    url = bench.files.put("talk.wav", TALK)
    ours = [(await submit(client, url))["id"] for _ in range(3)]
    theirs = [(await submit(stranger, url))["id"] for _ in range(2)]
    order: list[str] = []
    while (held := await bench.turn("light")) is not None:
        order.append(held.id)
    assert order == [ours[0], theirs[0], ours[1], theirs[1], ours[2]]


async def test_a_long_recording_gives_way_to_another_workspace(
    bench: Bench, client: httpx.AsyncClient, stranger: httpx.AsyncClient
):
    url = bench.files.put("talk.wav", TALK)
    ours, theirs = await submit(client, url), await submit(stranger, url)
    await bench.turn("light")
    await bench.turn("light")
    order: list[str] = []
    while (held := await bench.turn("heavy", turn_s=0.0)) is not None:
        order.append(held.row["workspace_id"])
    assert len(set(order[:2])) == len(set(order[2:4])) == 2
    assert bench.transcriber.heard == 6  # no piece twice
    assert (await job(client, ours["id"]))["status"] == "completed"
    assert (await job(stranger, theirs["id"]))["status"] == "completed"


async def test_two_workers_never_hold_one_job(bench: Bench, client: httpx.AsyncClient):
    url = bench.files.put("talk.wav", TALK)
    for _ in range(4):
        await submit(client, url)
    engines = [bench.engine("light") for _ in range(8)]
    found = await asyncio.gather(*(engine.claim() for engine in engines))
    ids = [held.id for held in found if held is not None]
    assert len(ids) == len(set(ids)) == 4


async def test_slow_servers_of_one_workspace_leave_places_to_the_others(
    bench: Bench, client: httpx.AsyncClient, stranger: httpx.AsyncClient
):
    url = bench.files.put("talk.wav", TALK)
    for _ in range(26):
        await submit(client, url)
    engine = bench.engine("light")
    for _ in range(24):
        assert await engine.claim() is not None
    assert await engine.claim() is None
    theirs = await submit(stranger, url)
    held = await engine.claim()
    assert held is not None
    assert held.id == theirs["id"]


async def test_fetching_waits_for_no_heavy_work(bench: Bench, client: httpx.AsyncClient):
    first = await fetched(bench, client)
    assert await bench.engine("heavy").claim() is not None  # somebody is at it for hours
    second = await fetched(bench, client)
    rows = await bench.rows("select id, step from transcriptions order by created_at, id")
    assert {row["id"]: row["step"] for row in rows} == {first: "survey", second: "survey"}


async def test_a_late_first_attempt_is_made_and_no_second(bench: Bench, client: httpx.AsyncClient):
    taken = await submit(client, bench.files.answer("a.wav", status=503))
    bench.clock.pass_time(16 * 60)
    await bench.finish()
    assert (await job(client, taken["id"]))["error"]["code"] == "audio_unreachable"
    assert len(bench.files.asked) == 1


def _moods(transcript: Transcript) -> Finding:
    sentiments = [{"label": "neutral", "score": 0.0} for _ in transcript.segments]
    return Finding({"overall": {"label": "neutral", "score": 0.0}}, sentiments)


def _breaks(transcript: Transcript) -> Finding:
    raise RuntimeError("no model")


async def _with_features(bench: Bench, features: list[str], **analysers: Any) -> dict[str, Any]:
    """A job that wants features which nobody may ask for yet, done."""
    async with bench.api.client(await bench.api.key()) as client:
        id = await fetched(bench, client)
        async with bench.api.db.begin() as tx:
            await tx.conn.execute("update transcriptions set features = $1", features)
        bench.ears = replace(bench.ears, analysers=analysers)

        async def load() -> Ears:
            return bench.ears

        await bench.turn("heavy", ears=load)
        return await job(client, id)


async def test_a_feature_that_fails_leaves_the_others(bench: Bench):
    wanted = ["transcription", "sentiment", "intent", "summary"]
    done = await _with_features(bench, wanted, sentiment=_moods, intent=_breaks)
    assert done["status"] == "completed"
    assert done["sentiment"]["overall"]["label"] == "neutral"
    assert [it["sentiment"]["score"] for it in done["transcript"]["segments"]] == [0, 0, 0]
    assert done["intent"]["error"]["code"] == "internal_error"
    assert done["summary"]["error"]["code"] == "feature_not_installed"


async def test_without_its_redaction_no_word_is_shown(bench: Bench):
    wanted = ["transcription", "sentiment", "redaction"]
    done = await _with_features(bench, wanted, sentiment=_moods, redaction=_breaks)
    assert done["status"] == "completed"
    assert "transcript" not in done
    assert done["sentiment"]["error"] == done["redaction"]["error"]
    (event,) = await bench.rows("select data from events")
    assert "morning" not in str(event["data"])


def _outline(transcript: Transcript) -> Outline:
    part = {"seconds": 3.0, "share": 1.0, "words": 9, "words_per_minute": None, "interruptions": 0}
    fields = {
        "talk": {"speakers": {"agent": part}, "silence_share": 0.5, "longest_monologue": None},
        "topics": [{"topic": "loan", "evidence": [0]}],
    }
    return Outline(fields, [{"Latn": transcript.segments[0].text, "Deva": "नमस्ते"}])


async def test_talk_topics_and_scripts_come_with_every_transcript(bench: Bench):
    bench.ears = replace(bench.ears, outliner=_outline)
    done = await _with_features(bench, ["transcription"])
    assert done["talk"]["speakers"]["agent"]["words"] == 9
    assert done["topics"] == [{"topic": "loan", "evidence": [0]}]
    first, second, _ = done["transcript"]["segments"]
    assert first["scripts"] == {"Latn": first["text"], "Deva": "नमस्ते"}
    assert "scripts" not in second


async def test_without_its_redaction_nothing_else_tells_of_a_transcript(bench: Bench):
    bench.ears = replace(bench.ears, outliner=_outline)
    done = await _with_features(bench, ["transcription", "redaction"], redaction=_breaks)
    assert not {"transcript", "talk", "topics"} & done.keys()


def test_what_was_asked_for_is_there_and_nothing_else():
    segment = Segment("agent", 0.0, 1.0, "good morning", 0.9, "en-IN", ())
    heard = Transcript((segment,), ("agent",), "en-IN", 2.0, damaged=False)
    installed = {name: lambda _: Finding({"found": True}) for name in SHOWN}
    for size in range(len(SHOWN) + 1):
        for asked in combinations(SHOWN, size):
            insight = analyse(heard, ["transcription", *asked], installed, outliner=_outline)
            shown = result(insight, insight.fields)
            assert shown.keys() == {"transcript", "talk", "topics", *(SHOWN[it] for it in asked)}
            assert all("error" not in shown[SHOWN[it]] for it in asked)


SHOWN = {it: it for it in get_args(Feature) if it != "transcription"} | {"qa_scoring": "qa"}
