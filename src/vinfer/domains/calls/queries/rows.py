"""Calls read and written row by row."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from vinfer.domains.calls.outcomes import Outcome
from vinfer.kit.db import Connection, Row
from vinfer.media.plan import Turn

_HANGUPS: Final = "call_hangups"
_SELECT: Final = (
    "select k.*, c.name as campaign_name from calls k left join campaigns c on c.id = k.campaign_id"
)


async def lock(conn: Connection, call_id: str) -> Row | None:
    """A call that nobody else finishes until this transaction ends."""
    return await conn.fetchrow("select * from calls where id = $1 for no key update", call_id)


async def insert_one_off(
    conn: Connection, fields: Mapping[str, Any], *, now: datetime
) -> str | None:
    """Write a call that waits for a seat; None when the phone has a live call already."""
    columns = [*fields, "started_at"]
    marks = ", ".join(f"${n}" for n in range(1, len(columns) + 1))
    return await conn.fetchval(
        f"insert into calls ({', '.join(columns)}) values ({marks})"  # noqa: S608
        " on conflict (workspace_id, phone) where status = 'in_progress' do nothing returning id",
        *fields.values(),
        now,
    )


async def live_on(conn: Connection, workspace_id: str, phone: str) -> str | None:
    """The id of the live call to a phone."""
    return await conn.fetchval(
        "select id from calls where workspace_id = $1 and phone = $2 and status = 'in_progress'",
        workspace_id,
        phone,
    )


async def trunk_for(conn: Connection, workspace_id: str, trunk_id: str | None) -> str | None:
    """The named trunk of the workspace, or its default; nobody deletes it before this commits."""
    return await conn.fetchval(
        "select id from trunks where workspace_id = $1"
        " and case when $2::text is null then is_default else id = $2 end for key share",
        workspace_id,
        trunk_id,
    )


async def finish(conn: Connection, call_id: str, outcome: Outcome, *, at: datetime) -> None:
    """Write the final facts of a call."""
    await conn.execute(
        "update calls set status = $2, disposition = $3, end_reason = $4, tag = $5, evidence = $6,"
        " duration_seconds = $7, captured = $8, latency_ms = $9, ended_at = $10 where id = $1",
        call_id,
        outcome.status,
        outcome.disposition,
        outcome.end_reason,
        outcome.tag,
        outcome.evidence,
        outcome.duration_seconds,
        outcome.captured,
        outcome.latency_ms,
        at,
    )


async def mark_answered(conn: Connection, call_id: str, *, at: datetime) -> bool:
    """Note the answer of a live call, once; False if it is not live or was noted."""
    tag = await conn.execute(
        "update calls set answered_at = $2"
        " where id = $1 and status = 'in_progress' and answered_at is null",
        call_id,
        at,
    )
    return tag == "UPDATE 1"


async def store_turns(conn: Connection, call_id: str, turns: Sequence[Turn]) -> None:
    """Write lines of a call that is not erased; a line written before is replaced.

    Lines that are redacted stay as they are.
    """
    await conn.executemany(
        "insert into call_turns (call_id, index, speaker, start_s, end_s, text, interrupted,"
        " latency_ms) select id, $2, $3, $4, $5, $6, $7, $8 from calls"
        " where id = $1 and erased_at is null"
        " and (recording_key is null or recording_withheld"
        "   or not coalesce(analyze_features ? 'redaction', false)) for share"
        " on conflict (call_id, index) do update set speaker = excluded.speaker,"
        " start_s = excluded.start_s, end_s = excluded.end_s, text = excluded.text,"
        " interrupted = excluded.interrupted, latency_ms = excluded.latency_ms",
        [
            (
                call_id,
                it.index,
                it.speaker,
                it.start_s,
                it.end_s,
                it.text.replace("\0", ""),
                it.interrupted,
                it.latency_ms,
            )
            for it in turns
        ],
    )


async def turns(conn: Connection, call_ids: Sequence[str]) -> list[Row]:
    """The lines of calls, in order."""
    return await conn.fetch(
        "select * from call_turns where call_id = any ($1::text[]) order by call_id, index",
        list(call_ids),
    )


async def replace_words(
    conn: Connection, call_id: str, texts: Mapping[int, str], *, captured: Mapping[str, Any]
) -> None:
    """Put other texts, by line, and other values in the place of those of a call."""
    await conn.executemany(
        "update call_turns set text = $3 where call_id = $1 and index = $2",
        [(call_id, index, text) for index, text in texts.items()],
    )
    await conn.execute("update calls set captured = $2 where id = $1", call_id, dict(captured))


async def attach_recording(
    conn: Connection, call_id: str, key: str, *, silenced: str
) -> Row | None:
    """Note where a call's recording lies; None if the call is erased or was never made.

    Else what is to be found in it: `analyze_features`, and its `recording_key`, which stays
    `silenced` where the same recording was silenced already. One to be redacted is withheld.
    """
    return await conn.fetchrow(
        "update calls set recording_withheld = recording_key is distinct from $3"
        "   and coalesce(analyze_features ? 'redaction', false),"
        "  recording_key = case when recording_key = $3 then $3 else $2 end"
        " where id = $1 and erased_at is null returning analyze_features, recording_key",
        call_id,
        key,
        silenced,
    )


async def lock_released(conn: Connection, *, after: str, until: str, limit: int) -> list[Row]:
    """The next calls by id whose silenced recording may be heard; nobody erases them meanwhile."""
    return await conn.fetch(
        "select * from calls where id > $1 and id <= $2 and analyze_features ? 'redaction'"
        " and recording_key is not null and not recording_withheld order by id limit $3"
        " for no key update",
        after,
        until,
        limit,
    )


async def withhold(conn: Connection, call_id: str) -> None:
    """Have a call redacted, and its recording withheld until it is."""
    await conn.execute(
        "update calls set recording_withheld = recording_key is not null,"
        " analyze_features = case when analyze_features ? 'redaction' then analyze_features"
        "  else coalesce(analyze_features, '[]') || '[\"redaction\"]' end where id = $1",
        call_id,
    )


async def withheld_recording(conn: Connection, call_id: str) -> str | None:
    """The key of a recording that nobody may hear yet."""
    return await conn.fetchval(
        "select recording_key from calls where id = $1 and recording_withheld", call_id
    )


async def release_recording(conn: Connection, call_id: str, *, key: str, silenced: str) -> bool:
    """Let a recording be heard as it was silenced; False if it is not the withheld one."""
    tag = await conn.execute(
        "update calls set recording_key = $3, recording_withheld = false"
        " where id = $1 and recording_key = $2 and recording_withheld",
        call_id,
        key,
        silenced,
    )
    return tag == "UPDATE 1"


async def has_recording(conn: Connection, call_id: str, key: str) -> bool:
    """Whether a call's recording lies under `key`."""
    return await conn.fetchval(
        "select exists (select from calls where id = $1 and recording_key = $2)", call_id, key
    )


async def name_transcript(conn: Connection, call_id: str, job_id: str | None) -> None:
    """Note which job transcribes a call."""
    await conn.execute("update calls set transcript_job_id = $2 where id = $1", call_id, job_id)


async def by_ids(conn: Connection, call_ids: Sequence[str]) -> list[Row]:
    """Calls with their campaign's name, by workspace and id."""
    return await conn.fetch(
        f"{_SELECT} where k.id = any ($1::text[]) order by k.workspace_id, k.id", list(call_ids)
    )


async def get(conn: Connection, workspace_id: str, call_id: str) -> Row | None:
    """A call of the workspace, with its campaign's name."""
    return await conn.fetchrow(
        f"{_SELECT} where k.workspace_id = $1 and k.id = $2 and k.erased_at is null",
        workspace_id,
        call_id,
    )


async def request_hangup(conn: Connection, call_id: str, owner: str) -> None:
    """Ask the process that holds a live call to end it."""
    await conn.execute("update calls set hangup_requested = true where id = $1", call_id)
    payload = msgspec.json.encode({"owner": owner, "call_id": call_id}).decode()
    await conn.execute("select pg_notify($1, $2)", _HANGUPS, payload)


async def expired_one_offs(conn: Connection, before: datetime, *, limit: int) -> list[str]:
    """Ids of one-off calls that have waited for a seat since before `before`."""
    rows = await conn.fetch(
        "select id from calls where status = 'in_progress' and owner is null and started_at < $1"
        " order by workspace_id, id limit $2",
        before,
        limit,
    )
    return [row["id"] for row in rows]
