"""Scorecards: kept by version, refused by field."""

from typing import Any

import httpx
import pytest
from tests.domains.qa.conftest import Qa, parameter
from tests.domains.worlds import SCRIPT

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOTICE = {"name": "Notice", "method": "binary", "library_id": "recording_notice"}


async def test_a_scorecard_is_shown_with_every_default(qa: Qa):
    card = await qa.card(NOTICE, parameter("Rude", "shut up", expect="absent", fatal=True))
    assert card == await qa.get(f"/scorecards/{card['id']}")
    assert (card["version"], card["pass_mark"], card["scope"]) == (1, 70, None)
    notice, rude = card["parameters"]
    assert (notice["confirmed"], notice["expect"], notice["weight"]) == (True, "present", 1)
    assert (rude["match"], rude["fatal"], rude["library_id"]) == ("any", True, None)
    listed = await qa.get("/scorecards")
    assert (listed["data"], listed["total"]) == ([card], 1)


async def test_plain_words_get_a_guess_that_judges_nothing_until_it_is_confirmed(qa: Qa):
    plain = {
        "name": "Threats",
        "method": "binary",
        "description": "Nobody may threaten or abuse the customer",
    }
    card = await qa.card(plain)
    (guessed,) = card["parameters"]
    found = (guessed["library_id"], guessed["confirmed"], guessed["expect"])
    assert found == ("pressure", False, "absent")
    lines = ("agent: Pay now or the police will come.",)
    shown = await qa.judged(await qa.job(qa_scorecard_id=card["id"]), lines)
    assert (shown["score"], shown["needs_review"]) == (None, True)
    assert "not confirmed" in shown["parameters"][0]["explanation"]
    confirmed = plain | {"library_id": "pressure", "confirmed": True}
    path = f"/v1/qa/scorecards/{card['id']}"
    assert (await qa.client.patch(path, json={"parameters": [confirmed]})).status_code == 200
    shown = await qa.judged(await qa.job(qa_scorecard_id=card["id"]), lines)
    assert (shown["score"], shown["passed"], shown["scorecard_version"]) == (0, False, 2)


async def test_a_change_is_a_version_and_results_keep_theirs(qa: Qa):
    result = await qa.scored(parameter("Bye", "goodbye"))
    path = f"/v1/qa/scorecards/{result['scorecard_id']}"
    changed = await qa.client.patch(path, json={"pass_mark": 100, "name": "New"})
    assert changed.status_code == 200
    assert (changed.json()["version"], changed.json()["name"]) == (2, "New")
    assert changed.json()["parameters"][0]["name"] == "Bye"
    assert (await qa.get(f"/results/{result['id']}"))["scorecard_version"] == 1
    cleared = await qa.client.patch(path, json={"scope": None})
    assert cleared.json()["version"] == 3


async def test_a_scope_outlives_its_agents(qa: Qa):
    script = (await qa.client.post("/v1/scripts", json=SCRIPT)).json()["id"]
    agent = {"agent_name": "A", "language": "en-IN", "voice": "female", "script_id": script}
    made = await qa.client.post("/v1/agents", json=agent)
    scope = {"agent_ids": [made.json()["id"]]}
    card = await qa.card(NOTICE, scope=scope)
    rule = {"type": "dnc", "scope": scope}
    ruled = (await qa.client.post("/v1/compliance/rules", json=rule)).json()
    assert (await qa.client.delete(f"/v1/agents/{made.json()['id']}")).status_code == 204
    for path in (f"/v1/qa/scorecards/{card['id']}", f"/v1/compliance/rules/{ruled['id']}"):
        kept = await qa.client.patch(path, json={"name": "New"})
        assert (kept.status_code, kept.json()["scope"]["agent_ids"]) == (200, scope["agent_ids"])
        assert (await qa.client.patch(path, json={"scope": scope})).status_code == 400


async def test_a_scorecard_that_a_job_waits_for_is_in_use(qa: Qa):
    card = await qa.card(parameter("Bye", "goodbye"))
    path = f"/v1/qa/scorecards/{card['id']}"
    facts = await qa.job(qa_scorecard_id=card["id"])
    async with qa.api.db.begin() as tx:
        await tx.conn.execute(
            "update transcriptions set step = 'survey' where id = $1", facts.job_id
        )
    refused = await qa.client.delete(path)
    assert refused.status_code == 409
    assert refused.json()["error"]["code"] == "resource_in_use"
    shown = await qa.judged(facts)
    assert (await qa.client.delete(path)).status_code == 204
    assert (await qa.client.delete(path)).status_code == 404
    kept = await qa.get(f"/results/{shown['id']}")
    assert kept["scorecard_id"] == card["id"]


STEP = {"name": "s", "examples": ["x"]}
BAD: list[tuple[str, dict[str, Any]]] = [
    ("parameters[0].phrases", {"name": "A", "method": "keyword"}),
    ("parameters[0].steps", {"name": "A", "method": "binary", "steps": [STEP]}),
    ("parameters[0].examples", {"name": "A", "method": "scale", "examples": ["x"]}),
    ("parameters[0].match", {"name": "A", "method": "binary", "match": "all"}),
    ("parameters[0].library_id", {"name": "A", "method": "binary", "library_id": "nope"}),
    ("parameters[0].confirmed", {"name": "A", "method": "binary", "confirmed": True}),
    ("parameters[0].weight", {"name": "A", "method": "binary", "weight": 11}),
    ("parameters[0].phrases[1]", parameter("A", "fine", "!?")),
    ("parameters[0].steps[0].examples", {"name": "A", "method": "scale", "steps": [{"name": "s"}]}),
]  # fmt: skip


async def test_a_wrong_field_is_named(qa: Qa):
    for field, wrong in BAD:
        body: dict[str, Any] = {"name": "Card", "parameters": [wrong]}
        answer = await qa.client.post("/v1/qa/scorecards", json=body)
        assert answer.status_code == 400, answer.text
        assert answer.json()["error"]["details"]["field"] == field
    body = {"name": "Card", "parameters": [parameter("Bye", "bye"), parameter("BYE", "goodbye")]}
    answer = await qa.client.post("/v1/qa/scorecards", json=body)
    assert answer.json()["error"]["details"]["field"] == "parameters[1].name"
    body = {"name": "Card", "parameters": [NOTICE], "scope": {"campaign_ids": ["cmp_unknown"]}}
    answer = await qa.client.post("/v1/qa/scorecards", json=body)
    assert answer.json()["error"]["details"]["field"] == "scope.campaign_ids[0]"
    body["scope"] = {"agent_ids": ["desk-7", "agt_unknown"]}
    answer = await qa.client.post("/v1/qa/scorecards", json=body)
    assert answer.json()["error"]["details"]["field"] == "scope.agent_ids[1]"


async def test_a_job_names_a_scorecard_of_its_workspace(qa: Qa, stranger: httpx.AsyncClient):
    foreign = await stranger.post("/v1/qa/scorecards", json={"name": "X", "parameters": [NOTICE]})
    body = {
        "audio_url": "https://files.example.com/a.wav",
        "language": "en-IN",
        "features": ["qa_scoring"],
        "qa_scorecard_id": foreign.json()["id"],
    }
    refused = await qa.client.post("/v1/transcription", json=body)
    assert refused.json()["error"]["details"]["field"] == "qa_scorecard_id"
    body["qa_scorecard_id"] = (await qa.card(NOTICE))["id"]
    assert (await qa.client.post("/v1/transcription", json=body)).status_code == 202
