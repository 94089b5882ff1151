"""The jobs of one lane as a worker does them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from vinfer.domains.transcription import getting, hearing, service
from vinfer.domains.transcription.held import Broken, Shop
from vinfer.domains.transcription.queries import working
from vinfer.domains.transcription.schemas import ErrorCode, Lane
from vinfer.kit import leases
from vinfer.kit.db import Connection, Row
from vinfer.kit.leases import Held

# of one workspace at a time, over all workers: slow servers that it names hold up its own alone
_MOST: Final[dict[Lane, int]] = {"light": 24, "heavy": 1_000_000}
_ACTS: Final[dict[Lane, Callable[[Held, Shop], Awaitable[None]]]] = {
    "light": getting.fetch,
    "heavy": hearing.hear,
}


def engine(shop: Shop, lane: Lane, *, slots: int) -> leases.Engine:
    """What does the jobs of a lane, `slots` at a time, each after what is stored of it."""
    return leases.Engine(_Jobs(shop, lane), shop.db, shop.clock, slots)


@dataclass(frozen=True, slots=True)
class _Jobs:
    shop: Shop
    lane: Lane
    name: str = "transcription_job"

    async def claim(
        self, conn: Connection, *, token: str, now: datetime, lease: timedelta
    ) -> Row | None:
        return await working.claim(
            conn, self.lane, token=token, now=now, lease=lease, most=_MOST[self.lane]
        )

    async def renew(self, conn: Connection, held: Held, *, until: datetime) -> bool:
        return await working.renew(conn, held.id, held.token, until=until)

    async def release(
        self, conn: Connection, held: Held, *, due_at: datetime, failed: bool
    ) -> None:
        await working.release(conn, held.id, held.token, due_at=due_at, failed=failed)

    async def attempt(self, held: Held) -> None:
        try:
            await _ACTS[self.lane](held, self.shop)
        except Broken as broken:
            await self._fail(held, broken.code, str(broken))

    async def give_up(self, held: Held) -> None:
        await self._fail(held, "internal_error", "The recording could not be processed.")

    async def _fail(self, held: Held, code: ErrorCode, message: str) -> None:
        async with self.shop.db.begin() as tx:
            row = await working.lock(tx.conn, held.id, held.token)
            if row is not None:
                await service.fail(tx, row, code, message, self.shop.clock.now())
