"""What each type of report says, counted by hand."""

import csv
import io
from typing import Any

from tests.domains.reports.judged import add_check, add_result, add_scorecard
from tests.domains.reports.pressing import Bench, add_call, add_campaign

from vinfer.domains.reports import making
from vinfer.kit.ids import new_id

DAYS = {"from": "2026-03-01", "to": "2026-03-07"}


async def data_of(bench: Bench, type: str, **more: Any) -> dict[str, Any]:
    made = await bench.make(type=type, **DAYS | more)
    assert made.status == "completed", made.error
    assert isinstance(made.data, dict)
    return made.data


async def rows_of(bench: Bench, type: str) -> list[dict[str, str]]:
    made = await bench.make(type=type, format="csv", **DAYS)
    text = (await bench.file(made)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


async def test_call_summary(bench: Bench):
    campaign = await add_campaign(bench.world, "North")
    for _ in range(3):
        await add_call(bench.world, campaign_id=campaign)
    await add_call(bench.world, answered=False)
    data = await data_of(bench, "call_summary")
    assert data["totals"]["total_calls"] == 4
    assert data["totals"]["connected_calls"] == 3
    assert data["totals"]["connection_rate"] == 0.75
    assert [(it["campaign_name"], it["total_calls"]) for it in data["by_campaign"]] == [
        ("North", 3),
        (None, 1),
    ]
    assert [(it["group"], it["total_calls"]) for it in data["by_date"]] == [("2026-03-03", 4)]


async def test_campaign_performance_counts_people_and_not_only_calls(bench: Bench):
    campaign = await add_campaign(bench.world, "North")
    contacts = [new_id("ctc") for _ in range(3)]
    for n, id in enumerate(contacts):
        await bench.world.run(
            "insert into contacts (id, workspace_id, campaign_id, position, phone) values"
            " ($1, $2, $3, $4, $5)",
            *(id, bench.world.actor.workspace_id, campaign, n, f"+9198000000{n:02d}"),
        )
    for contact, answered in ((0, False), (0, False), (0, True), (1, False), (2, True)):
        more = {"campaign_id": campaign, "contact_id": contacts[contact], "answered": answered}
        await add_call(bench.world, **more)
    await add_call(bench.world)
    data = await data_of(bench, "campaign_performance")
    (row,) = data["campaigns"]
    assert (row["contacts_called"], row["contacts_reached"], row["reach_rate"]) == (3, 2, 0.67)
    assert row["total_calls"] == 5
    assert row["disposition_breakdown"]["interested"] == 2
    (line,) = await rows_of(bench, "campaign_performance")
    assert (line["contacts_reached"], line["interested"], line["not_reachable"]) == ("2", "2", "3")


async def test_qa_performance_averages_what_was_judged_and_people_win(bench: Bench):
    card = await add_scorecard(bench.world)
    first = await add_call(bench.world, agent_id="a1")
    second = await add_call(bench.world, agent_id="a2")
    await add_result(bench.world, first, card, {"Greeting": 1, "Notice": 0, "Close": None})
    await add_result(
        bench.world, second, card, {"Greeting": 1, "Notice": 0, "Close": None}, humans={"Notice": 1}
    )
    data = await data_of(bench, "qa_performance")
    assert data["totals"]["results"] == 2
    found = {it["parameter"]: it for it in data["by_parameter"]}
    assert (found["Notice"]["judged"], found["Notice"]["avg_percent"]) == (2, 50.0)
    assert (found["Close"]["judged"], found["Close"]["abstained"]) == (0, 2)
    assert found["Close"]["avg_percent"] is None
    assert [it["parameter"] for it in data["by_parameter"]] == ["Notice", "Greeting", "Close"]
    lines = await rows_of(bench, "qa_performance")
    assert len(lines) == 6
    assert sorted(line["judged_by"] for line in lines) == (
        ["human"] + ["machine"] * 3 + ["nobody"] * 2
    )


async def test_compliance_audit_lists_where_and_quotes_nobody(bench: Bench):
    call = await add_call(bench.world, agent_id="a1")
    await add_check(bench.world, call, "violated", violations=2)
    other = await add_call(bench.world)
    await add_check(bench.world, other, "passed")
    data = await data_of(bench, "compliance_audit")
    (rule,) = data["by_rule"]
    assert (rule["passed"], rule["violated"], rule["pass_rate"]) == (1, 1, 0.5)
    assert data["violations_total"] == len(data["violations"]) == 2
    assert {it["start"] for it in data["violations"]} == {75.0, 76.0}
    lines = await rows_of(bench, "compliance_audit")
    assert [line["call_id"] for line in lines] == [call, call]
    for form in ("json", "csv", "pdf"):
        made = await bench.make(type="compliance_audit", format=form, **DAYS)
        assert b"customer's words" not in await bench.file(made)


async def test_agent_coaching_names_what_was_judged_often_and_done_badly(bench: Bench):
    card = await add_scorecard(bench.world)
    calls = [await add_call(bench.world, agent_id="a1") for _ in range(4)]
    for n, call in enumerate(calls):
        seldom = {"Seldom": 0.0} if n < 2 else {}
        await add_result(
            bench.world, call, card, {"Notice": float(n == 0), "Greeting": 1, **seldom}
        )
    broken = await add_call(bench.world, agent_id="a1")
    await add_check(bench.world, broken, "violated", violations=1)
    await add_call(bench.world, agent_id="a2")
    data = await data_of(bench, "agent_coaching")
    one, two = data["agents"]
    assert (one["agent_id"], one["total_calls"], two["agent_id"]) == ("a1", 5, "a2")
    assert [it["parameter"] for it in one["weakest_parameters"]] == ["Seldom", "Notice", "Greeting"]
    rule, parameter = one["focus_areas"]
    assert (rule["kind"], rule["rule"], rule["violations"]) == ("compliance", "Disclosure", 1)
    assert rule["evidence"] == [{"call_id": broken, "start": 75.0}]
    assert (parameter["parameter"], parameter["avg_percent"]) == ("Notice", 25.0)
    assert {it["call_id"] for it in parameter["evidence"]} == set(calls[1:])
    assert {it["start"] for it in parameter["evidence"]} == {12.5}
    assert two["focus_areas"] == []
    assert "sentiment" not in str(data), "nothing is said of how an agent sounds"
    lines = await rows_of(bench, "agent_coaching")
    assert [(line["parameter"], line["focus"]) for line in lines] == [
        ("Seldom", "false"),
        ("Notice", "true"),
        ("Greeting", "false"),
    ]


async def test_every_type_of_nothing_is_a_report(bench: Bench):
    for kind in making.KINDS:
        made = await bench.make(type=kind, format="pdf", **DAYS)
        assert made.status == "completed", kind
