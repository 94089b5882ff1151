"""SQL of checks and violations."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from vinfer.domains.compliance.schemas import CheckQuery, ViolationQuery
from vinfer.kit import lists
from vinfer.kit.db import Connection, Row
from vinfer.kit.page import PageQuery

_KEPT: Final = (
    "f.workspace_id = $1 and not exists"
    " (select from calls k where k.id = f.call_id and k.erased_at is not null)"
)
_VIOLATIONS: Final = "compliance_violations f"
_CHECKS: Final = "compliance_checks f"
_CHECK_ID: Final = "(f.job_id || f.rule_id)"
# what a check says besides its violations; `vinfer audit verify` takes checks in this order
_UNPROVEN: Final = (
    "select c.*, l.content, l.resource_type from compliance_checks c"
    " left join audit_log l on l.position = c.audit_position"
    " where c.audit_position > $1 order by c.audit_position limit $2"
)
_TAKEN_OUT: Final = """
select min(l.position) from audit_log l
where l.resource_type = 'compliance/checks' and l.content is not null
    and not exists (select from compliance_checks c where c.audit_position = l.position)
    and not exists (select from audit_log e where e.resource_type = 'compliance/checks'
        and e.content is null and e.position > l.position and e.resources = l.resources[1:2])
"""


async def insert_check(conn: Connection, fields: Mapping[str, Any]) -> None:
    """Write what became of a rule."""
    await _insert(conn, "compliance_checks", fields)


async def insert_violation(conn: Connection, fields: Mapping[str, Any]) -> None:
    """Write a violation of a check that is written."""
    await _insert(conn, "compliance_violations", fields)


async def _insert(conn: Connection, table: str, fields: Mapping[str, Any]) -> None:
    marks = ", ".join(f"${n}" for n in range(1, len(fields) + 1))
    await conn.execute(
        f"insert into {table} ({', '.join(fields)}) values ({marks})",  # noqa: S608
        *fields.values(),
    )


async def violation(conn: Connection, workspace_id: str, id: str) -> Row | None:
    """A violation; none of a call whose erasure is under way."""
    return await conn.fetchrow(
        f"select f.* from {_VIOLATIONS} where {_KEPT} and f.id = $2",  # noqa: S608
        workspace_id,
        id,
    )


async def violations(
    conn: Connection, workspace_id: str, filters: ViolationQuery, query: PageQuery
) -> tuple[list[Row], int]:
    """A page of violations, newest first, and how many there are in all."""
    return await _page(conn, workspace_id, _VIOLATIONS, "f.id", filters, {}, query)


async def checks(
    conn: Connection, workspace_id: str, filters: CheckQuery, query: PageQuery
) -> tuple[list[Row], int]:
    """A page of checks, newest first, and how many there are in all."""
    equal = {"f.outcome": filters.outcome}
    return await _page(conn, workspace_id, _CHECKS, _CHECK_ID, filters, equal, query)


async def _page(
    conn: Connection,
    workspace_id: str,
    table: str,
    id: str,
    filters: ViolationQuery | CheckQuery,
    equal: Mapping[str, Any],
    query: PageQuery,
) -> tuple[list[Row], int]:
    names = ("rule_id", "type", "severity", "campaign_id", "agent_id", "call_id", "job_id")
    given = {f"f.{name}": getattr(filters, name) for name in names}
    where, args = lists.conditions({**given, **equal}, first=2)
    times, moments = lists.within("f.created_at", filters.from_, filters.to, first=len(args) + 2)
    args += moments
    end, more = lists.tail(query, first=len(args) + 2, time="f.created_at", id=id)
    base = f" from {table} where {_KEPT}{where}{times}"
    rows = await conn.fetch(f"select f.*, {id} as id{base}{end}", workspace_id, *args, *more)
    return rows, await conn.fetchval(f"select count(*){base}", workspace_id, *args)


async def recorded_checks(conn: Connection, *, after: int, limit: int) -> list[Row]:
    """Checks after an audit position, each with the `content` of the entry at its own."""
    return await conn.fetch(_UNPROVEN, after, limit)


async def violations_of(conn: Connection, job_ids: Sequence[str]) -> list[Row]:
    """The violations of jobs, in the order of their ids."""
    return await conn.fetch(
        "select * from compliance_violations where job_id = any ($1::text[]) order by id",
        list(job_ids),
    )


async def taken_out(conn: Connection) -> int | None:
    """The first entry of a check that is gone although nothing says that it was erased."""
    return await conn.fetchval(_TAKEN_OUT)
