"""What a call came to: written once, in order, with the right consequence for its contact."""

import asyncio
from datetime import timedelta

import pytest
from tests.domains import campaigning
from tests.domains.campaigning import answered, claim, record, running
from tests.domains.worlds import World, phone

from vinfer.domains.calls import dialing, outcomes, service
from vinfer.domains.campaigns.tasks import run_schedules
from vinfer.media.plan import CallResult, NotAnswered, Turn
from vinfer.ports.telephony import Failed


async def test_an_answered_call_is_recorded_in_full(world: World):
    campaign = await running(world, 1)
    (call,) = await claim(world)
    answer = world.later(seconds=8)
    async with world.db.begin() as tx:
        assert await dialing.mark_answered(tx, call.call_id, answer)
        assert not await dialing.mark_answered(tx, call.call_id, answer)
        await dialing.store_turns(tx, call.call_id, answered().turns[:1])
        await dialing.attach_recording(tx, call.call_id, "recordings/x.wav")
    world.later(seconds=12)
    assert await record(world, call.call_id, answered())
    async with world.db.read() as conn:
        detail = await service.get(
            conn, world.actor, call.call_id, link=lambda key: f"https://x/{key}"
        )
    assert (detail.status, detail.disposition, detail.tag) == ("completed", "interested", "promise")
    assert (detail.end_reason, detail.duration_seconds) == ("agent_hangup", 12)
    assert (detail.answered_at, detail.ended_at) == (answer, world.now)
    assert detail.recording_url == "https://x/recordings/x.wav"
    assert detail.captured == {"pay_date": "2026-03-05"}
    assert [line.text for line in detail.transcript] == ["Hello", "yes"]
    assert detail.evidence == {"turn": 1, "reason": "said yes"}
    assert detail.latency_ms is not None
    assert (detail.latency_ms["p50"], detail.latency_ms["p95"]) == (700, 700)
    assert detail.latency_ms["stages"]["dialog"] == {"p50": 10, "p95": 10}
    assert (detail.campaign_name, detail.contact.name) == ("Q1", "P0")
    done = await campaigning.get(world, campaign.id)
    assert (done.status, done.progress.completed) == ("completed", 1)
    assert done.ended_at == world.now


async def test_events_come_in_order_and_without_gaps(world: World):
    await running(world, 1)
    (call,) = await claim(world)
    await record(world, call.call_id, answered("escalated", end_reason="transferred"))
    assert await world.events() == [
        "campaign.started",
        "call.started",
        "call.completed",
        "call.disposition_set",
        "call.escalated",
        "campaign.completed",
    ]
    (last,) = await world.rows("select data from events where name = 'campaign.completed'")
    assert last["data"]["status"] == "completed"
    assert last["data"]["dispositions"]["escalated"] == 1
    (ended,) = await world.rows("select data from events where name = 'call.completed'")
    assert (ended["data"]["disposition"], ended["data"]["campaign_name"]) == ("escalated", "Q1")
    assert ended["data"]["started_at"] == "2026-03-04T12:00:00Z"


async def test_a_second_record_changes_nothing(world: World):
    await running(world, 1)
    (call,) = await claim(world)
    assert await record(world, call.call_id, answered())
    before = (await world.rows("select * from calls"), await world.events())
    world.later(minutes=5)
    assert not await record(world, call.call_id, Failed.BUSY)
    async with world.db.begin() as tx:
        assert not await dialing.mark_answered(tx, call.call_id, world.now)
    assert not await record(world, "cal_unknown", Failed.BUSY)
    assert (await world.rows("select * from calls"), await world.events()) == before


async def test_racing_records_have_one_effect(world: World):
    await running(world, 1)
    (call,) = await claim(world)
    both = await asyncio.gather(
        record(world, call.call_id, answered()), record(world, call.call_id, Failed.NO_ANSWER)
    )
    assert sorted(both) == [False, True]
    assert (await world.events()).count("call.completed") == 1


async def test_a_campaign_completes_exactly_once_when_its_last_calls_end_together(world: World):
    campaign = await running(world, 12)
    live = await claim(world)
    await asyncio.gather(*(record(world, call.call_id, answered()) for call in live))
    assert (await campaigning.get(world, campaign.id)).status == "completed"
    events = await world.events()
    assert events.count("campaign.completed") == 1
    assert events[-1] == "campaign.completed"


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        (Failed.BUSY, "completed"),
        (Failed.NO_ANSWER, "completed"),
        (Failed.DECLINED, "completed"),
        (Failed.INVALID_NUMBER, "completed"),
        (Failed.TRUNK_ERROR, "failed"),
    ],
)
async def test_an_unanswered_call_is_not_reachable(world: World, reason: Failed, status: str):
    await running(world, 1)
    (call,) = await claim(world)
    await record(world, call.call_id, reason)
    (row,) = await world.rows("select * from calls")
    assert (row["status"], row["disposition"]) == (status, "not_reachable")
    assert (row["end_reason"], row["duration_seconds"]) == (reason.value, 0)


async def test_attempts_end_and_the_contact_is_not_reachable(world: World):
    campaign = await running(world, 1, max_attempts=3, retry_interval_minutes=10)
    for attempt in (1, 2, 3):
        (call,) = await claim(world)
        assert call.attempt == attempt
        await record(world, call.call_id, Failed.NO_ANSWER)
        world.later(minutes=10)
    assert await claim(world) == []
    done = await campaigning.get(world, campaign.id)
    assert (done.status, done.dispositions["not_reachable"]) == ("completed", 1)
    assert await world.val("select count(*) from calls") == 3


@pytest.mark.parametrize("reason", [Failed.INVALID_NUMBER, "not_interested", "engine_error"])
async def test_some_outcomes_are_never_tried_again(world: World, reason: str):
    campaign = await running(world, 1, max_attempts=5)
    (call,) = await claim(world)
    result: CallResult | Failed = Failed.INVALID_NUMBER
    if reason == "not_interested":
        result = answered("not_interested")
    if reason == "engine_error":
        result = answered("callback", end_reason="engine_error")
    await record(world, call.call_id, result)
    assert (await campaigning.get(world, campaign.id)).status == "completed"


async def test_a_call_called_off_while_it_rings_costs_its_attempt(world: World):
    campaign = await running(world, 1, max_attempts=2)
    (call,) = await claim(world)
    await record(world, call.call_id, NotAnswered("agent_hangup"))
    (row,) = await world.rows("select * from calls")
    assert (row["status"], row["end_reason"]) == ("failed", "cancelled")
    assert (await campaigning.get(world, campaign.id)).progress.retry_scheduled == 1


@pytest.mark.parametrize("disposition", ["callback", "interested"])
async def test_an_answered_call_that_broke_keeps_its_verdict(world: World, disposition: str):
    await running(world, 1)
    (call,) = await claim(world)
    await record(world, call.call_id, answered(disposition, end_reason="engine_error"))
    (row,) = await world.rows("select * from calls")
    assert (row["status"], row["end_reason"]) == ("completed", "engine_error")
    assert row["disposition"] == disposition


async def test_a_voicemail_is_not_reachable_and_tried_again(world: World):
    campaign = await running(world, 1, max_attempts=2)
    (call,) = await claim(world)
    await record(world, call.call_id, answered("callback", end_reason="voicemail"))
    progress = (await campaigning.get(world, campaign.id)).progress
    assert progress.retry_scheduled == 1
    assert await world.val("select disposition from calls") == "not_reachable"


async def test_trunk_trouble_costs_no_attempt_but_ends(world: World):
    campaign = await running(world, 1)
    waits: list[float] = []
    for _ in range(outcomes.MAX_TRUNK_RETRIES):
        (call,) = await claim(world)
        assert call.attempt == 1
        await record(world, call.call_id, Failed.TRUNK_ERROR)
        due = await world.val("select next_at from contacts")
        waits.append((due - world.now).total_seconds())
        world.now = due
    assert waits == [30, 60, 120, 240, 480, 900]
    (call,) = await claim(world)
    await record(world, call.call_id, Failed.TRUNK_ERROR)
    done = await campaigning.get(world, campaign.id)
    assert (done.status, done.dispositions["not_reachable"]) == ("completed", 1)


async def test_an_attempt_after_trunk_trouble_is_the_first(world: World):
    await running(world, 1, max_attempts=1)
    (call,) = await claim(world)
    await record(world, call.call_id, Failed.TRUNK_ERROR)
    world.later(seconds=30)
    (call,) = await claim(world)
    await record(world, call.call_id, answered())
    assert await world.val("select trunk_failures from contacts") == 0


async def test_a_request_never_to_be_called_binds_at_once(world: World):
    campaign = await running(world, 1)
    await running(world, 1)
    (call,) = await claim(world)
    await record(world, call.call_id, answered("dnd", do_not_call=True))
    assert await world.val("select phone from dnc") == phone(0)
    assert (await campaigning.get(world, campaign.id)).dispositions["dnd"] == 1
    assert await claim(world) == []  # the other campaign's contact, same phone
    assert await world.val("select count(*) from contacts where disposition = 'dnd'") == 2


async def test_the_last_call_of_a_paused_campaign_completes_it(world: World):
    campaign = await running(world, 1)
    (call,) = await claim(world)
    await campaigning.act(world, campaign.id, "pause")
    await record(world, call.call_id, answered())
    assert (await campaigning.get(world, campaign.id)).status == "completed"


async def test_a_stopped_campaign_lets_live_calls_finish_and_tries_nobody_again(world: World):
    campaign = await running(world, 3, max_attempts=3)
    (call,) = await claim(world, 1)
    stopped = await campaigning.act(world, campaign.id, "stop")
    assert (stopped.progress.skipped, stopped.progress.in_progress) == (2, 1)
    await record(world, call.call_id, Failed.BUSY)
    after = await campaigning.get(world, campaign.id)
    assert (after.status, after.progress.completed) == ("stopped", 1)
    assert after.dispositions["not_reachable"] == 1
    assert "campaign.completed" not in await world.events()


async def test_at_its_end_a_campaign_whose_contacts_were_all_tried_completes(world: World):
    end = world.now + timedelta(hours=1)
    campaign = await running(world, 2, max_attempts=3, schedule={"end_time": end.isoformat()})
    first, second = await claim(world)
    await record(world, first.call_id, Failed.BUSY)
    world.now = end
    await run_schedules(world.db, _Now(world))
    assert (await campaigning.get(world, campaign.id)).status == "running"  # one is on the phone
    await record(world, second.call_id, Failed.BUSY)
    done = await campaigning.get(world, campaign.id)
    assert (done.status, done.dispositions["not_reachable"]) == ("completed", 2)


class _Now:
    def __init__(self, world: World) -> None:
        self._world = world

    def now(self):
        return self._world.now

    def monotonic(self) -> float:
        return 0.0


def test_latency_is_summed_up_over_measured_turns():
    turns = [Turn(n, "agent", 0, 1, "x", latency_ms={"total": n * 10.0}) for n in range(1, 101)]
    found = outcomes.latency([*turns, Turn(101, "customer", 0, 1, "y")])
    assert found == {"p50": 500, "p95": 950, "turns": 100, "stages": {}}
    assert outcomes.latency([]) is None
