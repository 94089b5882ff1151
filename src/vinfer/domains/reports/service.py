"""What people and schedules ask of reports."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from vinfer.domains.reports import resources
from vinfer.domains.reports.queries import rows as queries
from vinfer.domains.reports.queries import working
from vinfer.domains.reports.rhythm import rhythm_of
from vinfer.domains.reports.schemas import (
    ErrorCode,
    Filters,
    Report,
    ReportBody,
    ReportDetail,
    ReportQuery,
    ReportSchedule,
)
from vinfer.kit import page
from vinfer.kit.access import Actor
from vinfer.kit.db import Connection, Row, Tx
from vinfer.kit.errors import InvalidParameter, InvalidState, NotFound
from vinfer.kit.events import Event
from vinfer.kit.ids import first_id, new_id

ERASE_FILE: Final = "reports.erase_file"
MAIL: Final = "reports.mail"
LINK_LIFETIME: Final = timedelta(days=7)
MOST_SCHEDULES: Final = 1_000  # of a workspace
MOST_WAITING: Final = 1_000
_LAST_WRITE: Final = timedelta(minutes=10)
_KIND: Final = "report"
ReportLink = Callable[[str], str]
"""Signs the storage key of a report."""


async def create(tx: Tx, actor: Actor, body: ReportBody, *, now: datetime) -> ReportDetail:
    """Take a report to be made, or a schedule.

    Raises `InvalidParameter`, and `InvalidState` when the workspace has too many.
    """
    await _require_room(tx.conn, actor, body)
    await _require_campaign(tx.conn, actor, body.filters)
    fields: dict[str, Any] = {
        "id": new_id("rpt"),
        "workspace_id": actor.workspace_id,
        "type": body.type,
        "format": body.format,
        "filters": msgspec.to_builtins(body.filters or Filters()),
        "created_at": now,
    }
    fields |= _scheduled(body.schedule, now) if body.schedule else await _once(tx, actor, body, now)
    row = await queries.insert(tx.conn, fields)
    return resources.detail({**row, "data": None}, link=None)


def _scheduled(schedule: ReportSchedule, now: datetime) -> dict[str, Any]:
    return {
        "status": "scheduled",
        "timezone": schedule.timezone,
        "schedule": msgspec.to_builtins(schedule),
        "next_run_at": rhythm_of(schedule).next_run(now),
    }


async def _once(tx: Tx, actor: Actor, body: ReportBody, now: datetime) -> dict[str, Any]:
    zone = body.timezone or await queries.timezone(tx.conn, actor.workspace_id)
    return {
        "status": "queued",
        "timezone": zone,
        "from_day": body.from_,
        "to_day": body.to,
        "due_at": now,
    }


async def _require_room(conn: Connection, actor: Actor, body: ReportBody) -> None:
    schedules, waiting = await queries.unfinished(conn, actor.workspace_id)
    most, there = (MOST_SCHEDULES, schedules) if body.schedule else (MOST_WAITING, waiting)
    if there >= most:
        what = "schedules" if body.schedule else "reports that are not made yet"
        raise InvalidState(
            "workspace",
            actor.workspace_id,
            current=f"{there} {what}",
            requested=f"{there + 1} {what}",
            allowed=[f"at most {most} {what}"],
            message=f"The workspace has {there} {what}, and may have {most}.",
        )


async def _require_campaign(conn: Connection, actor: Actor, filters: Filters | None) -> None:
    named = filters.campaign_id if filters else None
    if named is None:
        return
    _, found = await queries.names(conn, actor.workspace_id, named)
    if found is None:
        raise InvalidParameter(
            "filters.campaign_id", provided=named, expected="a campaign of the workspace"
        )


async def get(
    conn: Connection, actor: Actor, id: str, *, report_link: ReportLink | None
) -> ReportDetail:
    """One report, with a new link to its file. Raises `NotFound`."""
    row = await queries.get(conn, actor.workspace_id, id)
    if row is None:
        raise NotFound(_KIND, id)
    key: str | None = row["file_key"]
    return resources.detail(row, link=report_link(key) if report_link and key else None)


async def find(
    conn: Connection, actor: Actor, filters: ReportQuery, query: page.PageQuery
) -> page.Page[Report]:
    """A page of reports and schedules, newest first."""
    rows, total = await queries.page(conn, actor.workspace_id, filters, query)
    return page.build(query, rows, total=total, item=resources.item)


def file_key(row: Row) -> str:
    """Where the file of a report that is no schedule is stored; its name tells what it is."""
    name = f"{row['type']}_{row['from_day']}_{row['to_day']}.{row['format']}"
    return f"reports/{row['id']}/{name}"


async def delete(tx: Tx, actor: Actor, id: str, *, now: datetime) -> None:
    """Delete a report and its file, or a schedule with the runs that are not made yet.

    Runs that were made stay. Raises `NotFound`.
    """
    gone = await queries.delete(tx.conn, actor.workspace_id, id)
    if id not in {row["id"] for row in gone}:
        raise NotFound(_KIND, id)
    _erase_files(tx, gone, now)


async def prune(tx: Tx, *, before: datetime, limit: int, now: datetime) -> int:
    """Forget reports that were asked for before a moment and have ended; how many."""
    gone = await working.prune(tx.conn, before_id=first_id("rpt", before), limit=limit)
    _erase_files(tx, gone, now)
    return len(gone)


def _erase_files(tx: Tx, gone: Sequence[Row], now: datetime) -> None:
    """Have the files of deleted reports deleted, those of attempts that came to nothing too."""
    for row in gone:
        if row["status"] == "processing":  # whoever makes it may store its file yet, and die
            tx.enqueue(ERASE_FILE, {"key": file_key(row)}, at=now + _LAST_WRITE)
        elif row["status"] != "scheduled":
            tx.enqueue(ERASE_FILE, {"key": file_key(row)})


async def run_schedule(tx: Tx, now: datetime) -> bool:
    """Queue the report of one schedule whose time has come; False if there is none.

    Of several runs that were missed only the last is caught up. A second run finds it queued.
    """
    schedule = await working.lock_due_schedule(tx.conn, now)
    if schedule is None:
        return False
    body = msgspec.convert(schedule["schedule"], ReportSchedule)
    rhythm = rhythm_of(body)
    due_for = max(rhythm.last_run(now), schedule["next_run_at"])
    first, last = rhythm.period(due_for)
    names = ("workspace_id", "type", "format", "filters", "timezone")
    fields: dict[str, Any] = {
        "id": new_id("rpt"),
        **{name: schedule[name] for name in names},
        "status": "queued",
        "from_day": first,
        "to_day": last,
        "schedule_id": schedule["id"],
        "run_for": due_for,
        "email": body.email,
        "created_at": now,
        "due_at": now,
    }
    await queries.insert(tx.conn, fields)
    await working.move_schedule(tx.conn, schedule["id"], next_run_at=rhythm.next_run(now))
    return True


def complete(tx: Tx, row: Row) -> None:
    """Publish a report that was finished in this transaction, and have its link mailed."""
    _emit(tx, "report.completed", row)
    if row["mail_state"] == "due":
        tx.enqueue(MAIL, {"report_id": row["id"]})


async def fail(
    tx: Tx, id: str, token: str, *, code: ErrorCode, message: str, now: datetime
) -> None:
    """End a claimed report without a file."""
    error = {"code": code, "message": message}
    row = await working.finish(tx.conn, id, token, now=now, error=error)
    if row is not None:
        _emit(tx, "report.failed", row)


def _emit(tx: Tx, name: str, row: Row) -> None:
    data = msgspec.to_builtins(resources.item(row))
    tx.emit(Event(name, row["workspace_id"], _KIND, row["id"], data))
