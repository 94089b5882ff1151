"""Values of contacts as typed data."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from vinfer.media import values


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (5200, Decimal(5200)),
        ("5,200.50", Decimal("5200.50")),
        ("₹ 5,200", Decimal(5200)),
        (0.1, Decimal("0.1")),
        (True, None),
        ("nan", None),
        ("inf", None),
        ("1e30", None),
        ("1e-999999999", None),
        ("9" * 10_000, None),
        (float("inf"), None),
        ("five", None),
        (None, None),
    ],
)
def test_numbers(value: Any, expected: Decimal | None) -> None:
    assert values.number(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-10-05", date(2026, 10, 5)),
        ("05/10/2026", date(2026, 10, 5)),
        ("5-1-2026", date(2026, 1, 5)),
        (date(2026, 1, 1), date(2026, 1, 1)),
        (datetime(2026, 1, 1, 20, tzinfo=UTC), date(2026, 1, 2)),
        ("9999-12-31T23:59:59Z", None),
        ("31/02/2026", None),
        ("someday", None),
        (7, None),
    ],
)
def test_days(value: Any, expected: date | None) -> None:
    assert values.day(value, ZoneInfo("Asia/Kolkata")) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("17:30", time(17, 30)),
        ("5:30 pm", time(17, 30)),
        ("12 am", time(0)),
        ("2026-10-05T04:00:00Z", time(9, 30)),
        ("2026-10-05", None),
        ("25:00", None),
        ("17", None),
    ],
)
def test_times(value: Any, expected: time | None) -> None:
    assert values.clock(value, ZoneInfo("Asia/Kolkata")) == expected


@pytest.mark.parametrize(
    ("value", "type", "fits"),
    [
        ("5,200", "number", True),
        ("x", "number", False),
        ("2026-10-05T04:00:00Z", "datetime", True),
        ("2026-10-05", "datetime", False),
        ("yes", "boolean", True),
        ("perhaps", "boolean", False),
        ("anything", "text", True),
        ({"a": 1}, "text", False),
    ],
)
def test_fits_its_type(value: Any, type: str, fits: bool) -> None:
    assert values.fits(value, type) is fits
