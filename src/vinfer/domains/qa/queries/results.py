"""SQL of results and of the verdicts in them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from vinfer.domains.qa.schemas import ResultQuery
from vinfer.kit import lists
from vinfer.kit.db import Connection, Row
from vinfer.kit.page import PageQuery

_SEEN = (
    " from qa_results r where r.workspace_id = $1 and not exists"
    " (select from calls k where k.id = r.call_id and k.erased_at is not null)"
)
_NEEDED = (
    "(select (v.body ->> 'pass_mark')::float8 from qa_scorecard_versions v"
    " where v.scorecard_id = r.scorecard_id and v.version = r.scorecard_version)"
)
_VERDICT = (
    "result_id",
    "position",
    "name",
    "method",
    "weight",
    "fatal",
    "machine_score",
    "max",
    "confidence",
    "explanation",
    "evidence",
)


async def insert(
    conn: Connection, fields: Mapping[str, Any], verdicts: Sequence[Mapping[str, Any]]
) -> None:
    """Write a result with its verdicts; the call's campaign and agent are noted with it."""
    columns = list(fields)
    marks = ", ".join(f"${n}" for n in range(1, len(columns) + 1))
    await conn.execute(
        f"insert into qa_results ({', '.join(columns)}, campaign_id, agent_id)"  # noqa: S608
        f" select {marks}, k.campaign_id, k.agent_id from (select) one"
        f" left join calls k on k.id = ${columns.index('call_id') + 1}",
        *fields.values(),
    )
    await conn.executemany(
        f"insert into qa_verdicts ({', '.join(_VERDICT)}) values"  # noqa: S608
        " ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        [tuple(each[name] for name in _VERDICT) for each in verdicts],
    )


async def get(conn: Connection, workspace_id: str, id: str) -> Row | None:
    """A result; none of a call whose erasure is under way."""
    return await conn.fetchrow(f"select r.*{_SEEN} and r.id = $2", workspace_id, id)


async def lock(conn: Connection, workspace_id: str, id: str) -> Row | None:
    """A result that nobody else changes until this transaction ends, with its `pass_mark`."""
    return await conn.fetchrow(
        f"select r.*, {_NEEDED} as pass_mark{_SEEN} and r.id = $2 for update of r",
        workspace_id,
        id,
    )


async def verdicts(conn: Connection, id: str) -> list[Row]:
    """The verdicts of a result, in the order of its scorecard."""
    return await conn.fetch("select * from qa_verdicts where result_id = $1 order by position", id)


async def page(
    conn: Connection, workspace_id: str, filters: ResultQuery, query: PageQuery
) -> tuple[list[Row], int]:
    """A page of results, newest first, and how many there are in all."""
    where, args = lists.conditions(
        {
            "r.scorecard_id": filters.scorecard_id,
            "r.campaign_id": filters.campaign_id,
            "r.agent_id": filters.agent_id,
            "r.call_id": filters.call_id,
            "r.passed": filters.passed,
            "r.needs_review": filters.needs_review,
        },
        first=2,
    )
    times, moments = lists.within("r.created_at", filters.from_, filters.to, first=len(args) + 2)
    args += moments
    end, more = lists.tail(query, first=len(args) + 2, time="r.created_at", id="r.id")
    rows = await conn.fetch(f"select r.*{_SEEN}{where}{times}{end}", workspace_id, *args, *more)
    return rows, await conn.fetchval(f"select count(*){_SEEN}{where}{times}", workspace_id, *args)


async def override(
    conn: Connection,
    id: str,
    scores: Mapping[int, float],
    *,
    score: float | None,
    passed: bool | None,
    needs_review: bool,
    entry: Mapping[str, Any],
    now: datetime,
) -> None:
    """Put a person's scores beside the machine's, and what they make of the whole."""
    await conn.executemany(
        "update qa_verdicts set human_score = $3, reviewed_at = $4"
        " where result_id = $1 and position = $2",
        [(id, position, value, now) for position, value in scores.items()],
    )
    await conn.execute(
        "update qa_results set score = $2, passed = $3, needs_review = $4,"
        " overrides = overrides || jsonb_build_array($5::jsonb) where id = $1",
        id,
        score,
        passed,
        needs_review,
        entry,
    )


async def tally(
    conn: Connection, workspace_id: str, *, scorecard_id: str | None, recent: datetime
) -> list[Row]:
    """How many verdicts (`n`) of each parameter have which scores; `recent` tells from when on."""
    return await conn.fetch(
        "select r.scorecard_id, v.name, v.method, v.max, v.machine_score, v.human_score,"
        " r.created_at >= $3 as recent, count(*) as n"
        " from qa_results r join qa_verdicts v on v.result_id = r.id"
        " where r.workspace_id = $1 and ($2::text is null or r.scorecard_id = $2)"
        " and not exists (select from calls k where k.id = r.call_id and k.erased_at is not null)"
        " group by 1, 2, 3, 4, 5, 6, 7 order by 1, 2, 3",
        workspace_id,
        scorecard_id,
        recent,
    )


async def workspaces(conn: Connection) -> list[str]:
    """The ids of workspaces with results."""
    rows = await conn.fetch(
        "select id from workspaces w where exists"
        " (select from qa_results r where r.workspace_id = w.id) order by id"
    )
    return [row["id"] for row in rows]
