"""Retention: what is forgotten, a bounded batch at a time."""

from datetime import timedelta
from typing import Final, Protocol

import structlog

from vinfer.domains.webhooks.queries import chains, deliveries, endpoints, log
from vinfer.kit.clock import Clock
from vinfer.kit.db import Database
from vinfer.kit.ids import first_id

BATCH: Final = 2000
BATCHES_PER_RUN: Final = 50
LATE: Final = timedelta(days=1)  # an attempt that was under way may still be written

_log = structlog.get_logger()


class Limits(Protocol):
    """The settings that say how long things are kept."""

    @property
    def event_retention_days(self) -> int:
        """Days that events and deliveries stay."""
        ...


class Deps(Protocol):
    """What upkeep needs of the worker."""

    @property
    def db(self) -> Database:
        """The database."""
        ...

    @property
    def clock(self) -> Clock:
        """The time."""
        ...

    @property
    def settings(self) -> Limits:
        """How long things are kept."""
        ...


async def prune(deps: Deps) -> None:
    """Forget secrets, events, deliveries and deleted webhooks whose time is over.

    An event that is still owed to an active webhook stays, and what follows it in its workspace.
    """
    now, settings = deps.clock.now(), deps.settings
    before = now - timedelta(days=settings.event_retention_days)
    async with deps.db.begin() as tx:
        await endpoints.drop_previous(tx.conn, now)
        await chains.drop_orphans(tx.conn)
        await endpoints.prune(tx.conn, before=min(before, now - LATE), limit=BATCH)
    events = attempts = 0
    for _ in range(BATCHES_PER_RUN):
        async with deps.db.begin() as tx:
            gone = await log.prune(tx.conn, before=before, limit=BATCH)
            old = await deliveries.prune(tx.conn, before_id=first_id("dlv", before), limit=BATCH)
        events, attempts = events + gone, attempts + old
        if not gone and not old:
            break
    if events or attempts:
        _log.info("webhooks_pruned", events=events, deliveries=attempts)
