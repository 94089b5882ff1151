"""Calls in the scope of a scorecard are transcribed and scored by themselves."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tests.domains import campaigning
from tests.domains.campaigning import answered
from tests.domains.transcription.conftest import TALK, Bench, bench, files
from tests.domains.worlds import World, make_world

from vinfer.adapters.nlu.offline import english_words
from vinfer.domains.calls import dialing, erasure
from vinfer.domains.qa.judging import QA, QaJudge
from vinfer.domains.qa.schemas import ParameterBody, ResultQuery, ScopeBody, ScorecardBody
from vinfer.domains.qa.service import results, scorecards
from vinfer.domains.transcription import service as transcription
from vinfer.domains.transcription.held import Ears
from vinfer.domains.transcription.schemas import TranscriptionDetail, TranscriptionQuery
from vinfer.kit.page import PageQuery
from vinfer.lens.language.hinglish import Normaliser
from vinfer.lens.scoring.engine import Scoring

__all__ = ["bench", "files"]
KEY = "recordings/w/call-{}.wav"


def judging(bench: Bench) -> Bench:
    """The same bench, whose worker scores."""
    ears = replace(bench.ears, judges=(QaJudge(Scoring(Normaliser(english_words()))),))

    async def load() -> Ears:
        return ears

    bench.shop = replace(bench.shop, ears=load)
    bench.scopes = {QA: scorecards.wants}
    return bench


async def card(world: World, name: str, phrase: str, scope: dict[str, Any]) -> str:
    """A scorecard with a scope."""
    body = ScorecardBody(
        name=name,
        parameters=[ParameterBody(name="Asks", method="keyword", phrases=[phrase])],
        scope=ScopeBody(**scope),
    )
    async with world.db.begin() as tx:
        return (await scorecards.create(tx, world.actor, body)).id


async def calls(bench: Bench, world: World, agents: Sequence[str], **fields: Any) -> list[str]:
    """Ended calls of a campaign, each handed to one of these agents, with their recordings."""
    await campaigning.running(world, len(agents), **fields)
    ids: list[str] = []
    for call, agent in zip(await campaigning.claim(world), agents, strict=True):
        await campaigning.record(world, call.call_id, answered())
        await world.rows(
            "update calls set metadata = jsonb_build_object('agent_id', $2::text)"
            " where id = $1 returning id",
            call.call_id,
            agent,
        )
        key = KEY.format(call.call_id)
        bench.storage.objects[key] = TALK
        async with world.db.begin() as tx:
            await dialing.attach_recording(tx, call.call_id, key)
        ids.append(call.call_id)
    return ids


async def jobs(world: World) -> list[TranscriptionDetail]:
    """All jobs, in full."""
    async with world.db.read() as conn:
        page = await transcription.find(conn, world.actor, TranscriptionQuery(), PageQuery())
        return [await transcription.get(conn, world.actor, it.id) for it in page.data]


async def test_a_scope_holds_calls_by_campaign_and_agent(bench: Bench):
    bench = judging(bench)
    world = await make_world(bench.api.db)
    first, _ = await calls(bench, world, ["desk-7", "desk-8"])
    (row,) = await world.rows("select id from campaigns")
    ours = await card(
        world, "Ours", "who is this", {"campaign_ids": [row["id"]], "agent_ids": ["desk-7"]}
    )
    await card(world, "Theirs", "who is this", {"agent_ids": ["desk-9"]})
    await bench.run_jobs()
    await bench.finish()
    (job,) = await jobs(world)
    assert (job.call_id, job.features) == (first, ["transcription", "qa_scoring"])
    assert isinstance(job.qa, dict)
    assert (job.qa["scorecard_id"], job.qa["score"], job.qa["agent_id"]) == (ours, 100.0, "desk-7")
    async with world.db.read() as conn:
        query = ResultQuery(campaign_id=row["id"], agent_id="desk-7", scorecard_id=ours)
        page = await results.find(conn, world.actor, query, PageQuery())
    assert [each.call_id for each in page.data] == [first]
    names = await world.events()
    assert names[-3:] == ["qa.completed", "transcription.completed", "call.transcription_ready"]
    async with world.db.begin() as tx:
        await erasure.erase_call(
            tx, world.actor, first, seal=bench.shop.seal, now=bench.clock.now()
        )
    async with world.db.read() as conn:  # at once, before the job that erases has run
        assert (await results.find(conn, world.actor, query, PageQuery())).total == 0
    await bench.finish()
    assert await world.rows("select id from qa_results") == []
    (event,) = await world.rows("select data from events where name = 'qa.completed'")
    assert "parameters" not in event["data"]


async def test_nothing_is_told_of_a_call_that_was_erased_meanwhile(bench: Bench):
    bench = judging(bench)
    world = await make_world(bench.api.db)
    (call,) = await calls(bench, world, ["desk-7"])
    await card(world, "All", "who is this", {})
    await bench.run_jobs()
    async with world.db.begin() as tx:
        now = bench.clock.now()
        await erasure.erase_call(tx, world.actor, call, seal=bench.shop.seal, now=now)
    before = await world.events()
    assert [await bench.turn("light"), await bench.turn("heavy")] != [None, None]
    assert (await world.events(), await world.rows("select id from qa_results")) == (before, [])
    await bench.finish()
    assert await world.rows("select id from transcriptions") == []


async def test_a_job_that_did_not_ask_shows_nothing_and_is_scored(bench: Bench):
    bench = judging(bench)
    world = await make_world(bench.api.db)
    await calls(bench, world, ["desk-7"], analyze=["transcription"])
    await card(world, "All", "nobody says so", {})
    await card(world, "More", "who is this", {})
    await bench.run_jobs()
    await bench.finish()
    (job,) = await jobs(world)
    assert job.features == ["transcription"]
    assert not job.qa
    found = await world.rows("select score from qa_results order by score")
    assert [row["score"] for row in found] == [0, 100]


async def test_scoring_without_a_scorecard_says_so(bench: Bench):
    bench = judging(bench)
    world = await make_world(bench.api.db)
    await calls(bench, world, ["desk-7"], analyze=["qa_scoring"])
    await bench.run_jobs()
    await bench.finish()
    (job,) = await jobs(world)
    assert job.qa == {
        "error": {"code": "no_scorecard", "message": "No scorecard applies to this call."}
    }
