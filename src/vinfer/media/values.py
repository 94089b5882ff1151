"""Variable values as typed data: what a JSON value or a CSV cell holds, if it holds it."""

import re
from datetime import date, datetime, time, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from vinfer.media import spoken

_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))?(?::\d{2})?\s*([ap])?\.?m?\.?", re.IGNORECASE)
_MAX_NUMBER_CHARS: Final = 40
_TRUE: Final = frozenset({"true", "yes", "y", "1"})
_FALSE: Final = frozenset({"false", "no", "n", "0"})


def number(value: Any) -> Decimal | None:
    """A finite number out of 5200, "5,200.50" or "₹ 5,200"; None if it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    text = f"{value:.6f}" if isinstance(value, float) else str(value)
    if len(text) > _MAX_NUMBER_CHARS:
        return None
    text = re.sub(r"^\s*(?:₹|rs\.?|inr)\s*", "", text, flags=re.IGNORECASE).replace(",", "").strip()
    try:
        figure = Decimal(text)
    except InvalidOperation:
        return None
    # "1e-999999999" is a finite number of a billion decimal places.
    bounded = (
        figure.is_finite() and abs(figure) <= spoken.MAX_NUMBER and abs(figure.adjusted()) < 20
    )
    return figure if bounded else None


def day(value: Any, zone: tzinfo | None = None) -> date | None:
    """A date out of a date, a datetime (in `zone`), ISO 8601 or the Indian day-first form."""
    moment = _moment(value, zone)
    if moment is not None:
        return moment.date()
    if isinstance(value, date):
        return value
    match = _DAY_FIRST.fullmatch(value.strip()) if isinstance(value, str) else None
    try:
        return date(int(match[3]), int(match[2]), int(match[1])) if match else None
    except ValueError:
        return None


def clock(value: Any, zone: tzinfo | None = None) -> time | None:
    """A time of day out of a time, a datetime with a time, "17:30" or "5:30 pm"."""
    if isinstance(value, time):
        return value
    if (
        isinstance(value, str)
        and (match := _CLOCK.fullmatch(value.strip()))
        and (match[2] or match[3])
    ):
        hour = int(match[1])
        if match[3]:
            hour = hour % 12 + (12 if match[3].lower() == "p" else 0)
        minute = int(match[2] or 0)
        return time(hour, minute) if hour < 24 and minute < 60 else None
    moment = _moment(value, zone)
    dated_only = isinstance(value, str) and len(value.strip()) <= 10
    return None if moment is None or dated_only else moment.time()


def _moment(value: Any, zone: tzinfo | None) -> datetime | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    try:
        return value.astimezone(zone) if zone is not None and value.tzinfo is not None else value
    except OverflowError:
        return None


def truth(value: Any) -> bool | None:
    """A yes or no out of a boolean or its usual spellings."""
    if isinstance(value, bool):
        return value
    text = value.strip().lower() if isinstance(value, str) else None
    return True if text in _TRUE else False if text in _FALSE else None


def fits(value: Any, type: str) -> bool:
    """Whether a value can be said as its declared type."""
    if type == "number":
        return number(value) is not None
    if type == "date":
        return day(value) is not None
    if type == "time":
        return clock(value) is not None
    if type == "datetime":
        return day(value) is not None and clock(value) is not None
    if type == "boolean":
        return truth(value) is not None
    return isinstance(value, str | int | float | bool)
