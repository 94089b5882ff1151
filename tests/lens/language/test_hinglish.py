"""Romanised Hindi told from English and respelled."""

import pytest

from vinfer.lens.language.hinglish import Normaliser, skeleton

NORMALISER = Normaliser(english=frozenset({"done", "feel", "been", "mare"}))


@pytest.mark.parametrize(
    ("roman", "devanagari"),
    [
        ("han kal de doonga", "हाँ कल दे दूँगा"),
        ("haa kal dey dungaa", "हाँ कल dey दूँगा"),
        ("nahee chahiye", "नहीं चाहिए"),
        ("Mujhe dobara phone mat karna!", "मुझे दोबारा phone मत करना!"),
        ("do hazaar paanch sau", "दो हज़ार पाँच सौ"),
        ("parson tak", "परसों तक"),
    ],
)
def test_respells_hindi(roman: str, devanagari: str) -> None:
    assert NORMALISER.normalise(roman) == devanagari


@pytest.mark.parametrize(
    "text",
    [
        "do you want me to pay",
        "the main point is to call me at three",
        "I have been here and I feel done",
        "he is a man to talk to",
        "हाँ कल दे दूँगा",
        "",
        "123",
    ],
)
def test_leaves_the_rest_alone(text: str) -> None:
    assert NORMALISER.normalise(text) == text


def test_spellings_of_one_word_share_a_skeleton() -> None:
    assert skeleton("doonga") == skeleton("dunga")
    assert skeleton("nahee") == skeleton("nahi") == skeleton("nahin")
    assert skeleton("hazaar") == skeleton("hajar")
