"""Dates and times by Duckling, read the way a customer on a call means them."""

import os
import select
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
import structlog

from vinfer.adapters.nlu import moments_child
from vinfer.lens.language import dates
from vinfer.ports.audio import EngineUnavailable

Moment = tuple[datetime, str]

CALLING_HOURS: Final = (9, 21)  # a time without am or pm is meant inside these
PATIENCE_S: Final = 1.0  # a sentence takes a millisecond, and a customer waits
_START_S: Final = 30.0
_PERIODS: Final = frozenset({"week", "month", "quarter", "year"})
_CLOCK_GRAINS: Final = frozenset({"hour", "minute", "second"})

_log = structlog.get_logger()


class Moments:
    """Finds moments in text. One object per process; safe from several threads.

    The parser is a child of limited memory. A sentence that it takes too long for has no moments,
    and the next one meets a new child.
    """

    def __init__(self, *, patience_s: float = PATIENCE_S) -> None:
        """Start Duckling (0.6 s, 60 MB). Raises `EngineUnavailable` where it does not run."""
        self._patience_s = patience_s
        self._lock = threading.Lock()
        self._child = _Child()

    def find(self, canonical: str, now: datetime) -> tuple[Moment, ...]:
        """Moments in a canonical text (`lens.language.dates`), in the zone of `now`, in text order.

        A span of time counts by its last moment, a part of the day by its first.
        """
        # Duckling gets wall time as UTC: any time zone works, and its answers are wall time.
        wall = now.replace(tzinfo=UTC, microsecond=0)
        parsed = self._parsed(dates.bounded(canonical), int(wall.timestamp()))
        stated = dates.names_half_of_day(canonical)
        found = (_read(each, wall, stated=stated) for each in parsed)
        return tuple((at.replace(tzinfo=now.tzinfo), grain) for at, grain in filter(None, found))

    def _parsed(self, text: str, wall_s: int) -> list[dict[str, Any]]:
        with self._lock:
            try:
                return self._child.ask(text, wall_s, patience_s=self._patience_s)
            except OSError as error:
                self._replace(error)
                return []

    def _replace(self, error: OSError) -> None:
        _log.warning("date_parser_replaced", error=repr(error))
        self._child.end()
        try:
            self._child = _Child()
        except (EngineUnavailable, OSError) as trouble:  # the next sentence tries again
            _log.error("date_parser_away", error=repr(trouble))


class _Child:
    """A running parser; raises `OSError` when it is late, out of memory or dead."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603  # a module of our own
            (sys.executable, "-m", moments_child.__name__),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is the parent's
            bufsize=0,
        )
        weakref.finalize(self, _end, self._process)
        why = self._line(_START_S)
        if why:
            self.end()
            raise EngineUnavailable(f"the date parser does not run: {why.decode()}")

    def ask(self, text: str, wall_s: int, *, patience_s: float) -> list[dict[str, Any]]:
        if self._process.returncode is not None:
            raise BrokenPipeError
        assert self._process.stdin is not None
        self._process.stdin.write(msgspec.json.encode((text, wall_s)) + b"\n")
        return msgspec.json.decode(self._line(patience_s), type=list[dict[str, Any]])

    def _line(self, patience_s: float) -> bytes:
        assert self._process.stdout is not None
        answers = self._process.stdout.fileno()
        until, line = time.monotonic() + patience_s, b""
        waiting = select.poll()
        waiting.register(answers, select.POLLIN)
        while not line.endswith(b"\n"):
            left_ms = int(1000 * (until - time.monotonic()))
            if left_ms <= 0 or not waiting.poll(left_ms):
                raise TimeoutError
            part = os.read(answers, 1 << 16)
            if not part:
                raise BrokenPipeError
            line += part
        return line[:-1]

    def end(self) -> None:
        _end(self._process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


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
