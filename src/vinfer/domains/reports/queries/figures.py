"""What reports show beside the figures of analytics, and the rows of their CSV files.

Every query is on calls that have ended and whose start lies in the report's days. Its arguments
are those of `Scope.args`: workspace, start, end, campaign, agent, language.
"""

from collections.abc import Sequence
from typing import Any, Final

from vinfer.kit.db import Connection, Row

PAGE_ROWS: Final = 2_000
LOG_ROWS: Final = 1_000
_CALLS: Final = (
    "k.workspace_id = $1 and k.started_at >= $2 and k.started_at < $3"
    " and ($4::text is null or k.campaign_id = $4) and ($5::text is null or k.agent_id = $5)"
    " and ($6::text is null or k.language = $6) and k.status <> 'in_progress'"
)


async def freeze(conn: Connection) -> None:
    """Let this transaction, which has only begun, see one moment: figures of a report agree."""
    await conn.execute("set transaction isolation level repeatable read")


async def campaign_names(conn: Connection, ids: Sequence[str]) -> dict[str, str]:
    """Names of campaigns by id."""
    rows = await conn.fetch("select id, name from campaigns where id = any ($1::text[])", list(ids))
    return {row["id"]: row["name"] for row in rows}


async def calls_after(conn: Connection, args: Sequence[Any], after: Row | None) -> list[Row]:
    """A page of calls, oldest first, after another's last row."""
    place = " and (k.started_at, k.id) > ($7, $8)" if after is not None else ""
    at = (after["started_at"], after["id"]) if after is not None else ()
    return await conn.fetch(
        "select k.id, k.started_at, k.answered_at, k.ended_at, k.campaign_id,"  # noqa: S608
        " c.name as campaign_name, k.agent_id, k.language, k.attempt, k.status, k.disposition,"
        " k.tag, k.end_reason, k.duration_seconds, k.transcript_job_id"
        " from calls k left join campaigns c on c.id = k.campaign_id"
        f" where {_CALLS}{place} order by k.started_at, k.id limit {PAGE_ROWS}",
        *args,
        *at,
    )


async def reach(conn: Connection, args: Sequence[Any]) -> list[Row]:
    """Of each campaign: contacts that were called, and that were reached."""
    return await conn.fetch(
        "select k.campaign_id, count(distinct k.contact_id) as called,"  # noqa: S608
        " count(distinct k.contact_id) filter (where k.answered_at is not null"
        "  and k.end_reason is distinct from 'voicemail') as reached"
        f" from calls k where {_CALLS} and k.campaign_id is not null group by 1",
        *args,
    )


async def parameters(conn: Connection, args: Sequence[Any]) -> list[Row]:
    """Of each parameter of each scorecard: how often it was judged, and how well, weakest first."""
    return await conn.fetch(
        "select r.scorecard_id, s.name as scorecard, v.name,"  # noqa: S608
        " count(coalesce(v.human_score, v.machine_score)) as judged,"
        " count(*) filter (where coalesce(v.human_score, v.machine_score) is null) as abstained,"
        " round((100 * avg(coalesce(v.human_score, v.machine_score) / v.max))::numeric, 1)::float8"
        "  as percent"
        " from qa_results r join qa_verdicts v on v.result_id = r.id"
        " join qa_scorecards s on s.id = r.scorecard_id join calls k on k.id = r.call_id"
        f" where {_CALLS} and v.max > 0 group by 1, 2, 3"
        f" order by percent nulls last, judged desc, 1, 3 limit {LOG_ROWS}",
        *args,
    )


async def verdicts_after(conn: Connection, args: Sequence[Any], after: Row | None) -> list[Row]:
    """A page of verdicts with the results they belong to, after another's last row."""
    place = " and (k.started_at, r.id, v.position) > ($7, $8, $9)" if after is not None else ""
    at = (after["started_at"], after["id"], after["position"]) if after is not None else ()
    return await conn.fetch(
        "select k.started_at, r.id, r.call_id, r.campaign_id, r.agent_id, r.language,"  # noqa: S608
        " s.name as scorecard, r.scorecard_version, r.score, r.passed, v.position, v.name,"
        " coalesce(v.human_score, v.machine_score) as given, v.max, v.weight, v.fatal,"
        " v.human_score is not null as by_human, r.created_at"
        " from calls k join qa_results r on r.call_id = k.id"
        " join qa_verdicts v on v.result_id = r.id join qa_scorecards s on s.id = r.scorecard_id"
        f" where {_CALLS}{place} order by k.started_at, r.id, v.position limit {PAGE_ROWS}",
        *args,
        *at,
    )


async def checks(conn: Connection, args: Sequence[Any]) -> list[Row]:
    """What became of the checks of each rule, the most violated first."""
    return await conn.fetch(
        "select h.rule_id, max(h.rule_name) as rule, h.type, h.severity,"  # noqa: S608
        " count(*) filter (where h.outcome = 'passed') as passed,"
        " count(*) filter (where h.outcome = 'violated') as violated,"
        " count(*) filter (where h.outcome = 'unsure') as unsure,"
        " count(*) filter (where h.outcome = 'not_applicable') as not_applicable"
        " from compliance_checks h join calls k on k.id = h.call_id"
        f" where {_CALLS} group by 1, 3, 4 order by violated desc, rule, 1 limit {LOG_ROWS}",
        *args,
    )


_VIOLATIONS: Final = (
    "select k.started_at, v.id, v.call_id, v.campaign_id, v.agent_id, v.language, v.rule_id,"
    " v.rule_version, v.rule_name, v.type, v.severity, v.start_s, v.end_s, v.confidence,"
    " v.created_at from calls k join compliance_violations v on v.call_id = k.id"
)


async def violations(conn: Connection, args: Sequence[Any]) -> list[Row]:
    """The latest violations, newest first."""
    return await conn.fetch(
        f"{_VIOLATIONS} where {_CALLS} order by k.started_at desc, v.id desc limit {LOG_ROWS}",
        *args,
    )


async def violations_after(conn: Connection, args: Sequence[Any], after: Row | None) -> list[Row]:
    """A page of violations, oldest first, after another's last row."""
    place = " and (k.started_at, v.id) > ($7, $8)" if after is not None else ""
    at = (after["started_at"], after["id"]) if after is not None else ()
    return await conn.fetch(
        f"{_VIOLATIONS} where {_CALLS}{place} order by k.started_at, v.id limit {PAGE_ROWS}",
        *args,
        *at,
    )


async def weaknesses(conn: Connection, args: Sequence[Any], agents: Sequence[str]) -> list[Row]:
    """Of each agent and parameter: how well it was done, and the three worst calls.

    A row of `worst` is call, result, percent and the second at which its evidence begins.
    """
    return await conn.fetch(
        "with judged as (select k.agent_id, r.scorecard_id, s.name as scorecard, v.name,"  # noqa: S608
        "  r.id, r.call_id,"
        "  100 * coalesce(v.human_score, v.machine_score) / v.max as percent,"
        "  (v.evidence -> 0 ->> 'start')::float8 as start_s,"
        "  row_number() over (partition by k.agent_id, r.scorecard_id, v.name order by"
        "   coalesce(v.human_score, v.machine_score) / v.max, k.started_at desc, r.id) as place"
        "  from calls k join qa_results r on r.call_id = k.id"
        "  join qa_verdicts v on v.result_id = r.id join qa_scorecards s on s.id = r.scorecard_id"
        f"  where {_CALLS} and k.agent_id = any ($7::text[]) and v.max > 0"
        "  and coalesce(v.human_score, v.machine_score) is not null)"
        " select agent_id, scorecard_id, scorecard, name, count(*) as judged,"
        " round(avg(percent)::numeric, 1)::float8 as percent,"
        " coalesce(jsonb_agg(jsonb_build_object('call_id', call_id, 'result_id', id,"
        "  'percent', round(percent::numeric, 1), 'start', start_s) order by place)"
        "  filter (where place <= 3 and percent < 100), '[]') as worst"
        " from judged group by 1, 2, 3, 4 order by 1, percent, judged desc, 4",
        *args,
        list(agents),
    )


async def violations_of_agents(
    conn: Connection, args: Sequence[Any], agents: Sequence[str]
) -> list[Row]:
    """Of each agent and rule: how often it was violated, and the three latest calls."""
    return await conn.fetch(
        "with found as (select k.agent_id, v.rule_id, v.rule_name, v.severity, v.call_id,"  # noqa: S608
        "  v.start_s,"
        "  row_number() over (partition by k.agent_id, v.rule_id"
        "   order by k.started_at desc, v.id) as place"
        "  from calls k join compliance_violations v on v.call_id = k.id"
        f"  where {_CALLS} and k.agent_id = any ($7::text[]))"
        " select agent_id, rule_id, max(rule_name) as rule, max(severity) as severity,"
        " count(*) as violations, jsonb_agg(jsonb_build_object('call_id', call_id,"
        "  'start', start_s) order by place) filter (where place <= 3) as latest"
        " from found group by 1, 2 order by 1, violations desc, 2",
        *args,
        list(agents),
    )
