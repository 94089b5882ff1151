"""How a campaign moves: by request, by the clock, and when its last contact is final.

Every function here holds the campaign's row, so moves and outcomes of one campaign come one by one.
"""

from datetime import datetime
from typing import Any

from vinfer.domains.campaigns import moves, queries
from vinfer.domains.campaigns.schemas import Status, Verb
from vinfer.domains.campaigns.service import resources
from vinfer.domains.contacts import service as contacts
from vinfer.kit.db import Row, Tx
from vinfer.media.script import parsing


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


async def _change(tx: Tx, campaign_id: str, fields: dict[str, Any], event: str) -> None:
    await queries.update(tx.conn, campaign_id, fields)
    await resources.emit(tx, event, await lock(tx, campaign_id))


async def _ready(tx: Tx, row: Row) -> dict[str, Any]:
    """What a start needs; the script version the campaign will keep."""
    if not await contacts.has_any(tx, row["id"]):
        raise _not_ready(row, "has no contacts; add some before it starts.")
    if not await queries.has_trunk(tx.conn, row["id"]):
        raise _not_ready(row, "has no trunk to call through; create one before it starts.")
    version = await _newest_version(tx, row)
    if version is None:
        raise _not_ready(row, "has contacts without a variable that its script now requires.")
    return {"script_version": version}


def _not_ready(row: Row, why: str) -> Exception:
    status: Status = row["status"]
    return moves.refusal(row["id"], status, "running", f"Campaign '{row['id']}' {why}")


async def _newest_version(tx: Tx, row: Row) -> int | None:
    """The script's newest version if the contacts can be called with it."""
    newest = await queries.script(tx.conn, row["workspace_id"], row["script_id"])
    if newest is None or newest["version"] == row["script_version"]:
        return row["script_version"]
    script = parsing.parse(newest["body"])
    required = [name for name, it in script.variables.items() if it.required]
    spoken = [name for name in required if name not in ("name", "phone")]
    if await queries.all_have(tx.conn, row["id"], spoken):
        return newest["version"]
    return None


async def complete_if_finished(tx: Tx, row: Row, now: datetime) -> None:
    """Complete a locked campaign whose last contact has become final."""
    if row["status"] not in ("running", "paused") or await contacts.has_open(tx, row["id"]):
        return
    fields = {"status": "completed", "ended_at": now}
    await _change(tx, row["id"], fields, "campaign.completed")


async def start_one_due(tx: Tx, now: datetime) -> bool:
    """Start a campaign whose `start_time` has come; False when there is none.

    One that lacks contacts or a trunk stays scheduled. A script edited in a way its contacts do
    not fit starts with the version the campaign was made with.
    """
    row = await queries.lock_due(tx.conn, now)
    if row is None:
        return False
    version = await _newest_version(tx, row) or row["script_version"]
    fields = {"status": "running", "started_at": now, "script_version": version}
    await _change(tx, row["id"], fields, "campaign.started")
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
