"""Hindi and Hinglish dates in plain English."""

import pytest

from vinfer.lens.language import dates
from vinfer.lens.language.hinglish import Normaliser

NORMALISER = Normaliser()


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("shaam paanch baje phone karna", "at 5:00 pm phone करना"),
        ("subah saadhe das baje", "at 10:30 am"),
        ("raat ko do baje", "at 2:00 am"),
        ("कल दोपहर तीन बजकर बीस मिनट पर", "tomorrow at 3:20 pm"),
        ("do tareekh ko", "the 2th"),
        ("das december ko", "10 december"),
        ("teen din baad", "in 3 days"),
        ("dedh ghante mein", "in 90 minutes"),
        ("is mahine ke end tak", "by end of this month"),
        ("परसों दे दूँगा", "day after tomorrow दे दूँगा"),
        ("agle somwar", "next monday"),
        ("around four in the evening", "at 4:00 pm"),
        ("five thirty in the morning", "at 5:30 am"),
        ("twenty fifth of december", "25th of december"),
        ("half past six in the evening", "half past six in the evening"),
        ("7 p m", "7 pm"),
    ],
)
def test_rewrites(text: str, english: str) -> None:
    assert dates.canonical(NORMALISER.normalise(text)) == english


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("kal de dunga", "tomorrow"),
        ("kal payment kar diya hai", "yesterday"),
        ("maine kal hi bhar diya tha", "yesterday"),
        ("naukri chali gayi hai kal de dunga", "tomorrow"),
    ],
)
def test_kal_follows_the_tense(text: str, day: str) -> None:
    assert day in dates.canonical(NORMALISER.normalise(text))


def test_bounds_what_the_parser_must_read() -> None:
    assert dates.bounded("monday, monday, monday") == "monday"
    assert dates.bounded("in the morning " * 9) == "in the morning"
    assert len(dates.bounded("word " * 90 + "friday").split()) <= 32
    said = "on friday the 27th of november at five thirty pm"
    assert dates.bounded(said) == said
    assert "xx" in dates.bounded("one two three four five six seven eight nine ten eleven")


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("last 10000000 months", "last xx months"),
        ("last twenty million days", "last twenty xx days"),
        ("last 999m days", "last xx days"),
        ("in five lakh years", "in five xx years"),
        ("two hundred thousand days", "two hundred xx days"),
        ("in two thousand twenty seven", "in two thousand twenty seven"),
        ("5 december 2026 at 10:30 pm", "5 december 2026 at 10:30 pm"),
    ],
)
def test_counts_no_further_than_dates_go(said: str, read: str) -> None:
    assert dates.bounded(said) == read


def test_knows_when_the_half_of_day_is_said() -> None:
    assert dates.names_half_of_day("tomorrow at 5:00 pm")
    assert dates.names_half_of_day("five in the evening")
    assert not dates.names_half_of_day("at half past five")
