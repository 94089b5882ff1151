"""Values the customer is asked for: found in a reading, read back, stored."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from vinfer.media import lines as built_in
from vinfer.media import script as scripts
from vinfer.media import spoken
from vinfer.media.dialog import choice
from vinfer.ports.nlu import Reading

MAX_TEXT_CHARS: Final = 500
_BARE_WORDS: Final = 3
_CLOCK_GRAINS: Final = ("hour", "minute", "second")
_NAMES_A_DAY: Final = re.compile(
    r"(?i)\b(?:today|tomorrow|\w+day|aaj|kal|parson?|\w+w[aā]r|\d+(?:st|nd|rd|th)|tareekh|tarikh|next)\b|आज|कल|परसों|वार|तारीख"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A value as stored (JSON) and as said. `day_only`: a date and time whose time is missing."""

    value: Any
    said: str
    day_only: bool = False


def find(
    capture: scripts.Capture, reading: Reading, *, language: str, now: datetime, known: date | None
) -> Found | None:
    """The value of a capture in a reading, if it holds one.

    `known` is the day already understood: a bare time of day belongs to it. `now` is aware, in
    the caller's zone.
    """
    return _FINDERS[capture.type](capture, reading, language, now, known)


def _moments(
    capture: scripts.Capture, reading: Reading, now: datetime
) -> list[tuple[datetime, str]]:
    start = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return [(at, grain) for at, grain in reading.moments if capture.past or at >= start]


def _date(
    capture: scripts.Capture, reading: Reading, language: str, now: datetime, known: date | None
) -> Found | None:
    for at, _ in _moments(capture, reading, now):
        return Found(at.date().isoformat(), day(at.date(), language))
    return None


def _datetime(
    capture: scripts.Capture, reading: Reading, language: str, now: datetime, known: date | None
) -> Found | None:
    found = _moments(capture, reading, now)
    timed = [at for at, grain in found if grain in _CLOCK_GRAINS] or _bare_hour(reading, now)
    if timed:
        at = timed[0]
        if known is not None and not _NAMES_A_DAY.search(reading.text):
            at = at.replace(year=known.year, month=known.month, day=known.day)
        return Found(at.isoformat(), _said(at, language))
    if found:
        on = found[0][0].date()
        return Found(on.isoformat(), day(on, language), day_only=True)
    return None


def _bare_hour(reading: Reading, now: datetime) -> list[datetime]:
    """ "Five", "साढ़े पाँच" in answer to "at what time?": the next such hour between 9 and 21."""
    if len(reading.amounts) != 1 or reading.moments or len(reading.text.split()) > _BARE_WORDS:
        return []
    hour, fraction = divmod(reading.amounts[0], 1)
    if not 1 <= hour <= 12 or fraction not in (0, 0.25, 0.5, 0.75):
        return []
    clock = int(hour) % 12 + (0 if 9 <= hour < 12 else 12)
    at = now.replace(hour=clock, minute=int(60 * fraction), second=0, microsecond=0)
    return [at if at > now else at + timedelta(days=1)]


def day(value: date, language: str) -> str:
    """A day as it is read back."""
    return spoken.day(value, language, weekday=True)


def _said(at: datetime, language: str) -> str:
    joint = ", " if spoken.hindi(language) else " at "
    return day(at.date(), language) + joint + spoken.clock(at.time(), language)


def _time(
    capture: scripts.Capture, reading: Reading, language: str, now: datetime, known: date | None
) -> Found | None:
    timed = [at for at, grain in reading.moments if grain in _CLOCK_GRAINS]
    timed = timed or _bare_hour(reading, now)
    return Found(f"{timed[0]:%H:%M}", spoken.clock(timed[0].time(), language)) if timed else None


def _figure(
    capture: scripts.Capture, reading: Reading, language: str, now: datetime, known: date | None
) -> Found | None:
    if not reading.amounts:
        return None
    figure = reading.amounts[0]
    if not 0 <= figure <= spoken.MAX_NUMBER:
        return None
    stored = int(figure) if figure == int(figure) else round(figure, 2)
    say = spoken.rupees if capture.type == "amount" else spoken.number
    return Found(stored, say(spoken.decimal(stored), language))


def _boolean(
    capture: scripts.Capture, reading: Reading, language: str, now: datetime, known: date | None
) -> Found | None:
    if choice.safety(reading, "no"):
        return Found(False, "नहीं" if spoken.hindi(language) else "no")
    if choice.safety(reading, "yes"):
        return Found(True, "हाँ" if spoken.hindi(language) else "yes")
    return None


def _text(
    capture: scripts.Capture, reading: Reading, language: str, now: datetime, known: date | None
) -> Found | None:
    text = " ".join(reading.text.split())[:MAX_TEXT_CHARS]
    return Found(text, text) if re.search(r"\w", text) else None


_Finder = Callable[[scripts.Capture, Reading, str, datetime, date | None], Found | None]
_FINDERS: Final[dict[str, _Finder]] = {
    "date": _date,
    "datetime": _datetime,
    "time": _time,
    "amount": _figure,
    "number": _figure,
    "boolean": _boolean,
    "text": _text,
}
_CONFIRM_LINE: Final = {
    "date": "confirm_date",
    "datetime": "confirm_time",
    "time": "confirm_time",
    "amount": "confirm_amount",
    "number": "confirm_amount",
    "boolean": "confirm_text",
    "text": "confirm_text",
}


def confirmation(capture: scripts.Capture, language: str) -> scripts.Text | None:
    """How a value is read back, with the value as `{{value}}`; None if it is not."""
    if isinstance(capture.confirm, bool):
        line = built_in.line(_CONFIRM_LINE[capture.type], language)
        return line if capture.confirm else None
    return capture.confirm


def moved(timed: Found, onto: Found, language: str) -> Found:
    """A date and time moved to another day, its time of day kept."""
    to = date.fromisoformat(onto.value)
    at = datetime.fromisoformat(timed.value).replace(year=to.year, month=to.month, day=to.day)
    return Found(at.isoformat(), _said(at, language))
