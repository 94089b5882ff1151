"""What the worker does for figures."""

from typing import Final, Protocol

from vinfer.domains.analytics import service
from vinfer.kit.db import Database
from vinfer.kit.jobs import every

FOLD_EVERY_S: Final = 5.0


class Deps(Protocol):
    """What it needs."""

    @property
    def db(self) -> Database:
        """The database."""
        ...


async def fold(deps: Deps) -> None:
    """Add to the sums what has changed. A second run finds nothing that has."""
    await service.fold(deps.db)


TICKS: Final = (every(FOLD_EVERY_S, "analytics.fold", fold),)
