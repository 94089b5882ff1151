"""Reports from the request to the file: made once, whatever dies meanwhile."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.domains.reports.pressing import Bench, add_call, add_campaign
from tests.domains.worlds import make_world

from vinfer.domains.analytics.queries import reading
from vinfer.domains.reports import making, tasks
from vinfer.kit.errors import InvalidParameter, InvalidState, NotFound
from vinfer.kit.leases import LEASE

DAYS = {"from": "2026-03-01", "to": "2026-03-07"}
WEEKLY = {
    "frequency": "weekly",
    "email": "asha@example.com",
    "time": "06:00",
    "timezone": "America/New_York",
}


async def test_a_report_is_queued_then_made_with_file_and_event(bench: Bench):
    asked = await bench.ask(type="call_summary", format="csv", **DAYS)
    assert (asked.status, asked.report_id, asked.download_url) == ("queued", asked.id, None)
    assert await bench.work() == 1
    made = await bench.get(asked.id)
    assert made.status == "completed"
    assert made.size_bytes == len(await bench.file(made))
    assert await bench.world.events() == ["report.completed"]
    (event,) = await bench.world.rows("select data from events")
    assert event["data"]["id"] == asked.id
    assert event["data"]["download_url"] is None
    assert "data" not in event["data"]


async def test_json_stands_in_the_answer_and_in_the_file(bench: Bench):
    await add_call(bench.world)
    made = await bench.make(type="call_summary", **DAYS)
    assert made.data == json.loads(await bench.file(made))
    assert list(made.data)[:3] == ["from", "to", "timezone"], "in the order in which it was made"


async def test_a_claim_that_runs_out_is_taken_by_another_and_the_first_publishes_nothing(
    bench: Bench,
):
    await bench.ask(type="call_summary", **DAYS)
    first = await bench.engine.claim()
    assert first is not None
    assert await bench.engine.claim() is None, "nobody else has it meanwhile"
    bench.world.later(seconds=LEASE.total_seconds() + 1)
    second = await bench.engine.claim()
    assert second is not None
    assert (second.id, second.row["attempts"]) == (first.id, 2)
    await bench.engine.do(first)
    assert (await bench.get(first.id)).status == "processing"
    await bench.engine.do(second)
    assert (await bench.get(first.id)).status == "completed"
    assert await bench.world.events() == ["report.completed"]


async def test_a_report_that_takes_workers_with_it_fails_after_five(bench: Bench):
    asked = await bench.ask(type="call_summary", **DAYS)
    for _ in range(5):
        assert await bench.engine.claim() is not None  # and the worker dies
        bench.world.later(seconds=61)
    assert await bench.work() == 1
    failed = await bench.get(asked.id)
    assert failed.status == "failed"
    assert failed.error is not None
    assert failed.error.code == "internal_error"
    assert await bench.world.events() == ["report.failed"]


async def test_a_store_that_is_away_is_tried_again_later(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
):
    asked = await bench.ask(type="call_summary", **DAYS)
    with monkeypatch.context() as broken:

        async def away(*_: object) -> None:
            raise OSError("no store")

        broken.setattr(bench.storage, "put_file", away)
        assert await bench.work() == 1
    assert (await bench.get(asked.id)).status == "queued"
    assert await bench.work() == 0, "not at once"
    bench.world.later(seconds=10)
    assert await bench.work() == 1
    assert (await bench.get(asked.id)).status == "completed"


async def test_a_report_that_is_deleted_while_it_is_made_leaves_no_file(bench: Bench):
    asked = await bench.ask(type="call_summary", format="csv", **DAYS)
    held = await bench.engine.claim()
    assert held is not None
    await bench.delete(asked.id)
    await bench.engine.do(held)
    assert bench.storage.objects == {}  # type: ignore[attr-defined]
    assert await bench.world.events() == []
    with pytest.raises(NotFound):
        await bench.get(asked.id)
    (later,) = await bench.queued("reports.erase_file")  # for a worker that dies there
    assert asked.id.encode() in later


async def test_deleting_a_report_deletes_its_file(bench: Bench):
    made = await bench.make(type="call_summary", format="csv", **DAYS)
    await bench.delete(made.id)
    (payload,) = await bench.queued("reports.erase_file")
    await tasks.erase_file(tasks.FileRef(**json.loads(payload)), bench)
    assert bench.storage.objects == {}  # type: ignore[attr-defined]
    with pytest.raises(NotFound):
        await bench.delete(made.id)


async def test_the_reports_of_one_workspace_hold_up_nobody_elses(bench: Bench):
    for _ in range(3):
        await bench.ask(type="call_summary", **DAYS)
    assert await bench.engine.claim() is not None
    world = await make_world(bench.db)
    world.now = bench.now() + timedelta(seconds=1)
    other = Bench(world, bench.seal, bench.scratch)
    theirs = await other.ask(type="call_summary", **DAYS)
    held = await other.engine.claim()
    assert held is not None
    assert held.id == theirs.id


async def test_too_many_waiting_reports_are_refused(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("vinfer.domains.reports.service.MOST_WAITING", 2)
    for _ in range(2):
        await bench.ask(type="call_summary", **DAYS)
    with pytest.raises(InvalidState):
        await bench.ask(type="call_summary", **DAYS)


async def test_a_link_expires_and_each_get_makes_a_new_one(bench: Bench):
    made = await bench.make(type="call_summary", format="csv", **DAYS)
    assert made.download_url is not None
    bench.world.later(days=7, seconds=1)
    with pytest.raises(Exception, match="expired"):
        await bench.file(made)
    again = await bench.get(made.id)
    assert again.download_url != made.download_url
    assert (await bench.file(again)).startswith(b"\xef\xbb\xbfcall_id,")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"type": "call_summary"}, "from"),
        ({"type": "call_summary", "from": "2026-01-01"}, "to"),
        ({"type": "call_summary", "from": "2026-01-02", "to": "2026-01-01"}, "to"),
        ({"type": "call_summary", "from": "2010-01-01", "to": "2026-01-01"}, "to"),
        ({"type": "call_summary", "from": "0001-01-01", "to": "0001-01-02"}, "from"),
        ({"type": "call_summary", "schedule": WEEKLY, "timezone": "UTC"}, "timezone"),
        ({"type": "call_summary", "schedule": WEEKLY | {"time": "24:00"}}, "schedule.time"),
        ({"type": "call_summary", "schedule": WEEKLY | {"email": "a@b.c,d@e.f"}}, "schedule.email"),
        (
            {"type": "call_summary", "schedule": WEEKLY | {"day_of_month": 29}},
            "schedule.day_of_month",
        ),
        (
            {"type": "call_summary", "filters": {"campaign_id": "cmp_x"}, **DAYS},
            "filters.campaign_id",
        ),
        ({"type": "call_summary", "filters": {"phone": "+919876543210"}, **DAYS}, "filters.phone"),
    ],
)
async def test_a_wrong_body_is_refused_by_its_field(bench: Bench, body: dict, field: str):
    with pytest.raises(InvalidParameter) as refused:
        await bench.ask(**body)
    assert refused.value.details["field"] == field


async def test_a_schedule_runs_and_each_run_is_a_report_of_its_own(bench: Bench):
    asked = await bench.ask(type="call_summary", format="csv", schedule=WEEKLY)
    assert (asked.status, asked.from_, asked.runs) == ("scheduled", None, 0)
    assert asked.next_run_at == datetime(2026, 3, 9, 10, tzinfo=UTC)
    await tasks.run_schedules(bench)
    assert await bench.work() == 0, "not before its time"
    bench.world.now = asked.next_run_at
    await tasks.run_schedules(bench)
    await tasks.run_schedules(bench)
    assert await bench.work() == 1
    schedule = await bench.get(asked.id)
    assert (schedule.status, schedule.runs) == ("scheduled", 1)
    assert schedule.next_run_at == datetime(2026, 3, 16, 10, tzinfo=UTC)
    (run,) = await bench.world.rows("select * from reports where schedule_id = $1", asked.id)
    assert (run["from_day"], run["to_day"]) == (date(2026, 3, 2), date(2026, 3, 8))
    assert (run["status"], run["mail_state"], run["timezone"]) == (
        "completed",
        "due",
        "America/New_York",
    )


async def test_a_week_over_a_clock_change_has_the_calls_of_its_days_and_no_others(bench: Bench):
    """2 to 8 March 2026 in New York: the 8th has 23 hours."""
    edges = {
        datetime(2026, 3, 2, 4, 59, 59, tzinfo=UTC): False,  # 1 March, 23:59:59 EST
        datetime(2026, 3, 2, 5, 0, 0, tzinfo=UTC): True,
        datetime(2026, 3, 9, 3, 59, 59, tzinfo=UTC): True,  # 8 March, 23:59:59 EDT
        datetime(2026, 3, 9, 4, 0, 0, tzinfo=UTC): False,
    }
    wanted = {await add_call(bench.world, at=at): inside for at, inside in edges.items()}
    asked = await bench.ask(type="call_summary", format="csv", schedule=WEEKLY)
    assert asked.next_run_at is not None
    bench.world.now = asked.next_run_at
    await tasks.run_schedules(bench)
    await bench.work()
    (run,) = await bench.world.rows("select id from reports where schedule_id = $1", asked.id)
    text = (await bench.file(await bench.get(run["id"]))).decode()
    assert {id: id in text for id in wanted} == wanted


async def test_missed_runs_are_caught_up_once(bench: Bench):
    daily = {"frequency": "daily", "email": "asha@example.com", "timezone": "Asia/Kolkata"}
    asked = await bench.ask(type="call_summary", schedule=daily)
    bench.world.later(days=5)  # noon of 9 March
    await tasks.run_schedules(bench)
    rows = await bench.world.rows("select from_day from reports where schedule_id = $1", asked.id)
    assert [row["from_day"] for row in rows] == [date(2026, 3, 8)]
    assert (await bench.get(asked.id)).next_run_at == datetime(2026, 3, 9, 18, 30, tzinfo=UTC)


async def test_deleting_a_schedule_ends_its_runs_and_keeps_what_was_made(bench: Bench):
    daily = {"frequency": "daily", "email": "asha@example.com"}
    asked = await bench.ask(type="call_summary", schedule=daily)
    bench.world.later(days=1)
    await tasks.run_schedules(bench)
    await bench.work()
    bench.world.later(days=1)
    await tasks.run_schedules(bench)
    await bench.delete(asked.id)
    rows = await bench.world.rows("select status, schedule_id from reports")
    assert rows == [{"status": "completed", "schedule_id": asked.id}]
    bench.world.later(days=3)
    await tasks.run_schedules(bench)
    assert await bench.work() == 0


async def test_a_csv_of_many_pages_has_every_call_once(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("vinfer.domains.reports.queries.figures.PAGE_ROWS", 3)
    campaign = await add_campaign(bench.world, "=HYPERLINK(1)")
    ids = [await add_call(bench.world, campaign_id=campaign) for _ in range(8)]
    made = await bench.make(type="call_summary", format="csv", **DAYS)
    lines = (await bench.file(made)).decode("utf-8-sig").splitlines()
    assert sorted(line.partition(",")[0] for line in lines[1:]) == sorted(ids)
    assert all(",'=HYPERLINK(1)," in line for line in lines[1:])


async def test_no_report_names_a_customer(bench: Bench):
    await add_call(bench.world, phone="+919811122233", name="Ravi Kumar", variables={"loan": "L-9"})
    for kind in making.KINDS:
        for form in ("json", "csv", "pdf"):
            text = await bench.file(await bench.make(type=kind, format=form, **DAYS))
            for word in (b"9811122233", b"Ravi", b"L-9"):
                assert word not in text, (kind, form)


async def test_filters_hold_in_every_type(bench: Bench):
    campaign = await add_campaign(bench.world)
    inside = await add_call(bench.world, campaign_id=campaign, agent_id="a1", language="hi-IN")
    others = [
        await add_call(bench.world, agent_id="a1", language="hi-IN"),
        await add_call(bench.world, campaign_id=campaign, agent_id="a2", language="hi-IN"),
        await add_call(bench.world, campaign_id=campaign, agent_id="a1", language="en-IN"),
        await add_call(bench.world, campaign_id=campaign, agent_id="a1", status="in_progress"),
    ]
    filters = {"campaign_id": campaign, "agent_id": "a1", "language": "hi-IN"}
    made = await bench.make(type="call_summary", format="csv", filters=filters, **DAYS)
    text = (await bench.file(made)).decode()
    assert inside in text
    assert not any(id in text for id in others)
    summed = await bench.make(type="call_summary", filters=filters, **DAYS)
    assert summed.data["totals"]["total_calls"] == 1  # type: ignore[index]
    coached = await bench.make(type="agent_coaching", filters=filters, **DAYS)
    assert [it["agent_id"] for it in coached.data["agents"]] == ["a1"]  # type: ignore[index]


async def test_reports_go_with_their_files_when_their_time_is_over_and_schedules_stay(
    bench: Bench,
):
    made = await bench.make(type="call_summary", format="csv", **DAYS)
    waiting = await bench.ask(type="call_summary", **DAYS)
    weekly = await bench.ask(type="call_summary", schedule=WEEKLY)
    bench.world.now = datetime.now(UTC) + timedelta(days=364)  # ids have the time of the machine
    await tasks.prune(bench)
    assert (await bench.get(made.id)).status == "completed"
    bench.world.later(days=2)
    await tasks.prune(bench)
    with pytest.raises(NotFound):
        await bench.get(made.id)
    (payload,) = await bench.queued("reports.erase_file")
    await tasks.erase_file(tasks.FileRef(**json.loads(payload)), bench)
    assert bench.storage.objects == {}  # type: ignore[attr-defined]
    assert (await bench.get(waiting.id)).status == "queued"
    assert (await bench.get(weekly.id)).status == "scheduled"


async def test_deleting_a_report_that_failed_deletes_what_an_attempt_stored(bench: Bench):
    asked = await bench.ask(type="call_summary", **DAYS)
    for _ in range(5):
        assert await bench.engine.claim() is not None
        bench.world.later(seconds=61)
    await bench.work()
    await bench.delete(asked.id)
    (payload,) = await bench.queued("reports.erase_file")
    assert asked.id.encode() in payload


async def test_a_report_waits_for_figures_that_are_behind(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
):
    await add_call(bench.world)
    asked = await bench.ask(type="call_summary", **DAYS)
    with monkeypatch.context() as behind:
        behind.setattr(reading, "MOST_WAITING", 0)
        for _ in range(7):  # more often than it may fail
            assert await bench.work() == 1
            bench.world.later(seconds=16)
    await bench.work()
    made = await bench.get(asked.id)
    assert made.data
    assert made.data["totals"]["total_calls"] == 1
