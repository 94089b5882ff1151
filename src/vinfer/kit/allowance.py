"""An amount for each day, spent together by every process of the installation."""

from datetime import date
from typing import Final

import structlog

from vinfer.kit.clock import Clock
from vinfer.kit.db import TRANSIENT, Database

_TAKE: Final = """
insert into allowances as a (name, day, spent) select $1, $2, $3::bigint where $3 <= $4
on conflict (name, day) do update set spent = a.spent + excluded.spent
where a.spent + excluded.spent <= $4
returning true
"""
_SETTLE: Final = """
update allowances set spent = greatest(0, spent + $3) where name = $1 and day = $2
"""
_log = structlog.get_logger()


class DailyAllowance:
    """At most `per_day` under `name` between two midnights in UTC."""

    def __init__(self, db: Database, *, name: str, per_day: int, clock: Clock) -> None:
        self._db = db
        self._name = name
        self._per_day = per_day
        self._clock = clock

    async def take(self, amount: int) -> date | None:
        """Set `amount` aside; the day it counts to, or None for more than is left.

        Where nobody can count, nothing is left.
        """
        today = self._clock.now().date()
        try:
            async with self._db.begin() as tx:
                taken = await tx.conn.fetchval(_TAKE, self._name, today, amount, self._per_day)
        except TRANSIENT as error:
            _log.warning("allowance_unknown", allowance=self._name, error=repr(error))
            return None
        return today if taken else None

    async def settle(self, day: date, more: int) -> None:
        """Count `more` to a day, negative for what was set aside and not spent."""
        try:
            async with self._db.begin() as tx:
                await tx.conn.execute(_SETTLE, self._name, day, more)
        except TRANSIENT as error:  # what was set aside counts as spent
            _log.warning("allowance_unsettled", allowance=self._name, error=repr(error))
