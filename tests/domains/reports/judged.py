"""Results of scorecards and of compliance rules, as a worker would have written them."""

from collections.abc import Mapping
from typing import Any

from tests.domains.worlds import World

from vinfer.kit.ids import new_id


async def add_job(world: World, call_id: str) -> str:
    """The transcription of a call."""
    id = new_id("job")
    await world.run(
        "insert into transcriptions (id, workspace_id, call_id, status, language, speakers,"
        " features, metadata, due_at, created_at) values ($1, $2, $3, 'completed', 'en-IN', 2,"
        " '{transcription}', '{}', $4, $4)",
        id,
        world.actor.workspace_id,
        call_id,
        world.now,
    )
    return id


async def add_scorecard(world: World, name: str = "Calls") -> str:
    """A scorecard."""
    id = new_id("qas")
    await world.run(
        "insert into qa_scorecards (id, workspace_id, name, version) values ($1, $2, $3, 1)",
        id,
        world.actor.workspace_id,
        name,
    )
    return id


async def add_result(
    world: World,
    call_id: str,
    scorecard_id: str,
    scores: Mapping[str, float | None],
    *,
    score: float | None = 50.0,
    humans: Mapping[str, float] | None = None,
) -> str:
    """A result with parameters of weight 1 and maximum 1; None: the machine abstained."""
    id, job_id = new_id("qar"), await add_job(world, call_id)
    await world.run(
        "insert into qa_results (id, workspace_id, job_id, call_id, campaign_id, agent_id,"
        " language, scorecard_id, scorecard_version, score, passed, machine_score,"
        " machine_passed, needs_review, created_at) select $1, workspace_id, $2, id, campaign_id,"
        " agent_id, language, $4, 1, $5::float8, $5 >= 70, $5, $5 >= 70, false, $6"
        " from calls where id = $3",
        id,
        job_id,
        call_id,
        scorecard_id,
        score,
        world.now,
    )
    for position, (name, given) in enumerate(scores.items()):
        await world.run(
            "insert into qa_verdicts (result_id, position, name, method, weight, fatal,"
            " machine_score, human_score, max, confidence, explanation, evidence)"
            " values ($1, $2, $3, 'binary', 1, false, $4, $5, 1, 1, '', $6)",
            id,
            position,
            name,
            given,
            (humans or {}).get(name),
            [{"segment": 0, "start": 12.5, "end": 14.0, "quote": "a customer's words"}],
        )
    return id


async def add_check(
    world: World, call_id: str, outcome: str, *, rule: str = "Disclosure", violations: int = 0
) -> None:
    """A check of a rule, high, and its violations."""
    job_id = await add_job(world, call_id)
    rule_id: Any = await world.val("select id from compliance_rules where name = $1", rule)
    if rule_id is None:
        rule_id = new_id("crl")
        await world.run(
            "insert into compliance_rules (id, workspace_id, name, type, severity) values"
            " ($1, $2, $3, 'required_disclosure', 'high')",
            rule_id,
            world.actor.workspace_id,
            rule,
        )
    await world.run(
        "insert into compliance_checks (job_id, rule_id, rule_version, workspace_id, call_id,"
        " campaign_id, agent_id, language, rule_name, type, severity, outcome, reason,"
        " audit_position, created_at) select $1, $2, 1, workspace_id, id, campaign_id, agent_id,"
        " language, $4, 'required_disclosure', 'high', $5, '', 1, $6 from calls where id = $3",
        job_id,
        rule_id,
        call_id,
        rule,
        outcome,
        world.now,
    )
    for n in range(violations):
        await world.run(
            "insert into compliance_violations (id, job_id, rule_id, rule_version, workspace_id,"
            " call_id, campaign_id, agent_id, language, rule_name, type, severity, start_s, end_s,"
            " quote, match, confidence, reason, created_at) select $1, $2, $3, 1, workspace_id, id,"
            " campaign_id, agent_id, language, $5, 'required_disclosure', 'high', $6::float8,"
            " $6 + 2, 'a customer''s words', 'literal', 0.9, 'said: a customer''s words', $7"
            " from calls where id = $4",
            new_id("vio"),
            job_id,
            rule_id,
            call_id,
            rule,
            float(75 + n),
            world.now,
        )
