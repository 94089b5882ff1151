"""When a schedule runs, and which days each run covers.

A local time that a clock change skips is read with the offset before the change: the run comes as
much later by the clock as was skipped. One that comes twice is its first coming. Either way there
is one run (RFC 5545, section 3.3.5).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from vinfer.domains.reports.schemas import WEEKDAYS, Frequency, ReportSchedule

_DAY: Final = timedelta(days=1)
_LONGEST_PAUSE: Final = 33  # days between two runs, and one for the zone


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A schedule, compiled. `weekday` counts from Monday, 0."""

    frequency: Frequency
    weekday: int
    day_of_month: int
    time: time
    zone: ZoneInfo

    def next_run(self, after: datetime) -> datetime:
        """The first run after a moment, in UTC."""
        start = after.astimezone(self.zone).date() - _DAY
        days = (start + n * _DAY for n in range(_LONGEST_PAUSE + 3))
        return next(at for at in self._moments(days) if at > after)

    def last_run(self, until: datetime) -> datetime:
        """The last run that is not after a moment, in UTC."""
        start = until.astimezone(self.zone).date() + _DAY
        days = (start - n * _DAY for n in range(_LONGEST_PAUSE + 3))
        return next(at for at in self._moments(days) if at <= until)

    def period(self, run: datetime) -> tuple[date, date]:
        """First and last day that a run covers, both inclusive, in the schedule's zone."""
        day = run.astimezone(self.zone).date()
        if self.frequency == "daily":
            return day - _DAY, day - _DAY
        if self.frequency == "weekly":
            return day - 7 * _DAY, day - _DAY
        last = day.replace(day=1) - _DAY
        return last.replace(day=1), last

    def _moments(self, days: Iterator[date]) -> Iterator[datetime]:
        for day in days:
            if self._runs_on(day):
                yield moment(day, self.time, self.zone)

    def _runs_on(self, day: date) -> bool:
        if self.frequency == "weekly":
            return day.weekday() == self.weekday
        return self.frequency == "daily" or day.day == self.day_of_month


def rhythm_of(schedule: ReportSchedule) -> Rhythm:
    """Compile a schedule."""
    return Rhythm(
        schedule.frequency,
        WEEKDAYS.index(schedule.day_of_week),
        schedule.day_of_month,
        time.fromisoformat(schedule.time),
        ZoneInfo(schedule.timezone),
    )


def moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """A local time in UTC, by the rule at the top."""
    return datetime.combine(day, at.replace(fold=0), zone).astimezone(UTC)
