"""Figures inside ordinary text, written out: what a voice must never guess."""

import re
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import Final

from vinfer.media import spoken

_FIGURES = re.compile(
    r"""
      (?:₹|\b(?:rs\.?|inr)(?=[\s\d]))\s*(?P<money>\d[\d,]*(?:\.\d+)?)(?:\s+(?P<scale>lakhs?|crores?)\b)?
    | (?<![\w-])(?P<iso>\d{4}-\d{2}-\d{2})(?![\w-])
    | (?<![\w/])(?P<indian>\d{1,2}/\d{1,2}/\d{4})(?![\w/])
    | (?<![\w:])(?P<clock>\d{1,2}:\d{2})(?:\s*(?P<half>[ap])\.?m\b\.?)?(?![\w:])
    | (?<!\w)(?P<hour>\d{1,2})\s*(?P<hour_half>[ap])\.?m\b\.?
    | (?<!\w)(?P<ordinal>\d{1,2})(?:st|nd|rd|th)\b
    | (?<!\w)(?P<phone>\+\d[\d\s-]{6,}\d|0\d{2,}|\d{7,})(?!\w)
    | (?<![\w.])(?P<number>\d[\d,]*(?:\.\d+)?)(?P<percent>\s*%)?(?!\w)
    | (?P<mixed>\b(?=\w*\d)(?=\w*[^\W\d_])\w+\b)
    | (?P<other>\d+)
    """,
    re.VERBOSE | re.IGNORECASE,
)


def speakable(text: str, language: str) -> str:
    """The text with every figure in words: money, dates, times, ordinals, phones, numbers."""
    return _FIGURES.sub(lambda match: _figure(match, language), text)


def _figure(match: re.Match[str], language: str) -> str:
    kind = next(name for name in _SAYERS if match[name] is not None)
    try:
        return _SAYERS[kind](match, language)
    except ValueError:
        return spoken.digits(match[0], language)


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "").rstrip("."))


def _money(match: re.Match[str], language: str) -> str:
    figure = _decimal(match["money"])
    scale = (match["scale"] or "").lower()
    if scale:
        figure *= 100_000 if scale.startswith("lakh") else 10_000_000
    return spoken.rupees(figure, language)


def _iso(match: re.Match[str], language: str) -> str:
    return spoken.day(date.fromisoformat(match["iso"]), language, year=True)


def _indian(match: re.Match[str], language: str) -> str:
    day, month, year = (int(part) for part in match["indian"].split("/"))
    return spoken.day(date(year, month, day), language, year=True)


def _clock(match: re.Match[str], language: str) -> str:
    hour, minute = (int(part) for part in match["clock"].split(":"))
    return spoken.clock(time(_hour(hour, match["half"]), minute), language)


def _hour_only(match: re.Match[str], language: str) -> str:
    return spoken.clock(time(_hour(int(match["hour"]), match["hour_half"])), language)


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    return hour % 12 + (12 if half.lower() == "p" else 0)


def _ordinal(match: re.Match[str], language: str) -> str:
    return spoken.ordinal(int(match["ordinal"]), language)


def _phone(match: re.Match[str], language: str) -> str:
    return spoken.digits(match["phone"], language)


def _number(match: re.Match[str], language: str) -> str:
    said = spoken.number(_decimal(match["number"]), language)
    percent = " प्रतिशत" if spoken.hindi(language) else " percent"
    return said + percent if match["percent"] else said


def _mixed(match: re.Match[str], language: str) -> str:
    return spoken.spell(match["mixed"], language)


def _other(match: re.Match[str], language: str) -> str:
    return spoken.digits(match["other"], language)


_SAYERS: Final[dict[str, Callable[[re.Match[str], str], str]]] = {
    "money": _money,
    "iso": _iso,
    "indian": _indian,
    "clock": _clock,
    "hour": _hour_only,
    "ordinal": _ordinal,
    "phone": _phone,
    "number": _number,
    "mixed": _mixed,
    "other": _other,
}
