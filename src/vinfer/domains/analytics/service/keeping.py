"""The work that keeps figures: folding what has changed, making them anew, proving them."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from vinfer.domains.analytics.queries import folding, shipping
from vinfer.kit.db import Connection, Database

BATCH: Final = 2_000
_MOST_BATCHES: Final = 100  # in one turn: others of the worker's ticks wait for it


@dataclass(frozen=True, slots=True)
class Wrong:
    """What `verify` found: calls whose facts are wrong, and sums that differ from the facts."""

    facts: int
    sums: int


async def fold(db: Database, *, tell: bool = False) -> int:
    """Add to the sums what has changed; how many calls were looked at.

    With `tell`, `shipping.ship` will send it on. A second run finds nothing that has changed.
    """
    await _sum_new_zones(db)
    looked_at = 0
    for _ in range(_MOST_BATCHES):
        taken = await _fold_some(db, tell=tell)
        looked_at += taken
        if not taken:
            break
    return looked_at


async def _fold_some(db: Database, *, tell: bool) -> int:
    async with db.begin() as tx:  # of its own: a new month locks readers out until it is committed
        if not await folding.lock(tx.conn, wait=False):
            return 0
        months = await folding.waiting_months(tx.conn, BATCH)
        await folding.make_room(tx.conn, months)
    async with db.begin() as tx:
        if not await folding.lock(tx.conn, wait=False):
            return 0
        calls = await folding.take(tx.conn, BATCH, months)
        await folding.apply(tx.conn, calls, tell=tell)
    return len(calls)


async def _sum_new_zones(db: Database) -> None:
    async with db.read() as conn:
        wanted = await folding.unsummed_zones(conn)
    for row in wanted:
        async with db.begin() as tx:
            if not await folding.lock(tx.conn, wait=False):
                return
            await _sum_zone(tx.conn, row["workspace_id"], row["zone"])


async def _sum_zone(conn: Connection, workspace_id: str, zone: str) -> None:
    await folding.clear_sums(conn, workspace_id, zone)
    await folding.mark_summed(conn, workspace_id, zone)
    for month in await folding.months(conn, workspace_id, zone):
        await folding.sum_month(conn, workspace_id, zone, month)


async def rebuild(db: Database, workspace_id: str, *, tell: bool = False) -> int:
    """Read all facts of a workspace anew and sum them up; how many months there are.

    Readers see the old figures until it is done. With `tell`, all facts before and after are sent
    on.
    """
    months = await _months(db, workspace_id)
    async with db.begin() as tx:
        await folding.lock(tx.conn, wait=True)
        await folding.make_room(tx.conn, months)
    async with db.begin() as tx:
        await folding.lock(tx.conn, wait=True)
        if tell:  # what is gone afterwards too
            await shipping.note(tx.conn, workspace_id=workspace_id)
        await folding.clear_facts(tx.conn, workspace_id)
        for month in await folding.months(tx.conn, workspace_id, "UTC"):
            await folding.read_month(tx.conn, workspace_id, month)
        if tell:
            await shipping.note(tx.conn, workspace_id=workspace_id)
        for zone in await folding.zones(tx.conn, workspace_id):
            await _sum_zone(tx.conn, workspace_id, zone)
    return len(months)


async def verify(db: Database, workspace_id: str) -> Wrong:
    """Compare the facts with the calls, and the sums with the facts."""
    facts = sums = 0
    for month in await _months(db, workspace_id):
        async with db.read() as conn:
            facts += await folding.wrong_facts(conn, workspace_id, month)
    async with db.read() as conn:
        zones = await folding.zones(conn, workspace_id)
    for zone in zones:
        for month in await _months(db, workspace_id, zone):
            async with db.read() as conn:
                sums += await folding.wrong_sums(conn, workspace_id, zone, month)
    return Wrong(facts, sums)


async def _months(db: Database, workspace_id: str, zone: str = "UTC") -> list[date]:
    async with db.read() as conn:
        return await folding.months(conn, workspace_id, zone)
