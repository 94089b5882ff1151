"""What calls do by the clock."""

from vinfer.domains.calls import processes
from vinfer.kit.clock import Clock
from vinfer.kit.db import Database


async def reconcile_dead(db: Database, clock: Clock) -> None:
    """Close what dead media processes held. A second run finds nothing left to do.

    Every 2–5 s: a death is believed only after it was seen for `processes.GRACE`.
    """
    async with db.begin() as tx:
        dead = await processes.dead_processes(tx.conn, now=clock.now())
    for owner in dead:
        async with db.begin() as tx:
            await processes.reconcile(tx, owner, clock.now())


async def expire_waiting(db: Database, clock: Clock) -> None:
    """Give up one-off calls that found no seat. A second run finds nothing left to do."""
    async with db.begin() as tx:
        await processes.expire_one_offs(tx, clock.now())
