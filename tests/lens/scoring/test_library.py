"""The library, and the guess at what plain words mean."""

from typing import get_args

import pytest

from vinfer.lens.scoring.library import LIBRARY, CriterionId
from vinfer.lens.scoring.suggesting import suggestion


def test_every_criterion_is_named_and_taught_in_three_spellings():
    assert set(LIBRARY) == set(get_args(CriterionId))
    for each in LIBRARY.values():
        assert each.description.startswith("The agent ")
        assert any("\u0900" <= char <= "\u097f" for text in each.examples for char in text), each.id
        assert each.phrases
        assert each.counter_examples
        assert not set(each.phrases) & set(each.counter_examples)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Agent tells that the call is being recorded", "recording_notice"),
        ("Recording consent was obtained", "recording_notice"),
        ("Verifies the customer's identity before sharing details", "verification"),
        ("Warm greeting at the start", "greeting"),
        ("Introduces themself and the company", "identification"),
        ("Shows empathy", "empathy"),
        ("No threats, no harassment, no abuse", "pressure"),
        ("Never asks for OTP or PIN", "credentials"),
        ("Offers alternatives such as instalments", "options"),
        ("Does not promise guaranteed returns", "guarantee"),
        ("कॉल रिकॉर्डिंग की सूचना", "recording_notice"),
        ("Speaks of our new colours", None),
        ("", None),
    ],
)
def test_plain_words_are_guessed(text: str, expected: str | None):
    assert suggestion(text) == expected
