"""The engine of a worker: reports, claimed for a while, made, and given back or ended."""

import asyncio
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import structlog

from vinfer.domains.reports import making, service
from vinfer.domains.reports.making import Made, Press, Unmakable
from vinfer.domains.reports.queries import working
from vinfer.kit import jobs
from vinfer.kit.db import Row
from vinfer.kit.errors import Unavailable

LEASE: Final = timedelta(seconds=60)
BEAT_S: Final = 10.0
POLL_S: Final = 1.0
SLOTS: Final = 2  # of a worker: each holds a connection, and pages take a core
_MOST_ATTEMPTS: Final = 5
_FIRST_RETRY_S: Final = 5.0
_LONGEST_RETRY_S: Final = 300.0
_RELEASE_S: Final = 5.0
_CATCH_UP_S: Final = 15.0
_BROKEN: Final = "The report could not be made."

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Held:
    """A report under this worker's claim, as it was when it was claimed."""

    row: Row
    token: str

    @property
    def id(self) -> str:
        """The report's."""
        return self.row["id"]


@dataclass(slots=True)
class Engine:
    """Makes reports, `slots` at a time; as many may run as there are workers.

    A worker that dies leaves its claims to run out, and another makes its reports anew.
    """

    press: Press
    slots: int = SLOTS
    beat_s: float = BEAT_S
    _busy: int = 0
    _stir: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Work until cancelled; what is under way is given back."""
        async with asyncio.TaskGroup() as group:
            while True:
                while self._busy < self.slots and (held := await self._claimed()) is not None:
                    self._busy += 1
                    group.create_task(self._work(held))
                await self._wait()

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(POLL_S):
                await self._stir.wait()
        except TimeoutError:
            pass
        self._stir.clear()

    async def _claimed(self) -> Held | None:
        try:
            return await self.claim()
        except Exception as error:  # the database is away; the next look tries again
            _log.warning("reports_interrupted", error=repr(error))
            return None

    async def claim(self) -> Held | None:
        """Take the report whose turn it is."""
        token = secrets.token_hex(16)
        async with self.press.db.begin() as tx:
            now = self.press.clock.now()
            row = await working.claim(tx.conn, token=token, now=now, lease=LEASE)
        return Held(row, token) if row is not None else None

    async def _work(self, held: Held) -> None:
        try:
            with structlog.contextvars.bound_contextvars(report_id=held.id):
                await self.work(held)
        except Exception:  # its claim runs out, and it is tried again
            _log.exception("report_attempt_lost")
        finally:
            self._busy -= 1
            self._stir.set()

    async def work(self, held: Held) -> None:
        """Make a claimed report for as long as the claim lasts."""
        try:
            async with asyncio.timeout(None) as scope, asyncio.TaskGroup() as group:
                beating = group.create_task(self._beat(held, scope))
                await self._attempt(held)
                beating.cancel()
        except TimeoutError:
            _log.info("report_claim_lost")
        except asyncio.CancelledError:
            async with asyncio.timeout(_RELEASE_S):
                await self._release(held, after_s=0, failed=False)
            raise

    async def _beat(self, held: Held, scope: asyncio.Timeout) -> None:
        """Renew the claim; when it is lost, end the work."""
        while True:
            await asyncio.sleep(self.beat_s)
            if not await self._renewed(held):
                scope.reschedule(asyncio.get_running_loop().time())
                return

    async def _renewed(self, held: Held) -> bool:
        until = self.press.clock.now() + LEASE
        try:
            async with self.press.db.begin() as tx:
                return await working.renew(tx.conn, held.id, held.token, until=until)
        except Exception as error:  # what is written at the end asks for the claim
            _log.warning("report_beat_missed", error=repr(error))
            return True

    async def _attempt(self, held: Held) -> None:
        try:
            if held.row["attempts"] > _MOST_ATTEMPTS:  # it takes workers with it
                raise Unmakable("internal_error", _BROKEN)
            made = await making.make(held.row, self.press)
            await self._publish(held, made)
        except Unmakable as reason:
            await self._fail(held, reason)
        except Unavailable:  # the figures are behind: no fault of the report's
            await self._release(held, after_s=_CATCH_UP_S, failed=False)
        except Exception as error:
            await self._stumble(held, error)

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

    async def _stumble(self, held: Held, error: Exception) -> None:
        attempts: int = held.row["attempts"]
        if attempts >= _MOST_ATTEMPTS:
            _log.error("report_given_up", attempts=attempts, exc_info=error)
            await self._fail(held, Unmakable("internal_error", _BROKEN))
            return
        pause_s = jobs.retry_delay_s(
            attempts - 1, first_s=_FIRST_RETRY_S, longest_s=_LONGEST_RETRY_S
        )
        _log.error("report_attempt_failed", attempts=attempts, exc_info=error)
        await self._release(held, after_s=pause_s, failed=True)

    async def _release(self, held: Held, *, after_s: float, failed: bool) -> None:
        due_at = self.press.clock.now() + timedelta(seconds=after_s)
        async with self.press.db.begin() as tx:
            await working.release(tx.conn, held.id, held.token, due_at=due_at, failed=failed)
