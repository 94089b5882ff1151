"""What the worker does for figures."""

from typing import Final, Protocol

import structlog

from vinfer.domains.analytics import service
from vinfer.kit.db import Database
from vinfer.kit.jobs import every
from vinfer.ports.audio import EngineUnavailable
from vinfer.ports.facts import FactSink

FOLD_EVERY_S: Final = 5.0
SHIP_EVERY_S: Final = 10.0
_log = structlog.get_logger()


class Deps(Protocol):
    """What it needs."""

    @property
    def db(self) -> Database:
        """The database."""
        ...

    @property
    def facts(self) -> FactSink | None:
        """Another database that is told facts of calls."""
        ...


async def fold(deps: Deps) -> None:
    """Add to the sums what has changed. A second run finds nothing that has."""
    await service.fold(deps.db, tell=deps.facts is not None)


async def ship(deps: Deps) -> None:
    """Send on what has changed. A second run sends what the first did not see through."""
    if deps.facts is None:
        return
    try:
        sent = await service.ship(deps.db, deps.facts)
    except EngineUnavailable as error:
        waiting = await service.unsent(deps.db)
        _log.warning("facts_not_shipped", error=str(error), waiting=waiting)
        return
    if sent:
        _log.debug("facts_shipped", facts=sent)


TICKS: Final = (
    every(FOLD_EVERY_S, "analytics.fold", fold),
    every(SHIP_EVERY_S, "analytics.ship", ship),
)
