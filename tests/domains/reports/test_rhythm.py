"""When schedules run: by the clock on the wall, once each, whatever the clock does."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vinfer.domains.reports.rhythm import Rhythm, rhythm_of
from vinfer.domains.reports.schemas import WEEKDAYS, ReportSchedule

NEW_YORK, KOLKATA = "America/New_York", "Asia/Kolkata"
ZONES = (
    *(NEW_YORK, KOLKATA, "UTC", "Europe/London", "Australia/Lord_Howe", "America/Sao_Paulo"),
    *("Africa/Casablanca", "Pacific/Apia", "Asia/Tehran", "Asia/Beirut", "Pacific/Chatham"),
)


def rhythm(frequency: str, at: str, zone: str, **more: Any) -> Rhythm:
    return rhythm_of(
        ReportSchedule(frequency=frequency, email="a@b.c", time=at, timezone=zone, **more)  # type: ignore[arg-type]
    )


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def runs(of: Rhythm, start: str, count: int) -> list[str]:
    found, at = [], utc(start)
    for _ in range(count):
        at = of.next_run(at)
        found.append(at.isoformat()[:16])
    return found


def days(of: Rhythm, run: str) -> tuple[str, str]:
    first, last = of.period(utc(run))
    return first.isoformat(), last.isoformat()


def test_a_time_that_does_not_exist_runs_once_an_hour_later():
    """New York, 8 March 2026: 02:00 becomes 03:00."""
    daily = rhythm("daily", "02:30", NEW_YORK)
    assert runs(daily, "2026-03-07T00:00", 3) == [
        "2026-03-07T07:30",
        "2026-03-08T07:30",  # 03:30 by the clock
        "2026-03-09T06:30",
    ]


def test_a_time_that_comes_twice_runs_at_its_first_coming():
    """New York, 1 November 2026: 02:00 becomes 01:00."""
    daily = rhythm("daily", "01:30", NEW_YORK)
    assert runs(daily, "2026-10-31T00:00", 3) == [
        "2026-10-31T05:30",
        "2026-11-01T05:30",
        "2026-11-02T06:30",
    ]


@pytest.mark.parametrize(
    ("zone", "run", "first", "last"),
    [
        (NEW_YORK, "2026-03-09T10:00", "2026-03-02", "2026-03-08"),  # over the lost hour
        (NEW_YORK, "2026-11-02T11:00", "2026-10-26", "2026-11-01"),  # over the hour that came twice
        (KOLKATA, "2026-03-09T00:30", "2026-03-02", "2026-03-08"),
        (KOLKATA, "2026-11-02T00:30", "2026-10-26", "2026-11-01"),
    ],
)
def test_a_weekly_run_covers_the_seven_days_before_it(zone: str, run: str, first: str, last: str):
    weekly = rhythm("weekly", "06:00", zone)
    assert weekly.next_run(utc(run) - timedelta(minutes=1)) == utc(run)
    assert days(weekly, run) == (first, last)


def test_a_weekly_schedule_runs_on_its_day():
    assert runs(
        rhythm("weekly", "09:00", KOLKATA, day_of_week="thursday"), "2026-03-04T00:00", 2
    ) == [
        "2026-03-05T03:30",
        "2026-03-12T03:30",
    ]


def test_a_daily_run_covers_the_day_before_it_in_its_zone():
    daily = rhythm("daily", "00:00", KOLKATA)
    assert runs(daily, "2026-03-04T12:00", 1) == ["2026-03-04T18:30"]
    assert days(daily, "2026-03-04T18:30") == ("2026-03-04", "2026-03-04")


def test_a_monthly_run_covers_the_calendar_month_before_it():
    monthly = rhythm("monthly", "00:00", KOLKATA, day_of_month=28)
    assert runs(monthly, "2026-02-28T00:00", 2) == ["2026-03-27T18:30", "2026-04-27T18:30"]
    assert days(monthly, "2026-03-27T18:30") == ("2026-02-01", "2026-02-28")
    assert days(rhythm("monthly", "05:00", NEW_YORK), "2026-01-01T10:00") == (
        "2025-12-01",
        "2025-12-31",
    )


MOMENTS = st.integers(0, 90 * 365 * 24 * 60).map(
    lambda minutes: datetime(2009, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
RHYTHMS = st.builds(
    Rhythm,
    st.sampled_from(("daily", "weekly", "monthly")),
    st.integers(0, 6),
    st.integers(1, 28),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.sampled_from(ZONES).map(ZoneInfo),
)


@given(RHYTHMS, MOMENTS)
def test_the_next_run_is_the_first_one_after(of: Rhythm, now: datetime):
    run = of.next_run(now)
    assert now < run <= now + timedelta(days=33)
    assert of.last_run(run) == run
    assert of.next_run(run - timedelta(microseconds=1)) == run
    assert of.last_run(run - timedelta(microseconds=1)) <= now, "no run lies between"


@given(RHYTHMS, MOMENTS)
def test_a_run_is_at_its_time_unless_the_clock_skips_it(of: Rhythm, now: datetime):
    run = of.next_run(now)
    local = run.astimezone(of.zone)
    if local.time() != of.time:
        wanted = datetime.combine(local.date(), of.time, of.zone)
        there_and_back = wanted.astimezone(UTC).astimezone(of.zone)
        assert there_and_back.replace(tzinfo=None) != wanted.replace(tzinfo=None)
    if of.frequency == "weekly" and of.zone.key != "Pacific/Apia":  # where a day was left out
        assert local.weekday() == of.weekday


@given(RHYTHMS, MOMENTS)
def test_periods_end_before_their_run_and_follow_one_another(of: Rhythm, now: datetime):
    run = of.next_run(now)
    later = of.next_run(run)
    first, last = of.period(run)
    assert first <= last < run.astimezone(of.zone).date()
    assert of.period(later)[0] == last + timedelta(days=1) or of.zone.key == "Pacific/Apia"


def test_weekdays_count_from_monday():
    assert date(2026, 3, 2).strftime("%A").lower() == WEEKDAYS[date(2026, 3, 2).weekday()]
    assert time.fromisoformat("07:30") == rhythm("daily", "07:30", KOLKATA).time
