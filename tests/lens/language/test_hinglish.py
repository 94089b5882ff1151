"""Romanised Hindi told from English and respelled."""

import pytest

from vinfer.kit.words import words
from vinfer.lens.language.hinglish import Normaliser, skeleton

ENGLISH = "done feel been mare kale call bill card full pay my name mister speaking this there"
NORMALISER = Normaliser(english=frozenset(words(ENGLISH)))


@pytest.mark.parametrize(
    ("roman", "devanagari"),
    [
        ("han kal de doonga", "हाँ कल दे दूँगा"),
        ("haa kal dey dungaa", "हाँ कल dey दूँगा"),
        ("nahee chahiye", "नहीं चाहिए"),
        ("Mujhe dobara phone mat karna!", "मुझे दोबारा phone मत करना!"),
        ("do hazaar paanch sau", "दो हज़ार पाँच सौ"),
        ("parson tak", "परसों तक"),
        # as recognisers blur it: joined, doubled, with an English ending
        ("Haji, Kall, 5,000 rupee dedunga.", "हाँ जी, कल, 5,000 रुपये दे दूँगा."),
        ("5,000 rupee dedunga", "5,000 रुपये दे दूँगा"),
        ("Hanji, kaal bhejdoonga", "हाँ जी, कल भेज दूँगा"),
        ("kul kardungi", "कल कर दूँगी"),
        ("parsoon dedenge", "परसों दे देंगे"),
        ("Kale de dunga", "कल दे दूँगा"),
        ("Kall.", "कल."),
        ("bhaad mein jao", "bhaad में जाओ"),
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
        "this is mister Kall speaking",
        "my name is Kale",
        "he is a man to talk to",
        "हाँ कल दे दूँगा",
        "",
        "123",
    ],
)
def test_leaves_the_rest_alone(text: str) -> None:
    assert NORMALISER.normalise(text) == text


@pytest.mark.parametrize(
    ("line", "kept"),
    [("mera naam Kale hai", "kale"), ("main call kar dunga", "call"), ("bill bhar dunga", "bill")],
)
def test_leaves_english_words_among_hindi_alone(line: str, kept: str) -> None:
    assert kept in NORMALISER.normalise(line)


def test_spellings_of_one_word_share_a_skeleton() -> None:
    assert skeleton("doonga") == skeleton("dunga")
    assert skeleton("nahee") == skeleton("nahi") == skeleton("nahin")
    assert skeleton("hazaar") == skeleton("hajar")
