"""Rules applied to calls and recordings: which, what is kept, told and put into the audit log."""

from datetime import timedelta

import pytest
from tests.domains.compliance.conftest import RECORDING, THREATS, Bench
from tests.domains.worlds import DIGESTS, SEAL, phone

from vinfer.domains.compliance.judging import ComplianceJudge
from vinfer.domains.compliance.service import proof
from vinfer.domains.contacts import service as contacts
from vinfer.domains.transcription import service as transcription
from vinfer.domains.transcription.analysis import Judge
from vinfer.kit import chain, chain_check

GOOD = ("A: Hello, this call is recorded.", "C: Yes?", "A: Please pay by Friday.")
BAD = ("A: Hello.", "C: Yes?", "A: Pay, or police will come and arrest you.")


def as_judge(judge: ComplianceJudge) -> Judge:
    """The seam's own type."""
    return judge


async def tampering(bench: Bench) -> str | None:
    """What an auditor is told of the records of compliance."""
    async with bench.world.db.begin() as tx:
        await chain_check.snapshot(tx.conn)
        _, found = await proof.verify(tx.conn, SEAL)
    return found and found.what


async def test_every_call_is_checked_and_every_check_is_kept(bench: Bench) -> None:
    recording, threats = await bench.rule(RECORDING), await bench.rule(THREATS)
    facts = await bench.job(await bench.call())
    shown = await bench.run(facts, *BAD)
    assert shown is not None
    assert [(it["rule_id"], it["outcome"]) for it in shown["checked"]] == [
        (recording, "violated"),
        (threats, "violated"),
    ]
    absent, spoken = shown["violations"]
    assert (absent["proof"], absent["segment"], absent["quote"]) == ("absence", None, None)
    assert (spoken["proof"], spoken["segment"], spoken["start"]) == ("words", 2, 6.0)
    assert spoken["quote"] == BAD[2][3:]
    assert (spoken["severity"], spoken["rule_version"]) == ("critical", 1)
    rows = await bench.world.rows(
        "select rule_id, outcome from compliance_checks where call_id = $1 order by 1",
        facts.call_id,
    )
    assert [(row["rule_id"], row["outcome"]) for row in rows] == [
        (recording, "violated"),
        (threats, "violated"),
    ]
    assert await bench.world.events() == ["compliance.violation"] * 2
    data = await bench.world.val("select data from events where resource_id = $1", spoken["id"])
    assert data == spoken


async def test_a_kept_rule_makes_no_noise(bench: Bench) -> None:
    await bench.rule(RECORDING)
    shown = await bench.run(await bench.job(await bench.call()), *GOOD)
    assert shown is not None
    assert (shown["violations"], shown["checked"][0]["outcome"]) == ([], "passed")
    assert await bench.world.events() == []
    assert as_judge(bench.judge).feature == "compliance"


async def test_what_is_unsure_is_for_review_and_no_violation(bench: Bench) -> None:
    await bench.rule({"type": "policy_deviation", "condition": {"policy": "Be kind."}})
    shown = await bench.run(await bench.job(await bench.call()), *GOOD)
    assert shown is not None
    (check,) = shown["checked"]
    assert (check["outcome"], check["review"], shown["violations"]) == ("unsure", True, [])


async def test_a_recording_of_others_is_checked_where_that_is_asked_for(bench: Bench) -> None:
    await bench.rule(THREATS)
    assert await bench.run(await bench.job(), *BAD) is None
    shown = await bench.run(await bench.job(features=["compliance"]), *BAD)
    assert shown is not None
    assert len(shown["violations"]) == 1


async def test_without_rules_there_is_nothing_but_an_answer(bench: Bench) -> None:
    assert await bench.run(await bench.job(await bench.call()), *BAD) is None
    asked = await bench.job(await bench.call(), features=["compliance"])
    assert await bench.run(asked, *BAD) == {"violations": [], "checked": []}


async def test_scopes(bench: Bench) -> None:
    for scope in ({"agent_ids": ["maya"]}, {"agent_ids": ["noor"]}, None):
        await bench.rule(THREATS | {"scope": scope, "name": str(scope)})
    await bench.rule(THREATS | {"enabled": False, "name": "off"})
    named = {"maya": ["{'agent_ids': ['maya']}", "None"], "someone": ["None"]}
    for agent, names in named.items():
        call = await bench.call(metadata={"agent_id": agent})
        ours = await bench.run(await bench.job(call), *BAD)
        metadata = f'{{"agent_id": "{agent}"}}'
        others = await bench.run(await bench.job(None, ["compliance"], metadata), *BAD)
        assert ours is not None
        assert others is not None
        for shown in (ours, others):
            assert [it["rule_name"] for it in shown["checked"]] == names
            assert {it["agent_id"] for it in shown["violations"]} == {agent}


async def test_a_listed_number_that_was_dialled(bench: Bench) -> None:
    await bench.rule({"type": "dnc"})
    async with bench.world.db.begin() as tx:
        workspace, before = bench.world.actor.workspace_id, bench.world.now - timedelta(days=1)
        await contacts.forbid(tx, workspace, phone(0), reason="manual", now=before)
    call = await bench.call(phone=phone(0))
    shown = await bench.run(await bench.job(call), *GOOD)
    assert shown is not None
    assert [it["proof"] for it in shown["violations"]] == ["record"]
    async with bench.world.db.begin() as tx:
        await contacts.erase(tx, workspace, phone(0), DIGESTS, before)
    again = await bench.run(await bench.job(await bench.call(phone=phone(0))), *GOOD)
    assert again is not None
    assert len(again["violations"]) == 1


async def test_a_wish_that_was_and_was_not_honoured(bench: Bench) -> None:
    await bench.rule({"type": "dnc", "condition": {"checks": ["wish"]}})
    wish = ("A: Hello.", "C: Stop calling me, remove my number from your list.")
    forgotten = await bench.run(await bench.job(await bench.call()), *wish)
    call = await bench.call()
    async with bench.world.db.begin() as tx:
        workspace = bench.world.actor.workspace_id
        await contacts.forbid(
            tx, workspace, phone(1), reason="customer_request", now=bench.world.later(seconds=9)
        )
    honoured = await bench.run(await bench.job(call), *wish)
    assert forgotten is not None
    assert honoured is not None
    assert [it["quote"] for it in forgotten["violations"]] == [wish[1][3:]]
    assert honoured["violations"] == []


async def test_the_script_of_the_call_is_what_must_be_said(bench: Bench) -> None:
    await bench.rule({"type": "script_adherence", "condition": {"minimum_percent": 60}})
    call = await bench.call()
    await bench.world.run(
        "update script_versions set body = body || $1",
        {
            "opening": "Hello {{name}}, this is your bank calling. Your {{amount|inr}} is due now.",
            "closing": "Thank you for your time today.",
        },
    )
    said = (
        "A: Hello Ravi, this is your bank calling",
        "C: Stop.",
        "A: thank you for your time today",
    )
    shown = await bench.run(await bench.job(call), *said)
    assert shown is not None
    (check,) = shown["checked"]
    assert (check["outcome"], check["adherence_percent"]) == ("passed", 66.7)
    assert check["detail"]["skipped"] == ["Your {{amount|inr}} is due now"]
    cut = await bench.call(end_reason="customer_hangup")
    short = await bench.run(await bench.job(cut), *said[:2])
    assert short is not None
    (check,) = short["checked"]
    assert (check["outcome"], check["adherence_percent"]) == ("violated", 50.0)


async def test_hours_are_read_in_the_campaign_s_zone(bench: Bench) -> None:
    hours = {"start": "08:00", "end": "19:00"}
    await bench.rule({"type": "policy_deviation", "condition": {"calling_hours": hours}})
    late = await bench.call(started_at=bench.world.now + timedelta(hours=2))  # 19:30 in Kolkata
    outcomes: list[int] = []
    for call in (await bench.call(), late):
        shown = await bench.run(await bench.job(call), *GOOD)
        assert shown is not None
        outcomes.append(len(shown["violations"]))
    assert outcomes == [0, 1]


async def test_a_violation_keeps_the_version_it_was_found_by(bench: Bench) -> None:
    rule = await bench.rule(THREATS)
    first = await bench.run(await bench.job(await bench.call()), *BAD)
    await bench.world.run("update compliance_rules set version = 2 where id = $1", rule)
    await bench.world.run(
        "insert into compliance_rule_versions select rule_id, 2, body from compliance_rule_versions"
    )
    second = await bench.run(await bench.job(await bench.call()), *BAD)
    assert first is not None
    assert second is not None
    found = [it["violations"][0]["rule_version"] for it in (first, second)]
    assert found == [1, 2]


async def test_each_check_has_an_entry_in_the_audit_log_that_vouches_for_it(bench: Bench) -> None:
    await bench.rule(RECORDING)
    rule = await bench.rule(THREATS)
    facts = await bench.job(await bench.call())
    shown = await bench.run(facts, *BAD)
    assert shown is not None
    spoken = next(it for it in shown["violations"] if it["rule_id"] == rule)
    entries = await bench.world.rows(
        "select * from audit_log where resource_type = 'compliance/checks' order by position"
    )
    assert [it["action"] for it in entries] == ["compliance check: violated"] * 2
    assert entries[1]["resources"] == [facts.job_id, rule, spoken["id"]]
    assert BAD[2] not in str(entries)
    async with bench.world.db.begin() as tx:
        await chain.carry_on(tx.conn, SEAL, bench.world.now)
    async with bench.world.db.begin() as tx:
        await chain_check.snapshot(tx.conn)
        verdict = await chain_check.verify(tx.conn, SEAL)
    assert (verdict.entries, verdict.fault) == (len(entries), None)
    assert await tampering(bench) is None


@pytest.mark.parametrize(
    "statement",
    [
        "update compliance_violations set severity = 'low'",
        "update compliance_violations set quote = 'Good day.' where quote is not null",
        "update compliance_violations set created_at = created_at - interval '1 day'",
        "delete from compliance_violations where quote is not null",
        "update compliance_checks set outcome = 'passed'",
        "update compliance_checks set detail = '{\"a\": 1}'",
        "update compliance_checks set audit_position = audit_position + 100",
        "set local session_replication_role = replica; delete from compliance_violations;"
        " delete from compliance_checks",
    ],
)
async def test_a_record_that_was_changed_shows(bench: Bench, statement: str) -> None:
    await bench.rule(RECORDING)
    await bench.rule(THREATS)
    await bench.run(await bench.job(await bench.call()), *BAD)
    await bench.world.run(statement)
    assert "compliance" in str(await tampering(bench))


async def test_what_is_erased_goes_with_its_quotes_and_stays_in_the_log(bench: Bench) -> None:
    await bench.rule(THREATS)
    facts = await bench.job(await bench.call())
    await bench.run(facts, *BAD)
    async with bench.world.db.begin() as tx:
        await transcription.delete(tx, bench.world.actor, facts.job_id, seal=SEAL)
    for table in ("compliance_checks", "compliance_violations"):
        assert await bench.world.val(f"select count(*) from {table}") == 0
    data = await bench.world.val("select data from events where name = 'compliance.violation'")
    assert (data["quote"], data["severity"]) == (None, "critical")
    actions = await bench.world.rows("select action from audit_log order by position")
    assert [it["action"] for it in actions[-2:]] == [
        "compliance check: violated",
        "compliance check: erased",
    ]
    assert await tampering(bench) is None
