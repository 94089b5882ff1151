"""Jobs as people make, read and erase them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from vinfer.domains.transcription.schemas import TranscriptionQuery
from vinfer.kit import lists
from vinfer.kit.db import Connection, Row
from vinfer.kit.page import PageQuery

SHOWN: Final = (
    "id, workspace_id, call_id, status, step, language, speakers, features, qa_scorecard_id,"
    " metadata, pieces, pieces_done, duration_s, error, created_at, completed_at"
)
"""The columns that tell of a job without its results."""
# what tells of people and of what they said; ids, times and figures stay
_PERSONAL: Final = [
    "transcript", "topics", "summary", "sentiment", "intent", "qa", "compliance", "redaction"
]  # fmt: skip

_JUDGED: Final = ["parameters", "override", "quote", "evidence"]  # the same of judges


async def insert(conn: Connection, fields: Mapping[str, Any], *, now: datetime) -> None:
    """Write a new job that may be begun now."""
    columns = [*fields, "created_at", "due_at"]
    marks = ", ".join(f"${n}" for n in range(1, len(fields) + 2))
    await conn.execute(
        f"insert into transcriptions ({', '.join(columns)})"  # noqa: S608
        f" values ({marks}, ${len(fields) + 1})",
        *fields.values(),
        now,
    )


async def get(conn: Connection, workspace_id: str, job_id: str) -> Row | None:
    """A job of the workspace with its `result`; None while its call's erasure is under way."""
    return await conn.fetchrow(
        f"select {SHOWN}, result from transcriptions t"  # noqa: S608
        " where workspace_id = $1 and id = $2 and not exists (select from calls k"
        "  where k.id = t.call_id and k.erased_at is not null)",
        workspace_id,
        job_id,
    )


async def page(
    conn: Connection, workspace_id: str, filters: TranscriptionQuery, query: PageQuery
) -> tuple[list[Row], int]:
    """A page of jobs without their results, newest first, and how many there are in all."""
    where, args = lists.conditions({"status": filters.status, "call_id": filters.call_id}, first=2)
    times, moments = lists.within("created_at", filters.from_, filters.to, first=len(args) + 2)
    args += moments
    end, more = lists.tail(query, first=len(args) + 2, time="created_at", id="id")
    base = (
        f" from transcriptions t where workspace_id = $1{where}{times} and not exists"
        " (select from calls k where k.id = t.call_id and k.erased_at is not null)"
    )
    rows = await conn.fetch(f"select {SHOWN}{base}{end}", workspace_id, *args, *more)
    return rows, await conn.fetchval(f"select count(*){base}", workspace_id, *args)


async def lock(conn: Connection, workspace_id: str, job_id: str) -> Row | None:
    """A job that nobody else changes until this transaction ends: `id`, `step`, `call_id`."""
    return await conn.fetchrow(
        "select id, step, call_id from transcriptions where workspace_id = $1 and id = $2"
        " for update",
        workspace_id,
        job_id,
    )


async def lock_of_call(conn: Connection, workspace_id: str, call_id: str) -> Row | None:
    """A call's job, the same way; its `status` and `result` too."""
    return await conn.fetchrow(
        "select id, step, call_id, status, result from transcriptions"
        " where workspace_id = $1 and call_id = $2 for update",
        workspace_id,
        call_id,
    )


async def of_calls(conn: Connection, workspace_id: str, call_ids: Sequence[str]) -> list[str]:
    """The ids of the jobs of calls."""
    rows = await conn.fetch(
        "select id from transcriptions where workspace_id = $1 and call_id = any ($2::text[])"
        " order by id",
        workspace_id,
        list(call_ids),
    )
    return [row["id"] for row in rows]


async def delete(conn: Connection, job_id: str) -> None:
    """Delete a job and the pieces of it."""
    await conn.execute("delete from transcriptions where id = $1", job_id)


async def clear_judged(conn: Connection, workspace_id: str, job_id: str) -> list[str]:
    """Take what judges said of a job out of the log of events, and what receivers answered to it.

    Their events tell of the job by `job_id`; returns the ids of what they told.
    """
    rows = await conn.fetch(
        "update events set data = data - $3::text[] where workspace_id = $1"
        " and resource_type <> 'transcription' and data ? 'job_id' and data ->> 'job_id' = $2"
        " returning id, resource_id",
        workspace_id,
        job_id,
        _JUDGED,
    )
    await conn.execute(
        "update deliveries set response_sealed = null where event_id = any ($1::text[])"
        " and response_sealed is not null",
        [row["id"] for row in rows],
    )
    return [row["resource_id"] for row in rows]


async def clear_events(conn: Connection, workspace_id: str, job_id: str) -> None:
    """Take what was said out of the log of events, and what receivers answered to it."""
    await conn.execute(
        "update events set data = (data - $3::text[]) || '{\"metadata\": {}}'"
        " where workspace_id = $1 and resource_type = 'transcription' and resource_id = $2",
        workspace_id,
        job_id,
        _PERSONAL,
    )
    await conn.execute(
        "update deliveries d set response_sealed = null from events e"
        " where e.workspace_id = $1 and e.resource_type = 'transcription' and e.resource_id = $2"
        " and d.event_id = e.id and d.response_sealed is not null",
        workspace_id,
        job_id,
    )
