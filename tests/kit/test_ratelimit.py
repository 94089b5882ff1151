"""Rate limits: exact over processes, in a minute that the test owns."""

import asyncio
from datetime import UTC, datetime, timedelta

from tests.harness import StoppedClock

from vinfer.kit.db import Database
from vinfer.kit.ratelimit import LeasedLimiter, LocalLimiter


async def test_three_processes_admit_exactly_the_limit(db: Database) -> None:
    clock = StoppedClock()
    limiters = [LeasedLimiter(db, clock) for _ in range(3)]

    async def hammer(limiter: LeasedLimiter) -> int:
        quotas = await asyncio.gather(*(limiter.take("wsp_1", 1000) for _ in range(1_100)))
        return sum(quota.allowed for quota in quotas)

    admitted = await asyncio.gather(*(hammer(limiter) for limiter in limiters))
    assert sum(admitted) == 1000
    quota = await limiters[0].take("wsp_1", 1000)
    assert (quota.allowed, quota.remaining) == (False, 0)
    assert quota.reset_at == datetime(2024, 2, 1, 9, 15, tzinfo=UTC).timestamp()
    clock.time += timedelta(seconds=30)
    assert (await limiters[0].take("wsp_1", 1000)).allowed


async def test_workspaces_do_not_share_and_remaining_counts_down(db: Database) -> None:
    limiter = LeasedLimiter(db, StoppedClock())
    left = [(await limiter.take("wsp_1", 5)).remaining for _ in range(6)]
    assert left == [4, 3, 2, 1, 0, 0]
    assert (await limiter.take("wsp_2", 5)).remaining == 4
    assert limiter.peek("wsp_2", 5).remaining == 4


async def test_a_raised_limit_holds_at_once_and_a_lowered_one_too(db: Database) -> None:
    limiter = LeasedLimiter(db, StoppedClock())
    taken = [await limiter.take("wsp_1", 3) for _ in range(4)]
    assert [quota.allowed for quota in taken] == [True, True, True, False]
    taken = [await limiter.take("wsp_1", 5) for _ in range(3)]
    assert [quota.allowed for quota in taken] == [True, True, False]
    assert not (await limiter.take("wsp_1", 4)).allowed


async def test_old_minutes_are_forgotten(db: Database) -> None:
    clock = StoppedClock()
    limiter = LeasedLimiter(db, clock)
    for _ in range(5):
        await limiter.take("wsp_1", 10)
        clock.time += timedelta(minutes=1)
    async with db.read() as conn:
        assert await conn.fetchval("select count(*) from rate_leases") == 2


def test_an_address_has_its_own_minute() -> None:
    clock = StoppedClock()
    limiter = LocalLimiter(clock, per_minute=2)
    assert [limiter.take("a").allowed for _ in range(3)] == [True, True, False]
    assert limiter.take("b").allowed
    limiter.give_back("a")
    assert limiter.take("a").allowed
    clock.time += timedelta(minutes=1)
    assert limiter.take("a").remaining == 1
