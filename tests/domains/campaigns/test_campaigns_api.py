"""Campaigns, calls and contacts over HTTP: the shapes and the errors of the contract."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest
from tests.domains.campaigning import answered
from tests.domains.conftest import Api
from tests.domains.worlds import SCRIPT, people, phone

from vinfer.domains.calls import dialing
from vinfer.kit.clock import SystemClock

CAMPAIGN_FIELDS = {
    "id",
    "campaign_id",
    "name",
    "status",
    "stop_reason",
    "script_id",
    "script_version",
    "agent_id",
    "language",
    "trunk_id",
    "schedule",
    "max_attempts",
    "retry_interval_minutes",
    "concurrency",
    "metadata",
    "analyze",
    "fallback",
    "warnings",
    "progress",
    "dispositions",
    "created_at",
    "started_at",
    "ended_at",
}
CALL_FIELDS = {
    "id",
    "campaign_id",
    "campaign_name",
    "contact",
    "status",
    "disposition",
    "tag",
    "end_reason",
    "duration_seconds",
    "language",
    "attempt",
    "script_id",
    "voice_agent_id",
    "agent_id",
    "started_at",
    "answered_at",
    "ended_at",
}


@pytest.fixture
async def script_id(admin: httpx.AsyncClient) -> str:
    """A script and a trunk to call through."""
    made = await admin.post("/v1/scripts", json=SCRIPT)
    assert made.status_code == 201, made.text
    trunk = await admin.post(
        "/v1/trunks",
        json={"name": "t", "server": "10.20.30.40:5060", "caller_ids": ["+912261550001"]},
    )
    assert trunk.status_code == 201, trunk.text
    return made.json()["id"]


async def create(client: httpx.AsyncClient, script_id: str, **fields: Any) -> dict[str, Any]:
    body = {"name": "Q1", "script_id": script_id, "language": "en-IN", "contacts": people(2)}
    made = await client.post("/v1/campaigns", json=body | fields)
    assert made.status_code == 201, made.text
    return made.json()


async def claim(api: Api, seats: int = 10):
    async with api.db.begin() as tx:
        return await dialing.claim(tx, "m1", seats, SystemClock().now())


async def record(api: Api, call_id: str) -> None:
    async with api.db.begin() as tx:
        assert await dialing.record(tx, call_id, answered(), SystemClock().now())


async def test_the_campaign_of_the_introduction(admin: httpx.AsyncClient, script_id: str):
    made = await admin.post(
        "/v1/campaigns",
        json={"name": "Q1 Outreach", "script_id": script_id, "language": "hi-IN", "contacts": []},
        headers={"Idempotency-Key": "550e8400-e29b-41d4-a716-446655440000"},
    )
    assert made.status_code == 201, made.text
    campaign = made.json()
    assert set(campaign) == CAMPAIGN_FIELDS
    assert campaign["campaign_id"] == campaign["id"]
    assert campaign["id"].startswith("cmp_")
    assert campaign["status"] == "scheduled"
    assert campaign["progress"] == {
        "total": 0,
        "pending": 0,
        "in_progress": 0,
        "retry_scheduled": 0,
        "completed": 0,
        "skipped": 0,
    }
    assert set(campaign["dispositions"]) == {
        "interested",
        "not_interested",
        "callback",
        "not_reachable",
        "dnd",
        "escalated",
    }
    again = await admin.get(f"/v1/campaigns/{campaign['id']}")
    assert again.json() == campaign


async def test_a_campaign_is_driven_over_http(api: Api, admin: httpx.AsyncClient, script_id: str):
    campaign = await create(admin, script_id)
    path = f"/v1/campaigns/{campaign['id']}"
    for verb, status in (("start", "running"), ("pause", "paused"), ("resume", "running")):
        moved = await admin.post(f"{path}/{verb}")
        assert (moved.status_code, moved.json()["status"]) == (200, status)
    torn = await admin.patch(path, json={"action": "stop", "status": "paused"})
    assert torn.json()["error"]["details"]["field"] == "action"
    refused = await admin.patch(path, json={"action": "start", "name": "Q2"})
    assert refused.json()["status"] == "running"
    assert refused.json()["name"] == "Q2"
    one, _ = await claim(api)
    await record(api, one.call_id)
    listed = (await admin.get(f"{path}/calls", params={"status": "completed"})).json()
    assert (listed["total"], listed["limit"], listed["offset"]) == (1, 20, 0)
    (item,) = listed["data"]
    assert set(item) == CALL_FIELDS
    assert item["contact"] == {"phone": one.phone, "name": one.row["name"]}
    assert item["campaign_name"] == "Q2"
    detail = (await admin.get(f"/v1/calls/{one.call_id}")).json()
    assert set(detail) - CALL_FIELDS == {
        "script_version",
        "recording_url",
        "recording_withheld",
        "transcript_job_id",
        "captured",
        "evidence",
        "transcript",
        "latency_ms",
        "warnings",
        "metadata",
    }
    assert detail["transcript"][1]["text"] == "yes"
    stopped = await admin.post(f"{path}/stop")
    assert stopped.json()["status"] == "stopped"
    late = await admin.post(f"{path}/start")
    assert late.status_code == 409
    assert late.json()["error"]["code"] == "invalid_state"
    assert late.json()["error"]["details"]["allowed"] == []


@pytest.mark.parametrize(
    ("fields", "field", "expected"),
    [
        ({"fallback": {"transfer_to": "sip:a@b\n"}}, "fallback.transfer_to", "an E.164 phone or"),
        ({"fallback": {"transfer_to": "sip:a@b?X=1"}}, "fallback.transfer_to", "an E.164 phone or"),
        ({"fallback": {"transfer_to": "+910000000000"}}, "fallback.transfer_to", "an E.164 phone"),
        (
            {"schedule": {"daily_window": {"start": "09:00\n", "end": "18:00"}}},
            "schedule.daily_window.start",
            "a time of day as HH:MM",
        ),
    ],
)
async def test_targets_and_hours_are_well_formed(
    admin: httpx.AsyncClient, script_id: str, fields: dict[str, Any], field: str, expected: str
):
    body = {"name": "Q1", "script_id": script_id, "language": "en-IN", "contacts": []}
    refused = await admin.post("/v1/campaigns", json=body | fields)
    assert refused.status_code == 400, refused.text
    details = refused.json()["error"]["details"]
    assert details["field"] == field
    assert details["expected"].startswith(expected)


async def test_contacts_arrive_as_csv(admin: httpx.AsyncClient, script_id: str):
    campaign = await create(admin, script_id)
    answer = await admin.post(
        f"/v1/campaigns/{campaign['id']}/contacts",
        content=f"phone,amount\n{phone(7)},12\n0,1\n",
        headers={"content-type": "text/csv"},
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["accepted"] == 1
    assert answer.json()["rejected"][0]["row"] == 3
    more = await admin.post(
        f"/v1/campaigns/{campaign['id']}/contacts", json={"contacts": people(1, first=9)}
    )
    assert more.json() == {"accepted": 1, "rejected": [], "rejected_total": 0}
    wrong = await admin.post(
        f"/v1/campaigns/{campaign['id']}/contacts", content="x", headers={"content-type": "a/b"}
    )
    assert wrong.status_code == 415


async def test_filters_of_campaigns_and_calls(api: Api, admin: httpx.AsyncClient, script_id: str):
    campaign = await create(admin, script_id)
    await create(admin, script_id)
    await admin.post(f"/v1/campaigns/{campaign['id']}/start")
    assert (await admin.get("/v1/campaigns?status=running")).json()["total"] == 1
    today = campaign["created_at"][:10]
    assert (await admin.get(f"/v1/campaigns?from={today}&to={today}")).json()["total"] == 2
    assert (await admin.get("/v1/campaigns?to=2020-01-01")).json()["total"] == 0
    assert (await admin.get("/v1/campaigns?status=lost")).status_code == 400
    one, two = await claim(api)
    await record(api, one.call_id)
    item = (await admin.get(f"/v1/calls/{two.call_id}")).json()
    for params, total in (
        ({"campaign_id": campaign["id"]}, 2),
        ({"campaign_id": "cmp_none"}, 0),
        ({"disposition": "interested"}, 1),
        ({"language": "en-IN"}, 2),
        ({"language": "hi-IN"}, 0),
        ({"status": "in_progress"}, 1),
        ({"phone": two.phone}, 1),
        ({"phone": two.phone.replace("+", " ")}, 1),  # an unencoded plus
        ({"from": item["started_at"], "to": item["started_at"]}, 2),
        ({"to": "2020-01-01T00:00:00Z"}, 0),
    ):
        answer = await admin.get("/v1/calls", params=params)
        assert answer.json()["total"] == total, (params, answer.text)
    assert (await admin.get("/v1/calls?from=2020-01-01")).status_code == 400
    assert (await admin.get("/v1/calls?phone=12345")).status_code == 400
    page = (await admin.get("/v1/calls?limit=1")).json()
    rest = (await admin.get("/v1/calls", params={"cursor": page["next_cursor"]})).json()
    assert {it["id"] for it in page["data"] + rest["data"]} == {one.call_id, two.call_id}


async def test_one_call_by_itself(api: Api, admin: httpx.AsyncClient, script_id: str):
    body = {
        "phone": phone(1),
        "name": "Asha",
        "script_id": script_id,
        "language": "hi-IN",
        "variables": {"amount": 5},
        "metadata": {"agent_id": "desk-7"},
    }
    made = await admin.post("/v1/calls", json=body)
    assert made.status_code == 201, made.text
    call = made.json()
    assert (call["status"], call["campaign_id"], call["agent_id"]) == (
        "in_progress",
        None,
        "desk-7",
    )
    assert (await admin.post("/v1/calls", json=body)).status_code == 409
    missing = await admin.post("/v1/calls", json=body | {"variables": {}})
    assert missing.json()["error"]["details"]["field"] == "variables.amount"
    (claimed,) = await claim(api)
    assert claimed.plan().variables == {"amount": 5, "name": "Asha", "phone": phone(1)}
    assert (await admin.post(f"/v1/calls/{call['id']}/hangup")).status_code == 200


async def test_an_analysis_that_is_not_installed_is_refused_before_anybody_is_called(
    admin: httpx.AsyncClient, script_id: str
):
    wanted = {"script_id": script_id, "language": "en-IN", "analyze": ["transcription", "summary"]}
    call = wanted | {"phone": phone(1), "variables": {"amount": 5}}
    campaign = wanted | {"name": "Q1", "contacts": []}
    for path, body in (("campaigns", campaign), ("calls", call)):
        refused = await admin.post(f"/v1/{path}", json=body)
        assert refused.status_code == 400
        assert refused.json()["error"]["details"] == {
            "field": "analyze[1]",
            "provided": "summary",
            "expected": "an installed feature: transcription",
        }


async def test_a_call_needs_a_trunk(admin: httpx.AsyncClient):
    script = (await admin.post("/v1/scripts", json=SCRIPT)).json()["id"]
    body = {"phone": phone(1), "script_id": script, "language": "hi-IN", "variables": {"amount": 5}}
    refused = await admin.post("/v1/calls", json=body)
    assert refused.status_code == 400
    assert refused.json()["error"]["details"]["field"] == "trunk_id"


async def test_a_person_by_phone(api: Api, admin: httpx.AsyncClient, script_id: str):
    campaign = await create(admin, script_id)
    await admin.post(f"/v1/campaigns/{campaign['id']}/start")
    await claim(api)
    listed = await admin.post("/v1/dnc", json={"phone": phone(0), "reason": "asked"})
    assert listed.status_code == 201
    for written in (quote(phone(0), safe=""), phone(0), phone(0)[1:]):
        person = (await admin.get(f"/v1/contacts/{written}")).json()
        assert (person["name"], person["attributes"]) == ("P0", {"amount": 100})
        assert person["do_not_call"]["reason"] == "asked"
        assert len(person["calls"]) == 1
    assert (await admin.get(f"/v1/contacts/{phone(55)}")).status_code == 404
    assert (await admin.get("/v1/dnc")).json()["data"][0]["phone"] == phone(0)
    assert (await admin.delete(f"/v1/dnc/{phone(0)}")).status_code == 204
    assert (await admin.delete(f"/v1/dnc/{phone(0)}")).status_code == 404


async def test_nothing_crosses_workspaces(
    api: Api, admin: httpx.AsyncClient, stranger: httpx.AsyncClient, script_id: str
):
    campaign = await create(admin, script_id)
    await admin.post(f"/v1/campaigns/{campaign['id']}/start")
    (call, _) = await claim(api)
    for path in (
        f"/v1/campaigns/{campaign['id']}",
        f"/v1/campaigns/{campaign['id']}/calls",
        f"/v1/calls/{call.call_id}",
        f"/v1/contacts/{phone(0)}",
    ):
        assert (await stranger.get(path)).status_code == 404, path
    for path in (
        f"/v1/campaigns/{campaign['id']}/stop",
        f"/v1/calls/{call.call_id}/hangup",
    ):
        assert (await stranger.post(path)).status_code == 404, path
    assert (await stranger.get("/v1/calls")).json()["total"] == 0
    assert (await stranger.get("/v1/campaigns")).json()["total"] == 0
    assert (await stranger.get("/v1/dnc")).json()["total"] == 0


async def test_a_reading_key_only_reads(
    admin: httpx.AsyncClient, reader: httpx.AsyncClient, script_id: str
):
    campaign = await create(admin, script_id)
    assert (await reader.get(f"/v1/campaigns/{campaign['id']}")).status_code == 200
    refused = await reader.post(f"/v1/campaigns/{campaign['id']}/start")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "insufficient_scope")
