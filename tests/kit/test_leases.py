"""Rows under a claim: worked on within slots, given back, lost, tried again and given up."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.harness import StoppedClock

from vinfer.kit.db import Connection, Database
from vinfer.kit.leases import MOST_ATTEMPTS, Again, Engine, Held, Lost


@dataclass
class Pile:
    """Rows in memory, each with what happens at its attempt."""

    acts: list[Callable[[], Any]]
    attempts: int = 1
    kept: bool = True
    released: list[tuple[str, timedelta, bool]] = field(
        default_factory=list[tuple[str, timedelta, bool]]
    )
    given_up: list[str] = field(default_factory=list[str])
    claimed: int = 0
    name: str = "row"

    async def claim(self, conn: Connection, *, token: str, now: datetime, lease: timedelta) -> Any:
        if self.claimed == len(self.acts):
            return None
        self.claimed += 1
        return {"id": str(self.claimed - 1), "attempts": self.attempts}

    async def renew(self, conn: Connection, held: Held, *, until: datetime) -> bool:
        return self.kept

    async def release(
        self, conn: Connection, held: Held, *, due_at: datetime, failed: bool
    ) -> None:
        self.released.append((held.id, due_at - StoppedClock().now(), failed))

    async def attempt(self, held: Held) -> None:
        await self.acts[int(held.id)]()

    async def give_up(self, held: Held) -> None:
        self.given_up.append(held.id)


def engine(pile: Pile, db: Database, *, slots: int = 1) -> Engine:
    return Engine(pile, db, StoppedClock(), slots, beat_s=0.01)


async def _once(pile: Pile, db: Database) -> None:
    worker = engine(pile, db)
    held = await worker.claim()
    assert held is not None
    await worker.do(held)


async def _raise(error: Exception) -> None:
    raise error


async def test_no_more_than_its_slots_are_under_way(db: Database) -> None:
    full, gate, over = asyncio.Event(), asyncio.Event(), asyncio.Event()
    under_way = most = done = 0

    async def act() -> None:
        nonlocal under_way, most, done
        under_way += 1
        most = max(most, under_way)
        if under_way == 2:
            full.set()
        await gate.wait()
        under_way -= 1
        done += 1
        if done == 5:
            over.set()

    pile = Pile([act] * 5)
    running = asyncio.ensure_future(engine(pile, db, slots=2).run())
    await full.wait()
    gate.set()
    await over.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert most == 2
    assert pile.released == []


async def test_what_is_under_way_is_given_back_when_a_worker_stops(db: Database) -> None:
    began = asyncio.Event()

    async def act() -> None:
        began.set()
        await asyncio.sleep(60)

    pile = Pile([act])
    running = asyncio.ensure_future(engine(pile, db).run())
    await began.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert pile.released == [("0", timedelta(0), False)]


async def test_a_lost_claim_ends_the_work(db: Database) -> None:
    pile = Pile([lambda: asyncio.sleep(60)], kept=False)
    await asyncio.wait_for(_once(pile, db), 5)
    assert pile.released == []


async def test_errors_pause_and_count_and_another_turn_does_not(db: Database) -> None:
    pile = Pile(
        [
            lambda: _raise(OSError("no store")),
            lambda: _raise(Again(0, failed=False)),
            lambda: _raise(Lost()),
        ]
    )
    for _ in range(3):
        await _once(pile, db)
    (first, pause, failed), second = pile.released
    assert (first, failed) == ("0", True)
    assert pause > timedelta(0)
    assert second == ("1", timedelta(0), False)


async def test_what_takes_workers_with_it_is_given_up(db: Database) -> None:
    pile = Pile([lambda: _raise(AssertionError("not tried"))], attempts=MOST_ATTEMPTS + 1)
    await _once(pile, db)
    assert pile.given_up == ["0"]
    assert pile.released == []
