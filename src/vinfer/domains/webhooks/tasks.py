"""Jobs and ticks of webhooks."""

from typing import Final

import msgspec

from vinfer.domains.webhooks import delivery, queries
from vinfer.domains.webhooks.delivery import DELIVER_SLOWLY, Deps
from vinfer.domains.webhooks.service import DELIVER
from vinfer.kit.jobs import JobSpec, every

DISPATCH: Final = "webhooks.dispatch"
SWEEP_EVERY_S: Final = 5.0


class EventRef(msgspec.Struct, frozen=True):
    """Payload of a subscriber: where the event stands in its workspace's log."""

    workspace_id: str
    sequence: int


class WebhookRef(msgspec.Struct, frozen=True):
    """Payload of a delivery."""

    webhook_id: str


class LateAttempt(msgspec.Struct, frozen=True):
    """Payload of the slow lane."""

    webhook_id: str
    sequence: int
    attempt: int


async def dispatch(event: EventRef, deps: Deps) -> None:
    """Wake the webhooks that want an event. A second wake-up finds nothing left to deliver."""
    async with deps.db.begin() as tx:
        for id in await queries.listeners(tx.conn, event.workspace_id, event.sequence):
            tx.enqueue(DELIVER, {"webhook_id": id})


async def deliver(ref: WebhookRef, deps: Deps) -> None:
    """Pump a webhook. A second run goes on from the cursor; a receiver may see one event twice."""
    await delivery.pump(ref.webhook_id, deps)


async def deliver_slowly(late: LateAttempt, deps: Deps) -> None:
    """Try an old event again. A second run finds the attempt settled, or repeats a lost one."""
    await delivery.deliver_slowly(late.webhook_id, late.sequence, late.attempt, deps)


async def sweep(deps: Deps) -> None:
    """Wake webhooks whose worker died. A second wake-up finds them busy."""
    async with deps.db.begin() as tx:
        for id in await queries.stranded(tx.conn, deps.clock.now()):
            tx.enqueue(DELIVER, {"webhook_id": id})


JOBS: Final = (
    JobSpec(DISPATCH, dispatch, payload=EventRef),
    JobSpec(DELIVER, deliver, payload=WebhookRef),
    JobSpec(DELIVER_SLOWLY, deliver_slowly, payload=LateAttempt),
)
TICKS: Final = (every(SWEEP_EVERY_S, "webhooks.sweep", sweep),)
