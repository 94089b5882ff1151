"""Campaigns as the API returns them."""

from collections.abc import Sequence

from msgspec import convert, to_builtins

from vinfer.domains.agents.schemas import Notice
from vinfer.domains.campaigns.schemas import Campaign
from vinfer.domains.contacts import service as contacts
from vinfer.kit.db import Connection, Row, Tx
from vinfer.kit.events import Event


async def build(conn: Connection, rows: Sequence[Row]) -> list[Campaign]:
    """Resources of campaign rows, progress counted."""
    tallies = await contacts.tallies(conn, [row["id"] for row in rows])
    found: list[Campaign] = []
    for row in rows:
        progress, dispositions = tallies[row["id"]]
        found.append(
            Campaign(
                id=row["id"],
                campaign_id=row["id"],
                name=row["name"],
                status=row["status"],
                stop_reason=row["stop_reason"],
                script_id=row["script_id"],
                script_version=row["script_version"],
                agent_id=row["agent_id"],
                language=row["language"],
                trunk_id=row["trunk_id"],
                schedule=row["schedule"],
                max_attempts=row["max_attempts"],
                retry_interval_minutes=row["retry_interval_minutes"],
                concurrency=row["concurrency"],
                metadata=row["metadata"],
                analyze=row["analyze_features"],
                fallback=row["fallback"],
                warnings=convert(row["warnings"], list[Notice]),
                progress=progress,
                dispositions=dispositions,
                created_at=row["created_at"],
                started_at=row["started_at"],
                ended_at=row["ended_at"],
            )
        )
    return found


async def emit(tx: Tx, name: str, row: Row) -> None:
    """Say what became of a campaign, with the campaign as it now is."""
    (campaign,) = await build(tx.conn, [row])
    tx.emit(Event(name, row["workspace_id"], "campaign", row["id"], to_builtins(campaign)))
