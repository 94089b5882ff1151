"""People over HTTP: found, put right, forbidden, called once, and forgotten."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest
from tests.domains.campaigning import answered
from tests.domains.worlds import SCRIPT, people, phone
from tests.harness import Api

from vinfer.domains.calls import dialing
from vinfer.domains.contacts.numbers import digester
from vinfer.kit.clock import SystemClock
from vinfer.kit.seal import Seal

KEY = {"Idempotency-Key": "order-17"}


@pytest.fixture
async def script_id(admin: httpx.AsyncClient) -> str:
    """A script and a trunk to call through."""
    trunk = {"name": "t", "server": "10.20.30.40:5060", "caller_ids": ["+912261550001"]}
    assert (await admin.post("/v1/trunks", json=trunk)).status_code == 201
    return (await admin.post("/v1/scripts", json=SCRIPT)).json()["id"]


async def campaign(client: httpx.AsyncClient, script_id: str, **fields: Any) -> str:
    body = {"name": "Q1", "script_id": script_id, "language": "en-IN", "contacts": people(3)}
    made = await client.post("/v1/campaigns", json=body | fields)
    assert made.status_code == 201, made.text
    return made.json()["id"]


def call_body(script_id: str, **fields: Any) -> dict[str, Any]:
    return {
        "phone": phone(1),
        "name": "Asha",
        "script_id": script_id,
        "language": "hi-IN",
        "variables": {"amount": 5},
    } | fields


async def talk(api: Api, seal: Seal, *, owner: str = "m1") -> list[str]:
    """Let a media process place and end what waits; the calls' ids."""
    now = SystemClock().now
    async with api.db.begin() as tx:
        claimed = await dialing.claim(tx, owner, 10, now())
    for call in claimed:
        async with api.db.begin() as tx:
            await dialing.ring(tx, call.call_id, now(), digests=digester(seal))
            await dialing.record(tx, call.call_id, answered(), now())
    return [call.call_id for call in claimed]


async def test_contacts_are_listed_by_what_they_are(
    admin: httpx.AsyncClient, stranger: httpx.AsyncClient, script_id: str
):
    one = await campaign(admin, script_id)
    two = await campaign(admin, script_id, contacts=people(2))
    everyone = (await admin.get("/v1/contacts")).json()
    assert (everyone["total"], len(everyone["data"])) == (5, 5)
    newest = everyone["data"][0]
    assert (newest["campaign_id"], newest["phone"], newest["name"]) == (two, phone(1), "P1")
    assert (newest["status"], newest["attempts"], newest["disposition"]) == ("pending", 0, None)
    assert newest["attributes"] == {"amount": 101}
    await admin.post(f"/v1/campaigns/{one}/stop")
    for params, total in (
        ({"campaign_id": one}, 3),
        ({"campaign_id": "cmp_none"}, 0),
        ({"status": "skipped"}, 3),
        ({"status": "pending", "campaign_id": one}, 0),
        ({"disposition": "dnd"}, 0),
        ({"phone": phone(0)}, 2),
        ({"phone": phone(0).replace("+", " ")}, 2),
    ):
        page = (await admin.get("/v1/contacts", params=params)).json()
        assert (page["total"], len(page["data"])) == (total, total), params
    for params in ({"status": "lost"}, {"phone": "12"}, {"disposition": "x"}, {"limit": 0}):
        assert (await admin.get("/v1/contacts", params=params)).status_code == 400
    seen, cursor = [], {}
    while cursor is not None:
        page = (await admin.get("/v1/contacts", params={"limit": 2} | cursor)).json()
        seen += [it["id"] for it in page["data"]]
        cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else None
    assert seen == [it["id"] for it in everyone["data"]]
    assert (await stranger.get("/v1/contacts")).json()["total"] == 0


async def test_a_person_is_put_right_for_calls_to_come(
    api: Api, admin: httpx.AsyncClient, script_id: str, seal: Seal
):
    await campaign(admin, script_id, contacts=people(1))
    path = f"/v1/contacts/{phone(0)}"
    patch = {"name": "Asha Rao", "attributes": {"amount": 7, "city": "Pune"}}
    changed = await admin.patch(path, json=patch)
    assert changed.status_code == 200, changed.text
    assert changed.json() == (await admin.get(path)).json()
    assert changed.json()["attributes"] == {"amount": 7, "city": "Pune"}
    taken = (await admin.patch(path, json={"attributes": {"city": None}})).json()
    assert (taken["name"], taken["attributes"]) == ("Asha Rao", {"amount": 7})
    contact = (await admin.get("/v1/contacts")).json()["data"][0]
    assert (contact["name"], contact["attributes"]) == ("Asha Rao", {"amount": 7})
    nameless = (await admin.patch(path, json={"name": None})).json()
    assert nameless["name"] is None
    # what a campaign brings later is newer than what was set by hand
    await campaign(admin, script_id, contacts=[{"phone": phone(0), "amount": 9, "name": "A. Rao"}])
    now = (await admin.get(path)).json()
    assert (now["name"], now["attributes"]) == ("A. Rao", {"amount": 9})


async def test_what_a_person_cannot_be(admin: httpx.AsyncClient, script_id: str):
    await campaign(admin, script_id, contacts=people(1))
    before = (await admin.get(f"/v1/contacts/{phone(0)}")).json()
    for patch, field in (
        ({"attributes": {"amount": "much"}}, "attributes.amount"),
        ({"attributes": {"amount": None}}, "attributes.amount"),
        ({"attributes": {"phone": "+919812345678"}}, "attributes"),
        ({"attributes": {"": 1}}, "attributes"),
        ({"attributes": {"x" * 256: 1}}, "attributes"),
        ({"attributes": [1]}, "attributes"),
        ({"attributes": {f"k{n}": n for n in range(201)}}, "attributes"),
        ({"name": "x" * 256}, "name"),
        ({"name": 7}, "name"),
        ({"phone": phone(2)}, "phone"),
    ):
        refused = await admin.patch(f"/v1/contacts/{phone(0)}", json=patch)
        assert refused.status_code == 400, (patch, refused.text)
        assert refused.json()["error"]["details"]["field"] == field
    assert (await admin.get(f"/v1/contacts/{phone(0)}")).json() == before


async def test_a_phone_may_be_written_in_each_way_a_url_allows(
    admin: httpx.AsyncClient, stranger: httpx.AsyncClient, script_id: str
):
    await campaign(admin, script_id)
    written = [phone(0), quote(phone(0), safe=""), phone(0)[1:], "%20" + phone(0)[1:]]
    for method, json in (("GET", None), ("PATCH", {"attributes": {"seen": True}})):
        for form in written:
            answer = await admin.request(method, f"/v1/contacts/{form}", json=json)
            assert (answer.status_code, answer.json()["phone"]) == (200, phone(0)), form
            foreign = await stranger.request(method, f"/v1/contacts/{form}", json=json)
            assert foreign.status_code == 404
    assert (await stranger.delete(f"/v1/contacts/{phone(0)}")).status_code == 404
    for wrong in ("12345", "+910000000000", "x", "%2B%2B919812345678"):
        refused = await admin.delete(f"/v1/contacts/{wrong}")
        assert (refused.status_code, refused.json()["error"]["details"]["field"]) == (400, "phone")
    for number, form in enumerate((quote(phone(0), safe=""), phone(1)[1:], "%20" + phone(2)[1:])):
        assert (await admin.delete(f"/v1/contacts/{form}")).status_code == 204
        gone = await admin.get(f"/v1/contacts/{phone(number)}")
        assert gone.status_code == 404
        assert (await admin.delete(f"/v1/contacts/{form}")).status_code == 404


async def test_a_listed_phone_has_left_the_queues_when_the_answer_comes(
    admin: httpx.AsyncClient, script_id: str
):
    one = await campaign(admin, script_id)
    two = await campaign(admin, script_id)
    assert (await admin.post(f"/v1/campaigns/{one}/start")).status_code == 200
    assert (await admin.post("/v1/dnc", json={"phone": phone(0)})).status_code == 201
    for id in (one, two):
        now = (await admin.get(f"/v1/campaigns/{id}")).json()
        assert (now["progress"]["pending"], now["dispositions"]["dnd"]) == (2, 1)
    blocked = (await admin.get("/v1/calls", params={"disposition": "dnd"})).json()
    assert [it["end_reason"] for it in blocked["data"]] == ["blocked_dnc", "blocked_dnc"]
    listed = (await admin.get("/v1/contacts", params={"disposition": "dnd"})).json()
    assert {it["phone"] for it in listed["data"]} == {phone(0)}
    call = await admin.post("/v1/calls", json=call_body(script_id, phone=phone(0)))
    assert (call.status_code, call.json()["status"]) == (201, "failed")
    assert (call.json()["disposition"], call.json()["duration_seconds"]) == ("dnd", 0)


async def test_an_erased_call_leaves_its_stored_answers_and_is_not_made_again(
    api: Api, admin: httpx.AsyncClient, script_id: str, seal: Seal
):
    body = call_body(script_id, metadata={"note": "Asha's second loan"})
    made = await admin.post("/v1/calls", json=body, headers=KEY)
    id = made.json()["id"]
    assert (await admin.delete(f"/v1/calls/{id}")).status_code == 409
    assert await talk(api, seal) == [id]
    ended = await admin.post(f"/v1/calls/{id}/hangup", headers=KEY)
    assert ended.json()["captured"] != {}
    assert (await admin.delete(f"/v1/calls/{id}")).status_code == 204
    for path, json in (("/v1/calls", body), (f"/v1/calls/{id}/hangup", None)):
        again = await admin.post(path, json=json, headers=KEY)
        assert again.headers["idempotency-replayed"] == "true"
        assert again.json()["id"] == id
        assert again.json()["contact"] == {"phone": None, "name": None}
        assert "Asha" not in again.text
        assert phone(1) not in again.text
        assert (again.json()["captured"], again.json()["transcript"]) == ({}, [])
    assert await talk(api, seal) == []
    for method in ("GET", "DELETE"):
        assert (await admin.request(method, f"/v1/calls/{id}")).status_code == 404
    assert (await admin.post(f"/v1/calls/{id}/hangup")).status_code == 404
    assert (await admin.get("/v1/calls")).json()["total"] == 0


async def test_the_answer_that_listed_an_erased_person_is_forgotten(
    api: Api, admin: httpx.AsyncClient, script_id: str
):
    for number in (1, 2):
        entry = {"phone": phone(number), "reason": "manual"}
        headers = {"Idempotency-Key": f"n-{number}"}
        assert (await admin.post("/v1/dnc", json=entry, headers=headers)).status_code == 201
    assert (await admin.delete(f"/v1/contacts/{phone(1)}")).status_code == 204
    async with api.db.read() as conn:
        assert await conn.fetchval("select array_agg(key) from idempotency") == ["n-2"]
    listed = (await admin.get("/v1/dnc")).json()
    assert (listed["total"], listed["data"][0]["phone"]) == (1, phone(2))
    known = (await admin.get(f"/v1/contacts/{phone(1)}")).json()
    assert known["do_not_call"]["listed"] is True
    assert (await admin.delete(f"/v1/dnc/{phone(1)}")).status_code == 204
    assert (await admin.get(f"/v1/contacts/{phone(1)}")).status_code == 404


async def test_a_call_that_cannot_be_made_is_refused_by_field(
    admin: httpx.AsyncClient, script_id: str
):
    for fields, field in (
        ({"phone": "12345"}, "phone"),
        ({"phone": "+910000000000"}, "phone"),
        ({"phone": None}, "phone"),
        ({"language": "hindi"}, "language"),
        ({"language": "ta-IN"}, "language"),
        ({"script_id": "scr_none"}, "script_id"),
        ({"script_id": None}, "script_id"),
        ({"agent_id": "agt_none"}, "agent_id"),
        ({"trunk_id": "trk_none"}, "trunk_id"),
        ({"variables": {}}, "variables.amount"),
        ({"variables": {"amount": "much"}}, "variables.amount"),
        ({"variables": [1]}, "variables"),
        ({"name": "x" * 256}, "name"),
        ({"metadata": "x"}, "metadata"),
        ({"analyze": ["telepathy"]}, "analyze[0]"),
        ({"fallback": {"transfer_to": "desk"}}, "fallback.transfer_to"),
        ({"surplus": 1}, "surplus"),
    ):
        refused = await admin.post("/v1/calls", json=call_body(script_id) | fields)
        assert refused.status_code == 400, (fields, refused.text)
        details = refused.json()["error"]["details"]
        assert (details["field"], bool(details["expected"])) == (field, True)
    assert (await admin.get("/v1/calls")).json()["total"] == 0


async def test_a_hang_up_ends_what_is_live_and_leaves_the_rest(
    api: Api, admin: httpx.AsyncClient, stranger: httpx.AsyncClient, script_id: str, seal: Seal
):
    id = (await admin.post("/v1/calls", json=call_body(script_id))).json()["id"]
    second = await admin.post("/v1/calls", json=call_body(script_id))
    assert second.status_code == 409
    assert second.json()["error"]["details"]["id"] == id
    assert (await stranger.post(f"/v1/calls/{id}/hangup")).status_code == 404
    assert (await admin.post("/v1/calls/cal_none/hangup")).status_code == 404
    for _ in range(2):  # it waited: it is cancelled, and stays so
        ended = (await admin.post(f"/v1/calls/{id}/hangup")).json()
        assert (ended["status"], ended["end_reason"]) == ("failed", "cancelled")
    assert await talk(api, seal) == []
    assert (await admin.post("/v1/calls", json=call_body(script_id))).status_code == 201
    (finished,) = await talk(api, seal)
    left = (await admin.post(f"/v1/calls/{finished}/hangup")).json()
    assert (left["status"], left["end_reason"]) == ("completed", "agent_hangup")


async def test_calls_are_found_by_their_human_agent_and_campaign(
    api: Api, admin: httpx.AsyncClient, script_id: str, seal: Seal
):
    one = await campaign(admin, script_id, metadata={"agent_id": "desk-7"})
    two = await campaign(admin, script_id, contacts=people(1, first=8))
    for id in (one, two):
        await admin.post(f"/v1/campaigns/{id}/start")
    assert len(await talk(api, seal)) == 4
    for path, params, total in (
        ("/v1/calls", {"agent_id": "desk-7"}, 3),
        ("/v1/calls", {"agent_id": "desk-8"}, 0),
        (f"/v1/campaigns/{one}/calls", {"agent_id": "desk-7", "disposition": "interested"}, 3),
        (f"/v1/campaigns/{two}/calls", {"agent_id": "desk-7"}, 0),
        (f"/v1/campaigns/{one}/calls", {"campaign_id": two}, 0),
        (f"/v1/campaigns/{two}/calls", {"campaign_id": two, "status": "completed"}, 1),
        (f"/v1/campaigns/{two}/calls", {"phone": phone(8), "language": "en-IN"}, 1),
        (f"/v1/campaigns/{two}/calls", {"to": "2020-01-01T00:00:00Z"}, 0),
    ):
        page = (await admin.get(path, params=params)).json()
        assert (page["total"], len(page["data"])) == (total, total), (path, params)
    for params in ({"status": "lost"}, {"from": "2026-01-01"}, {"language": "x"}, {"cursor": "x"}):
        assert (await admin.get(f"/v1/campaigns/{one}/calls", params=params)).status_code == 400


async def test_what_is_set_by_hand_has_bounds(admin: httpx.AsyncClient):
    await admin.post("/v1/dnc", json={"phone": phone(1)})
    path = f"/v1/contacts/{phone(1)}"
    for first, value, status in ((0, 1, 200), (200, 1, 400), (0, "x" * 1000, 400), (0, 2, 200)):
        given = {f"a{first + n}": value for n in range(200)}
        answer = await admin.patch(path, json={"name": "Asha", "attributes": given})
        assert answer.status_code == status
        if status == 400:
            assert answer.json()["error"]["details"]["field"] == "attributes"
    assert len((await admin.get(path)).json()["attributes"]) == 200
