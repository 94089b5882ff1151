"""Words of engines elsewhere, written as their text writes them."""

from types import SimpleNamespace

import pytest

from vinfer.adapters.stt import folder
from vinfer.adapters.stt.remote import spelled
from vinfer.ports.stt import Word


def words(*texts: str) -> list[Word]:
    """A word a second, the first surest."""
    return [Word(text, at, at + 1, 1 - at / 10) for at, text in enumerate(texts)]


SPELLINGS = {
    "marks and capitals": ("Please, call me.", ["please", "call", "me"], "Please,|call|me."),
    "in pieces": ("a cold-hearted man", ["a", "cold", "-hearted", "man"], "a|cold-hearted|man"),
    "a mark of its own": ("pay 10% now", ["pay", "10", "%", "now"], "pay|10%|now"),
    "a mark before": ("pay $500", ["pay", "$", "500"], "pay|$500"),
    "a dash between": ("yes - no", ["yes", "-", "no"], "yes|-|no"),
    "a dash nobody said": ("yes - no", ["yes", "no"], "yes|no"),
    "Hindi": ("नमस्ते, जी।", ["नमस्ते", "जी"], "नमस्ते,|जी।"),
    "other words": ("ten percent", ["10%"], "10%"),
    "more words": ("yes", ["yes", "sir"], "yes|sir"),
    "fewer words": ("yes sir", ["yes"], "yes"),
    "pieces of two": ("yes sir", ["yessir"], "yessir"),
    "no text": ("", ["yes"], "yes"),
    "no words": ("yes", [], ""),
}


@pytest.mark.parametrize(("text", "told", "shown"), SPELLINGS.values(), ids=SPELLINGS)
def test_words_are_written_as_the_text_writes_them(text: str, told: list[str], shown: str) -> None:
    assert "|".join(word.text for word in spelled(text, words(*told))) == shown


def test_a_word_of_pieces_lasts_from_the_first_to_the_last_and_is_as_sure_as_the_worst() -> None:
    (word,) = spelled("ill-disposed", words("ill", "-disposed"))
    assert (word.start_s, word.end_s, word.confidence) == (0, 2, 0.9)
    unsure = [Word("ill", 0, 1, 0.9), Word("-disposed", 1, 2, None)]
    assert spelled("ill-disposed", unsure)[0].confidence is None


def test_a_folders_words_are_joined_like_those_of_others() -> None:
    pieces = [
        SimpleNamespace(word=text, start=at, end=at + 1, probability=0.9)
        for at, text in enumerate((" A", " cold", "-hearted", " man."))
    ]
    found = SimpleNamespace(
        text=" A cold-hearted man.", words=pieces, avg_logprob=-0.1, no_speech_prob=0.0
    )
    heard = folder._segment(found, "en-IN", 4.0)  # pyright: ignore[reportPrivateUsage]
    assert [word.text for word in heard.words] == heard.text.split()
