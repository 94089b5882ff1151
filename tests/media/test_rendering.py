"""Templates into sentences; values are data."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vinfer.media import rendering
from vinfer.media.rendering import Manner

ENGLISH = Manner("en-IN", today=date(2026, 11, 24))


def said(template: str, manner: Manner = ENGLISH, **given: Any) -> str:
    return " ".join(line.text for line in rendering.render(template, given, manner))


def test_cuts_a_template_into_sentences_and_marks_the_fixed_ones() -> None:
    lines = rendering.render(
        "Hello Mr. {{name}}. This call is recorded! I am {{agent}}.",
        {"name": "Rao", "agent": "Asha"},
        ENGLISH,
    )
    assert [(line.text, line.fixed) for line in lines] == [
        ("Hello Mr. Rao.", False),
        ("This call is recorded!", True),
        ("I am Asha.", True),
    ]


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("Hello {{name}}, this is Asha.", "Hello this is Asha."),
        ("Thank you, {{name}}.", "Thank you."),
        ("{{name}}, can you pay?", "Can you pay?"),
        ("Am I speaking to {{ name }}?", "Am I speaking to?"),
    ],
)
def test_an_absent_name_takes_its_comma_along(template: str, expected: str) -> None:
    assert said(template) == expected
    assert said(template, name="  ") == expected


def test_an_absent_value_takes_its_sentence_along() -> None:
    assert said("You owe {{amount|inr}}. Can you pay?") == "Can you pay?"


@pytest.mark.parametrize(
    ("filter", "value", "expected"),
    [
        ("inr", 5200, "five thousand two hundred rupees"),
        ("inr", "₹ 5,200.50", "five thousand two hundred rupees and fifty paise"),
        ("inr", "soon", "soon"),
        ("inr", "1e-999999999", "one E-nine nine nine nine nine nine nine nine nine"),
        ("date", "0001-01-01T00:00:00Z", "the first of January one"),
        ("date", "2026-10-05", "the fifth of October"),
        ("date", "05/10/2027", "the fifth of October twenty twenty seven"),
        ("date", "31/02/2026", "three one zero two two zero two six"),
        ("time", "17:30", "five thirty in the evening"),
        ("digits", "4321", "four three two one"),
        ("spell", "AB12", "A B one two"),
    ],
)
def test_filters(filter: str, value: Any, expected: str) -> None:
    assert said(f"It is {{{{v|{filter}}}}}.", v=value) == f"It is {expected}."


def test_says_values_by_their_declared_type_without_a_filter() -> None:
    types = {"n": "number", "d": "date", "t": "datetime"}
    manner = Manner("hi-IN", types=types, zone=ZoneInfo("Asia/Kolkata"))
    assert said("{{n}} {{d}}", manner, n="120", d="2026-12-01") == "एक सौ बीस एक दिसंबर"
    assert said("{{t}}", manner, t="2026-12-01T10:00:00Z") == "एक दिसंबर को दोपहर साढ़े तीन बजे"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pay Rs. 5,200 now", "Pay five thousand two hundred rupees now"),
        ("Pay ₹2.5 lakh", "Pay two lakh fifty thousand rupees"),
        ("at 18% for 5 years", "at eighteen percent for five years"),
        ("on the 5th at 10:30 am", "on the fifth at ten thirty in the morning"),
        ("by 2026-12-01", "by the first of December twenty twenty six"),
        ("call +91 98765 43210", "call nine one nine eight seven six five four three two one zero"),
        ("dial 022", "dial zero two two"),
        (
            "reference 123456789012",
            "reference one two three four five six seven eight nine zero one two",
        ),
        ("plan A1B2", "plan A one B two"),
    ],
)
def test_says_figures_in_plain_text(text: str, expected: str) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("{{amount|inr}}", "amount inr"),
        ("Ravi <break time='9s'/> Rao", "Ravi Rao"),
        ("<speak>hi</speak>", "hi"),
        ("Ra\x00vi\u202e", "Ra vi"),
        ("cal_01HZX8K2Q9", ""),
        ("550e8400-e29b-41d4-a716-446655440000", ""),
        ("श्री राव", "श्री राव"),
    ],
)
def test_a_value_is_data(value: str, expected: str) -> None:
    assert rendering.plain(value) == expected


def test_a_value_is_never_read_as_a_template() -> None:
    assert said("Hello {{name}}.", name="{{secret}}", secret="x") == "Hello secret."


def test_a_value_is_bounded() -> None:
    assert len(rendering.plain("word " * 10_000)) <= rendering.MAX_VALUE_CHARS


@given(st.text())
def test_nothing_but_words_comes_out_of_any_value(value: str) -> None:
    text = said("It is {{v}}.", v=value)
    assert not set(text) & set("<>{}[]|`#~^_\\")
    assert not any(character.isdecimal() for character in text)


def test_finds_the_faults_of_a_template() -> None:
    assert rendering.faults("Hello {{name}} {{a|inr}}") == []
    assert "not 'shout'" in rendering.faults("{{a|shout}}")[0]
    assert rendering.faults("Hello {{name}")
