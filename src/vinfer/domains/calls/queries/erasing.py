"""The SQL that forgets who was called, and keeps that somebody was."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from vinfer.kit.db import Connection, Row

_CLEAR = """
update calls k set erased_at = $2, contact_id = null, phone = null, name = null, variables = '{}',
    captured = '{}', evidence = null, warnings = '[]', recording_key = null,
    recording_withheld = false,    transcript_job_id = null,
    metadata = case when jsonb_typeof(k.metadata -> 'agent_id') = 'string'
        then jsonb_build_object('agent_id', k.metadata -> 'agent_id') else '{}' end
from (select id, recording_key, transcript_job_id from calls where id = any ($1::text[])) as was
where k.id = was.id returning k.id, k.metadata, was.recording_key, was.transcript_job_id
"""


async def of_phone(conn: Connection, workspace_id: str, phone: str) -> list[Row]:
    """The calls to a phone (`id`, `status`), which nobody changes until this transaction ends."""
    return await conn.fetch(
        "select id, status from calls where workspace_id = $1 and phone = $2 and erased_at is null"
        " order by id for no key update",
        workspace_id,
        phone,
    )


async def clear(conn: Connection, call_ids: Sequence[str], *, now: datetime) -> list[Row]:
    """Forget whom locked calls were to and what was said; `recording_key` and
    `transcript_job_id` are what they had."""
    await conn.execute("delete from call_turns where call_id = any ($1::text[])", list(call_ids))
    return await conn.fetch(_CLEAR, list(call_ids), now)


async def clear_events(
    conn: Connection, workspace_id: str, patches: Mapping[str, dict[str, Any]]
) -> None:
    """Put these values into what the log of events tells of calls, by call."""
    await conn.execute(
        "update events e set data = e.data || p.patch"
        " from unnest($2::text[], $3::jsonb[]) as p (id, patch)"
        " where e.workspace_id = $1 and e.resource_type = 'call' and e.resource_id = p.id",
        workspace_id,
        list(patches),
        list(patches.values()),
    )


async def clear_answers(conn: Connection, workspace_id: str, call_ids: Sequence[str]) -> None:
    """Forget what receivers answered to events of calls: it may repeat them."""
    await conn.execute(
        "update deliveries d set response_sealed = null from events e"
        " where e.workspace_id = $1 and e.resource_type = 'call'"
        " and e.resource_id = any ($2::text[]) and d.event_id = e.id"
        " and d.response_sealed is not null",
        workspace_id,
        list(call_ids),
    )
