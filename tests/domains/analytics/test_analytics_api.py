"""Figures over HTTP: the page's requests, refusals, and other people's calls."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.domains.analytics.conftest import Told, open_book
from tests.domains.worlds import SCRIPT
from tests.harness import Api

from vinfer.domains.analytics import service
from vinfer.kit.access import Actor
from vinfer.kit.ids import new_id

PAGE = Path(__file__).parents[3] / "docs" / "howto" / "analytics.md"
PUBLISHED = {
    "from",
    "to",
    "total_calls",
    "connected_calls",
    "connection_rate",
    "avg_duration_seconds",
    "sentiment_breakdown",
    "intent_breakdown",
    "avg_qa_score",
}


async def end_calls(api: Api, **more: Any) -> None:
    """Three calls of a day, two of them connected, one by a person."""
    rows = (("interested", 65, "desk-1"), ("callback", 70, None), ("not_reachable", None, None))
    async with api.db.begin() as tx:
        for disposition, seconds, agent in rows:
            await tx.conn.execute(
                "insert into calls (id, workspace_id, campaign_id, script_id, script_version,"
                " language, status, disposition, end_reason, started_at, answered_at,"
                " duration_seconds, metadata) values ($1, $2, $3, 'scr_1', 1, 'hi-IN', 'completed',"
                " $4, 'agent_hangup', '2026-03-09T20:00:00Z', $5, $6, $7)",
                new_id("cal"),
                more.get("workspace_id", api.workspace_id),
                more.get("campaign_id"),
                disposition,
                None if seconds is None else api.services.clock.now(),
                seconds or 0,
                {"agent_id": agent} if agent else {},
            )


async def campaign(admin: httpx.AsyncClient) -> str:
    """A new campaign."""
    script = SCRIPT
    made = await admin.post("/v1/scripts", json=script)
    body = {"name": "c", "script_id": made.json()["id"], "language": "en-IN", "contacts": []}
    await admin.post("/v1/trunks", json={"name": "t", "server": "sip.example.com"})
    return (await admin.post("/v1/campaigns", json=body)).json()["id"]


async def test_the_requests_of_the_page_are_answered(api: Api, admin: httpx.AsyncClient) -> None:
    campaign_id = await campaign(admin)
    await end_calls(api, campaign_id=campaign_id)
    asked = re.findall(r'^\$ api "(/\S+)"$', PAGE.read_text("utf-8"), re.MULTILINE)
    assert len(asked) == 7
    found = [(await admin.get(f"/v1{it.replace('cmp_…', campaign_id)}")) for it in asked]
    assert [it.status_code for it in found] == [200] * 7
    plain, by_day, by_agent, qa, compliance, agents, whole = (it.json() for it in found)
    assert set(plain) >= PUBLISHED
    assert (plain["total_calls"], plain["connected_calls"]) == (3, 2)
    assert (plain["connection_rate"], plain["avg_duration_seconds"]) == (0.67, 67.5)
    assert "grouped_data" not in plain
    assert plain["timezone"] == "Asia/Kolkata"
    assert plain["sentiment_breakdown"] == dict.fromkeys(("positive", "neutral", "negative"))
    assert [it["group"] for it in by_day["grouped_data"]] == ["2026-03-09"]
    assert {it["group"]: it["total_calls"] for it in by_agent["grouped_data"]} == {
        None: 2,
        "desk-1": 1,
    }
    assert (qa["results"], qa["avg_score"]) == (0, None)
    assert [it["group"] for it in qa["grouped_data"]] == ["2026-03-09"]  # a Monday
    assert compliance["grouped_data"][0]["group"] == campaign_id
    assert [it["agent_id"] for it in agents["data"]] == ["desk-1"]
    assert (whole["from"], whole["campaign_name"], whole["total_calls"]) == (None, "c", 3)


async def test_a_zone_is_summed_once_it_was_asked_for(api: Api, admin: httpx.AsyncClient) -> None:
    await end_calls(api)
    ask = "/v1/analytics/calls?from=2026-03-09&to=2026-03-10&group_by=day&timezone="
    zones = ("Asia/Kolkata", "Asia/Tokyo", "America/New_York", "UTC")
    first = [(await admin.get(ask + zone)).json() for zone in zones]
    days = [it["grouped_data"][0]["group"] for it in first]
    assert days == ["2026-03-10", "2026-03-10", "2026-03-09", "2026-03-09"]
    await service.fold(api.db)
    async with api.db.begin() as tx:
        await tx.conn.execute("delete from call_facts")  # what is summed needs them no more
    assert [(await admin.get(ask + zone)).json() for zone in zones] == first


async def test_others_calls_are_in_no_figure(
    api: Api, admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    campaign_id = await campaign(admin)
    await end_calls(api, campaign_id=campaign_id)
    days = "from=2026-03-01&to=2026-03-31"
    for _ in range(2):
        for path in ("calls", "calls?group_by=campaign&", "compliance"):
            both = f"/v1/analytics/{path}{'' if '?' in path else '?'}{days}"
            assert (await admin.get(both)).json()["total_calls"] == 3
            answer = (await stranger.get(f"{both}&campaign_id={campaign_id}")).json()
            assert (answer["total_calls"], answer.get("grouped_data", [])) == (0, [])
        gone = await stranger.get(f"/v1/analytics/campaigns/{campaign_id}")
        assert gone.status_code == 404
        await service.fold(api.db)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("", "from"),
        ("?from=2026-03-01", "to"),
        ("?from=2026-03-02&to=2026-03-01", "to"),
        ("?from=2026-03-01T00:00:00Z&to=2026-03-02", "from"),
        ("?from=2026-03-01&to=2026-03-02&group_by=hour", "group_by"),
        ("?from=2026-03-01&to=2026-03-02&timezone=Mars/Base", "timezone"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    admin: httpx.AsyncClient, asked: str, field: str
) -> None:
    for path in ("calls", "qa", "compliance"):
        answer = await admin.get(f"/v1/analytics/{path}{asked}")
        assert answer.status_code == 400
        assert answer.json()["error"]["details"]["field"] == field


async def test_the_first_and_the_last_day_there_are(admin: httpx.AsyncClient) -> None:
    for by in ("day", "week", "campaign"):
        asked = f"?from=0001-01-01&to=9999-12-31&group_by={by}"
        answer = await admin.get(f"/v1/analytics/calls{asked}")
        assert answer.json()["grouped_data"] == []


async def test_qa_is_broken_down_to_scorecards_and_parameters(
    api: Api, admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    book = await open_book(api.db)
    book.world.actor = Actor(api.workspace_id, "key_1", "admin")
    workspaces = "update qa_scorecards set workspace_id = $1"
    await book.world.run(workspaces, api.workspace_id)
    at = datetime(2026, 3, 9, 20, tzinfo=UTC)  # the 10th in Kolkata
    facts = {"campaign_id": None, "agent_id": "desk-1", "language": "en-IN", "started_at": at}
    scores = ((80.0, True), (40.5, False), (None, None))
    calls = [
        Told(id=new_id("cal"), job_id=new_id("job"), scores={"qas_1": score}, **facts)  # type: ignore[arg-type]
        for score in scores
    ]
    for call in calls:
        await book.write(call)
    given = (
        ("Greeting", "binary", 1, (1, 0, None)),
        ("Steps", "scale", 4, (3, 2, None)),
        ("Never judged", "keyword", 1, (None, None, None)),
    )
    for place, (name, method, most, machine) in enumerate(given):
        for call, score in zip(calls, machine, strict=True):
            await book.world.run(
                "insert into qa_verdicts (result_id, position, name, method, weight, fatal,"
                " machine_score, max, confidence, explanation) select id, $2, $3, $4, 1, false,"
                " $5, $6, 1, '' from qa_results where call_id = $1",
                call.id, place, name, method, score, most,
            )  # fmt: skip
    await book.world.run(
        "update qa_verdicts set human_score = 0 where machine_score = 1 and name = 'Greeting'"
    )
    days = "from=2026-03-10&to=2026-03-10"
    plain = (await admin.get(f"/v1/analytics/qa?{days}")).json()
    assert "scorecards" not in plain
    whole = (await admin.get(f"/v1/analytics/qa?{days}&breakdown=true&agent_id=desk-1")).json()
    (card,) = whole.pop("scorecards")
    assert whole == plain
    assert {name: card[name] for name in card if name != "parameters"} == {
        "scorecard_id": "qas_1",
        "name": "qas_1",
        "results": 3,
        "scored_results": 2,
        "passed_results": 1,
        "pass_rate": 0.5,
        "avg_score": 60.3,
    }
    found = [list(it.values()) for it in card["parameters"]]
    assert found == [
        ["Greeting", "binary", 3, 1, 2, 0.0],
        ["Steps", "scale", 3, 1, 0, 0.63],
        ["Never judged", "keyword", 3, 3, 0, None],
    ]
    for more in ("&agent_id=desk-2", "&language=hi-IN", "&timezone=UTC"):
        other = await admin.get(f"/v1/analytics/qa?{days}&breakdown=true{more}")
        assert other.json()["scorecards"] == []
    assert (await stranger.get(f"/v1/analytics/qa?{days}&breakdown=true")).json()[
        "scorecards"
    ] == []
    long = await admin.get("/v1/analytics/qa?from=2026-01-01&to=2026-04-03&breakdown=true")
    assert long.status_code == 400
    assert long.json()["error"]["details"]["field"] == "breakdown"
