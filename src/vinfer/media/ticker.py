"""One 20 ms beat per process that drives the frames of every live call."""

import asyncio
import math
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final, Protocol

import structlog

from vinfer.kit.clock import Clock
from vinfer.ports.audio import FRAME_MS

TICK_S: Final = FRAME_MS / 1000
MAX_CATCH_UP_TICKS: Final = 100  # a telephone engine keeps about 2 s of unread audio
LAG_WINDOW_TICKS: Final = 500

log = structlog.get_logger()


class Ticked(Protocol):
    """What the beat drives. `tick` must be quick and must not block."""

    def tick(self) -> None:
        """Live 20 ms."""
        ...

    def fail(self, error: Exception) -> None:
        """Learn that `tick` raised; it is not called again."""
        ...


class Ticker:
    """Calls every attached `Ticked` once per 20 ms, free of drift; missed beats are made good."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ticked: dict[int, Ticked] = {}
        self._lags_s: deque[float] = deque(maxlen=LAG_WINDOW_TICKS)

    @property
    def attached(self) -> int:
        """How many calls the beat drives now."""
        return len(self._ticked)

    def lag_p99_ms(self) -> float:
        """How late the beat came, 99th percentile over the last ten seconds: the load gauge."""
        lags = sorted(self._lags_s)
        return 1000 * lags[math.ceil(0.99 * len(lags)) - 1] if lags else 0.0

    @contextmanager
    def driving(self, ticked: Ticked) -> Generator[None]:
        """Drive `ticked` from the next beat until the block is left."""
        self._ticked[id(ticked)] = ticked
        try:
            yield
        finally:
            self._ticked.pop(id(ticked), None)

    async def run(self) -> None:
        """Beat until cancelled."""
        due_s = self._clock.monotonic() + TICK_S
        while True:
            await asyncio.sleep(due_s - self._clock.monotonic())
            lag_s = self._clock.monotonic() - due_s
            self._lags_s.append(max(lag_s, 0.0))
            missed = int(max(lag_s, 0.0) / TICK_S)
            for _ in range(1 + min(missed, MAX_CATCH_UP_TICKS)):
                self._beat()
            due_s += TICK_S * (1 + missed)

    def _beat(self) -> None:
        for key, ticked in tuple(self._ticked.items()):
            try:
                ticked.tick()
            except Exception as error:
                self._ticked.pop(key, None)
                log.exception("tick_failed")
                ticked.fail(error)
