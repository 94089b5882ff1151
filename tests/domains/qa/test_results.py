"""Results: scores recomputed by hand, people's word, erasure."""

from typing import Any

import pytest
from tests.domains.qa.conftest import Qa, parameter

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOTICE = parameter("Notice", "call is recorded", weight=3)
BYE = parameter("Bye", "goodbye", weight=2)
OFFER = parameter("Offer", "instalments", weight=5)
UNSURE = {"name": "Unsure", "method": "binary", "examples": ["I am sorry to hear that"]}
RUDE = parameter("Rude", "shut up", expect="absent", fatal=True, weight=1)


async def test_the_score_is_weighed(qa: Qa):
    result = await qa.scored(NOTICE, BYE, OFFER)
    # 3 and 2 of 10 points: 100 * 5 / 10
    assert (result["score"], result["passed"], result["needs_review"]) == (50.0, False, False)
    assert [each["score"] for each in result["parameters"]] == [1, 1, 0]
    (proof,) = result["parameters"][0]["evidence"]
    assert (proof["segment"], proof["quote"]) == (2, "This call is recorded.")
    assert 0 < proof["start"] < proof["end"]
    assert result["parameters"][2]["evidence"] == []
    assert "instalments" in result["parameters"][2]["explanation"]


async def test_what_is_not_judged_leaves_the_denominator_and_waits_for_a_person(qa: Qa):
    result = await qa.scored(NOTICE, OFFER, UNSURE, pass_mark=37.5)
    # 3 of 3 + 5; the unsure one counts nothing
    assert (result["score"], result["passed"], result["needs_review"]) == (37.5, True, True)
    assert result["parameters"][2]["abstained"]
    waiting = await qa.get("/results?needs_review=true")
    assert [each["id"] for each in waiting["data"]] == [result["id"]]
    assert (await qa.get("/results?needs_review=false"))["total"] == 0


async def test_a_failed_fatal_parameter_makes_it_nothing(qa: Qa):
    lines = ("agent: This call is recorded.", "agent: Shut up and pay.")
    result = await qa.scored(NOTICE, RUDE, lines=lines)
    assert (result["score"], result["passed"]) == (0.0, False)
    assert result["parameters"][1]["evidence"][0]["quote"] == "Shut up and pay."
    assert (await qa.get("/results?passed=false"))["total"] == 1


async def test_when_everything_abstains_there_is_no_score(qa: Qa):
    result = await qa.scored(UNSURE)
    assert (result["score"], result["passed"], result["needs_review"]) == (None, None, True)
    assert (await qa.get("/results?passed=false"))["total"] == 0


async def test_the_event_is_the_result(qa: Qa):
    result = await qa.scored(NOTICE)
    (event,) = (await qa.client.get("/v1/events")).json()["data"]
    assert (event["event"], event["data"]) == ("qa.completed", result)


async def test_a_person_has_the_last_word_beside_the_machine(qa: Qa):
    result = await qa.scored(NOTICE, OFFER, UNSURE)
    answer = await qa.override(
        result, parameters=[{"name": "Offer", "score": 1}, {"name": "Unsure", "score": 0}]
    )
    changed = answer.json()
    # 3 + 5 of 3 + 5 + 1
    assert (changed["score"], changed["passed"], changed["needs_review"]) == (88.9, True, False)
    assert (changed["machine_score"], changed["machine_passed"]) == (37.5, False)
    _, offer, unsure = changed["parameters"]
    assert (offer["score"], offer["machine_score"], offer["reviewed"]) == (1, 0, True)
    assert (unsure["score"], unsure["machine_score"], unsure["abstained"]) == (0, None, False)
    assert changed["override"]["reason"] == "I listened."
    assert changed["override"]["by"].startswith("key_")
    assert changed == await qa.get(f"/results/{result['id']}")
    job = (await qa.client.get(f"/v1/transcription/{result['job_id']}")).json()
    assert job["qa"] == changed


async def test_a_verdict_on_the_whole_stands_until_the_next(qa: Qa):
    result = await qa.scored(NOTICE, OFFER, UNSURE)
    passed = (await qa.override(result, passed=True)).json()
    assert (passed["score"], passed["passed"], passed["needs_review"]) == (37.5, True, False)
    scored = (await qa.override(result, score=71.26)).json()
    assert (scored["score"], scored["passed"]) == (71.3, True)
    anew = (await qa.override(result, parameters=[{"name": "Notice", "score": 0}])).json()
    assert (anew["score"], anew["passed"], anew["needs_review"]) == (0.0, False, True)
    history = anew["override"]["history"]
    assert [(each["score"], each["passed"]) for each in history] == [(37.5, True), (71.3, True)]


async def test_a_person_may_fail_a_fatal_parameter(qa: Qa):
    result = await qa.scored(NOTICE, RUDE)
    assert result["score"] == 100.0
    changed = await qa.override(result, parameters=[{"name": "Rude", "score": 0}])
    assert (changed.json()["score"], changed.json()["passed"]) == (0.0, False)


async def test_an_override_names_what_is_there(qa: Qa):
    result = await qa.scored(NOTICE)
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("parameters", {}),
        ("parameters[0].name", {"parameters": [{"name": "No", "score": 1}]}),
        ("parameters[0].score", {"parameters": [{"name": "Notice", "score": 2}]}),
        ("parameters[0].score", {"parameters": [{"name": "Notice", "score": 0.5}]}),
        ("parameters[1].name", {"parameters": [{"name": "Notice", "score": 1}] * 2}),
        ("reason", {"passed": True, "reason": ""}),
    ]
    for field, body in wrong:
        answer = await qa.override(result, **body)
        assert answer.status_code == 400, answer.text
        assert answer.json()["error"]["details"]["field"] == field
    assert (await qa.get(f"/results/{result['id']}"))["override"] is None


async def test_an_erased_job_takes_its_results_along(qa: Qa):
    result = await qa.scored(NOTICE)
    headers = {"idempotency-key": "once"}
    path = f"/v1/qa/results/{result['id']}/override"
    body = {"reason": "She said so.", "passed": False}
    assert (await qa.client.post(path, json=body, headers=headers)).status_code == 200
    assert (await qa.client.delete(f"/v1/transcription/{result['job_id']}")).status_code == 204
    assert (await qa.client.get(f"/v1/qa/results/{result['id']}")).status_code == 404
    assert (await qa.get("/results"))["total"] == 0
    events = (await qa.client.get("/v1/events")).text
    again = await qa.client.post(path, json=body, headers=headers)
    assert again.headers["idempotency-replayed"] == "true"
    for text in (events, again.text):
        assert result["id"] in text
        assert "recorded" not in text
        assert "She said so" not in text
    async with qa.api.db.read() as conn:
        assert (
            await conn.fetchval(
                "select count(*) from qa_verdicts where result_id = $1", result["id"]
            )
            == 0
        )
