"""Rate limits over fixed minutes: leased and exact over all processes, or local to this one."""

import asyncio
from dataclasses import dataclass, field
from typing import Final

from vinfer.kit.clock import Clock
from vinfer.kit.db import Database

LEASE: Final = 50
_MAX_ADDRESSES: Final = 100_000
# The lease shrinks to one token near the limit, so that little is left in an idle process.
_TAKE: Final = """
    insert into rate_leases as r (workspace_id, minute, used, granted)
    values ($1, $2, least($3::int, greatest(1, $4::int / 8)), least($3, greatest(1, $4 / 8)))
    on conflict (workspace_id, minute) do update set
        granted = least($3, greatest(1, ($4 - r.used) / 8)),
        used = r.used + least($3, greatest(1, ($4 - r.used) / 8))
    where r.used < $4
    returning used, granted
"""


@dataclass(frozen=True, slots=True)
class Quota:
    """What is left of a minute after one request; `reset_at` in Unix seconds."""

    limit: int
    remaining: int
    reset_at: int
    allowed: bool = True


@dataclass(slots=True)
class _Window:
    minute: int
    limit: int
    shared: int  # not yet leased to anyone, as last seen
    tokens: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def quota(self, *, allowed: bool = True) -> Quota:
        return Quota(self.limit, self.tokens + self.shared, (self.minute + 1) * 60, allowed)


class LeasedLimiter:
    """Never over the limit within a minute, whatever the number of processes.

    Tokens are leased from one row per workspace and minute, each in a transaction of its own.
    """

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._minute = 0
        self._windows: dict[str, _Window] = {}

    async def take(self, workspace_id: str, limit: int) -> Quota:
        """Use one token, if there is one."""
        window = self._window(workspace_id, limit)
        if window.tokens == 0 and window.shared > 0:
            async with window.lock:
                if window.tokens == 0 and window.shared > 0:
                    await self._lease(workspace_id, window)
        allowed = window.tokens > 0
        window.tokens -= allowed
        return window.quota(allowed=allowed)

    def peek(self, workspace_id: str, limit: int) -> Quota:
        """The figures without using a token."""
        return self._window(workspace_id, limit).quota()

    def _window(self, workspace_id: str, limit: int) -> _Window:
        minute = int(self._clock.now().timestamp()) // 60
        if minute != self._minute:
            self._minute = minute
            self._windows.clear()
        window = self._windows.get(workspace_id)
        if window is None or window.limit != limit:
            tokens = 0 if window is None else min(window.tokens, limit)
            window = self._windows[workspace_id] = _Window(minute, limit, limit, tokens)
        return window

    async def _lease(self, workspace_id: str, window: _Window) -> None:
        async with self._db.read() as conn:
            row = await conn.fetchrow(_TAKE, workspace_id, window.minute, LEASE, window.limit)
            await conn.execute(
                "delete from rate_leases where workspace_id = $1 and minute < $2",
                workspace_id,
                window.minute - 1,
            )
        window.tokens += row["granted"] if row else 0
        window.shared = max(0, window.limit - row["used"]) if row else 0


class LocalLimiter:
    """Requests per minute and address in this process, without the database."""

    def __init__(self, clock: Clock, *, per_minute: int) -> None:
        self._clock = clock
        self._limit = per_minute
        self._minute = 0
        self._used: dict[str, int] = {}

    def take(self, address: str) -> Quota:
        """Use one token, if there is one."""
        minute = int(self._clock.now().timestamp()) // 60
        if minute != self._minute or len(self._used) > _MAX_ADDRESSES:
            self._minute = minute
            self._used.clear()
        used = self._used.get(address, 0)
        allowed = used < self._limit
        self._used[address] = used + allowed
        return Quota(self._limit, self._limit - used - allowed, (minute + 1) * 60, allowed)

    def give_back(self, address: str) -> None:
        """Undo a `take`: the request turned out to be authenticated."""
        if self._used.get(address):
            self._used[address] -= 1
