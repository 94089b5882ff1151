"""Facts of calls as another database gets them: in the order of their changes, none lost."""

from datetime import date
from typing import Any, Final

from vinfer.domains.analytics.queries import folding, shipping
from vinfer.kit.db import Database, Row
from vinfer.ports.facts import CallFact, FactSink

BATCH: Final = 5_000
_MOST_BATCHES: Final = 100  # in one turn


async def ship(db: Database, sink: FactSink) -> int:
    """Send what has changed since the last time; how many facts.

    What was sent and not taken off the list (a crash, a lost answer) is sent again under its
    version, which changes nothing. Raises `EngineUnavailable`; what is left then stays listed.
    """
    await sink.ensure()
    sent = after = 0
    for _ in range(_MOST_BATCHES):
        async with db.read() as conn:
            rows = await shipping.next_unsent(conn, BATCH, after=after)
        if not rows:
            break
        await sink.write([_fact(row) for row in rows])
        async with db.begin() as tx:
            await shipping.forget_sent(tx.conn, [at for row in rows for at in row["positions"]])
        sent += len(rows)
        after = rows[-1]["version"]
    return sent


async def ship_anew(db: Database, *, workspace_id: str | None, since: date | None) -> int:
    """List all facts, or those of a workspace or of calls since a day in UTC, to be sent again.

    They get new versions, so whatever was there of them is replaced. Returns how many they are.
    """
    async with db.begin() as tx:
        await folding.lock(tx.conn, wait=True)
        return await shipping.note(tx.conn, workspace_id=workspace_id, since=since)


async def unsent(db: Database) -> int:
    """How many changes wait to be sent."""
    async with db.read() as conn:
        return await shipping.unsent(conn)


def _fact(row: Row) -> CallFact:
    known: dict[str, Any] = {
        name: value for name, value in row.items() if name != "positions" and value is not None
    }
    return CallFact(**known)
