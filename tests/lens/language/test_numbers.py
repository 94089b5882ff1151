"""Numbers and amounts as they are said."""

import pytest

from vinfer.lens.language.amounts import amounts
from vinfer.lens.language.hinglish import Normaliser
from vinfer.lens.language.numbers import numbers, tokens

NORMALISER = Normaliser()


def values(text: str) -> list[float]:
    return [number.value for number in numbers(tokens(NORMALISER.normalise(text)))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("five thousand two hundred", [5200]),
        ("fifteen hundred", [1500]),
        ("one point two five lakhs", [125_000]),
        ("two thousand and fifty", [2050]),
        ("a lakh", [100_000]),
        ("one hundred crore", [10**9]),
        ("2.5 lakh", [250_000]),
        ("10k", [10_000]),
        ("10 k", [10_000]),
        ("1,20,000", [120_000]),
        ("five six", [5, 6]),
        ("twenty five", [25]),
        ("twenty fifteen", [20, 15]),
        ("dedh lakh", [150_000]),
        ("dhai hazaar", [2500]),
        ("saadhe teen hazaar", [3500]),
        ("sawa do lakh", [225_000]),
        ("paune do hazaar", [1750]),
        ("ek lakh pachas hazaar paanch sau", [150_500]),
        ("साढ़े सात सौ", [750]),
        ("एक करोड़ बीस लाख", [12_000_000]),
        ("hello", []),
        ("", []),
    ],
)
def test_reads_number_phrases(text: str, expected: list[float]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("i will pay 5000 on 5 december", (5000,)),
        ("call me at five pm", ()),
        ("rs 500 or maybe two thousand", (500, 2000)),
        ("two thousand of the ten thousand rupees", (10_000, 2000)),
        ("in three days", ()),
        ("three", (3,)),
        ("kal paanch baje", ()),
        ("paanch hazaar kal paanch baje de dunga", (5000,)),
        ("aap form bhej do", ()),
        ("around four in the evening", ()),
    ],
)
def test_amounts_are_numbers_that_are_no_times(text: str, expected: tuple[float, ...]) -> None:
    assert amounts(NORMALISER.normalise(text)) == expected


def test_a_quarter_less_than_nothing_is_no_amount() -> None:
    assert amounts(NORMALISER.normalise("paune 0")) == ()
