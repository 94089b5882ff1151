"""A media process shows that it lives by a lock that its own session holds."""

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import asyncpg
import structlog

from vinfer.domains.calls import processes
from vinfer.kit.clock import Clock
from vinfer.kit.db import Connection

log = structlog.get_logger()

CHECK_S = 2.0
MOST_SKEW_S = 2.0
LOCK_S = 30.0  # then the wait for an earlier session's end begins anew


class Identity:
    """The process's id and whether the database knows at this moment that it lives."""

    def __init__(self, process_id: str, *, dsn: str, clock: Clock) -> None:
        self.id = process_id
        self.held = asyncio.Event()
        self._dsn = dsn
        self._clock = clock

    async def keep(self) -> None:
        """Hold the lock until cancelled; after a lost session take it again on a new one.

        Claims wait for `held`: calls taken without the lock would look like a dead process's.
        """
        while True:
            try:
                await self._hold()
            except Exception as error:  # whatever it is, the live calls go on
                self.held.clear()
                log.warning("identity_lost", error=repr(error))
                await asyncio.sleep(0.5)

    async def _hold(self) -> None:
        connect: Callable[..., Any] = asyncpg.connect  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # untyped
        conn = await connect(self._dsn, timeout=10, command_timeout=LOCK_S)
        try:
            await processes.register_process(
                conn, self.id, host=socket.gethostname(), now=self._clock.now()
            )
            while True:
                await self._check_clock(conn)
                await asyncio.sleep(CHECK_S)
        finally:
            self.held.clear()
            conn.terminate()

    async def _check_clock(self, conn: Connection) -> None:
        """Claim only while this host's clock is right: it decides about windows and limits."""
        skew_s = await processes.clock_skew_s(conn, now=self._clock.now())
        if abs(skew_s) <= MOST_SKEW_S:
            self.held.set()
        elif self.held.is_set():
            self.held.clear()
            log.error("clock_skewed", ahead_of_database_s=round(skew_s, 1))
