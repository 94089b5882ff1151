"""Upkeep of QA: a look every day at how far machine and people agree."""

from typing import Final, Protocol

from vinfer.domains.qa.service import agreeing
from vinfer.domains.qa.service.agreeing import Drift
from vinfer.kit import jobs
from vinfer.kit.clock import Clock
from vinfer.kit.db import Database

EVERY_S: Final = 86_400.0


class Deps(Protocol):
    """What the look needs."""

    @property
    def db(self) -> Database:
        """The database."""
        ...

    @property
    def clock(self) -> Clock:
        """The time."""
        ...

    @property
    def qa_drift(self) -> Drift:
        """From where on a change is an alarm."""
        ...


async def watch_drift(deps: Deps) -> None:
    """Warn, in the log, of parameters that the machine judges worse than before. Harmless twice."""
    now = deps.clock.now()
    async with deps.db.read() as conn:
        for workspace_id in await agreeing.workspaces(conn):
            await agreeing.watch(conn, workspace_id, drift=deps.qa_drift, now=now)


TICKS: Final = (jobs.every(EVERY_S, "qa.watch_drift", watch_drift),)
