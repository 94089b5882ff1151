"""Recordings of calls that nobody may hear before their private parts are silenced.

With the recording, the lines of the live call are released, without what is private.
"""

import asyncio
from typing import Any, Final

from vinfer.domains.calls import dialing, private
from vinfer.domains.calls.queries import erasing
from vinfer.domains.calls.queries import rows as queries
from vinfer.kit import idempotency
from vinfer.kit.db import Connection, Row, Tx
from vinfer.kit.seal import Seal

_AT_ONCE: Final = 20  # their rows are locked meanwhile, and each takes up to 0.3 s of CPU


async def withheld(conn: Connection, call_id: str) -> str | None:
    """The storage key of a call's recording while it is withheld."""
    return await queries.withheld_recording(conn, call_id)


async def release(tx: Tx, call_id: str, *, key: str, silenced: str) -> None:
    """Put the silenced recording in the place of the withheld one, which is deleted.

    Of a call that is erased, or has another recording by now, what was silenced is deleted.
    """
    if await queries.release_recording(tx.conn, call_id, key=key, silenced=silenced):
        await _redact(tx, call_id)
        dialing.erase_recording(tx, key)
    elif not await queries.has_recording(tx.conn, call_id, silenced):
        dialing.erase_recording(tx, silenced)


async def withhold(tx: Tx, call: Row, *, seal: Seal) -> None:
    """Let nobody hear or read a locked call with a recording before its redaction is done.

    One that nobody had asked to redact is taken out of events and stored answers too.
    """
    await queries.withhold(tx.conn, call["id"])
    if not private.hides(call):
        await _untell(tx, call, seal=seal)


async def redact_released(tx: Tx, *, after: str, until: str, seal: Seal) -> str | None:
    """Redact the lines of calls that were released before lines were redacted with the recording.

    Goes through a few of those by id, `after` one and up to another. Returns the last, None if
    there was none. Harmless for calls whose lines are redacted, and twice.
    """
    last = None
    for call in await queries.lock_released(tx.conn, after=after, until=until, limit=_AT_ONCE):
        await _untell(tx, call, seal=seal)
        await _redact(tx, call["id"])
        last = call["id"]
    return last


async def _untell(tx: Tx, call: Row, *, seal: Seal) -> None:
    """Take what was said in a call out of the log of events and what receivers answered to it, and
    out of stored answers of ours."""
    hidden: dict[str, Any] = {
        "transcript": [],
        "captured": private.redacted_values(call["captured"]),
    }
    patches: dict[str, dict[str, Any]] = {call["id"]: hidden}
    await erasing.clear_events(tx.conn, call["workspace_id"], patches)
    await erasing.clear_answers(tx.conn, call["workspace_id"], [call["id"]])
    await idempotency.amend(tx, call["workspace_id"], seal, patches)


async def _redact(tx: Tx, call_id: str) -> None:
    """Leave nothing private in the stored lines and values of a call whose row is locked."""
    (call,) = await queries.by_ids(tx.conn, [call_id])
    turns = await queries.turns(tx.conn, [call_id])
    said = [(turn["speaker"], turn["text"]) for turn in turns]
    texts = await asyncio.to_thread(private.redacted_lines, said)
    shown = {turn["index"]: text for turn, text in zip(turns, texts, strict=True)}
    await queries.replace_words(
        tx.conn, call_id, shown, captured=private.redacted_values(call["captured"])
    )
