"""Test events: one attempt, outside the log and outside order, breaker and retries."""

from datetime import timedelta
from typing import Final

import msgspec

from vinfer.domains.webhooks import delivery, turn
from vinfer.domains.webhooks.delivery import Attempt, Deps, Outcome, Secrets
from vinfer.domains.webhooks.queries import deliveries, endpoints
from vinfer.domains.webhooks.schemas import Envelope
from vinfer.kit.db import Row

PATIENCE: Final = timedelta(minutes=1)
"""How long a test may wait for others: tests of receivers that hang must not pile up."""


async def send_test(delivery_id: str, deps: Deps) -> None:
    """Make the attempt that waits under this id, if it still does."""
    now = deps.clock.now()
    async with deps.db.begin() as tx:
        row = await deliveries.waiting_test(tx.conn, delivery_id)
    if row is None:
        return
    attempt = Attempt(delivery_id, delivery.target_of(row, now), 1, _envelope(row))
    if row["status"] != "active" or row["deleted_at"] is not None:
        outcome = Outcome(now, delivered=False, latency_ms=0, error="the webhook is disabled")
    elif now - row["happened_at"] > PATIENCE:
        outcome = Outcome(now, delivered=False, latency_ms=0, error="it has waited too long")
    else:
        outcome = await delivery.send(attempt, deps, Secrets(deps.seal))
    async with deps.db.begin() as tx:
        await deliveries.end_test(tx.conn, turn.row_of(attempt, outcome))


def _envelope(row: Row) -> Envelope:
    webhook = endpoints.webhook_of(row)
    return Envelope(
        id=row["event_id"],
        event=row["event"],
        created_at=row["happened_at"],
        workspace_id=row["workspace_id"],
        sequence=0,
        data=msgspec.to_builtins(webhook),
    )
