"""The built-in intents by rule."""

import pytest

from vinfer.lens.language import safety
from vinfer.lens.language.hinglish import Normaliser

NORMALISER = Normaliser()
ANSWERS = {"yes", "no", "backchannel"}


def fired(text: str) -> set[str]:
    return set(safety.rules(text, NORMALISER.normalise(text)))


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("do_not_call", "Stop calling me."),
        ("do_not_call", "don’t ever call this number again"),
        ("do_not_call", "please take my number off your list"),
        ("do_not_call", "dubara call mat karna mujhe"),
        ("do_not_call", "mera number hata do"),
        ("do_not_call", "मुझे फोन मत करना"),
        ("human", "can I speak to a real person"),
        ("human", "are you a robot?"),
        ("human", "kisi insaan se baat karao"),
        ("human", "मैनेजर से बात कराइए"),
        ("wrong_number", "sorry, wrong number"),
        ("wrong_number", "galat number hai"),
        ("wrong_number", "yahan koi ravi nahi rehta"),
        ("abuse", "you bloody idiot"),
        ("abuse", "चुप कर हरामी"),
        ("who_is_this", "Who is this?"),
        ("who_is_this", "aap kaun bol rahe ho"),
        ("who_is_this", "कौन"),
        ("repeat", "pardon?"),
        ("repeat", "I can't hear you"),
        ("repeat", "phir se boliye"),
        ("repeat", "hello?"),
        ("repeat", "समझ नहीं आया"),
    ],
)
def test_fires(intent: str, text: str) -> None:
    assert fired(text) - ANSWERS == {intent}


@pytest.mark.parametrize(
    "text",
    [
        "don't call me now, call me later",
        "do not call me today",
        "call me back tomorrow",
        "the agent told me to pay",
        "my manager is on leave",
        "I will pay by phone",
        "the amount is wrong",
        "number of my account is five six",
        "what is the interest rate",
        "I got a call from the bank",
        "abhi baat nahi kar sakta",
    ],
)
def test_stays_silent(text: str) -> None:
    assert fired(text) - ANSWERS == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("haan", {"yes", "backchannel"}),
        ("ji haan", {"yes", "backchannel"}),
        ("जी", {"yes", "backchannel"}),
        ("ok", {"yes", "backchannel"}),
        ("yes that is right", {"yes"}),
        ("that's correct", {"yes"}),
        ("sahi hai", {"yes"}),
        ("no problem", {"yes"}),
        ("ji nahi", {"no"}),
        ("नहीं", {"no"}),
        ("no, on saturday", {"no"}),
        ("that's not right", {"no"}),
        ("sahi nahi hai", {"no"}),
        ("hmm", {"backchannel"}),
        ("I see", {"backchannel"}),
        ("on friday", set[str]()),
        ("", set[str]()),
    ],
)
def test_answers(text: str, expected: set[str]) -> None:
    assert fired(text) & ANSWERS == expected


def test_tells_a_bare_answer() -> None:
    for text in ("haan ji", "no no", "hmm ok", "ठीक है"):
        assert safety.says_nothing_else(NORMALISER.normalise(text))
    assert not safety.says_nothing_else("yes I will pay")
