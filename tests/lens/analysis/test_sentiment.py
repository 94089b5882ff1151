"""Feelings by words: courtesies are none, a "not" turns, agents' phrases do not count."""

from collections.abc import Sequence

import numpy as np
import pytest
from tests.lens.analysis.talking import conversation

from vinfer.lens.analysis.lines import lines_of
from vinfer.lens.analysis.sentiment import Feelings, Sentiments
from vinfer.lens.language.head import Matrix
from vinfer.lens.language.hinglish import Normaliser

NORMALISER = Normaliser()


def read(*lines: str) -> Sentiments:
    return Feelings(NORMALISER).read(lines_of(conversation(*lines), NORMALISER))


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("customer: this is the worst service, I am very angry", "negative"),
        ("customer: I am not happy at all", "negative"),
        ("customer: ye service acchi nahi hai", "negative"),
        ("customer: bahut ghatiya service hai", "negative"),
        ("customer: मैं बहुत नाराज़ हूँ", "negative"),
        ("customer: you have been really helpful", "positive"),
        ("customer: bahut badhiya, mera kaam ho gaya", "positive"),
        ("customer: मैं बहुत खुश हूँ", "positive"),
        ("customer: thank you very much, please send it, good evening", "neutral"),
        ("customer: dhanyavaad, accha theek hai", "neutral"),
        ("customer: no problem, I will do it tomorrow", "neutral"),
        ("agent: I am happy to help you, have a great day", "neutral"),
        ("agent: I am so sorry for the inconvenience, I understand your frustration", "neutral"),
        ("customer: yes", "neutral"),
    ],
)
def test_what_a_line_shows(line: str, label: str) -> None:
    assert read(line).segments[0].label == label


def test_intensifiers_strengthen_and_a_not_weakens() -> None:
    def score(line: str) -> float:
        return read(f"customer: {line}").segments[0].score

    assert score("I am very upset") < score("I am upset") < score("I am a little upset") < 0
    assert 0 < score("it was not terrible") < score("it was wonderful")


def test_the_call_is_the_customers_and_its_end_weighs_more() -> None:
    sour = read("agent: it is wonderful and fantastic news", "customer: you are all thieves")
    assert sour.overall.label == sour.speakers["customer"].label == "negative"
    better = read(
        "customer: this is terrible service", "agent: ok", "customer: you are excellent now"
    )
    worse = read(
        "customer: you are excellent now", "agent: ok", "customer: this is terrible service"
    )
    assert worse.overall.score < better.overall.score


def test_scores_stay_within_their_bounds_and_nothing_is_neutral() -> None:
    furious = read("customer: " + "very terrible horrible worst fraud " * 40)
    assert furious.overall.score >= -1
    assert furious.segments[0].score == pytest.approx(-1, abs=0.05)
    assert read().overall.score == 0.0
    assert read().overall.label == "neutral"


def test_the_model_has_a_say_where_words_show_nothing() -> None:
    """A stand-in for the sentence model: what mentions a shoe sounds furious."""

    def vectors(texts: Sequence[str]) -> Matrix:
        rows = [[1.0, 0.1] if _cross(text) else [0.1, 1.0] for text in texts]
        return np.array(rows, np.float32)

    lines = lines_of(conversation("customer: eat my old shoe you lot"), NORMALISER)
    assert Feelings(NORMALISER).read(lines).segments[0].label == "neutral"
    assert Feelings(NORMALISER, vectors).read(lines).segments[0].score < -0.2


def _cross(text: str) -> bool:
    return "shoe" in text or any(word in text for word in ("angry", "fraud", "घटिया", "useless"))
