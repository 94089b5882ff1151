"""Agents through the API, and what a campaign or call takes from one."""

import asyncio
from typing import Any

import httpx
import pytest
from tests.domains.campaigning import answered
from tests.domains.worlds import DIGESTS, people, phone
from tests.harness import Api

from vinfer.domains.calls import dialing
from vinfer.domains.campaigns import service as campaigns
from vinfer.domains.campaigns.schemas import CampaignBody
from vinfer.kit import schema
from vinfer.kit.access import Actor
from vinfer.kit.clock import SystemClock
from vinfer.media.plan import Trigger

DESK = "sip:desk@pbx.example.com"
SCRIPT: dict[str, Any] = {
    "name": "Reminder",
    "language": "en-IN",
    "opening": "Hello {{name}}, {{amount|inr}} is due. Will you pay?",
    "variables": {"amount": {"type": "number", "required": True}},
    "branches": [
        {"id": "paid", "phrases": ["I paid"], "disposition": "not_interested", "next": "close"},
        {"id": "yes", "phrases": ["yes"], "disposition": "interested", "tag": "promise"},
    ],
}
RULES: list[dict[str, Any]] = [
    {"type": "keyword", "priority": 2, "phrases": ["consumer forum"], "match": "any"},
    {"type": "explicit_request", "priority": 1},
]


@pytest.fixture
async def script_id(admin: httpx.AsyncClient) -> str:
    """A script, and a trunk to call through."""
    trunk = {"name": "t", "server": "sip.example.com", "caller_ids": ["+912261550001"]}
    assert (await admin.post("/v1/trunks", json=trunk)).status_code == 201
    return (await admin.post("/v1/scripts", json=SCRIPT)).json()["id"]


async def make(client: httpx.AsyncClient, script_id: str, **fields: Any) -> dict[str, Any]:
    body = {
        "agent_name": "Asha",
        "language": "en-IN",
        "voice": "male",
        "script_id": script_id,
        "fallback": {"triggers": RULES, "transfer_to": DESK, "mode": "cold"},
        "dispositions": ["paid", "promise"],
    }
    made = await client.post("/v1/agents", json=body | fields)
    assert made.status_code == 201, made.text
    return made.json()


async def campaign(client: httpx.AsyncClient, **fields: Any) -> httpx.Response:
    body = {"name": "Q1", "language": "en-IN", "contacts": people(1)}
    return await client.post("/v1/campaigns", json=body | fields)


async def claimed(api: Api) -> dialing.ClaimedCall:
    async with api.db.begin() as tx:
        (call,) = await dialing.claim(tx, "m1", 10, SystemClock().now())
    return call


def refusal(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["details"]["field"]


async def test_an_agent_is_made_read_changed_listed_and_deleted(
    admin: httpx.AsyncClient, stranger: httpx.AsyncClient, script_id: str
) -> None:
    agent = await make(admin, script_id)
    assert agent["id"].startswith("agt_")
    assert (agent["voice"], agent["warnings"]) == ("male", [])
    assert agent["fallback"]["triggers"] == RULES
    path = f"/v1/agents/{agent['id']}"
    assert (await admin.get(path)).json() == agent
    changed = await admin.patch(path, json={"voice": "female", "fallback": None})
    assert changed.status_code == 200
    assert changed.json() == agent | {
        "voice": "female",
        "fallback": None,
        "updated_at": changed.json()["updated_at"],
    }
    assert (await admin.get("/v1/agents")).json()["data"] == [changed.json()]
    assert (await stranger.get("/v1/agents")).json()["data"] == []
    for foreign in (
        await stranger.get(path),
        await stranger.patch(path, json={"voice": "male"}),
        await stranger.delete(path),
    ):
        assert foreign.status_code == 404
        assert foreign.json()["error"]["details"] == {"resource_type": "agent", "id": agent["id"]}
    assert (await admin.delete(path)).status_code == 204
    for gone in (await admin.get(path), await admin.delete(path), await admin.patch(path, json={})):
        assert gone.status_code == 404


async def test_fields_that_fit_nothing_are_refused(
    admin: httpx.AsyncClient, stranger: httpx.AsyncClient, script_id: str
) -> None:
    agent = await make(admin, script_id)
    body = {name: agent[name] for name in ("agent_name", "language", "voice", "script_id")}
    for fields, field in (
        ({"agent_name": ""}, "agent_name"),
        ({"agent_name": "x" * 256}, "agent_name"),
        ({"language": "hindi"}, "language"),
        ({"language": "ta-IN"}, "language"),
        ({"voice": "robot"}, "voice"),
        ({"script_id": "scr_none"}, "script_id"),
        ({"dispositions": ["x" * 65]}, "dispositions[0]"),
        ({"dispositions": ["ok", " "]}, "dispositions[1]"),
        ({"dispositions": [str(n) for n in range(51)]}, "dispositions"),
        ({"fallback": {"transfer_to": "sip:a@b\n"}}, "fallback.transfer_to"),
        ({"fallback": {"mode": "hot"}}, "fallback.mode"),
        ({"surprise": 1}, "surprise"),
    ):
        assert refusal(await admin.post("/v1/agents", json=body | fields)) == (400, field), fields
        again = await admin.patch(f"/v1/agents/{agent['id']}", json=fields)
        assert refusal(again) == (400, field), fields
    for name in body:
        missing = {key: value for key, value in body.items() if key != name}
        assert refusal(await admin.post("/v1/agents", json=missing)) == (400, name)
    assert refusal(await stranger.post("/v1/agents", json=body)) == (400, "script_id")
    assert (await admin.get(f"/v1/agents/{agent['id']}")).json() == agent


async def test_a_trigger_has_the_fields_of_its_type_and_no_others(
    admin: httpx.AsyncClient, script_id: str
) -> None:
    agent = await make(admin, script_id)
    path = f"/v1/agents/{agent['id']}"
    for trigger, field, provided in (
        ({"type": "keyword"}, "phrases", None),
        ({"type": "keyword", "phrases": []}, "phrases", "a list"),
        ({"type": "keyword", "phrases": ["x", "!"]}, "phrases[1]", "!"),
        ({"type": "keyword", "phrases": ["x"], "match": "some"}, "match", "some"),
        ({"type": "keyword", "phrases": ["x"], "threshold": 0}, "threshold", 0),
        ({"type": "sentiment"}, "threshold", None),
        ({"type": "sentiment", "threshold": -1.1}, "threshold", -1.1),
        ({"type": "sentiment", "threshold": 0, "match": "any"}, "match", "any"),
        ({"type": "max_duration"}, "seconds", None),
        ({"type": "max_duration", "seconds": 0}, "seconds", 0),
        ({"type": "max_duration", "seconds": 9, "condition": "x"}, "condition", "x"),
        ({"type": "custom"}, "condition", None),
        ({"type": "custom", "condition": ""}, "condition", ""),
        ({"type": "explicit_request", "phrases": ["x"]}, "phrases", "a list"),
        ({"type": "compliance_alert", "seconds": 3}, "seconds", 3),
        ({"type": "explicit_request", "priority": -1}, "priority", -1),
        ({"type": "magic"}, "type", "magic"),
    ):
        refused = await admin.patch(path, json={"fallback": {"triggers": [RULES[1], trigger]}})
        details = refused.json()["error"]["details"]
        assert refused.status_code == 400, trigger
        assert details["field"] == f"fallback.triggers[1].{field}", trigger
        assert details["provided"] == provided, trigger
    many = [{"type": "keyword", "phrases": ["x"] * 84} for _ in range(6)]
    refused = await admin.patch(path, json={"fallback": {"triggers": many}})
    assert refused.json()["error"]["details"] == {
        "field": "fallback.triggers",
        "provided": "a list",
        "expected": "triggers of at most 500 phrases in all",
    }
    needed = await admin.patch(path, json={"fallback": {"triggers": [{"type": "keyword"}]}})
    assert needed.json()["error"]["message"] == (
        "The 'fallback.triggers[0].phrases' field is required for a trigger of type 'keyword'."
    )


async def test_what_may_not_do_what_was_meant_is_warned_of(
    admin: httpx.AsyncClient, script_id: str
) -> None:
    agent = await make(
        admin,
        script_id,
        fallback={
            "mode": "warm",
            "triggers": [RULES[1], {"type": "max_duration", "seconds": 300}],
        },
        dispositions=["paid", "unheard", "callback"],
    )
    assert [it["field"] for it in agent["warnings"]] == [
        "fallback.mode",
        "fallback.transfer_to",
        "fallback.triggers[1].seconds",
        "dispositions",
        "dispositions[1]",
    ]
    assert "handed over cold" in agent["warnings"][0]["message"]
    assert "'promise'" in agent["warnings"][3]["message"]
    made = await campaign(admin, agent_id=agent["id"], fallback={"transfer_to": DESK})
    assert made.status_code == 201
    assert [it["field"] for it in made.json()["warnings"]] == [
        "fallback.mode",
        "fallback.triggers[1].seconds",
        "dispositions",
        "dispositions[1]",
    ]
    call = {"phone": phone(9), "language": "en-IN", "variables": {"amount": 1}}
    warm = {"transfer_to": DESK, "mode": "warm"}
    placed = await admin.post("/v1/calls", json=call | {"script_id": script_id, "fallback": warm})
    assert [it["field"] for it in placed.json()["warnings"]] == ["fallback.mode"]


async def test_a_campaign_speaks_as_its_agent(
    api: Api, admin: httpx.AsyncClient, script_id: str
) -> None:
    agent = await make(admin, script_id)
    made = await campaign(admin, agent_id=agent["id"])
    assert made.status_code == 201, made.text
    assert (made.json()["agent_id"], made.json()["script_id"]) == (agent["id"], script_id)
    assert made.json()["fallback"] == agent["fallback"]
    await admin.post(f"/v1/campaigns/{made.json()['id']}/start")
    async with api.db.begin() as tx:
        demand = await dialing.in_demand(tx.conn, known=())
        spoken = {f"{script_id}:1:en-IN:female"}
        assert not await dialing.claim(tx, "m1", 10, SystemClock().now(), scripts=spoken)
    assert demand is not None
    assert (demand.key, demand.voice) == (f"{script_id}:1:en-IN:male", "male")
    call = await claimed(api)
    plan = call.plan()
    assert (plan.voice, plan.transfer_to, plan.script_key) == ("male", DESK, f"{script_id}:1")
    assert plan.triggers == (
        Trigger("explicit_request", 1),
        Trigger("keyword", 2, phrases=("consumer forum",)),
    )
    detail = (await admin.get(f"/v1/calls/{call.call_id}")).json()
    assert (detail["voice_agent_id"], detail["agent_id"]) == (agent["id"], None)


async def test_a_call_speaks_as_its_agent_and_overrides_part_of_it(
    api: Api, admin: httpx.AsyncClient, script_id: str
) -> None:
    agent = await make(admin, script_id)
    other = (await admin.post("/v1/scripts", json=SCRIPT | {"name": "Other"})).json()["id"]
    placed = await admin.post(
        "/v1/calls",
        json={
            "phone": phone(1),
            "language": "en-IN",
            "agent_id": agent["id"],
            "script_id": other,
            "variables": {"amount": 5},
            "fallback": {"transfer_to": "+912261550009"},
        },
    )
    assert placed.status_code == 201, placed.text
    assert (placed.json()["script_id"], placed.json()["voice_agent_id"]) == (other, agent["id"])
    plan = (await claimed(api)).plan()
    assert (plan.voice, plan.transfer_to, len(plan.triggers)) == ("male", "+912261550009", 2)


async def test_ids_that_lead_nowhere_are_refused_on_their_field(
    admin: httpx.AsyncClient, stranger: httpx.AsyncClient, script_id: str
) -> None:
    agent = await make(admin, script_id)
    call = {"phone": phone(1), "language": "en-IN", "variables": {"amount": 5}}
    for client, ids, field in (
        (admin, {}, "script_id"),
        (admin, {"agent_id": "agt_none"}, "agent_id"),
        (stranger, {"agent_id": agent["id"]}, "agent_id"),
        (admin, {"agent_id": agent["id"], "script_id": "scr_none"}, "script_id"),
    ):
        assert refusal(await campaign(client, **ids)) == (400, field)
        assert refusal(await client.post("/v1/calls", json=call | ids)) == (400, field)


async def test_a_handover_to_nobody_is_refused(admin: httpx.AsyncClient, script_id: str) -> None:
    agent = await make(admin, script_id, fallback={"triggers": RULES})
    for ids in (
        {"agent_id": agent["id"]},
        {"script_id": script_id, "fallback": {"triggers": RULES}},
    ):
        assert refusal(await campaign(admin, **ids)) == (400, "fallback.transfer_to")
    handing = SCRIPT | {"no_match": {"handover": True}}
    handing_id = (await admin.post("/v1/scripts", json=handing)).json()["id"]
    assert refusal(await campaign(admin, script_id=handing_id)) == (400, "fallback.transfer_to")
    desk = await make(admin, script_id, fallback={"transfer_to": DESK})
    made = await campaign(admin, script_id=handing_id, agent_id=desk["id"])
    assert made.status_code == 201, made.text


async def test_a_campaign_takes_its_agent_as_it_is_at_the_start_and_keeps_it(
    api: Api, admin: httpx.AsyncClient, script_id: str
) -> None:
    agent = await make(admin, script_id)
    path = f"/v1/agents/{agent['id']}"
    own = {"mode": "cold"}
    made = (await campaign(admin, agent_id=agent["id"], fallback=own)).json()
    newer_id = (await admin.post("/v1/scripts", json=SCRIPT | {"name": "Newer"})).json()["id"]
    edit = {"script_id": newer_id, "voice": "female", "fallback": {"transfer_to": "+912261550009"}}
    assert (await admin.patch(path, json=edit)).status_code == 200
    started = (await admin.post(f"/v1/campaigns/{made['id']}/start")).json()
    assert started["script_id"] == newer_id
    assert started["fallback"] == {"transfer_to": "+912261550009", "mode": "cold"}
    assert (await admin.patch(path, json={"voice": "male", "fallback": None})).status_code == 200
    plan = (await claimed(api)).plan()
    assert (plan.voice, plan.transfer_to) == ("female", "+912261550009")


async def test_a_campaign_whose_agent_no_longer_fits_it_does_not_start(
    admin: httpx.AsyncClient, script_id: str
) -> None:
    agent = await make(admin, script_id)
    path = f"/v1/agents/{agent['id']}"
    made = (await campaign(admin, agent_id=agent["id"])).json()
    await admin.patch(path, json={"fallback": {"triggers": RULES}})
    start = await admin.post(f"/v1/campaigns/{made['id']}/start")
    assert (start.status_code, "to nobody" in start.text) == (409, True)
    demanding = SCRIPT | {"variables": {"amount": {"type": "number"}, "due": {"required": True}}}
    wanted = (await admin.post("/v1/scripts", json=demanding)).json()["id"]
    await admin.patch(path, json={"fallback": None, "script_id": wanted})
    start = await admin.post(f"/v1/campaigns/{made['id']}/start")
    assert (start.status_code, "variable" in start.text) == (409, True)


async def test_a_campaign_that_starts_by_the_clock_keeps_what_fitted_it(
    api: Api, admin: httpx.AsyncClient, script_id: str
) -> None:
    agent = await make(admin, script_id)
    due = {"start_time": "2024-02-01T09:00:00Z"}
    await campaign(admin, agent_id=agent["id"], schedule=due)
    await admin.patch(f"/v1/agents/{agent['id']}", json={"fallback": {"triggers": RULES}})
    async with api.db.begin() as tx:
        assert await campaigns.start_one_due(tx, SystemClock().now())
    plan = (await claimed(api)).plan()
    assert (plan.voice, plan.transfer_to, len(plan.triggers)) == ("male", DESK, 2)


async def test_an_agent_that_a_campaign_is_about_to_use_is_not_deleted(
    api: Api, admin: httpx.AsyncClient, script_id: str
) -> None:
    agent = await make(admin, script_id)
    actor = Actor(api.workspace_id, "key_1", "admin")
    body = {"name": "Q1", "agent_id": agent["id"], "language": "en-IN", "contacts": []}
    decoded = schema.decode_value(body, CampaignBody)
    async with asyncio.TaskGroup() as group, api.db.begin() as tx:
        await campaigns.create(
            tx, actor, decoded, installed=(), digests=DIGESTS, now=SystemClock().now()
        )
        deleting = group.create_task(admin.delete(f"/v1/agents/{agent['id']}"))
        done, _ = await asyncio.wait([deleting], timeout=0.3)
        assert not done
    assert deleting.result().status_code == 409


async def test_what_is_in_use_stays(api: Api, admin: httpx.AsyncClient, script_id: str) -> None:
    agent = await make(admin, script_id)
    path = f"/v1/agents/{agent['id']}"
    script = await admin.delete(f"/v1/scripts/{script_id}")
    assert script.status_code == 409
    assert script.json()["error"]["details"]["used_by"] == f"agent {agent['id']}"
    made = (await campaign(admin, agent_id=agent["id"])).json()
    refused = await admin.delete(path)
    assert refused.status_code == 409
    assert refused.json()["error"] == {
        "code": "resource_in_use",
        "message": f"Agent '{agent['id']}' is used by campaign {made['id']}.",
        "details": {
            "resource_type": "agent",
            "id": agent["id"],
            "used_by": f"campaign {made['id']}",
        },
    }
    await admin.post(f"/v1/campaigns/{made['id']}/start")
    call = await claimed(api)
    await admin.post(f"/v1/campaigns/{made['id']}/stop")
    live = await admin.delete(path)
    assert live.json()["error"]["details"]["used_by"] == f"call {call.call_id}"
    async with api.db.begin() as tx:
        await dialing.record(tx, call.call_id, answered(), SystemClock().now())
    assert (await admin.delete(path)).status_code == 204
    assert (await admin.delete(f"/v1/scripts/{script_id}")).status_code == 204
    kept = (await admin.get(f"/v1/calls/{call.call_id}")).json()
    assert kept["voice_agent_id"] == agent["id"]
