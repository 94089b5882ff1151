"""Numbers, money, dates and times as people in India say them, in English and Hindi."""

import re
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import Final

from vinfer.kit import numerals
from vinfer.kit.words import words

MAX_NUMBER: Final = 10**13 - 1
_LETTERS: Final = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        words("ए बी सी डी ई एफ़ जी एच आई जे के एल एम एन ओ पी क्यू आर एस टी यू वी डब्ल्यू एक्स वाई ज़ेड"),
        strict=True,
    )
)


def hindi(language: str) -> bool:
    """Whether built-in wording for this language is Hindi; every other language gets English."""
    return language.lower().split("-")[0] == "hi"


def number(value: Decimal | int, language: str) -> str:
    """A number in words on the lakh and crore scale; decimals digit by digit.

    Raises `ValueError` past `MAX_NUMBER`: such a number is a reference, to be read as digits.
    """
    value = Decimal(value)
    if abs(value) > MAX_NUMBER:
        raise ValueError("too large to be spoken as a number")
    words = _whole(int(abs(value)), language)
    fraction = f"{abs(value):f}".partition(".")[2].rstrip("0")
    if fraction:
        words += (" दशमलव " if hindi(language) else " point ") + digits(fraction, language)
    minus = "ऋण " if hindi(language) else "minus "
    return minus + words if value < 0 else words


def _whole(value: int, language: str) -> str:
    below_hundred = _hindi_below_hundred if hindi(language) else _english_below_hundred
    if value < 100:
        return below_hundred(value)
    parts: list[str] = []
    for size, english, hindi_word in numerals.SCALE:
        count, value = divmod(value, size)
        if count:
            parts.append(f"{_whole(count, language)} {hindi_word if hindi(language) else english}")
    if value:
        parts.append(below_hundred(value))
    return " ".join(parts)


def _hindi_below_hundred(value: int) -> str:
    return numerals.HINDI[value]


def _english_below_hundred(value: int) -> str:
    if value < 20:
        return numerals.ENGLISH_UNITS[value]
    tens, units = divmod(value, 10)
    word = numerals.ENGLISH_TENS[tens - 2]
    return f"{word} {numerals.ENGLISH_UNITS[units]}" if units else word


def ordinal(value: int, language: str) -> str:
    """The n-th, 1..99."""
    if hindi(language):
        return numerals.HINDI[value]
    if value <= 20:
        return numerals.ENGLISH_ORDINALS[value - 1]
    tens, units = divmod(value, 10)
    word = numerals.ENGLISH_TENS[tens - 2]
    return f"{word} {numerals.ENGLISH_ORDINALS[units - 1]}" if units else word[:-1] + "ieth"


def rupees(value: Decimal | int, language: str) -> str:
    """An amount of rupees, paise after two places: "five thousand two hundred rupees"."""
    value = Decimal(value).quantize(Decimal("0.01"))
    whole, paise = divmod(int(abs(value) * 100), 100)
    unit = ("रुपया" if whole == 1 else "रुपये") if hindi(language) else _plural("rupee", whole)
    parts = [f"{number(whole, language)} {unit}"] if whole or not paise else []
    if paise:
        sub = (
            ("पैसा" if paise == 1 else "पैसे")
            if hindi(language)
            else ("paise" if paise > 1 else "paisa")
        )
        parts.append(f"{number(paise, language)} {sub}")
    joined = (" " if hindi(language) else " and ").join(parts)
    minus = "ऋण " if hindi(language) else "minus "
    return minus + joined if value < 0 else joined


def _plural(word: str, count: int) -> str:
    return word if count == 1 else word + "s"


def day(value: date, language: str, *, weekday: bool = False, year: bool = False) -> str:
    """A date: "the fifth of October", "पाँच अक्टूबर"; with its weekday for reading back."""
    if hindi(language):
        said = f"{numerals.HINDI[value.day]} {numerals.HINDI_MONTHS[value.month - 1]}"
        said += f" {number(value.year, language)}" if year else ""
        return f"{numerals.HINDI_WEEKDAYS[value.weekday()]} {said}" if weekday else said
    said = f"the {ordinal(value.day, language)} of {numerals.ENGLISH_MONTHS[value.month - 1]}"
    said += f" {_english_year(value.year)}" if year else ""
    return f"{numerals.ENGLISH_WEEKDAYS[value.weekday()]}, {said}" if weekday else said


def _english_year(year: int) -> str:
    century, rest = divmod(year, 100)
    if (century == 20 and rest < 10) or not (rest and century):
        return number(year, "en")
    oh = "oh " if rest < 10 else ""
    return f"{_english_below_hundred(century)} {oh}{_english_below_hundred(rest)}"


def clock(value: time, language: str) -> str:
    """A time of day: "five thirty in the evening", "शाम साढ़े पाँच बजे"."""
    hour = value.hour % 12 or 12
    if hindi(language):
        return f"{_hindi_part_of_day(value.hour)} {_hindi_clock(hour, value.minute)}"
    if value.minute == 0:
        said = _english_below_hundred(hour) + ("" if value.hour in (0, 12) else " o'clock")
    else:
        oh = "oh " if value.minute < 10 else ""
        said = f"{_english_below_hundred(hour)} {oh}{_english_below_hundred(value.minute)}"
    return f"{said} {_english_part_of_day(value)}"


def _english_part_of_day(value: time) -> str:
    if value.hour in (0, 12) and value.minute == 0:
        return "noon" if value.hour else "midnight"
    if value.hour < 12:
        return "in the morning"
    return (
        "in the afternoon"
        if value.hour < 17
        else "in the evening"
        if value.hour < 21
        else "at night"
    )


def _hindi_part_of_day(hour: int) -> str:
    if 4 <= hour < 12:
        return "सुबह"
    return "दोपहर" if 12 <= hour < 16 else "शाम" if 16 <= hour < 20 else "रात"


def _hindi_clock(hour: int, minute: int) -> str:
    if minute == 0:
        return f"{numerals.HINDI[hour]} बजे"
    if minute == 30:
        return {1: "डेढ़", 2: "ढाई"}.get(hour, f"साढ़े {numerals.HINDI[hour]}") + " बजे"
    return f"{numerals.HINDI[hour]} बजकर {numerals.HINDI[minute]} मिनट"


def digits(value: str, language: str) -> str:
    """Every digit by itself; anything else is left out."""
    return " ".join(number(int(figure), language) for figure in value if figure.isdecimal())


def spell(value: str, language: str) -> str:
    """Letter by letter and digit by digit."""
    letter: Callable[[str], str] = (
        (lambda c: _LETTERS.get(c.lower(), c)) if hindi(language) else str.upper
    )
    said = (
        number(int(c), language) if c.isdecimal() else letter(c)
        for c in re.sub(r"[^\w]|_", "", value)
    )
    return " ".join(said)


def decimal(value: float) -> Decimal:
    """A float as the decimal it is written as."""
    return Decimal(str(value))
