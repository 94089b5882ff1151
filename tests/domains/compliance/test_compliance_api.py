"""`/compliance`: rules validated by type and kept in versions; violations and checks in lists."""

from typing import Any

import httpx
import pytest
from tests.domains.compliance.conftest import RECORDING, THREATS, Bench
from tests.harness import Api, open_api

from vinfer.domains.compliance.schemas import CheckQuery, ViolationQuery
from vinfer.domains.compliance.service import findings
from vinfer.kit import schema
from vinfer.kit.db import Database
from vinfer.kit.errors import NotFound
from vinfer.kit.page import PageQuery
from vinfer.kit.seal import Seal

BAD = ("A: Hello.", "A: Pay, or we arrest you.", "A: The police comes.")


@pytest.fixture
async def api(db: Database, seal: Seal) -> Api:
    """The application on a fresh database."""
    return await open_api(db, seal)


async def test_a_rule_from_first_to_last(
    admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    made = await admin.post("/v1/compliance/rules", json=RECORDING)
    assert made.status_code == 201, made.text
    rule = made.json()
    assert rule["id"].startswith("crl_")
    assert (rule["version"], rule["enabled"], rule["scope"]) == (1, True, None)
    assert rule["condition"] == RECORDING["condition"]
    path = f"/v1/compliance/rules/{rule['id']}"
    patch = {"severity": "low", "within_seconds": None, "scope": {"agent_ids": ["maya"]}}
    changed = await admin.patch(path, json=patch)
    assert changed.status_code == 200, changed.text
    assert changed.json() | patch == changed.json()
    assert (changed.json()["version"], changed.json()["name"]) == (2, "Recording notice")
    assert (await admin.get("/v1/compliance/rules")).json()["data"] == [changed.json()]
    for method in ("GET", "PATCH", "DELETE"):
        answer = await stranger.request(method, path, json={} if method == "PATCH" else None)
        assert answer.status_code == 404
    assert (await admin.delete(path)).status_code == 204
    assert (await admin.get(path)).status_code == 404
    assert (await admin.delete(path)).status_code == 404


async def test_a_rule_without_a_name_is_called_by_its_type(admin: httpx.AsyncClient) -> None:
    made = await admin.post("/v1/compliance/rules", json={"type": "dnc"})
    assert (made.json()["name"], made.json()["severity"]) == ("Dnc", "medium")


def rule(kind: str, condition: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": kind, "condition": condition, "severity": "low", **more}


SAID = {"phrases": ["x"]}
REFUSED: list[tuple[dict[str, Any], str]] = [
    (rule("nothing", SAID), "type"),
    (rule("dnc", {}, severity="fatal"), "severity"),
    (rule("required_disclosure", {}), "condition.phrases"),
    (rule("required_disclosure", {"phrases": []}), "condition.phrases"),
    (rule("required_disclosure", {"phrases": ["?"]}), "condition.phrases[0]"),
    (rule("required_disclosure", SAID, within_seconds=0), "within_seconds"),
    (rule("required_disclosure", SAID | {"speaker": "any"}), "condition.speaker"),
    (rule("required_disclosure", {"library": "nothing"}), "condition.library"),
    (rule("prohibited_language", SAID, within_seconds=5), "within_seconds"),
    (rule("prohibited_language", SAID | {"lines": ["x y z"]}), "condition.lines"),
    (rule("prohibited_language", SAID | {"match": "fuzzy"}), "condition.match"),
    (rule("script_adherence", {"minimum_percent": 101}), "condition.minimum_percent"),
    (rule("script_adherence", SAID), "condition.phrases"),
    (rule("dnc", {"checks": ["all"]}), "condition.checks[0]"),
    (rule("policy_deviation", {}), "condition"),
    (rule("policy_deviation", SAID | {"policy": "Be kind."}), "condition"),
    (rule("policy_deviation", {"policy": "Be kind.", "match": "literal"}), "condition.match"),
    (
        rule("policy_deviation", {"calling_hours": {"start": "19:00", "end": "08:00"}}),
        "condition.calling_hours.end",
    ),
    (
        rule(
            "policy_deviation",
            {"calling_hours": {"start": "08:00", "end": "19:00", "timezone": "Mars"}},
        ),
        "condition.calling_hours.timezone",
    ),
    (rule("dnc", {}, scope={"campaign_ids": ["cmp_1"]}), "scope.campaign_ids[0]"),
    (rule("dnc", {}, scope={"agent_ids": ["maya", "agt_1"]}), "scope.agent_ids[1]"),
    (rule("dnc", {"color": "red"}), "condition.color"),
]


async def test_what_is_refused(admin: httpx.AsyncClient) -> None:
    found: list[tuple[dict[str, Any], str]] = []
    for body, _ in REFUSED:
        answer = await admin.post("/v1/compliance/rules", json=body)
        assert answer.status_code == 400, body
        found.append((body, answer.json()["error"]["details"]["field"]))
    assert found == REFUSED


async def test_a_patch_must_fit_the_rule_s_type(admin: httpx.AsyncClient) -> None:
    made = (await admin.post("/v1/compliance/rules", json=THREATS)).json()
    path = f"/v1/compliance/rules/{made['id']}"
    for patch, field in (
        ({"condition": {"checks": ["wish"]}}, "condition.checks"),
        ({"within_seconds": 5}, "within_seconds"),
        ({"type": "dnc"}, "type"),
        ({"severity": None}, "severity"),
    ):
        answer = await admin.patch(path, json=patch)
        assert answer.status_code == 400, patch
        assert answer.json()["error"]["details"]["field"] == field
    assert (await admin.get(path)).json() == made


async def test_violations_and_checks_in_lists(bench: Bench) -> None:
    threats, recording = await bench.rule(THREATS), await bench.rule(RECORDING)
    first = await bench.run(await bench.job(await bench.call()), *BAD)
    bench.world.later(hours=1)
    facts = await bench.job(await bench.call(metadata={"agent_id": "maya"}))
    await bench.run(facts, "A: This call is recorded.", "A: Police!")
    assert first is not None
    actor = bench.world.actor

    async def found(**filters: str) -> list[tuple[str, str]]:
        query = schema.decode_query({name: [it] for name, it in filters.items()}, ViolationQuery)
        async with bench.world.db.read() as conn:
            page = await findings.find_violations(conn, actor, query, PageQuery())
        assert page.total == len(page.data)
        return [(it.rule_id, it.reason) for it in page.data]

    assert len(await found()) == 4
    assert len(await found(rule_id=recording)) == 1
    assert len(await found(severity="critical")) == 3
    assert len(await found(type="required_disclosure")) == 1
    assert len(await found(agent_id="maya")) == 1
    assert len(await found(call_id=bench.calls[0])) == 3
    assert len(await found(job_id=facts.job_id)) == 1
    assert len(await found(**{"from": "2026-03-04T12:30:00Z"})) == 1
    assert len(await found(to="2026-03-04T12:00:00Z")) == 3
    assert await found(campaign_id="cmp_1") == []

    async with bench.world.db.read() as conn:
        query = CheckQuery(outcome="passed")
        page = await findings.find_checks(conn, actor, query, PageQuery())
        assert [(it.rule_id, it.outcome) for it in page.data] == [(recording, "passed")]
        two = await findings.find_checks(conn, actor, CheckQuery(), PageQuery(limit=3))
        assert (len(two.data), two.total) == (3, 4)
        rest = await findings.find_checks(
            conn, actor, CheckQuery(), PageQuery(limit=3, cursor=two.next_cursor)
        )
        seen = {(it.job_id, it.rule_id) for it in (*two.data, *rest.data)}
        assert len(seen) == 4
        one = first["violations"][0]
        assert (await findings.get_violation(conn, actor, one["id"])).reason == one["reason"]
    assert {rule for rule, _ in await found()} == {threats, recording}


async def test_of_a_call_that_is_being_erased_nothing_is_shown(bench: Bench) -> None:
    await bench.rule(THREATS)
    shown = await bench.run(await bench.job(await bench.call()), *BAD)
    assert shown is not None
    await bench.world.run("update calls set erased_at = now()")
    async with bench.world.db.read() as conn:
        actor = bench.world.actor
        assert (
            await findings.find_violations(conn, actor, ViolationQuery(), PageQuery())
        ).total == 0
        assert (await findings.find_checks(conn, actor, CheckQuery(), PageQuery())).total == 0
        with pytest.raises(NotFound):
            await findings.get_violation(conn, actor, shown["violations"][0]["id"])
