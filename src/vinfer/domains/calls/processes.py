"""Crash safety: media processes that died, and claims that never arrived.

A call is written before it is dialled, so a crash leaves it in progress under a dead owner's name.
Whether its phone rang nobody knows; it is closed as interrupted and never dialled again blindly.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from vinfer.domains.calls import dialing, outcomes, resources
from vinfer.domains.calls.queries import claiming
from vinfer.domains.calls.queries import processes as queries
from vinfer.domains.calls.queries import rows as calls
from vinfer.domains.campaigns import service as campaigns
from vinfer.domains.contacts import service as contacts
from vinfer.kit.db import Connection, Row, Tx

GRACE: Final = timedelta(seconds=10)  # for a live process to come back after the database restarted
ONE_OFF_PATIENCE: Final = timedelta(minutes=15)  # then nobody expects the call any more
_AT_ONCE: Final = 100


async def register_process(conn: Connection, process_id: str, *, host: str, now: datetime) -> None:
    """Show that a process lives, for as long as the session of `conn` does.

    Do it before the first claim, and again on a new connection when that one is lost.
    """
    await queries.hold(conn, process_id)
    await queries.enrol(conn, process_id, host, now=now)


async def dead_processes(conn: Connection, *, now: datetime, grace: timedelta = GRACE) -> list[str]:
    """Ids of processes that have been missing in every look for at least `grace`.

    Look every few seconds; one look alone never declares a death unless `grace` is zero.
    """
    return await queries.missing(conn, now=now, since=now - grace)


async def reconcile(tx: Tx, dead_owner: str, now: datetime) -> int:
    """Close the calls that a dead process may have dialled, give back the others, and forget it.

    Returns how many calls it held. What rang, or may have, is interrupted and never dialled again.

    Harmless twice: the second run finds nothing. A process that lives after all is left alone.
    """
    await claiming.lock_dialer(tx.conn)
    if not await queries.take_over(tx.conn, dead_owner):
        return 0
    held = await queries.held_by(tx.conn, dead_owner)
    for call_id, rang in held:
        if rang:
            await dialing.close(tx, call_id, outcomes.INTERRUPTED, now)
        else:
            await withdraw(tx, call_id, now)
    await queries.strike_off(tx.conn, dead_owner)
    return len(held)


async def release_unknown(
    tx: Tx, owner: str, known_ids: Collection[str], *, older_than: datetime, now: datetime
) -> int:
    """Undo claims of a live process that it never received, because their commit's answer was lost.

    `known_ids` are the calls it holds. The others were never dialled: each is withdrawn.
    """
    await claiming.lock_dialer(tx.conn)
    unknown = await queries.unknown_to(tx.conn, owner, known_ids, before=older_than)
    for call_id in unknown:
        await withdraw(tx, call_id, now)
    return len(unknown)


async def withdraw(tx: Tx, call_id: str, now: datetime) -> None:
    """Undo the claim of a call that was certainly never dialled. A final call stays as it is.

    The contact waits again, its attempt given back, and the attempt's row goes, for nothing has
    happened; a one-off call waits again. One that was noted as ringing (though its process knows
    that the INVITE did not go out) stays as interrupted, for its start was reported. One that
    somebody asked to end is ended: it must not come back by itself.
    """
    call = await calls.lock(tx.conn, call_id)
    if call is None or call["status"] != "in_progress":
        return
    if call["hangup_requested"]:
        await dialing.close(tx, call_id, outcomes.CANCELLED, now)
        return
    if call["campaign_id"] is None:
        await queries.disown(tx.conn, call_id)
        return
    campaign = await campaigns.lock(tx, call["campaign_id"])
    if call["rang_at"] is None:
        await queries.forget(tx.conn, call_id)
    else:
        await calls.finish(tx.conn, call_id, outcomes.INTERRUPTED, at=now)
        await resources.emit(tx, [call_id], "call.completed", "call.disposition_set")
    await _give_back(tx, call, campaign, now)


async def _give_back(tx: Tx, call: Row, campaign: Row, now: datetime) -> None:
    contact = await contacts.lock(tx, call["workspace_id"], call["contact_id"])
    assert contact is not None, "a campaign's call has a contact"
    await contacts.schedule(
        tx,
        contact,
        at=now,
        attempts=contact["attempts"] - 1,
        trunk_failures=contact["trunk_failures"],
    )
    if campaign["status"] == "stopped":
        await contacts.close_waiting(tx, campaign["id"])


async def expire_one_offs(tx: Tx, now: datetime) -> int:
    """Give up one-off calls that found no seat for 15 minutes; how many there were."""
    await claiming.lock_dialer(tx.conn)
    expired = await calls.expired_one_offs(tx.conn, now - ONE_OFF_PATIENCE, limit=_AT_ONCE)
    for call_id in expired:
        await dialing.close(tx, call_id, outcomes.INTERRUPTED, now)
    return len(expired)


async def clock_skew_s(conn: Connection, *, now: datetime) -> float:
    """How far this host's clock is ahead of the database's, in seconds."""
    return await queries.clock_skew_s(conn, now=now)


async def hangups(conn: Connection, owner: str, known_ids: Collection[str]) -> list[str]:
    """Which of its calls a process must end now: asked to, or no longer its own.

    For speed, listen to the channel `call_hangups`: {"owner", "call_id"}; this is the truth.
    """
    return await queries.to_end(conn, owner, known_ids)
