"""Check digits: published examples hold, and every single wrong digit shows."""

import pytest

from vinfer.lens.analysis.checks import luhn, verhoeff


@pytest.mark.parametrize("number", ["4111111111111111", "378282246310005", "79927398713"])
def test_card_numbers(number: str) -> None:
    assert luhn(number)
    for place, digit in enumerate(number):
        wrong = number[:place] + str((int(digit) + 1) % 10) + number[place + 1 :]
        assert not luhn(wrong)


@pytest.mark.parametrize("number", ["2363", "234567890124"])
def test_verhoeff(number: str) -> None:
    assert verhoeff(number)
    for place, digit in enumerate(number):
        for more in range(1, 10):
            wrong = number[:place] + str((int(digit) + more) % 10) + number[place + 1 :]
            assert not verhoeff(wrong)
