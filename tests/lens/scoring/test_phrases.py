"""Phrases: with gaps, in any spelling, and not where they are denied."""

import pytest

from vinfer.adapters.nlu.offline import english_words
from vinfer.lens.language.hinglish import Normaliser
from vinfer.lens.scoring import denial
from vinfer.lens.scoring.matching import Matcher


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    """One for all."""
    return Matcher(Normaliser(english_words()))


@pytest.mark.parametrize(
    ("phrase", "text", "stands"),
    [
        ("call is recorded", "just so you know, this call is recorded.", True),
        ("call is recorded", "this phone call is, well, recorded", False),
        ("this is * from", "this is asha from example bank", True),
        ("this is * from", "this is asha devi kumari of course from example bank", False),
        ("this is * from", "this is from example bank", True),
        ("record", "i have your records", False),
        ("call record ho rahi", "ye call record ho rahi hai", True),
        ("मेरी मदद", "meri madad kijiye", False),
        ("दोबारा", "main dobara call karunga", True),
        ("vakeel", "main vakil se baat karunga", True),
        ("don't worry", "dont worry, sir", True),
        ("a * b * c", "a 1 2 3 4 b 1 2 3 4 c", True),
        ("a * b * c", "a 1 2 3 4 5 b c", False),
        ("a * b", "b a", False),
        ("please * pay * now", "please please you will pay it all now", True),
        ("*", "anything", False),
    ],
)
def test_a_phrase(matcher: Matcher, phrase: str, text: str, stands: bool):
    assert (matcher.find(text, (phrase,)) == phrase) is stands


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("please share your otp now", True),
        ("never share your otp with anybody", False),
        ("do not share your otp. fine", False),
        ("do not share your otp. now share your otp", True),
        ("apna otp mat batao, share your otp", False),
        ("i do not know. share your otp", True),
        ("if you do not hurry, share your otp", True),
        ("paisa nahi diya to share your otp", True),
        ("share your otp nahi", False),
        ("nobody here is ever going to share your otp", False),
        ("No one will ever come to share your otp", False),
        ("nobody pays so we will go and share your otp", True),
        ("if nobody is here we will share your otp", True),
    ],
)
def test_what_is_denied_is_not_said(matcher: Matcher, text: str, stands: bool):
    assert bool(denial.plainly(text, ("share your otp",), matcher)) is stands


def test_no_phrase_stalls_a_worker(matcher: Matcher):
    phrase = " * ".join(["na"] * 60) + " * batman"
    assert matcher.find("na " * 400, (phrase,)) is None  # backtracking never ends
    assert matcher.find("na " * 400 + "batman", (phrase,)) == phrase


def test_a_denial_is_looked_for_in_few_steps(matcher: Matcher, monkeypatch: pytest.MonkeyPatch):
    asked: list[str] = []
    find = matcher.find
    monkeypatch.setattr(
        matcher, "find", lambda text, phrases: asked.append(text) or find(text, phrases)
    )
    said = "share your otp " + "with us all today " * 500
    assert denial.plainly(said, ("share your otp",), matcher)
    assert len(asked) < 50
