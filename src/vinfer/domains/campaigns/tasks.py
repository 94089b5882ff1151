"""What campaigns do by the clock."""

from vinfer.domains.campaigns import service
from vinfer.kit.clock import Clock
from vinfer.kit.db import Database


async def run_schedules(db: Database, clock: Clock) -> None:
    """Start and end what is due, a transaction each. A second run finds nothing left to do."""
    for step in (service.end_one_overdue, service.start_one_due):
        again = True
        while again:
            async with db.begin() as tx:
                again = await step(tx, clock.now())
