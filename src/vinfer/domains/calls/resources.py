"""Calls as the API returns them."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from msgspec import convert, structs, to_builtins

from vinfer.domains.agents.schemas import Notice
from vinfer.domains.calls import private
from vinfer.domains.calls.queries import rows as queries
from vinfer.domains.calls.schemas import Call, CallDetail, Callee, Line
from vinfer.kit.db import Connection, Row, Tx
from vinfer.kit.events import Event

Link = Callable[[str], str]


def listed(row: Row) -> Call:
    """A call of `listing.page`, by the order of its columns: a page of them must cost little."""
    _total, id, campaign_id, campaign_name, phone, name, *others, _at = row.values()
    return Call(id, campaign_id, campaign_name, Callee(phone, name), *others)


def item(row: Row) -> Call:
    """The call as lists show it, of a row of `queries.rows`."""
    return Call(
        id=row["id"],
        campaign_id=row["campaign_id"],
        campaign_name=row["campaign_name"],
        contact=Callee(phone=row["phone"], name=row["name"]),
        status=row["status"],
        disposition=row["disposition"],
        tag=row["tag"],
        end_reason=row["end_reason"],
        duration_seconds=row["duration_seconds"],
        language=row["language"],
        attempt=row["attempt"],
        script_id=row["script_id"],
        voice_agent_id=row["voice_agent_id"],
        agent_id=row["agent_id"],
        started_at=row["started_at"],
        answered_at=row["answered_at"],
        ended_at=row["ended_at"],
    )


async def details(
    conn: Connection, rows: Sequence[Row], *, link: Link | None = None
) -> list[CallDetail]:
    """Calls in full. `link` signs a recording's key; without it there is no `recording_url`.

    What their redaction hides is in none of them; before it is done, no line is.
    """
    lines: dict[str, list[Line]] = defaultdict(list)
    for turn in await queries.turns(conn, [row["id"] for row in rows]):
        lines[turn["call_id"]].append(
            Line(
                speaker=turn["speaker"],
                start=turn["start_s"],
                end=turn["end_s"],
                text=turn["text"],
                interrupted=turn["interrupted"],
            )
        )
    return [_detail(row, lines[row["id"]], link) for row in rows]


def _detail(row: Row, transcript: list[Line], link: Link | None) -> CallDetail:
    key = None if row["recording_withheld"] else row["recording_key"]
    captured = row["captured"]
    return CallDetail(
        **structs.asdict(item(row)),
        script_version=row["script_version"],
        recording_url=link(key) if link and key else None,
        recording_withheld=row["recording_withheld"],
        transcript_job_id=row["transcript_job_id"],
        captured=private.redacted_values(captured) if private.hides(row) else captured,
        evidence=row["evidence"],
        transcript=[] if private.withholds_lines(row) else transcript,
        latency_ms=row["latency_ms"],
        warnings=convert(row["warnings"], list[Notice]),
        metadata=row["metadata"],
    )


async def emit(tx: Tx, call_ids: Sequence[str], *names: str) -> None:
    """Say what became of calls, each with the call as it now is."""
    rows = await queries.by_ids(tx.conn, call_ids)
    for row, call in zip(rows, await details(tx.conn, rows), strict=True):
        for name in names:
            tx.emit(Event(name, row["workspace_id"], "call", row["id"], to_builtins(call)))
