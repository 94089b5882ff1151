"""Recordings of calls that nobody may hear before their private parts are silenced."""

from vinfer.domains.calls import dialing
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
        dialing.erase_recording(tx, key)
    elif not await queries.has_recording(tx.conn, call_id, silenced):
        dialing.erase_recording(tx, silenced)
