"""How campaigns move: by verbs, by the clock, and never otherwise."""

import asyncio
from datetime import timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domains import campaigning
from tests.domains.campaigning import act, claim, create, get, running
from tests.domains.worlds import DIGESTS, SCRIPT, World, make_world, people

from vinfer.domains.campaigns import moves, service
from vinfer.domains.campaigns.schemas import CampaignPatch, ContactsBody, Status, Verb
from vinfer.domains.campaigns.tasks import run_schedules
from vinfer.kit import schema
from vinfer.kit.db import Database
from vinfer.kit.errors import InvalidParameter, InvalidState, NotFound


class Now:
    """The world's time as a clock."""

    def __init__(self, world: World) -> None:
        self._world = world

    def now(self):
        return self._world.now

    def monotonic(self) -> float:
        return 0.0


async def tick(world: World) -> None:
    await run_schedules(world.db, Now(world))


async def edit(world: World, campaign_id: str, **fields: Any):
    body = schema.decode_value(fields, CampaignPatch)
    async with world.db.begin() as tx:
        return await service.edit(tx, world.actor, campaign_id, body, world.now)


@given(st.lists(st.sampled_from(get_args(Verb)), max_size=12))
def test_no_sequence_of_verbs_leaves_the_machine(verbs: list[Verb]):
    status: Status = "scheduled"
    for verb in verbs:
        if moves.TARGETS[verb] == status:
            assert moves.target("cmp_1", status, verb) is None
        elif verb in moves.MOVES[status]:
            assert status not in moves.FINAL
            target = moves.target("cmp_1", status, verb)
            assert target == moves.TARGETS[verb]
            status = target
        else:
            with pytest.raises(InvalidState):
                moves.target("cmp_1", status, verb)


@given(st.sampled_from(get_args(Status)), st.sampled_from(["running", "paused", "stopped"]))
def test_a_status_names_the_one_verb_that_leads_there(current: Status, wanted: Status):
    try:
        verb = moves.verb_towards("cmp_1", current, wanted)
    except InvalidState:
        assert wanted not in moves.MOVES[current].values()
        assert wanted != current
    else:
        assert moves.target("cmp_1", current, verb) == (None if wanted == current else wanted)


async def test_a_campaign_lives_through_every_status(world: World):
    campaign = await create(world, 2)
    assert (campaign.status, campaign.started_at) == ("scheduled", None)
    started = await act(world, campaign.id, "start")
    assert (started.status, started.started_at) == ("running", world.now)
    assert (await act(world, campaign.id, "start")).status == "running"
    assert (await act(world, campaign.id, "pause")).status == "paused"
    assert (await edit(world, campaign.id, status="running")).status == "running"
    assert (await edit(world, campaign.id, action="pause")).status == "paused"
    assert (await act(world, campaign.id, "resume")).status == "running"
    stopped = await edit(world, campaign.id, status="stopped")
    assert (stopped.status, stopped.stop_reason) == ("stopped", "requested")
    assert stopped.progress.skipped == 2
    assert await world.events() == [
        "campaign.started",
        "campaign.paused",
        "campaign.resumed",
        "campaign.paused",
        "campaign.resumed",
        "campaign.stopped",
    ]


async def test_illegal_moves_are_refused_and_change_nothing(world: World):
    campaign = await create(world, 1)
    for verb in ("pause", "resume"):
        with pytest.raises(InvalidState) as refused:
            await act(world, campaign.id, verb)
        assert refused.value.details == {
            "resource_type": "campaign",
            "id": campaign.id,
            "current": "scheduled",
            "requested": moves.TARGETS[verb],
            "allowed": ["running", "stopped"],
        }
    await act(world, campaign.id, "stop")
    for verb in ("start", "pause", "resume"):
        with pytest.raises(InvalidState):
            await act(world, campaign.id, verb)
    with pytest.raises(InvalidState):
        await edit(world, campaign.id, name="other")
    assert await world.events() == ["campaign.stopped"]


async def test_racing_starts_are_one(world: World):
    campaign = await create(world, 1)
    await asyncio.gather(*(act(world, campaign.id, "start") for _ in range(5)))
    assert await world.events() == ["campaign.started"]


async def test_an_empty_campaign_does_not_start(world: World):
    campaign = await create(world, 0)
    with pytest.raises(InvalidState, match="no contacts"):
        await act(world, campaign.id, "start")


async def test_a_campaign_without_a_trunk_does_not_start(world: World):
    campaign = await create(world, 1)
    await world.run("delete from trunks")
    with pytest.raises(InvalidState, match="no trunk"):
        await act(world, campaign.id, "start")


async def test_a_campaign_starts_by_itself(world: World):
    start = world.now + timedelta(hours=1)
    campaign = await create(world, 1, schedule={"start_time": start.isoformat()})
    await tick(world)
    assert (await get(world, campaign.id)).status == "scheduled"
    world.now = start
    await tick(world)
    await tick(world)
    assert (await get(world, campaign.id)).status == "running"
    assert await world.events() == ["campaign.started"]
    assert len(await claim(world)) == 1


async def test_one_without_a_start_time_waits_for_people(world: World):
    campaign = await create(world, 1)
    world.later(days=30)
    await tick(world)
    assert (await get(world, campaign.id)).status == "scheduled"


async def test_an_empty_one_starts_when_contacts_arrive(world: World):
    campaign = await create(world, 0, schedule={"start_time": "2020-01-01T00:00:00Z"})
    await tick(world)
    assert (await get(world, campaign.id)).status == "scheduled"
    async with world.db.begin() as tx:
        body = ContactsBody(contacts=people(1))
        await service.add_contacts(
            tx, world.actor, campaign.id, body, digests=DIGESTS, now=world.now
        )
    await tick(world)
    assert (await get(world, campaign.id)).status == "running"


async def test_at_its_end_untried_contacts_are_skipped(world: World):
    end = world.now + timedelta(hours=1)
    campaign = await running(world, 3, schedule={"end_time": end.isoformat()})
    (call,) = await claim(world, 1)
    world.now = end
    await tick(world)
    ended = await get(world, campaign.id)
    assert (ended.status, ended.stop_reason) == ("stopped", "window_ended")
    assert (ended.progress.skipped, ended.progress.in_progress) == (2, 1)
    await campaigning.record(world, call.call_id, campaigning.answered())
    after = await get(world, campaign.id)
    assert (after.status, after.progress.completed) == ("stopped", 1)
    assert (await world.events()).count("campaign.stopped") == 1
    assert "campaign.completed" not in await world.events()


async def test_a_campaign_that_never_started_ends_at_its_end(world: World):
    end = world.now + timedelta(hours=1)
    campaign = await create(world, 1, schedule={"end_time": end.isoformat()})
    world.now = end
    await tick(world)
    assert (await get(world, campaign.id)).stop_reason == "window_ended"


async def test_a_running_campaign_keeps_the_version_it_started_with(world: World):
    first = await create(world, 2)
    late = await create(world, 1)
    await act(world, first.id, "start")
    await new_version(world, SCRIPT | {"closing": "Bye"})
    (one,) = await claim(world, 1)
    assert one.plan().script_key.endswith(":1")
    assert (await act(world, late.id, "start")).script_version == 2


async def test_a_script_that_its_contacts_no_longer_fit_does_not_start(world: World):
    campaign = await create(world, 1)
    timed = await create(world, 1, schedule={"start_time": "2020-01-01T00:00:00Z"})
    variables = SCRIPT["variables"] | {"due": {"type": "date", "required": True}}
    await new_version(world, SCRIPT | {"variables": variables})
    with pytest.raises(InvalidState, match="variable"):
        await act(world, campaign.id, "start")
    await tick(world)
    assert (await get(world, timed.id)).script_version == 1


async def new_version(world: World, body: dict[str, Any]) -> None:
    await world.run(
        "insert into script_versions (script_id, version, body) values ($1, 2, $2)",
        world.script_id,
        body,
    )
    await world.run("update scripts set version = 2 where id = $1", world.script_id)


async def test_edits_change_what_they_name(world: World):
    campaign = await create(world, 1, concurrency=5, metadata={"a": 1})
    changed = await edit(
        world,
        campaign.id,
        name="Q2",
        max_attempts=3,
        concurrency=None,
        schedule={"days": ["mon"], "daily_window": {"start": "09:00", "end": "24:00"}},
    )
    assert (changed.name, changed.max_attempts, changed.concurrency) == ("Q2", 3, None)
    assert (changed.retry_interval_minutes, changed.metadata) == (240, {"a": 1})
    assert changed.schedule == {
        "days": ["mon"],
        "daily_window": {"start": "09:00", "end": "24:00"},
    }
    await act(world, campaign.id, "start")
    assert await claim(world) == []  # a Wednesday
    assert (await edit(world, campaign.id, schedule=None)).schedule is None
    assert len(await claim(world)) == 1


async def test_times_without_an_offset_are_read_in_the_schedules_zone(world: World):
    campaign = await create(
        world,
        1,
        schedule={"start_time": "2026-03-05T10:00:00", "timezone": "America/New_York"},
    )
    start = await world.val("select start_at from campaigns where id = $1", campaign.id)
    assert start.isoformat() == "2026-03-05T15:00:00+00:00"
    default = await create(world, 1, schedule={"start_time": "2026-03-05T10:00:00"})
    start = await world.val("select start_at from campaigns where id = $1", default.id)
    assert start.isoformat() == "2026-03-05T04:30:00+00:00"


@pytest.mark.parametrize(
    ("schedule", "field"),
    [
        ({"timezone": "Mars/Base"}, "schedule.timezone"),
        ({"start_time": "soon"}, "schedule.start_time"),
        ({"start_time": "2026-03-05"}, "schedule.start_time"),
        ({"start_time": "2026-03-05T10:00Z", "end_time": "2026-03-05T10:00Z"}, "schedule.end_time"),
        ({"daily_window": {"start": "22:00", "end": "06:00"}}, "schedule.daily_window.end"),
        ({"daily_window": {"start": "9:00", "end": "10:00"}}, "schedule.daily_window.start"),
        ({"days": []}, "schedule.days"),
        ({"days": ["monday"]}, "schedule.days[0]"),
    ],
)
async def test_a_wrong_schedule_is_refused_by_its_field(world: World, schedule: Any, field: str):
    with pytest.raises(InvalidParameter) as refused:
        await create(world, 1, schedule=schedule)
    assert refused.value.details["field"] == field


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"script_id": "scr_unknown"}, "script_id"),
        ({"script_id": None}, "script_id"),
        ({"script_id": None, "agent_id": "agt_unknown"}, "agent_id"),
        ({"language": "ta-IN"}, "language"),
        ({"language": "hindi"}, "language"),
        ({"trunk_id": "trk_unknown"}, "trunk_id"),
        ({"max_attempts": 6}, "max_attempts"),
        ({"retry_interval_minutes": 10_081}, "retry_interval_minutes"),
        ({"name": ""}, "name"),
        ({"surprise": 1}, "surprise"),
        ({"fallback": {"transfer_to": "nobody"}}, "fallback.transfer_to"),
        ({"analyze": ["magic"]}, "analyze[0]"),
    ],
)
async def test_a_wrong_field_is_named(world: World, fields: dict[str, Any], field: str):
    with pytest.raises(InvalidParameter) as refused:
        await create(world, 1, **fields)
    assert refused.value.details["field"] == field


async def test_a_script_that_hands_over_needs_somebody(world: World):
    await new_version(world, SCRIPT | {"no_match": {"handover": True}})
    with pytest.raises(InvalidParameter) as refused:
        await create(world, 1)
    assert refused.value.details["field"] == "fallback.transfer_to"
    assert await create(world, 1, fallback={"transfer_to": "sip:desk@example.com"})


async def test_another_workspace_sees_nothing(world: World, db: Database):
    other = await make_world(db)
    campaign = await running(world, 1)
    for step in (get(other, campaign.id), act(other, campaign.id, "stop")):
        with pytest.raises(NotFound):
            await step
    with pytest.raises(InvalidParameter):
        await create(other, 1, script_id=world.script_id)
    with pytest.raises(InvalidParameter):
        await create(other, 1, trunk_id=world.trunk_id)
    assert (await get(world, campaign.id)).status == "running"
