"""The do-not-call list.

A number whose owner was erased stays on it as a digest. It comes back in the clear when somebody
gives it to the workspace again, so that everything that asks the list finds it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from vinfer.domains.contacts.numbers import Digests
from vinfer.domains.contacts.queries import dnc as queries
from vinfer.domains.contacts.schemas import DncBody, DncEntry, DoNotCall, Intake
from vinfer.domains.contacts.service.batches import Batches, Rows
from vinfer.kit import page
from vinfer.kit.access import Actor
from vinfer.kit.db import Connection, Row, Tx
from vinfer.kit.errors import InvalidParameter, NotFound
from vinfer.kit.ids import new_id
from vinfer.media.script.shape import Script

_NO_SCRIPT: Final = Script(name="-", language="en", opening="-", branches=())
_KEPT_REASONS: Final = frozenset({"customer_request", "manual", "upload"})
_ERASED: Final = "erased"


async def list_dnc(conn: Connection, actor: Actor, query: page.PageQuery) -> page.Page[DncEntry]:
    """A page of the numbers that are known."""
    rows, total = await queries.page(conn, actor.workspace_id, query)
    return page.build(query, rows, total=total, item=_entry)


def _entry(row: Row) -> DncEntry:
    return DncEntry(phone=row["phone"], reason=row["reason"], created_at=row["created_at"])


async def standing(conn: Connection, workspace_id: str, phone: str, digests: Digests) -> DoNotCall:
    """Whether a phone may be called; an erased entry counts."""
    entry = await queries.entry(conn, workspace_id, phone)
    if entry is None:
        found = await queries.find_digests(conn, workspace_id, digests(workspace_id, phone))
        entry = found[0] if found else None
    if entry is None:
        return DoNotCall(listed=False)
    return DoNotCall(listed=True, reason=entry["reason"], since=entry["created_at"])


async def forbid(tx: Tx, workspace_id: str, phone: str, *, reason: str, now: datetime) -> None:
    """Put a phone on the list; a listed one keeps its first reason.

    No call to it begins to ring once this transaction has ended.
    """
    await queries.add(tx.conn, workspace_id, [(phone, reason)], now=now)
    await queries.hold_back_rings(tx.conn, workspace_id)


async def add_dnc(tx: Tx, actor: Actor, body: DncBody, now: datetime) -> DncEntry | Intake:
    """List one phone, or many of which the bad ones are reported. Raises `InvalidParameter`."""
    if (body.phone is None) == (body.phones is None):
        raise InvalidParameter("phone", provided=body.phone, expected="given, or else 'phones'")
    if body.phone is None:
        rows = ((row, {"phone": it}) for row, it in enumerate(body.phones or (), 1))
        return await add_dnc_rows(tx, actor, rows, reason=body.reason, now=now)
    await forbid(tx, actor.workspace_id, body.phone, reason=body.reason, now=now)
    entry = await queries.entry(tx.conn, actor.workspace_id, body.phone)
    assert entry is not None
    return _entry(entry)


async def add_dnc_rows(tx: Tx, actor: Actor, rows: Rows, *, reason: str, now: datetime) -> Intake:
    """List the phones of many rows, each with its own `reason` column if it has one."""
    batches = Batches(rows, _NO_SCRIPT)
    upload = new_id("upl")
    async for people in batches.good():
        entries = [(it.phone, str(it.variables.get("reason", reason))[:255]) for it in people]
        await queries.stage(tx.conn, upload, entries)
    await queries.add_staged(tx.conn, actor.workspace_id, upload, now=now)
    await queries.hold_back_rings(tx.conn, actor.workspace_id)
    return batches.intake()


async def remove_dnc(tx: Tx, actor: Actor, phone: str, digests: Digests) -> None:
    """Allow calls to a phone again. Raises `NotFound`."""
    known = await queries.remove(tx.conn, actor.workspace_id, phone)
    kept = digests(actor.workspace_id, phone)
    if not await queries.remove_digests(tx.conn, actor.workspace_id, kept) and not known:
        raise NotFound("dnc_entry", phone)


async def recall(
    tx: Tx, workspace_id: str, phones: Sequence[str], digests: Digests, now: datetime
) -> None:
    """List in the clear those of the phones whose erased entries say that they must not be called.

    Whatever brings numbers into a workspace calls this, and so does the last step before a ring.
    """
    if not await queries.has_digests(tx.conn, workspace_id):
        return
    of = {digest: phone for phone in phones for digest in digests(workspace_id, phone)}
    found = await queries.find_digests(tx.conn, workspace_id, list(of))
    entries = [(of[row["digest"]], row["reason"]) for row in found]
    if entries:
        await queries.add(tx.conn, workspace_id, entries, now=now)


async def may_ring(tx: Tx, workspace_id: str, phone: str, digests: Digests, now: datetime) -> bool:
    """Whether a phone may ring; nobody lists it between this answer and the transaction's end."""
    await queries.ring_before_changes(tx.conn, workspace_id)
    await recall(tx, workspace_id, [phone], digests, now)
    return await queries.entry(tx.conn, workspace_id, phone) is None


async def erase(tx: Tx, workspace_id: str, phone: str, digests: Digests, now: datetime) -> bool:
    """Forget a listed number but for its digest; False if it was not known on the list."""
    entry = await queries.entry(tx.conn, workspace_id, phone)
    if entry is None:
        return False
    reason = entry["reason"] if entry["reason"] in _KEPT_REASONS else _ERASED
    newest = digests(workspace_id, phone)[0]
    await queries.keep_digest(tx.conn, workspace_id, newest, reason=reason, now=now)
    await queries.remove(tx.conn, workspace_id, phone)
    return True
