"""The dialing heart: claim what may be called now, and write what came of it.

Media processes call this: claim (tx) → dial and talk (no tx) → record (tx).
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any, Final, Literal

from vinfer.domains.calls import outcomes, resources
from vinfer.domains.calls.outcomes import Again, Outcome
from vinfer.domains.calls.queries import claiming
from vinfer.domains.calls.queries import rows as queries
from vinfer.domains.campaigns import service as campaigns
from vinfer.domains.contacts import service as contacts
from vinfer.domains.contacts.numbers import Digests
from vinfer.kit.db import Connection, Row, Tx
from vinfer.kit.ids import new_id
from vinfer.media import handover
from vinfer.media.plan import CallPlan, CallResult, NotAnswered, Turn
from vinfer.ports.telephony import TrunkLine

Ringing = Literal["ring", "wait", "withdraw"]
BLOCK_LISTED: Final = "calls.block_listed"
ERASE_RECORDING: Final = "calls.erase_recording"
ANALYZE: Final = "calls.analyze"
_BLOCKED_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class ClaimedCall:
    """An attempt that is written down and may now be dialled, once."""

    call_id: str
    workspace_id: str
    campaign_id: str | None
    attempt: int
    phone: str
    caller_id: str
    trunk_id: str
    row: Row

    def plan(self) -> CallPlan:
        """What the call needs once it is answered."""
        row = self.row
        fallback: dict[str, Any] = row["fallback"] or {}
        said = {"phone": self.phone} | ({"name": row["name"]} if row["name"] else {})
        return CallPlan(
            call_id=self.call_id,
            phone=self.phone,
            language=row["language"],
            voice=row["voice"],
            script_key=f"{row['script_id']}:{row['script_version']}",
            script=row["script"],
            variables=row["variables"] | said,
            timezone=row["campaign_timezone"] or row["workspace_timezone"],
            transfer_to=fallback.get("transfer_to"),
            triggers=handover.parse(fallback.get("triggers") or ()),
        )

    def line(self, unseal: Callable[[bytes], str]) -> TrunkLine:
        """The trunk to leave by; `unseal` opens its stored password."""
        row = self.row
        sealed: bytes | None = row["password_sealed"]
        return TrunkLine(
            id=self.trunk_id,
            server=row["server"],
            transport=row["transport"],
            username=row["username"],
            auth_username=row["auth_username"],
            password=unseal(sealed) if sealed else "",
            register=row["register"],
        )


@dataclass(frozen=True, slots=True)
class Demand:
    """A script that calls wait to be placed with, in one language and voice."""

    key: str
    language: str
    voice: str
    body: dict[str, Any]


async def in_demand(conn: Connection, *, known: Collection[str]) -> Demand | None:
    """The most urgent script that calls will be placed with, but for those under `known` keys."""
    row = await claiming.in_demand(conn, known=known)
    if row is None:
        return None
    return Demand(row["key"], row["language"], row["voice"], row["body"])


async def claim(
    tx: Tx, owner: str, seats: int, now: datetime, *, scripts: Collection[str] | None = None
) -> list[ClaimedCall]:
    """Take up to `seats` calls for the media process `owner`, within every limit and window.

    Each is written as an attempt with its id in this transaction: commit, `ring`, then dial. Due
    contacts on the do-not-call list become final without a call. `scripts` are the `Demand` keys
    that the process is ready to speak; None means any.
    """
    if seats < 1:
        return []
    await claiming.lock_dialer(tx.conn)
    await _block(tx, now)
    rows = await claiming.claim(tx.conn, owner, seats=seats, now=now, scripts=scripts)
    return [_claimed(row) for row in rows]


def _claimed(row: Row) -> ClaimedCall:
    return ClaimedCall(
        call_id=row["id"],
        workspace_id=row["workspace_id"],
        campaign_id=row["campaign_id"],
        attempt=row["attempt"],
        phone=row["phone"],
        caller_id=row["caller_id"] or "",
        trunk_id=row["trunk_id"],
        row=row,
    )


async def _block(tx: Tx, now: datetime) -> None:
    """Finish what is due but must not be called."""
    for row in await claiming.blocked_contacts(tx.conn, now=now, limit=_BLOCKED_AT_ONCE):
        await block(tx, row["id"], row["campaign_id"], now)
    for call_id in await claiming.blocked_one_offs(tx.conn, limit=_BLOCKED_AT_ONCE):
        await close(tx, call_id, outcomes.BLOCKED, now)


async def block(tx: Tx, contact_id: str, campaign_id: str, now: datetime) -> None:
    """Write the call that must not be made, and finish its contact. Needs `lock_dialer`."""
    campaign = await campaigns.lock(tx, campaign_id)
    if campaign["status"] in ("scheduled", "running", "paused"):
        call_id = new_id("cal")
        place = (campaign["workspace_id"], contact_id)
        if await claiming.insert_blocked(tx.conn, *place, call_id=call_id, now=now):
            await close(tx, call_id, outcomes.BLOCKED, now)


async def ring(tx: Tx, call_id: str, now: datetime, *, digests: Digests) -> Ringing:
    """Note that the INVITE of a claimed call goes out, right after this transaction commits.

    `withdraw`: its campaign no longer calls, somebody objects, or it is not live any more; then
    `processes.withdraw` it. `wait`: its trunk has had its calls of this second. Until a call has
    rung, everybody knows that no phone did; afterwards nobody may dial it again.
    """
    call = await queries.lock(tx.conn, call_id)
    if call is None or call["status"] != "in_progress" or call["hangup_requested"]:
        return "withdraw"
    campaign_id: str | None = call["campaign_id"]
    if campaign_id and not await claiming.campaign_is_open(tx.conn, campaign_id, now=now):
        return "withdraw"
    if not await contacts.may_ring(tx, call["workspace_id"], call["phone"], digests, now):
        return "withdraw"
    if not await claiming.ring(tx.conn, call_id, trunk_id=call["trunk_id"], now=now):
        return "wait"
    await resources.emit(tx, [call_id], "call.started")
    return "ring"


async def forbid(tx: Tx, call_id: str, now: datetime) -> None:
    """Put the phone of a live call on the do-not-call list, the moment its owner asks for it."""
    call = await queries.lock(tx.conn, call_id)
    if call is not None and call["phone"] is not None:
        await _forbid(tx, call, now)


async def _forbid(tx: Tx, call: Row, now: datetime) -> None:
    await contacts.forbid(
        tx, call["workspace_id"], call["phone"], reason="customer_request", now=now
    )
    block_listed_at(tx, call["workspace_id"], now)


def block_listed_at(tx: Tx, workspace_id: str, listed_at: datetime) -> None:
    """Take those listed at a moment out of every queue, once this transaction is committed."""
    tx.enqueue(BLOCK_LISTED, {"workspace_id": workspace_id, "listed_at": listed_at})


async def mark_answered(tx: Tx, call_id: str, at: datetime) -> bool:
    """Note that a live call was answered; False if it is no longer live."""
    return await queries.mark_answered(tx.conn, call_id, at=at)


async def store_turns(tx: Tx, call_id: str, turns: Sequence[Turn]) -> None:
    """Write lines of a call as they are spoken; the same line again replaces itself."""
    await queries.store_turns(tx.conn, call_id, turns)


async def attach_recording(tx: Tx, call_id: str, key: str) -> None:
    """Note the storage key of a call's recording; one that no call may have is deleted.

    Those who analyse are told: a scorecard may apply to a call of which nothing was asked.
    """
    call = await queries.attach_recording(tx.conn, call_id, key, silenced=silenced_key(key))
    if call is None or call["recording_key"] != key:
        erase_recording(tx, key)
    else:
        tx.enqueue(ANALYZE, {"call_id": call_id})


def silenced_key(key: str) -> str:
    """Where a recording lies once its private parts are silenced."""
    return str(PurePosixPath(key).with_suffix(".silenced.wav"))


def erase_recording(tx: Tx, key: str) -> None:
    """Have a stored recording deleted once this transaction is committed."""
    tx.enqueue(ERASE_RECORDING, {"key": key})


async def record(tx: Tx, call_id: str, result: CallResult | NotAnswered, at: datetime) -> bool:
    """Write what a call came to. A call that is final stays as it is: then False.

    The contact is finished or called again, a do-not-call request takes effect, the events go out
    in their order, and the campaign completes if this was its last contact.
    """
    turns = result.turns if isinstance(result, CallResult) else ()
    return await close(tx, call_id, outcomes.of(result), at, turns=turns)


async def close(
    tx: Tx, call_id: str, outcome: Outcome, at: datetime, *, turns: Sequence[Turn] = ()
) -> bool:
    """Make a live call final; False if it is final already. Locks call, campaign, contact."""
    call = await queries.lock(tx.conn, call_id)
    if call is None or call["status"] != "in_progress":
        return False
    campaign = await campaigns.lock(tx, call["campaign_id"]) if call["campaign_id"] else None
    outcome = outcomes.tagged(outcome, call["tags"])
    if turns:
        await queries.store_turns(tx.conn, call_id, turns)
    await queries.finish(tx.conn, call_id, outcome, at=at)
    if outcome.do_not_call:
        await _forbid(tx, call, at)
    await _emit_end(tx, call_id, outcome)
    if campaign is not None:
        await _settle(tx, call, campaign, outcome, at)
    return True


async def _emit_end(tx: Tx, call_id: str, outcome: Outcome) -> None:
    names = ["call.completed", "call.disposition_set"]
    if outcome.disposition == "escalated":
        names.append("call.escalated")
    await resources.emit(tx, [call_id], *names)


async def _settle(tx: Tx, call: Row, campaign: Row, outcome: Outcome, at: datetime) -> None:
    """Finish the call's contact or call it again; complete its campaign."""
    contact = await contacts.lock(tx, call["workspace_id"], call["contact_id"])
    assert contact is not None, "a campaign's call has a contact"
    step = outcomes.next_try(
        outcome,
        _retry_plan(campaign, at),
        attempts=contact["attempts"],
        trunk_failures=contact["trunk_failures"],
        at=at,
    )
    if isinstance(step, Again):
        await contacts.schedule(
            tx,
            contact,
            at=step.at,
            attempts=step.attempts,
            trunk_failures=step.trunk_failures,
        )
    else:
        await contacts.finish(tx, contact, outcome.disposition)
        await campaigns.complete_if_finished(tx, campaign, at)


def _retry_plan(campaign: Row, at: datetime) -> outcomes.Plan:
    ended = campaign["end_at"] is not None and campaign["end_at"] <= at
    return outcomes.Plan(
        open=campaign["status"] in ("running", "paused") and not ended,
        max_attempts=campaign["max_attempts"],
        retry_after=timedelta(minutes=campaign["retry_interval_minutes"]),
    )
