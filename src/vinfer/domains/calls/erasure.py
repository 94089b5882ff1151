"""Erasure: a call, or a person and every call to them, keep their figures and lose the person.

Rows are cleared in the request's transaction; a job for each recording deletes the file.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from vinfer.domains.calls import dialing, service
from vinfer.domains.calls.queries import claiming, erasing
from vinfer.domains.calls.queries import rows as queries
from vinfer.domains.campaigns import service as campaigns
from vinfer.domains.contacts import service as contacts
from vinfer.domains.contacts.numbers import digester
from vinfer.kit import idempotency
from vinfer.kit.access import Actor
from vinfer.kit.db import Tx
from vinfer.kit.errors import InvalidState, NotFound
from vinfer.kit.seal import Seal

ERASED: Final = "calls.erased"
FORGET_ANSWERS: Final = "calls.forget_answers"
_UNDER_WAY: Final = timedelta(minutes=2)  # longer than an attempt at a webhook takes to be stored
_JUST_NOW: Final = timedelta(minutes=5)  # longer than a request that answers with a phone takes
_NOBODY: Final[dict[str, Any]] = {
    "contact": {"phone": None, "name": None},
    "captured": {},
    "evidence": None,
    "transcript": [],
    "transcript_job_id": None,
    "warnings": [],
}


async def erase_call(tx: Tx, actor: Actor, call_id: str, *, seal: Seal, now: datetime) -> None:
    """Forget whom a call was to. Raises `NotFound`, and `InvalidState` while it is live."""
    if await queries.get(tx.conn, actor.workspace_id, call_id) is None:
        raise NotFound("call", call_id)
    call = await queries.lock(tx.conn, call_id)
    if call is None or call["erased_at"] is not None:
        raise NotFound("call", call_id)
    if call["status"] == "in_progress":
        raise _live("call", call_id)
    await _erase(tx, actor, [call_id], seal=seal, now=now)


async def erase_person(tx: Tx, actor: Actor, phone: str, *, seal: Seal, now: datetime) -> None:
    """Forget a person everywhere in the workspace. On the do-not-call list a digest stays.

    Raises `NotFound` when nothing is known of them, and `InvalidState` during a call to them.
    """
    await service.profile(tx.conn, actor, phone, digester(seal))
    # a day of answers takes long to search: not for nobody, and not while no call can begin
    await idempotency.forget(tx, actor.workspace_id, seal, words=phone)
    await claiming.lock_dialer(tx.conn)  # several campaigns; and no call begins meanwhile
    await contacts.hold(tx, actor.workspace_id, phone)
    calls = await erasing.of_phone(tx.conn, actor.workspace_id, phone)
    if any(call["status"] == "in_progress" for call in calls):
        raise _live("contact", phone)
    held = await contacts.campaigns_of(tx, actor.workspace_id, phone)
    for campaign_id in held:
        await campaigns.lock(tx, campaign_id)
    await _erase(tx, actor, [call["id"] for call in calls], seal=seal, now=now)
    known = await contacts.erase(tx, actor.workspace_id, phone, digester(seal), now)
    if not known and not calls:
        raise NotFound("contact", phone)
    await idempotency.forget(tx, actor.workspace_id, seal, words=phone, since=_JUST_NOW)
    for campaign_id in held:
        await campaigns.complete_if_finished(tx, await campaigns.lock(tx, campaign_id), now)


async def forget_answers(tx: Tx, workspace_id: str, call_ids: Sequence[str]) -> None:
    """Forget what receivers answered to events of erased calls. Harmless twice."""
    await erasing.clear_answers(tx.conn, workspace_id, call_ids)


def _live(kind: str, id: str) -> InvalidState:
    return InvalidState(
        kind,
        id,
        current="in_progress",
        requested="erased",
        allowed=["completed", "failed"],
        message="A call is in progress; it can be erased when it has ended.",
    )


async def _erase(
    tx: Tx, actor: Actor, call_ids: Sequence[str], *, seal: Seal, now: datetime
) -> None:
    cleared = await erasing.clear(tx.conn, call_ids, now=now)
    patches = {row["id"]: _NOBODY | {"metadata": row["metadata"]} for row in cleared}
    await erasing.clear_events(tx.conn, actor.workspace_id, patches)
    await erasing.clear_answers(tx.conn, actor.workspace_id, list(patches))
    if patches:  # an attempt under way stores what its receiver answered when it has ended
        told = {"workspace_id": actor.workspace_id, "call_ids": list(patches)}
        tx.enqueue(FORGET_ANSWERS, told, at=now + _UNDER_WAY)
    await idempotency.amend(tx, actor.workspace_id, seal, patches)
    for row in cleared:
        if row["recording_key"] is not None:
            dialing.erase_recording(tx, row["recording_key"])
    analysed = [row["id"] for row in cleared if row["transcript_job_id"] is not None]
    if analysed:
        tx.enqueue(ERASED, {"workspace_id": actor.workspace_id, "call_ids": analysed})
