"""Numbers, money, dates and times in words."""

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vinfer.lens.language.numbers import numbers, tokens
from vinfer.media import spoken


@pytest.mark.parametrize(
    ("value", "english", "hindi"),
    [
        (0, "zero", "शून्य"),
        (21, "twenty one", "इक्कीस"),
        (5200, "five thousand two hundred", "पाँच हज़ार दो सौ"),
        (100_000, "one lakh", "एक लाख"),
        (
            12_345_678,
            "one crore twenty three lakh forty five thousand six hundred seventy eight",
            "एक करोड़ तेईस लाख पैंतालीस हज़ार छह सौ अठहत्तर",
        ),
        (Decimal("2.50"), "two point five", "दो दशमलव पाँच"),
        (-7, "minus seven", "ऋण सात"),
    ],
)
def test_says_numbers_on_the_indian_scale(value: Decimal | int, english: str, hindi: str) -> None:
    assert spoken.number(value, "en-IN") == english
    assert spoken.number(value, "hi-IN") == hindi


@given(st.integers(0, 10**9), st.sampled_from(["en-IN", "hi-IN"]))
def test_every_number_is_heard_as_it_was_said(value: int, language: str) -> None:
    heard = numbers(tokens(spoken.number(value, language)))
    assert [number.value for number in heard] == [value]


def test_refuses_a_number_too_long_to_be_one() -> None:
    with pytest.raises(ValueError, match="too large"):
        spoken.number(10**13, "en-IN")


@pytest.mark.parametrize(
    ("value", "english", "hindi"),
    [
        ("5200", "five thousand two hundred rupees", "पाँच हज़ार दो सौ रुपये"),
        ("1", "one rupee", "एक रुपया"),
        ("99.50", "ninety nine rupees and fifty paise", "निन्यानवे रुपये पचास पैसे"),
        ("0.01", "one paisa", "एक पैसा"),
        ("-250", "minus two hundred fifty rupees", "ऋण दो सौ पचास रुपये"),
    ],
)
def test_says_rupees(value: str, english: str, hindi: str) -> None:
    assert spoken.rupees(Decimal(value), "en-IN") == english
    assert spoken.rupees(Decimal(value), "hi-IN") == hindi


@pytest.mark.parametrize(
    ("day", "english", "hindi"),
    [
        (date(2026, 10, 5), "Monday, the fifth of October", "सोमवार पाँच अक्टूबर"),
        (date(2026, 11, 27), "Friday, the twenty seventh of November", "शुक्रवार सत्ताईस नवंबर"),
        (date(2026, 12, 30), "Wednesday, the thirtieth of December", "बुधवार तीस दिसंबर"),
    ],
)
def test_says_dates(day: date, english: str, hindi: str) -> None:
    assert spoken.day(day, "en-IN", weekday=True) == english
    assert spoken.day(day, "hi-IN", weekday=True) == hindi


@pytest.mark.parametrize(
    ("year", "said"),
    [(2026, "twenty twenty six"), (2005, "two thousand five"), (1905, "nineteen oh five")],
)
def test_says_years(year: int, said: str) -> None:
    assert spoken.day(date(year, 1, 1), "en-IN", year=True) == f"the first of January {said}"


@pytest.mark.parametrize(
    ("at", "english", "hindi"),
    [
        (time(17), "five o'clock in the evening", "शाम पाँच बजे"),
        (time(9, 5), "nine oh five in the morning", "सुबह नौ बजकर पाँच मिनट"),
        (time(13, 30), "one thirty in the afternoon", "दोपहर डेढ़ बजे"),
        (time(17, 30), "five thirty in the evening", "शाम साढ़े पाँच बजे"),
        (time(12), "twelve noon", "दोपहर बारह बजे"),
        (time(0), "twelve midnight", "रात बारह बजे"),
    ],
)
def test_says_times(at: time, english: str, hindi: str) -> None:
    assert spoken.clock(at, "en-IN") == english
    assert spoken.clock(at, "hi-IN") == hindi


def test_spells_and_says_digits_one_by_one() -> None:
    assert spoken.digits("98-76", "en-IN") == "nine eight seven six"
    assert spoken.spell("ab-1", "en-IN") == "A B one"
    assert spoken.spell("ab1", "hi-IN") == "ए बी एक"
