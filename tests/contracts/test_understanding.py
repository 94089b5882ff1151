"""What every understanding engine must do."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

import speech_models
from vinfer.adapters.nlu.fake import FakeUnderstanding
from vinfer.adapters.nlu.offline import OfflineUnderstanding
from vinfer.ports.nlu import Reading, Understanding

NOW = datetime(2026, 11, 24, 11, 0, tzinfo=ZoneInfo("Asia/Kolkata"))
PHRASES = {
    "will_pay": ("yes I will pay", "haan kar dunga", "paying tomorrow"),
    "!will_pay": ("I have already paid", "payment is done"),
    "later": ("call me later", "I am driving", "baad mein call karna"),
}
LABELS = ("will_pay", "later")


def offline_understanding() -> Understanding:
    return OfflineUnderstanding(speech_models.store())


@pytest.fixture(
    scope="module",
    params=[FakeUnderstanding, pytest.param(offline_understanding, marks=pytest.mark.slow)],
)
def engine(request: pytest.FixtureRequest) -> Understanding:
    return request.param()


async def read(engine: Understanding, text: str, labels: tuple[str, ...] = LABELS) -> Reading:
    await engine.learn("script:1", PHRASES)
    return await engine.read(text, key="script:1", labels=labels, now=NOW)


def fired(reading: Reading) -> set[str]:
    return {meaning.label for meaning in reading.safety}


@pytest.mark.parametrize(
    ("text", "label"),
    [("yes I will pay", "will_pay"), ("please call me later", "later"), ("कर दूँगा", "will_pay")],
)
async def test_finds_the_branch(engine: Understanding, text: str, label: str) -> None:
    reading = await read(engine, text)
    assert reading.meanings[0].label == label
    assert 0 < reading.meanings[0].score <= 1
    assert reading.text == text


async def test_offers_only_the_labels_asked_for(engine: Understanding) -> None:
    assert (await read(engine, "yes I will pay", ("later",))).meanings == ()


async def test_counter_examples_are_not_the_branch(engine: Understanding) -> None:
    assert (await read(engine, "I have already paid")).meanings == ()


async def test_nothing_known_has_no_meaning(engine: Understanding) -> None:
    reading = await read(engine, "elephants eat grass")
    assert (reading.meanings, reading.safety) == ((), ())


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("never call me again", "do_not_call"),
        ("kisi insaan se baat karao", "human"),
        ("galat number hai", "wrong_number"),
        ("haan", "yes"),
        ("जी नहीं", "no"),
        ("hmm", "backchannel"),
    ],
)
async def test_knows_the_built_in_intents(engine: Understanding, text: str, intent: str) -> None:
    assert intent in fired(await read(engine, text))


async def test_a_bare_yes_is_left_to_the_question(engine: Understanding) -> None:
    assert (await read(engine, "yes")).meanings == ()


async def test_finds_amounts_and_days_in_the_callers_zone(engine: Understanding) -> None:
    reading = await read(engine, "haan kal paanch hazaar de dunga")
    assert reading.amounts == (5000.0,)
    assert reading.moments == ((NOW.replace(day=25, hour=0), "day"),)
    assert reading.moments[0][0].utcoffset() == NOW.utcoffset()


@pytest.mark.parametrize("text", ["", "   ", "?!", "\x00", "\ud800", "x" * 50_000, "🙂" * 300])
async def test_survives_any_text(engine: Understanding, text: str) -> None:
    assert (await read(engine, text)).meanings == ()


async def test_learning_a_known_key_changes_nothing(engine: Understanding) -> None:
    await read(engine, "x")
    await engine.learn("script:1", {"later": ("something else",)})
    assert (await read(engine, "yes I will pay")).meanings[0].label == "will_pay"


async def test_an_unknown_key_is_an_error(engine: Understanding) -> None:
    with pytest.raises(KeyError):
        await engine.read("yes", key="never learned", labels=LABELS, now=NOW)


async def test_similarity_is_highest_for_the_same_words(engine: Understanding) -> None:
    matrix = await engine.similarity(("pay now", "call later"), ("pay now", "green tea", "x"))
    assert [len(row) for row in matrix] == [3, 3]
    assert matrix[0][0] == max(matrix[0])
    assert await engine.similarity(("a",), ()) == [[]]
