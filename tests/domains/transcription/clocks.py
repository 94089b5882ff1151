"""Time that moves when a test says so."""

from datetime import UTC, datetime, timedelta


class MovableClock:
    """A clock."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()

    def pass_time(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)
