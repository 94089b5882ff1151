"""Time as a value that is passed in, so that tests own it."""

import time
from datetime import UTC, datetime
from typing import Protocol, runtime_checkable


@runtime_checkable  # the web framework checks what it injects
class Clock(Protocol):
    """Wall and monotonic time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds on a clock that never goes back."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds on a clock that never goes back."""
        return time.monotonic()
