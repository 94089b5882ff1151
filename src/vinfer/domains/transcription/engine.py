"""The engine of a worker: jobs of one lane, claimed for a while, done, and given back or ended."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import structlog

from vinfer.domains.transcription import getting, hearing, service
from vinfer.domains.transcription.held import Again, Broken, Held, Lost, Shop
from vinfer.domains.transcription.queries import working
from vinfer.domains.transcription.schemas import ErrorCode, Lane
from vinfer.kit import jobs

LEASE: Final = timedelta(seconds=60)
BEAT_S: Final = 10.0
POLL_S: Final = 1.0
_MOST_ATTEMPTS: Final = 5  # at one step, without anything stored
_FIRST_RETRY_S: Final = 5.0
_LONGEST_RETRY_S: Final = 300.0
_RELEASE_S: Final = 5.0

_log = structlog.get_logger()
# of one workspace at a time, over all workers: slow servers that it names hold up its own alone
_MOST: Final[dict[Lane, int]] = {"light": 24, "heavy": 1_000_000}
_ACTS: Final[dict[Lane, Callable[[Held, Shop], Awaitable[None]]]] = {
    "light": getting.fetch,
    "heavy": hearing.hear,
}


@dataclass(slots=True)
class Engine:
    """Does the jobs of a lane, `slots` at a time; as many may run as there are workers.

    A worker that dies leaves its claims to run out, and another goes on after what is stored.
    """

    shop: Shop
    lane: Lane
    slots: int
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
            return
        self._stir.clear()

    async def _claimed(self) -> Held | None:
        try:
            return await self.claim()
        except Exception as error:  # the database is away, mostly: the next look finds it
            _log.warning("transcription_interrupted", lane=self.lane, error=repr(error))
            return None

    async def claim(self) -> Held | None:
        """Take the job whose turn it is."""
        token = secrets.token_hex(16)
        async with self.shop.db.begin() as tx:
            row = await working.claim(
                tx.conn,
                self.lane,
                token=token,
                now=self.shop.clock.now(),
                lease=LEASE,
                most=_MOST[self.lane],
            )
        return Held(row, token) if row is not None else None

    async def _work(self, held: Held) -> None:
        try:
            with structlog.contextvars.bound_contextvars(transcription_job_id=held.id):
                await self.work(held)
        except Exception:  # its claim runs out, and it is tried again
            _log.exception("transcription_attempt_lost")
        finally:
            self._busy -= 1
            self._stir.set()

    async def work(self, held: Held) -> None:
        """Do a claimed job for as long as the claim lasts."""
        try:
            async with asyncio.timeout(None) as scope, asyncio.TaskGroup() as group:
                beating = group.create_task(self._beat(held, scope))
                await self._attempt(held)
                beating.cancel()
        except TimeoutError:
            _log.info("transcription_claim_lost")
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
        until = self.shop.clock.now() + LEASE
        try:
            async with self.shop.db.begin() as tx:
                return await working.renew(tx.conn, held.id, held.token, until=until)
        except Exception as error:  # whatever is written meanwhile asks for the claim
            _log.warning("transcription_beat_missed", error=repr(error))
            return True

    async def _attempt(self, held: Held) -> None:
        if held.row["attempts"] > _MOST_ATTEMPTS:  # it takes workers with it
            await self._fail(held, "internal_error", "The recording could not be processed.")
            return
        try:
            await _ACTS[self.lane](held, self.shop)
        except Lost:
            _log.info("transcription_claim_lost")
        except Again as again:
            await self._release(held, after_s=again.after_s, failed=again.after_s > 0)
        except Broken as broken:
            await self._fail(held, broken.code, str(broken))
        except Exception as error:
            await self._stumble(held, error)

    async def _stumble(self, held: Held, error: Exception) -> None:
        attempts: int = held.row["attempts"]
        pause_s = jobs.retry_delay_s(
            attempts - 1, first_s=_FIRST_RETRY_S, longest_s=_LONGEST_RETRY_S
        )
        _log.error("transcription_attempt_failed", attempts=attempts, exc_info=error)
        await self._release(held, after_s=pause_s, failed=True)

    async def _release(self, held: Held, *, after_s: float, failed: bool) -> None:
        due_at = self.shop.clock.now() + timedelta(seconds=after_s)
        async with self.shop.db.begin() as tx:
            await working.release(tx.conn, held.id, held.token, due_at=due_at, failed=failed)

    async def _fail(self, held: Held, code: ErrorCode, message: str) -> None:
        async with self.shop.db.begin() as tx:
            row = await working.lock(tx.conn, held.id, held.token)
            if row is not None:
                await service.fail(tx, row, code, message, self.shop.clock.now())
