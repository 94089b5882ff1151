"""Reports as a worker makes them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from vinfer.domains.reports import making, service
from vinfer.domains.reports.making import Made, Press, Unmakable
from vinfer.domains.reports.queries import working
from vinfer.kit import leases
from vinfer.kit.db import Connection, Row
from vinfer.kit.errors import Unavailable
from vinfer.kit.leases import Again, Held

SLOTS: Final = 2  # of a worker: each holds a connection, and pages take a core
_CATCH_UP_S: Final = 15.0
_BROKEN: Final = "The report could not be made."

_log = structlog.get_logger()


def engine(press: Press, *, slots: int = SLOTS) -> leases.Engine:
    """What makes reports, `slots` at a time; one whose worker dies is made anew."""
    return leases.Engine(_Reports(press), press.db, press.clock, slots)


@dataclass(frozen=True, slots=True)
class _Reports:
    press: Press
    name: str = "report"

    async def claim(
        self, conn: Connection, *, token: str, now: datetime, lease: timedelta
    ) -> Row | None:
        return await working.claim(conn, token=token, now=now, lease=lease)

    async def renew(self, conn: Connection, held: Held, *, until: datetime) -> bool:
        return await working.renew(conn, held.id, held.token, until=until)

    async def release(
        self, conn: Connection, held: Held, *, due_at: datetime, failed: bool
    ) -> None:
        await working.release(conn, held.id, held.token, due_at=due_at, failed=failed)

    async def attempt(self, held: Held) -> None:
        try:
            await self._publish(held, await making.make(held.row, self.press))
        except Unmakable as reason:
            await self._fail(held, reason)
        except Unavailable as behind:  # the figures are: no fault of the report's
            raise Again(_CATCH_UP_S, failed=False) from behind

    async def give_up(self, held: Held) -> None:
        await self._fail(held, Unmakable("internal_error", _BROKEN))

    async def _publish(self, held: Held, made: Made) -> None:
        """Show the stored file, or delete it if the report is gone."""
        async with self.press.db.begin() as tx:
            row = await working.finish(
                tx.conn,
                held.id,
                held.token,
                now=self.press.clock.now(),
                data=made.data,
                file=made.file,
            )
            if row is not None:
                service.complete(tx, row)
                return
            gone = not await working.exists(tx.conn, held.id)
        if gone:
            await self.press.storage.delete(made.key)

    async def _fail(self, held: Held, reason: Unmakable) -> None:
        _log.warning("report_failed", code=reason.code, cause=repr(reason.__cause__))
        async with self.press.db.begin() as tx:
            await service.fail(
                tx,
                held.id,
                held.token,
                code=reason.code,
                message=str(reason),
                now=self.press.clock.now(),
            )
