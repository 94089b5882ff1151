"""`GET /health`: whether this process and its database answer, however many ask."""

import asyncio
from typing import Final

from litestar import get

import vinfer
from vinfer.kit import http
from vinfer.kit.clock import Clock
from vinfer.kit.db import Database
from vinfer.kit.errors import Unavailable

MEMORY_S: Final = 1.0
PATIENCE_S: Final = 5.0


class Pulse:
    """Asks the database at most once in `MEMORY_S`: who needs no key must not keep it busy."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._lock = asyncio.Lock()
        self._until = 0.0
        self._error: Exception | None = None

    async def require(self) -> None:
        """Raise `Unavailable` unless the database answers."""
        async with self._lock:
            if self._clock.monotonic() >= self._until:
                self._error = await self._ask()
                self._until = self._clock.monotonic() + MEMORY_S
        if self._error is not None:
            raise Unavailable from self._error

    async def _ask(self) -> Exception | None:
        try:
            async with asyncio.timeout(PATIENCE_S), self._db.read() as conn:
                await conn.fetchval("select 1")
        except Exception as error:  # whatever it is, the database does not answer
            return error
        return None


@get("/health", opt=http.PUBLIC)
async def health(pulse: http.Given[Pulse]) -> dict[str, str]:
    """Whether this process and its database answer."""
    await pulse.require()
    return {"status": "ok", "version": vinfer.__version__}
