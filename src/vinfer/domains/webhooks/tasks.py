"""Jobs and ticks of webhooks."""

from typing import Final

import msgspec

from vinfer.domains.webhooks import testing, upkeep
from vinfer.domains.webhooks.delivery import Deps
from vinfer.domains.webhooks.queries import chains
from vinfer.domains.webhooks.service import SEND_TEST
from vinfer.kit.jobs import JobSpec, every

SKIP_EVERY_S: Final = 5.0
PRUNE_EVERY_S: Final = 60.0
TESTS_AT_ONCE: Final = 16


class DeliveryRef(msgspec.Struct, frozen=True):
    """Payload of a test."""

    delivery_id: str


async def send_test(ref: DeliveryRef, deps: Deps) -> None:
    """Send a test event. A second run finds it sent, or repeats an attempt that was lost."""
    await testing.send_test(ref.delivery_id, deps)


async def skip_unwanted(deps: Deps) -> None:
    """Move cursors past what nobody wants. A second run finds nothing to skip."""
    async with deps.db.begin() as tx:
        await chains.skip_unwanted(tx.conn)


async def prune(deps: upkeep.Deps) -> None:
    """Forget what retention ends. A second run finds less to forget."""
    await upkeep.prune(deps)


JOBS: Final = (
    JobSpec(SEND_TEST, send_test, payload=DeliveryRef, concurrency=TESTS_AT_ONCE, max_attempts=3),
)
TICKS: Final = (
    every(SKIP_EVERY_S, "webhooks.skip_unwanted", skip_unwanted),
    every(PRUNE_EVERY_S, "webhooks.prune", prune),
)
