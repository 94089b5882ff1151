"""Dates and times by Duckling, read the way a customer on a call means them."""

import importlib
import importlib.resources
import signal
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from vinfer.lens.language import dates
from vinfer.ports.audio import EngineUnavailable

Moment = tuple[datetime, str]

CALLING_HOURS: Final = (9, 21)  # a time without am or pm is meant inside these
_PERIODS: Final = frozenset({"week", "month", "quarter", "year"})
_CLOCK_GRAINS: Final = frozenset({"hour", "minute", "second"})


class Moments:
    """Finds moments in text. One object per process; safe from several threads."""

    def __init__(self) -> None:
        """Start Duckling (0.6 s, 60 MB). Raises `EngineUnavailable` where it does not run."""
        zones = importlib.resources.files("tzdata") / "zoneinfo"
        if not zones.is_dir():  # Duckling ends the whole process over a missing folder
            raise EngineUnavailable("the time zone data (package tzdata) is missing")
        handler = signal.getsignal(signal.SIGINT)
        try:
            self._duckling: Any = importlib.import_module("duckling")
        except ImportError as error:
            raise EngineUnavailable("the date parser (pyduckling) is not installed") from error
        finally:
            _restore(handler)
        self._zones: Any = self._duckling.load_time_zones(str(zones))
        english: Any = self._duckling.default_locale_lang(self._duckling.parse_lang("EN"))
        self._locale: Any = self._duckling.parse_locale("EN_GB", english)
        self._time: Any = self._duckling.parse_dimensions(["time"])

    def find(self, canonical: str, now: datetime) -> tuple[Moment, ...]:
        """Moments in a canonical text (`lens.language.dates`), in the zone of `now`, in text order.

        A span of time counts by its last moment, a part of the day by its first.
        """
        # Duckling gets wall time as UTC: any time zone works, and its answers are wall time.
        wall = now.replace(tzinfo=UTC, microsecond=0)
        reference = self._duckling.parse_ref_time(self._zones, "UTC", int(wall.timestamp()))
        context = self._duckling.Context(reference, self._locale)
        parsed: list[dict[str, Any]] = self._duckling.parse(
            dates.bounded(canonical), context, self._time, False
        )
        stated = dates.names_half_of_day(canonical)
        found = (_read(each, wall, stated=stated) for each in parsed)
        return tuple((at.replace(tzinfo=now.tzinfo), grain) for at, grain in filter(None, found))


def _restore(handler: Any) -> None:
    """Duckling takes Ctrl-C for itself on import; only the main thread may set it back."""
    try:
        signal.signal(signal.SIGINT, handler or signal.SIG_DFL)
    except ValueError as error:
        raise EngineUnavailable("the date parser must be started in the main thread") from error


def _read(parsed: Mapping[str, Any], wall: datetime, *, stated: bool) -> Moment | None:
    """One parse as a moment of wall time; None for what is none or lies outside the calendar."""
    try:
        moment = _moment(parsed, wall) if parsed.get("dim") == "time" else None
        if moment is None:
            return None
        return _in_calling_hours(*moment, wall, stated=stated), moment[1]
    except (ValueError, OverflowError):
        return None


def _at(point: Mapping[str, Any]) -> Moment:
    return datetime.fromisoformat(point["value"]), point["grain"]


def _moment(parsed: Mapping[str, Any], wall: datetime) -> Moment | None:
    value = parsed["value"]
    if value.get("type") == "interval":
        return _of_interval(value, parsed["body"])
    if "value" not in value:
        return None
    at, grain = _at(value)
    if grain == "second" and at == wall:  # "right now" sets no time
        return None
    if grain in _PERIODS:
        return _of_period(at, grain, wall)
    in_days = grain in _CLOCK_GRAINS and " day" in parsed["body"] and " at " not in parsed["body"]
    return (at.replace(hour=0, minute=0, second=0), "day") if in_days else (at, grain)


def _of_period(start: datetime, grain: str, wall: datetime) -> Moment:
    """A week or month: its first day, or its last when it has begun."""
    if start > wall:
        return start, "day"
    if grain == "week":
        return start + timedelta(days=6), "day"
    months = {"month": 1, "quarter": 3, "year": 12}[grain]
    year, month = divmod(start.month - 1 + months, 12)
    return start.replace(year=start.year + year, month=month + 1) - timedelta(days=1), "day"


def _of_interval(value: Mapping[str, Any], body: str) -> Moment | None:
    if "to" not in value:
        return _at(value["from"]) if "from" in value else None
    end, grain = _at(value["to"])
    start = datetime.fromisoformat(value["from"]["value"]) if "from" in value else None
    if grain == "second":  # "by the tenth", "within two hours": the end itself
        if (end.hour, end.minute) != (0, 0):
            return end, "minute"
        return (end - timedelta(days=1) if " end " in f" {body} " else end), "day"
    if grain in _CLOCK_GRAINS:
        long = start is not None and end - start > timedelta(hours=3)
        return (start, "hour") if start is not None and long else (end - _one(grain), grain)
    if start is None and "before" not in body:
        return end, "day"
    return end - timedelta(days=1), "day"


def _one(grain: str) -> timedelta:
    return timedelta(hours=1) if grain == "hour" else timedelta(minutes=1)


def _in_calling_hours(at: datetime, grain: str, wall: datetime, *, stated: bool) -> datetime:
    """Read "half past five" as the one that a call can be made at."""
    if grain not in _CLOCK_GRAINS or stated or _callable(at):
        return at
    other = at + timedelta(hours=12) if at.hour < 12 else at - timedelta(hours=12)
    later = at + timedelta(hours=12)
    soon = at - wall <= timedelta(hours=24)
    return next(
        (each for each in (other, *([later] if soon else [])) if each > wall and _callable(each)),
        at,
    )


def _callable(at: datetime) -> bool:
    first, last = CALLING_HOURS
    return first <= at.hour < last or (at.hour == last and at.minute == 0)
