"""From a schedule as given to the hours the dialer compares."""

import re
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from vinfer.domains.campaigns.schemas import WEEKDAYS, Hours, Schedule
from vinfer.kit import zones
from vinfer.kit.errors import InvalidParameter

# RFC 3339 but for the offset, which may be absent; `fromisoformat` also reads weeks and more
_MOMENT: Final = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?", re.ASCII | re.IGNORECASE
)


def compile_hours(schedule: Schedule | None, *, default_timezone: str) -> Hours:
    """The hours of a schedule; without one, always. Raises `InvalidParameter`."""
    given = schedule or Schedule()
    timezone = _timezone(given.timezone) or default_timezone
    start_at = _moment("start_time", given.start_time, timezone)
    end_at = _moment("end_time", given.end_time, timezone)
    if end_at is not None and start_at is not None and end_at <= start_at:
        raise InvalidParameter(
            "schedule.end_time", provided=given.end_time, expected="later than 'start_time'"
        )
    start, end = ("00:00", "24:00")
    if given.daily_window is not None:
        start, end = given.daily_window.start, given.daily_window.end
    if start >= end:
        raise InvalidParameter(
            "schedule.daily_window.end", provided=end, expected="later than 'start', the same day"
        )
    days = sorted({WEEKDAYS.index(day) + 1 for day in given.days or WEEKDAYS})
    return Hours(
        start_at=start_at,
        end_at=end_at,
        timezone=timezone,
        window_start=start,
        window_end=end,
        days=tuple(days),
    )


def _timezone(name: str | None) -> str | None:
    if name is not None and not zones.is_zone(name):
        raise InvalidParameter(
            "schedule.timezone", provided=name[:100], expected="an IANA zone, e.g. Asia/Kolkata"
        )
    return name


def _moment(field: str, text: str | None, timezone: str) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text.upper()) if _MOMENT.fullmatch(text) else None
    except ValueError:
        moment = None
    if moment is None or not 2000 <= moment.year <= 9000:
        raise InvalidParameter(
            f"schedule.{field}", provided=text[:100], expected="ISO 8601, e.g. 2026-02-01T09:00:00"
        )
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(timezone))
