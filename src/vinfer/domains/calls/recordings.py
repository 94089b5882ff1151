"""Recordings of calls that nobody may hear before their private parts are silenced.

With the recording, the lines of the live call are released, without what is private.
"""

import asyncio

from vinfer.domains.calls import dialing, private
from vinfer.domains.calls.queries import rows as queries
from vinfer.kit.db import Connection, Tx


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
