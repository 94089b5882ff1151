"""The measure itself: what counts as an error and what is only another way to write a word."""

import pytest
import word_errors


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("four seven two nine", "4729."),
        ("Press one for voicemail", "press 1 for voice mail"),
        ("I can't, I'm sorry", "I cannot. I am sorry!"),
        ("Re-enter it", "re-enter it"),
        ("the twenty first of May", "The 21st of May"),
        ("five thousand two hundred rupees", "5,200 rupees"),
        ("hello (simple tone sound plays)", "Hello."),
        ("thirty dialled numbers", "30 dialed numbers"),
    ],
)
def test_ways_to_write_the_same(said: str, heard: str) -> None:
    assert word_errors.compared(said, heard).wrong == ()


@pytest.mark.parametrize(
    ("said", "heard", "errors"),
    [
        ("press two", "press", 1),
        ("press two", "press two now", 1),
        ("to lock it", "do lock it", 1),
        ("twenty one", "twenty two", 1),
        ("first name", "last name", 1),
        ("", "thank you", 2),
        ("a b c", "x y z", 3),
    ],
)
def test_other_words_are_errors(said: str, heard: str, errors: int) -> None:
    assert len(word_errors.compared(said, heard).wrong) == errors
