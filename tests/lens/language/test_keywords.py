"""Phrases word by word."""

import pytest

from vinfer.lens.language.hinglish import Normaliser
from vinfer.lens.language.keywords import Said

NORMALISER = Normaliser()


def holds(text: str, phrase: str) -> bool:
    return Said.of(text, NORMALISER).holds(Said.of(phrase, NORMALISER))


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("I will go to the Consumer Forum!", "consumer forum"),
        ("main consumer forum jaunga", "consumer forum"),
        ("mera vakeel aayega", "vakil"),
        ("shikaayat karunga", "shikayat"),
        ("मैं शिकायत करूँगा", "shikayat"),
        ("main shikayat karunga", "शिकायत"),
        ("don’t do that", "don't"),
        ("court", "court"),
    ],
)
def test_a_phrase_is_found_however_it_is_spelt(text: str, phrase: str) -> None:
    assert holds(text, phrase)


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("this is illegal", "legal"),
        ("the consumer likes the forum", "consumer forum"),
        ("forum consumer", "consumer forum"),
        ("so it goes", "son"),
        ("", "court"),
        ("court", "?!"),
    ],
)
def test_only_whole_words_in_their_order_count(text: str, phrase: str) -> None:
    assert not holds(text, phrase)
