"""Figures and days as people read them."""

from datetime import date, datetime
from typing import Any, Final

NOTHING: Final = "–"
_LABELS: Final = {"dnd": "Do not call", "dnd_request": "Do-not-call request"}
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)


def whole(number: int | None) -> str:
    """12345678 as 1,23,45,678: the groups of this product's first customers."""
    if number is None:
        return NOTHING
    digits = str(abs(number))
    head, tail = digits[:-3], digits[-3:]
    groups = [tail]
    while head:
        head, group = head[:-2], head[-2:]
        groups.insert(0, group)
    return ("−" if number < 0 else "") + ",".join(groups)


def share(rate: float | None) -> str:
    """A rate of 0 to 1 as a percentage."""
    return NOTHING if rate is None else f"{100 * rate:.0f} %"


def percent(value: float | None) -> str:
    """A percentage with one place."""
    return NOTHING if value is None else f"{value:.1f} %"


def score(value: float | None) -> str:
    """A score of 0 to 100 with one place."""
    return NOTHING if value is None else f"{value:.1f}"


def duration(seconds: float | None) -> str:
    """Minutes and seconds."""
    if seconds is None:
        return NOTHING
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def clock(seconds: float | None) -> str:
    """A place in a recording, as its player shows it."""
    if seconds is None:
        return NOTHING
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"


def day(value: date) -> str:
    """3 March 2026."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def span(first: date, last: date) -> str:
    """Days, both inclusive, with nothing said twice."""
    if first == last:
        return day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} – {day(last)}"
    if first.year == last.year:
        return f"{first.day} {_MONTHS[first.month - 1]} – {day(last)}"
    return f"{day(first)} – {day(last)}"


def minute(value: datetime) -> str:
    """A moment of its own zone, with its offset."""
    text = value.strftime("%z")
    return f"{day(value.date())}, {value:%H:%M} (UTC{text[:3]}:{text[3:]})"


def tick(group: str) -> str:
    """A date as an axis has room for it."""
    value = date.fromisoformat(group)
    return f"{value.day} {_MONTHS[value.month - 1][:3]}"


def label(name: Any) -> str:
    """`not_interested` as Not interested; nothing as –."""
    if name in _LABELS:
        return _LABELS[name]
    return str(name).replace("_", " ").capitalize() if name else NOTHING
