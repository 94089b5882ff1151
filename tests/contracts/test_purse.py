"""What every purse of a language model's tokens must do."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from harness import StoppedClock
from vinfer.adapters.llm.fake import OwnPurse
from vinfer.kit.allowance import DailyAllowance
from vinfer.kit.db import Database
from vinfer.ports.llm import Purse

Made = Callable[[int], Purse]


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture(params=["own", "shared"])
def purse(request: pytest.FixtureRequest, db: Database, clock: StoppedClock) -> Made:
    """Makes a purse; each time another one, as another process would."""
    if request.param == "own":
        return lambda per_day: OwnPurse(per_day=per_day, clock=clock)
    return lambda per_day: DailyAllowance(db, name="tokens", per_day=per_day, clock=clock)


async def test_no_more_than_a_day_allows_is_taken(purse: Made, clock: StoppedClock) -> None:
    held = purse(100)
    assert await held.take(101) is None
    taken = await asyncio.gather(*(held.take(30) for _ in range(8)))
    assert sum(day is not None for day in taken) == 3
    assert await held.take(10) == clock.now().date()
    assert await held.take(1) is None
    clock.time += timedelta(days=1)
    assert await held.take(100) == clock.now().date()


async def test_what_was_not_spent_comes_back_to_its_day(purse: Made, clock: StoppedClock) -> None:
    held = purse(100)
    day = await held.take(100)
    assert day is not None
    await held.settle(day, -40)
    clock.time += timedelta(days=1)
    assert await held.take(100) is not None
    await held.settle(day, -1_000)
    clock.time -= timedelta(days=1)
    assert await held.take(100) == day
    await held.settle(day, 50)
    assert await held.take(1) is None


async def test_processes_spend_one_allowance(db: Database, clock: StoppedClock) -> None:
    one, other = (DailyAllowance(db, name="t", per_day=100, clock=clock) for _ in range(2))
    apart = DailyAllowance(db, name="u", per_day=100, clock=clock)
    assert await one.take(60)
    assert await other.take(60) is None
    assert await other.take(40)
    assert await apart.take(100)


async def test_without_a_database_nothing_is_spent(db: Database, clock: StoppedClock) -> None:
    held = DailyAllowance(db, name="t", per_day=100, clock=clock)
    day = await held.take(10)
    assert day is not None
    await db._pool.close()  # pyright: ignore[reportPrivateUsage]  # as when it is away
    assert await held.take(1) is None
    await held.settle(day, -10)
