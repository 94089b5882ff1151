"""Whoever is put on the do-not-call list leaves every queue, with a record of why."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from vinfer.domains.calls import dialing, outcomes
from vinfer.domains.calls.queries import claiming
from vinfer.domains.calls.queries import rows as queries
from vinfer.kit.db import Database

_AT_ONCE: Final = 100


async def block_listed(
    db: Database, workspace_id: str, *, listed_at: datetime, now: datetime
) -> None:
    """`block` the phones that were listed at one moment, however many they are."""
    after = ""
    while True:
        async with db.read() as conn:
            phones = await claiming.listed_phones(
                conn, workspace_id, listed_at=listed_at, after=after, limit=_AT_ONCE
            )
        if not phones:
            return
        await block(db, workspace_id, phones, now)
        after = phones[-1]


async def block(db: Database, workspace_id: str, phones: Sequence[str], now: datetime) -> None:
    """Finish as `dnd` what waits to call these phones, which are on the list.

    Calls to them that ring are hung up; a conversation goes on. A second run finds nothing left.
    """
    while await _waits(db, workspace_id, phones):
        async with db.begin() as tx:
            await claiming.lock_dialer(tx.conn)
            for call in await claiming.unanswered_calls(tx.conn, workspace_id, phones):
                if call["owner"] is None:
                    await dialing.close(tx, call["id"], outcomes.BLOCKED, now)
                else:
                    await queries.request_hangup(tx.conn, call["id"], call["owner"])
            for contact in await claiming.waiting_contacts(
                tx.conn, workspace_id, phones, limit=_AT_ONCE
            ):
                await dialing.block(tx, contact["id"], contact["campaign_id"], now)


async def _waits(db: Database, workspace_id: str, phones: Sequence[str]) -> bool:
    """Whether there is something to do, asked without keeping the dialer waiting."""
    async with db.read() as conn:
        calls = await claiming.unanswered_calls(conn, workspace_id, phones)
        return any(not call["hangup_requested"] for call in calls) or bool(
            await claiming.waiting_contacts(conn, workspace_id, phones, limit=1)
        )
