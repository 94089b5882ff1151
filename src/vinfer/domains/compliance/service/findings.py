"""Checks and violations as people ask for them."""

from typing import Final

import msgspec

from vinfer.domains.compliance.queries import findings as queries
from vinfer.domains.compliance.schemas import (
    Check,
    CheckQuery,
    Doubt,
    Violation,
    ViolationQuery,
)
from vinfer.kit import page
from vinfer.kit.access import Actor
from vinfer.kit.db import Connection, Row
from vinfer.kit.errors import NotFound

KIND: Final = "compliance_violation"
_PLACES: Final = 3


async def find_violations(
    conn: Connection, actor: Actor, filters: ViolationQuery, query: page.PageQuery
) -> page.Page[Violation]:
    """A page of violations, newest first."""
    rows, total = await queries.violations(conn, actor.workspace_id, filters, query)
    return page.build(query, rows, total=total, item=violation_of)


async def get_violation(conn: Connection, actor: Actor, id: str) -> Violation:
    """One violation. Raises `NotFound`."""
    row = await queries.violation(conn, actor.workspace_id, id)
    if row is None:
        raise NotFound(KIND, id)
    return violation_of(row)


async def find_checks(
    conn: Connection, actor: Actor, filters: CheckQuery, query: page.PageQuery
) -> page.Page[Check]:
    """A page of checks, newest first."""
    rows, total = await queries.checks(conn, actor.workspace_id, filters, query)
    return page.build(query, rows, total=total, item=check_of)


def violation_of(row: Row) -> Violation:
    """A violation from its row."""
    return Violation(
        id=row["id"],
        rule_id=row["rule_id"],
        rule_version=row["rule_version"],
        rule_name=row["rule_name"],
        type=row["type"],
        severity=row["severity"],
        job_id=row["job_id"],
        call_id=row["call_id"],
        campaign_id=row["campaign_id"],
        agent_id=row["agent_id"],
        segment=row["segment"],
        start=_rounded(row["start_s"]),
        end=_rounded(row["end_s"]),
        quote=row["quote"],
        proof=row["match"],
        confidence=row["confidence"],
        reason=row["reason"],
        created_at=row["created_at"],
    )


def _rounded(second: float | None) -> float | None:
    return None if second is None else round(second, _PLACES)


def check_of(row: Row) -> Check:
    """A check from its row."""
    detail = dict(row["detail"])
    return Check(
        rule_id=row["rule_id"],
        rule_version=row["rule_version"],
        rule_name=row["rule_name"],
        type=row["type"],
        severity=row["severity"],
        job_id=row["job_id"],
        call_id=row["call_id"],
        campaign_id=row["campaign_id"],
        agent_id=row["agent_id"],
        outcome=row["outcome"],
        review=row["outcome"] == "unsure",
        reason=row["reason"],
        doubts=msgspec.convert(detail.pop("doubts", []), list[Doubt]),
        adherence_percent=row["percent"],
        detail=detail,
        created_at=row["created_at"],
    )
