"""Long work on rows: claimed for a while, done, and given back or ended.

As many may work as there are processes. One that dies leaves its claims to run out, and another
goes on after what is stored.
"""

import asyncio
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from vinfer.kit import jobs
from vinfer.kit.clock import Clock
from vinfer.kit.db import Connection, Database, Row

LEASE: Final = timedelta(seconds=60)
BEAT_S: Final = 10.0
POLL_S: Final = 1.0
MOST_ATTEMPTS: Final = 5
_FIRST_RETRY_S: Final = 5.0
_LONGEST_RETRY_S: Final = 300.0
_RELEASE_S: Final = 5.0

_log = structlog.get_logger()


class Lost(Exception):
    """Somebody else holds the row, or it is gone: nothing of it may be written any more."""


class Again(Exception):
    """The row is to be tried again in `after_s`; `failed` attempts are counted."""

    def __init__(self, after_s: float, *, failed: bool) -> None:
        super().__init__(f"again in {after_s:g} s")
        self.after_s = after_s
        self.failed = failed


@dataclass(frozen=True, slots=True)
class Held:
    """A row under a claim, as it was when it was claimed."""

    row: Row
    token: str

    @property
    def id(self) -> str:
        """The row's."""
        return self.row["id"]


class Work(Protocol):
    """What is done to rows of one kind; statements ask for the claim's token."""

    @property
    def name(self) -> str:
        """What its log lines call a row."""
        ...

    async def claim(
        self, conn: Connection, *, token: str, now: datetime, lease: timedelta
    ) -> Row | None:
        """Take the row whose turn it is: with `id`, and with `attempts` that count this one."""
        ...

    async def renew(self, conn: Connection, held: Held, *, until: datetime) -> bool:
        """Keep a claim; False if it is lost."""
        ...

    async def release(
        self, conn: Connection, held: Held, *, due_at: datetime, failed: bool
    ) -> None:
        """Give a row back, to be taken from `due_at` on; no attempt counts that did not fail."""
        ...

    async def attempt(self, held: Held) -> None:
        """Do it, and end the row. Raises `Lost`, `Again`, and whatever goes wrong."""
        ...

    async def give_up(self, held: Held) -> None:
        """End a row that took too many attempts: it may take workers with it."""
        ...


@dataclass(slots=True)
class Engine:
    """Works on claimed rows, `slots` at a time."""

    work: Work
    db: Database
    clock: Clock
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
                    group.create_task(self._done(held))
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
            _log.warning("claims_interrupted", kind=self.work.name, error=repr(error))
            return None

    async def claim(self) -> Held | None:
        """Take the row whose turn it is."""
        token = secrets.token_hex(16)
        async with self.db.begin() as tx:
            row = await self.work.claim(tx.conn, token=token, now=self.clock.now(), lease=LEASE)
        return Held(row, token) if row is not None else None

    async def _done(self, held: Held) -> None:
        try:
            await self.do(held)
        except Exception as error:  # its claim runs out, and it is tried again
            _log.error("attempt_lost", kind=self.work.name, id=held.id, exc_info=error)
        finally:
            self._busy -= 1
            self._stir.set()

    async def do(self, held: Held) -> None:
        """Work on a claimed row for as long as the claim lasts."""
        with structlog.contextvars.bound_contextvars(**{f"{self.work.name}_id": held.id}):
            try:
                async with asyncio.timeout(None) as scope, asyncio.TaskGroup() as group:
                    beating = group.create_task(self._beat(held, scope))
                    await self._attempt(held)
                    beating.cancel()
            except TimeoutError:
                _log.info("claim_lost", kind=self.work.name)
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
        until = self.clock.now() + LEASE
        try:
            async with self.db.begin() as tx:
                return await self.work.renew(tx.conn, held, until=until)
        except Exception as error:  # whatever is written meanwhile asks for the claim
            _log.warning("beat_missed", kind=self.work.name, error=repr(error))
            return True

    async def _attempt(self, held: Held) -> None:
        try:
            if held.row["attempts"] > MOST_ATTEMPTS:
                await self.work.give_up(held)
                return
            await self.work.attempt(held)
        except Lost:
            _log.info("claim_lost", kind=self.work.name)
        except Again as again:
            await self._release(held, after_s=again.after_s, failed=again.failed)
        except Exception as error:
            await self._stumble(held, error)

    async def _stumble(self, held: Held, error: Exception) -> None:
        attempts: int = held.row["attempts"]
        pause_s = jobs.retry_delay_s(
            attempts - 1, first_s=_FIRST_RETRY_S, longest_s=_LONGEST_RETRY_S
        )
        _log.error("attempt_failed", kind=self.work.name, attempts=attempts, exc_info=error)
        await self._release(held, after_s=pause_s, failed=True)

    async def _release(self, held: Held, *, after_s: float, failed: bool) -> None:
        due_at = self.clock.now() + timedelta(seconds=after_s)
        async with self.db.begin() as tx:
            await self.work.release(tx.conn, held, due_at=due_at, failed=failed)
