"""How a campaign moves: by request, by the clock, and when its last contact is final.

Every function here holds the campaign's row, so moves and outcomes of one campaign come one by one.
"""

from contextlib import suppress
from datetime import datetime
from typing import Any

from msgspec import to_builtins

from vinfer.domains.agents import service as agents
from vinfer.domains.agents.schemas import Cast
from vinfer.domains.campaigns import moves, queries
from vinfer.domains.campaigns.schemas import Status, Verb
from vinfer.domains.campaigns.service import resources
from vinfer.domains.contacts import service as contacts
from vinfer.kit.db import Row, Tx
from vinfer.kit.errors import InvalidParameter


async def lock(tx: Tx, campaign_id: str) -> Row:
    """The campaign's row, which nobody else moves until this transaction ends."""
    row = await queries.lock(tx.conn, campaign_id)
    assert row is not None, "campaigns are never deleted"
    return row


async def move(tx: Tx, row: Row, verb: Verb, now: datetime) -> None:
    """Move a locked campaign. Raises `InvalidState`; its current state changes nothing."""
    target = moves.target(row["id"], row["status"], verb)
    if target is None:
        return
    fields: dict[str, Any] = {"status": target}
    if verb == "start":
        fields |= {"started_at": now} | await _ready(tx, row)
    if verb == "stop":
        await contacts.close_waiting(tx, row["id"])
        fields |= {"ended_at": now, "stop_reason": "requested"}
    await _change(tx, row["id"], fields, moves.EVENTS[verb])
    if verb == "start":  # nobody may be left to call
        await complete_if_finished(tx, await lock(tx, row["id"]), now)


async def _change(tx: Tx, campaign_id: str, fields: dict[str, Any], event: str) -> None:
    await queries.update(tx.conn, campaign_id, fields)
    await resources.emit(tx, event, await lock(tx, campaign_id))


async def _ready(tx: Tx, row: Row) -> dict[str, Any]:
    """What a start needs; the script version and the agent that the campaign will keep."""
    if not await contacts.has_any(tx, row["id"]):
        raise _not_ready(row, "has no contacts; add some before it starts.")
    if not await queries.has_trunk(tx.conn, row["id"]):
        raise _not_ready(row, "has no trunk to call through; create one before it starts.")
    try:
        return await _as_of_now(tx, row)
    except _Unfit as unfit:
        raise _not_ready(row, str(unfit)) from unfit


def _not_ready(row: Row, why: str) -> Exception:
    status: Status = row["status"]
    return moves.refusal(row["id"], status, "running", f"Campaign '{row['id']}' {why}")


class _Unfit(Exception):
    """What the campaign would start with does not fit it. Says why."""


async def _as_of_now(tx: Tx, row: Row) -> dict[str, Any]:
    """The script's newest version and the agent as it now is. Raises `_Unfit`."""
    try:
        cast = await agents.cast(
            tx,
            row["workspace_id"],
            script_id=row["script_id"] if row["own_script"] else None,
            agent_id=row["agent_id"],
            fallback=row["own_fallback"],
        )
    except InvalidParameter as invalid:
        raise _Unfit("has a script or agent that now hands calls over to nobody.") from invalid
    if (cast.script_id, cast.version) != (row["script_id"], row["script_version"]):
        required = [name for name, it in cast.script.variables.items() if it.required]
        spoken = [name for name in required if name not in ("name", "phone")]
        if not await queries.all_have(tx.conn, row["id"], spoken):
            raise _Unfit("has contacts without a variable that its script now requires.")
    return cast_fields(cast)


def cast_fields(cast: Cast) -> dict[str, Any]:
    """The columns of a campaign that hold its script and what it took from its agent."""
    return {
        "script_id": cast.script_id,
        "script_version": cast.version,
        "voice": cast.voice,
        "tags": list(cast.tags),
        "fallback": cast.fallback,
        "warnings": to_builtins(cast.warnings),
    }


async def complete_if_finished(tx: Tx, row: Row, now: datetime) -> None:
    """Complete a locked campaign whose last contact has become final."""
    if row["status"] not in ("running", "paused") or await contacts.has_open(tx, row["id"]):
        return
    fields = {"status": "completed", "ended_at": now}
    await _change(tx, row["id"], fields, "campaign.completed")


async def start_one_due(tx: Tx, now: datetime) -> bool:
    """Start a campaign whose `start_time` has come; False when there is none.

    One that lacks contacts or a trunk stays scheduled. Where its script or agent was edited in a
    way that does not fit it, it starts with what it was made with.
    """
    row = await queries.lock_due(tx.conn, now)
    if row is None:
        return False
    fields: dict[str, Any] = {"status": "running", "started_at": now}
    with suppress(_Unfit):
        fields |= await _as_of_now(tx, row)
    await _change(tx, row["id"], fields, "campaign.started")
    await complete_if_finished(tx, await lock(tx, row["id"]), now)
    return True


async def end_one_overdue(tx: Tx, now: datetime) -> bool:
    """Close a campaign whose `end_time` has come; False when there is none.

    Untried contacts are skipped and stop it; if all were tried it completes with its last call.
    """
    row = await queries.lock_overdue(tx.conn, now)
    if row is None:
        return False
    await contacts.close_waiting(tx, row["id"])
    if row["status"] != "scheduled" and not await contacts.has_skipped(tx, row["id"]):
        await complete_if_finished(tx, row, now)
        return True
    fields = {"status": "stopped", "ended_at": now, "stop_reason": "window_ended"}
    await _change(tx, row["id"], fields, "campaign.stopped")
    return True
