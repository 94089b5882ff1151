"""What people ask of results: read them, and put them right."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import to_builtins

from vinfer.domains.qa.queries import results as queries
from vinfer.domains.qa.schemas import (
    OverrideBody,
    ParameterResult,
    Result,
    ResultDetail,
    ResultEvidence,
    ResultQuery,
)
from vinfer.domains.transcription import service as transcription
from vinfer.kit import page
from vinfer.kit.access import Actor
from vinfer.kit.db import Connection, Row, Tx
from vinfer.kit.errors import InvalidParameter, NotFound
from vinfer.lens.scoring.totals import Mark, Total, total_of

KIND = "result"


async def find(
    conn: Connection, actor: Actor, filters: ResultQuery, query: page.PageQuery
) -> page.Page[Result]:
    """A page of results, newest first."""
    rows, total = await queries.page(conn, actor.workspace_id, filters, query)
    return page.build(query, rows, total=total, item=lambda row: Result(**_facts(row)))


async def get(conn: Connection, actor: Actor, id: str) -> ResultDetail:
    """A result in full. Raises `NotFound`."""
    row = await queries.get(conn, actor.workspace_id, id)
    if row is None:
        raise NotFound(KIND, id)
    return detail(row, await queries.verdicts(conn, id))


async def override(
    tx: Tx, actor: Actor, id: str, body: OverrideBody, *, now: datetime
) -> ResultDetail:
    """Put a person's word beside the machine's, and compute the totals anew.

    A `score` or `passed` of the whole stands until the next override. Raises `NotFound` and
    `InvalidParameter`.
    """
    row = await queries.lock(tx.conn, actor.workspace_id, id)
    if row is None:
        raise NotFound(KIND, id)
    verdicts = await queries.verdicts(tx.conn, id)
    given = _by_position(body, verdicts)
    marks = _marks(verdicts, given)
    total = _overruled(total_of(marks, pass_mark=row["pass_mark"]), body, row["pass_mark"])
    whole = body.score is not None or body.passed is not None
    await queries.override(
        tx.conn,
        id,
        given,
        score=total.score,
        passed=total.passed,
        needs_review=not whole and any(mark.fraction is None for mark in marks),
        entry=_entry(actor, body, total, now),
        now=now,
    )
    made = await get(tx.conn, actor, id)
    await transcription.refresh(tx, row["job_id"], "qa", to_builtins(made))
    return made


def _by_position(body: OverrideBody, verdicts: Sequence[Row]) -> dict[int, float]:
    """The given scores by the place of their parameters. Raises `InvalidParameter`."""
    known = {row["name"]: row for row in verdicts}
    found: dict[int, float] = {}
    for at, each in enumerate(body.parameters or ()):
        field = f"parameters[{at}]"
        row = known.get(each.name)
        if row is None or row["position"] in found:
            expected = "a parameter of the result, each once: " + ", ".join(known)
            raise InvalidParameter(f"{field}.name", provided=each.name, expected=expected)
        best: float = row["max"]
        if each.score != int(each.score) or each.score > best:
            expected = f"a whole number from 0 to {best:g}"
            raise InvalidParameter(f"{field}.score", provided=each.score, expected=expected)
        found[row["position"]] = each.score
    return found


def _marks(verdicts: Iterable[Row], given: Mapping[int, float]) -> list[Mark]:
    """What counts of each parameter: the newest word of a person, else the machine's."""
    scores = [(row, given.get(row["position"], _score(row))) for row in verdicts]
    return [
        Mark(row["weight"], row["fatal"], None if score is None else score / row["max"])
        for row, score in scores
    ]


def _score(row: Row) -> float | None:
    return row["machine_score"] if row["human_score"] is None else row["human_score"]


def _overruled(total: Total, body: OverrideBody, pass_mark: float) -> Total:
    if body.score is None:
        return Total(total.score, total.passed if body.passed is None else body.passed)
    score = round(body.score, 1)
    return Total(score, score >= pass_mark if body.passed is None else body.passed)


def _entry(actor: Actor, body: OverrideBody, total: Total, now: datetime) -> dict[str, Any]:
    return {
        "reason": body.reason,
        "by": actor.key_id,
        "at": now.replace(microsecond=0).isoformat().replace("+00:00", "Z"),
        "parameters": to_builtins(body.parameters or []),
        "score": total.score,
        "passed": total.passed,
    }


def detail(row: Row, verdicts: Sequence[Row]) -> ResultDetail:
    """A result in full from its rows."""
    overrides: list[dict[str, Any]] = row["overrides"]
    latest = {**overrides[-1], "history": overrides[:-1]} if overrides else None
    return ResultDetail(
        **_facts(row), parameters=[_parameter(each) for each in verdicts], override=latest
    )


def _facts(row: Row) -> dict[str, Any]:
    names = Result.__struct_fields__
    return {name: row[name] for name in names}


def _parameter(row: Row) -> ParameterResult:
    score = _score(row)
    return ParameterResult(
        name=row["name"],
        method=row["method"],
        weight=row["weight"],
        fatal=row["fatal"],
        score=score,
        max=row["max"],
        machine_score=row["machine_score"],
        explanation=row["explanation"],
        evidence=[ResultEvidence(**each) for each in row["evidence"]],
        confidence=row["confidence"],
        abstained=score is None,
        reviewed=row["reviewed_at"] is not None,
    )
