"""English words for digits that reached the voice. Text is expected to hold words already."""

from typing import Final

_SMALL: Final = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS: Final = [
    "zero",
    "ten",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
]
_SCALES: Final = ((10_000_000, "crore"), (100_000, "lakh"), (1000, "thousand"), (100, "hundred"))
_LONGEST_AS_NUMBER: Final = 7


def cardinal(number: int) -> str:
    """Say a whole number the Indian way (lakh, crore)."""
    if number < 20:
        return _SMALL[number]
    if number < 100:
        rest = f" {_SMALL[number % 10]}" if number % 10 else ""
        return _TENS[number // 10] + rest
    for size, name in _SCALES:
        if number >= size:
            rest = f" {cardinal(number % size)}" if number % size else ""
            return f"{cardinal(number // size)} {name}{rest}"
    raise AssertionError("every number is covered")


def digits(text: str) -> str:
    """Say digits one by one."""
    return " ".join(_SMALL[int(digit)] for digit in text if digit.isdecimal())


def spoken(text: str) -> str:
    """Say a run of digits with commas and decimals; long or zero-led ones digit by digit."""
    whole, _, fraction = text.replace(",", "").partition(".")
    if len(whole) > _LONGEST_AS_NUMBER or (len(whole) > 1 and whole.startswith("0")):
        said = digits(whole)
    else:
        said = cardinal(int(whole or "0"))
    return f"{said} point {digits(fraction)}" if fraction else said
