"""The beat: even, free of drift, and unharmed by one broken call."""

import asyncio

import pytest
from tests import virtual_time

from vinfer.media.ticker import Ticker


class Counter:
    """Counts beats; raises at `breaks_at`."""

    def __init__(self, *, breaks_at: int = 0) -> None:
        self.beats = 0
        self.error: Exception | None = None
        self._breaks_at = breaks_at

    def tick(self) -> None:
        self.beats += 1
        if self.beats == self._breaks_at:
            raise ValueError("broken")

    def fail(self, error: Exception) -> None:
        self.error = error


class StallingClock(virtual_time.VirtualClock):
    """A clock on which the process was stopped once for `stall_s`."""

    stall_s = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.stall_s


async def beat_for(seconds: float, ticker: Ticker) -> None:
    async with asyncio.TaskGroup() as group:
        beating = group.create_task(ticker.run())
        await asyncio.sleep(seconds)
        beating.cancel()


def test_an_hour_has_its_exact_number_of_beats() -> None:
    async def main() -> int:
        ticker, counter = Ticker(virtual_time.VirtualClock()), Counter()
        with ticker.driving(counter):
            await beat_for(3600.001, ticker)
        return counter.beats

    assert virtual_time.run(main()) == 180_000


def test_beats_missed_in_a_stall_are_made_good_and_the_lag_is_seen() -> None:
    async def main() -> tuple[int, float]:
        clock, counter = StallingClock(), Counter()
        ticker = Ticker(clock)
        async with asyncio.TaskGroup() as group:
            beating = group.create_task(ticker.run())
            with ticker.driving(counter):
                await asyncio.sleep(0.101)
                clock.stall_s = 0.2
                await asyncio.sleep(0.1)
            beating.cancel()
        return counter.beats, ticker.lag_p99_ms()

    beats, lag_ms = virtual_time.run(main())

    assert beats == 20
    assert lag_ms == pytest.approx(200, abs=1)


def test_a_call_that_raises_is_told_and_left_out() -> None:
    async def main() -> tuple[Counter, Counter]:
        ticker, broken, sound = Ticker(virtual_time.VirtualClock()), Counter(breaks_at=3), Counter()
        with ticker.driving(broken), ticker.driving(sound):
            await beat_for(0.201, ticker)
            assert ticker.attached == 1
        return broken, sound

    broken, sound = virtual_time.run(main())

    assert (broken.beats, sound.beats) == (3, 10)
    assert isinstance(broken.error, ValueError)
