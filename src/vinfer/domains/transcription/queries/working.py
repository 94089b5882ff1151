"""Jobs as workers do them: claimed for a while, and written only by whoever holds the claim."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from vinfer.domains.transcription.queries.rows import SHOWN
from vinfer.domains.transcription.schemas import Lane
from vinfer.kit.db import Connection, Row

_CLAIMS: Final = 0x76_69_6E_66_65_72_05  # any number of our own: claims are made one at a time
_NEXT: Final = """
select t.id from workspaces w
cross join lateral (
    select id, due_at from transcriptions
    where workspace_id = w.id and lane = $1 and due_at <= $2 order by due_at, id limit 1
) t
left join transcription_turns s on s.workspace_id = w.id and s.lane = $1
where $3 > (
    select count(*) from transcriptions h where h.workspace_id = w.id and h.lane = $1
    and h.due_at > $2 and h.claim is not null
)
order by s.turn nulls first, t.due_at, t.id limit 1
"""
_TAKE: Final = """
update transcriptions set claim = $2, due_at = $3, attempts = attempts + 1,
    status = case when step = 'fetch' then status else 'processing' end
where id = $1 returning *
"""
_TURN: Final = """
insert into transcription_turns (workspace_id, lane, turn)
values ($1, $2, nextval('transcription_turn_numbers'))
on conflict (workspace_id, lane) do update set turn = excluded.turn
"""


async def claim(
    conn: Connection, lane: Lane, *, token: str, now: datetime, lease: timedelta, most: int
) -> Row | None:
    """Take the oldest due job of the workspace that has waited longest for a turn.

    A workspace of whose jobs `most` are under way waits.
    """
    await conn.fetchval("select pg_advisory_xact_lock($1)", _CLAIMS)
    job_id = await conn.fetchval(_NEXT, lane, now, most)
    if job_id is None:
        return None
    row = await conn.fetchrow(_TAKE, job_id, token, now + lease)
    if row is not None:
        await conn.execute(_TURN, row["workspace_id"], lane)
    return row


async def others_wait(conn: Connection, lane: Lane, *, workspace_id: str, now: datetime) -> bool:
    """Whether a job of another workspace is due."""
    return await conn.fetchval(
        "select exists (select from workspaces w where w.id <> $2 and exists (select"
        " from transcriptions t where t.workspace_id = w.id and t.lane = $1 and t.due_at <= $3))",
        lane,
        workspace_id,
        now,
    )


async def renew(conn: Connection, job_id: str, token: str, *, until: datetime) -> bool:
    """Keep a claim; False if it is lost."""
    tag = await conn.execute(
        "update transcriptions set due_at = $3 where id = $1 and claim = $2", job_id, token, until
    )
    return tag == "UPDATE 1"


async def release(
    conn: Connection, job_id: str, token: str, *, due_at: datetime, failed: bool
) -> None:
    """Give a job back, to be taken from `due_at` on; an attempt that did not fail counts not."""
    await conn.execute(
        "update transcriptions set claim = null, due_at = $3,"
        " attempts = case when $4 then attempts else greatest(attempts - 1, 0) end"
        " where id = $1 and claim = $2",
        job_id,
        token,
        due_at,
        failed,
    )


async def lock(conn: Connection, job_id: str, token: str) -> Row | None:
    """The claimed job, which nobody else changes until this transaction ends.

    None if it is lost, or of a call that is erased: the job that erases may come later.
    """
    return await conn.fetchrow(
        "select t.* from transcriptions t where t.id = $1 and t.claim = $2 and not exists"
        " (select from calls k where k.id = t.call_id and k.erased_at is not null) for update of t",
        job_id,
        token,
    )


async def store_audio(
    conn: Connection, job_id: str, *, key: str, secret_sealed: bytes, size: int, now: datetime
) -> None:
    """Note where the audio lies, forget where it came from, and give the job to the next lane."""
    await conn.execute(
        "update transcriptions set audio_key = $2, audio_secret_sealed = $3, audio_bytes = $4,"
        " url_sealed = null, step = 'survey', claim = null, attempts = 0, due_at = $5"
        " where id = $1",
        job_id,
        key,
        secret_sealed,
        size,
        now,
    )


async def store_survey(
    conn: Connection, job_id: str, token: str, *, survey: bytes, pieces: int, duration_s: float
) -> bool:
    """Note what the recording is; False if the claim is lost."""
    tag = await conn.execute(
        "update transcriptions set survey = $3, pieces = $4, duration_s = $5, step = 'hear',"
        " attempts = 1 where id = $1 and claim = $2",
        job_id,
        token,
        survey,
        pieces,
        duration_s,
    )
    return tag == "UPDATE 1"


async def store_piece(
    conn: Connection, job_id: str, token: str, *, number: int, heard: bytes
) -> bool:
    """Keep what one piece holds; False if the claim is lost."""
    tag = await conn.execute(
        "update transcriptions set pieces_done = pieces_done + 1, attempts = 1"
        " where id = $1 and claim = $2",
        job_id,
        token,
    )
    if tag != "UPDATE 1":
        return False
    await conn.execute(
        "insert into transcription_pieces (job_id, number, heard) values ($1, $2, $3)",
        job_id,
        number,
        heard,
    )
    return True


async def done_pieces(conn: Connection, job_id: str) -> list[int]:
    """The numbers of the pieces that are kept."""
    rows = await conn.fetch(
        "select number from transcription_pieces where job_id = $1 order by number", job_id
    )
    return [row["number"] for row in rows]


async def pieces(conn: Connection, job_id: str, *, first: int, end: int) -> list[bytes]:
    """What the kept pieces [first, end) hold, in order."""
    rows = await conn.fetch(
        "select heard from transcription_pieces where job_id = $1 and number >= $2"
        " and number < $3 order by number",
        job_id,
        first,
        end,
    )
    return [row["heard"] for row in rows]


async def finish(
    conn: Connection,
    job_id: str,
    *,
    error: dict[str, Any] | None,
    result: dict[str, Any] | None,
    now: datetime,
) -> Row | None:
    """End a job, and forget all that only served to do it; what lists show of the row.

    `result` holds JSON values, `msgspec.Raw` among them.
    """
    await conn.execute("delete from transcription_pieces where job_id = $1", job_id)
    return await conn.fetchrow(
        "update transcriptions set status = case when $2::jsonb is null then 'completed'"  # noqa: S608
        "  else 'failed' end, error = $2, result = $3, completed_at = $4, step = null,"
        " claim = null, url_sealed = null, audio_key = null, audio_secret_sealed = null,"
        " audio_bytes = null, survey = null where id = $1"
        f" returning {SHOWN}",
        job_id,
        error,
        result,
        now,
    )


async def replace_judgement(
    conn: Connection, job_id: str, field: str, shown: Mapping[str, Any]
) -> None:
    """Write what a field of a job's results shows, if it shows the same judgement."""
    await conn.execute(
        "update transcriptions set result = jsonb_set(result, array[$2::text], $3::jsonb)"
        " where id = $1 and result #>> array[$2::text, 'id'] = $3::jsonb ->> 'id'",
        job_id,
        field,
        shown,
    )


async def exists(conn: Connection, job_id: str) -> bool:
    """Whether a job is there, in whatever state."""
    return await conn.fetchval("select exists (select from transcriptions where id = $1)", job_id)
