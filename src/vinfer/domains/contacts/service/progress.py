"""How far the contacts of a campaign are, and what becomes of one."""

from collections.abc import Sequence
from datetime import datetime

from vinfer.domains.contacts.queries import rows as queries
from vinfer.domains.contacts.schemas import DISPOSITIONS, Progress
from vinfer.kit import lists
from vinfer.kit.db import Connection, Row, Tx


async def tallies(
    conn: Connection, campaign_ids: Sequence[str]
) -> dict[str, tuple[Progress, dict[str, int]]]:
    """Progress and outcomes of each campaign, counted from its contacts."""
    found = {id: (Progress(), dict.fromkeys(DISPOSITIONS, 0)) for id in campaign_ids}
    for row in await lists.by_campaign(conn, "contacts", campaign_ids):
        progress, outcomes = found[row["campaign_id"]]
        progress.total += row["n"]
        setattr(progress, row["status"], getattr(progress, row["status"]) + row["n"])
        if row["status"] == "completed":
            outcomes[row["disposition"]] += row["n"]
    return found  # pyright: ignore[reportReturnType]  # keys are the literals


async def has_any(tx: Tx, campaign_id: str) -> bool:
    """Whether a campaign has a contact at all."""
    return await queries.has_any(tx.conn, campaign_id)


async def has_open(tx: Tx, campaign_id: str) -> bool:
    """Whether a contact of the campaign is not final yet."""
    return await queries.has_open(tx.conn, campaign_id)


async def has_skipped(tx: Tx, campaign_id: str) -> bool:
    """Whether a contact of the campaign was never tried and never will be."""
    return await queries.has_skipped(tx.conn, campaign_id)


async def close_waiting(tx: Tx, campaign_id: str) -> None:
    """Make every contact final that no live call holds: untried ones become `skipped`."""
    await queries.close_waiting(tx.conn, campaign_id)


async def lock(tx: Tx, workspace_id: str, contact_id: str) -> Row | None:
    """The contact's row, held until this transaction ends."""
    return await queries.lock(tx.conn, workspace_id, contact_id)


async def finish(tx: Tx, contact: Row, disposition: str) -> None:
    """Make a contact final."""
    await queries.finish(tx.conn, contact["workspace_id"], contact["id"], disposition)


async def schedule(
    tx: Tx, contact: Row, *, at: datetime, attempts: int, trunk_failures: int = 0
) -> None:
    """Have a contact called again at `at`."""
    await queries.schedule(
        tx.conn,
        contact["workspace_id"],
        contact["id"],
        at=at,
        attempts=attempts,
        trunk_failures=trunk_failures,
    )
