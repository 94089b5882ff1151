"""The shipped engine: moments as callers mean them, bounded memory, whole conversations."""

import asyncio
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import speech_models
from vinfer.adapters.nlu import embedder, offline
from vinfer.adapters.nlu.moments import Moments
from vinfer.adapters.nlu.offline import OfflineUnderstanding
from vinfer.kit.words import words
from vinfer.lens.language import amounts, dates
from vinfer.lens.language.hinglish import Normaliser
from vinfer.media import handover
from vinfer.media import script as scripts
from vinfer.media.dialog import Dialog, Reply
from vinfer.ports.audio import EngineUnavailable

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 24, 11, 0, tzinfo=ZoneInfo("Asia/Kolkata"))  # a Tuesday
SCRIPT: dict[str, Any] = {
    "name": "EMI reminder",
    "language": "en-IN",
    "company": "Example Bank",
    "agent_persona": "Asha",
    "opening": "Hello {{name}}, this is {{agent}} from {{company}}. Can you pay it this week?",
    "branches": [
        {
            "id": "will_pay",
            "phrases": ["yes I will pay", "haan kar dunga", "paying tomorrow"],
            "not_phrases": ["already paid"],
            "capture": ["pay_date"],
            "disposition": "interested",
            "next": "close",
        },
        {
            "id": "later",
            "phrases": ["call me later", "I am driving", "baad mein call karna"],
            "capture": ["callback_at"],
            "disposition": "callback",
            "next": "close",
        },
        {
            "id": "refuse",
            "phrases": ["not interested", "do not want it"],
            "disposition": "not_interested",
        },
        {
            "id": "dispute",
            "phrases": ["I already paid", "this is not my loan"],
            "disposition": "escalated",
            "handover": True,
        },
    ],
    "captures": {
        "pay_date": {"type": "date", "ask": "On which date will you pay?", "confirm": True},
        "callback_at": {"type": "datetime", "ask": "What time should I call?"},
    },
    "objections": [{"phrases": ["who gave you my number"], "say": "You did."}],
}


@pytest.fixture(scope="module")
def moments() -> Moments:
    return Moments()


@pytest.fixture(scope="module")
def engine() -> OfflineUnderstanding:
    return OfflineUnderstanding(speech_models.store(), ThreadPoolExecutor(1))


def found(moments: Moments, text: str, now: datetime = NOW) -> list[tuple[str, str]]:
    canonical = dates.canonical(Normaliser().normalise(text))
    return [(f"{at:%m-%d %H:%M}", grain) for at, grain in moments.find(canonical, now)]


@pytest.mark.parametrize(
    ("text", "at", "grain"),
    [
        ("by the tenth", "12-10 00:00", "day"),
        ("by friday", "11-27 00:00", "day"),
        ("before friday", "11-26 00:00", "day"),
        ("till monday", "11-30 00:00", "day"),
        ("by the end of this month", "11-30 00:00", "day"),
        ("is mahine ke end tak", "11-30 00:00", "day"),
        ("next week", "11-30 00:00", "day"),
        ("this week", "11-29 00:00", "day"),
        ("in 3 days", "11-27 00:00", "day"),
        ("in two hours", "11-24 13:00", "minute"),
        ("within two hours", "11-24 13:00", "minute"),
        ("parso", "11-26 00:00", "day"),
        ("kal subah dus baje", "11-25 10:00", "minute"),
        ("shukrawar ko shaam paanch baje", "11-27 17:00", "minute"),
        ("tomorrow evening", "11-25 18:00", "hour"),
        # without am or pm: what a call can be made at
        ("at half past five", "11-24 17:30", "minute"),
        ("at ten", "11-25 10:00", "hour"),
        ("tomorrow at five", "11-25 17:00", "hour"),
        ("friday at ten", "11-27 10:00", "hour"),
        ("at six in the morning", "11-25 06:00", "minute"),
    ],
)
def test_reads_moments_as_callers_mean_them(
    moments: Moments, text: str, at: str, grain: str
) -> None:
    assert found(moments, text) == [(at, grain)]


WORDS = words(
    "by in next last the kal parso दो डेढ़ साढ़े paune lakh hazaar crore सौ बजे बजकर मिनट baje baad"
    " din year years century week month friday december 31 99999 1e9 0 9999999999999999999999 five"
    " point and half past tomorrow : . , am pm tareekh is mahine end tak before till between to"
)


@settings(max_examples=300, deadline=None)
@given(said=st.lists(st.sampled_from(WORDS), max_size=12))
def test_survives_any_order_of_date_words(moments: Moments, said: list[str]) -> None:
    normal = Normaliser().normalise(" ".join(said))
    for at, _ in moments.find(dates.canonical(normal), NOW):
        assert at.tzinfo is NOW.tzinfo
    assert all(0 <= amount < float("inf") for amount in amounts.amounts(normal))


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text", ["monday, " * 60, "5 december " * 60, "in the morning " * 60, "at 5 " * 90]
)
def test_a_recogniser_caught_in_a_loop_does_not_stop_the_parser(
    moments: Moments, text: str
) -> None:
    assert len(found(moments, text)) <= 4


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=80))
def test_the_date_parser_survives_any_cleaned_text(moments: Moments, text: str) -> None:
    for at, grain in moments.find(dates.canonical(offline.clean(text)), NOW):
        assert at.tzinfo is NOW.tzinfo
        assert grain


@pytest.mark.parametrize("text", ["right now", "abhi", "my card is 4111 1111 1111 1111", "five"])
def test_what_is_no_moment(moments: Moments, text: str) -> None:
    assert found(moments, text) == []


def test_moments_hold_in_any_zone(moments: Moments) -> None:
    now = datetime(2026, 10, 24, 23, 30, tzinfo=ZoneInfo("Europe/London"))  # clocks go back at 2
    [(at, grain)] = moments.find("tomorrow at 5:00 pm", now)
    assert (at.isoformat(), grain) == ("2026-10-25T17:00:00+00:00", "minute")


@pytest.mark.parametrize(
    "text",
    [
        "in 0 before half last hundred week 5 seconds two",  # all memory there is
        "week century past one years 100 seconds xx next 2 100 point",
    ],
)
def test_a_sentence_without_end_costs_itself_alone(moments: Moments, text: str) -> None:
    assert found(moments, text) == []
    assert found(moments, "tomorrow at 5 pm") == [("11-25 17:00", "hour")]


def test_a_parser_that_dies_is_replaced(moments: Moments) -> None:
    moments._child.end()
    assert found(moments, "tomorrow at 5 pm") == []
    assert found(moments, "tomorrow at 5 pm") == [("11-25 17:00", "hour")]


def test_gives_ctrl_c_back() -> None:
    code = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
        "from vinfer.adapters.nlu.moments import Moments; Moments();"
        "signal.raise_signal(signal.SIGINT)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "KeyboardInterrupt" in done.stderr
    assert done.returncode in (-signal.SIGINT, 130, 1)


def test_refuses_a_processor_it_cannot_run_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    cpu = tmp_path / "cpuinfo"
    cpu.write_text("flags : sse2 avx\n")
    monkeypatch.setattr(embedder, "_CPU_FLAGS", cpu)
    monkeypatch.setattr(embedder.platform, "machine", lambda: "x86_64")
    with pytest.raises(EngineUnavailable, match="AVX2"):
        embedder.Embedder(speech_models.store())


async def test_forgets_the_oldest_key(
    engine: OfflineUnderstanding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offline, "_KEYS", 2)
    for key in ("a", "b", "c"):
        await engine.learn(key, {"x": ("apples",), "y": ("pears",)})
    with pytest.raises(KeyError):
        await engine.read("apples", key="a", labels=("x", "y"), now=NOW)
    reading = await engine.read("apples", key="c", labels=("x", "y"), now=NOW)
    assert reading.meanings[0].label == "x"


async def test_serves_many_calls_at_once(engine: OfflineUnderstanding) -> None:
    await engine.learn("s", {"x": ("green apples",), "y": ("yellow pears",)})
    texts = ["green apples", "yellow pears"] * 10
    readings = await asyncio.gather(
        *(engine.read(text, key="s", labels=("x", "y"), now=NOW) for text in texts)
    )
    assert [reading.meanings[0].label for reading in readings] == ["x", "y"] * 10


async def talk(
    engine: OfflineUnderstanding, *said: str, transfer: bool = True
) -> tuple[Dialog, Reply]:
    script = scripts.parse(SCRIPT)
    await engine.learn("scr_1:1", scripts.phrases(script))
    dialog = Dialog(script, variables={"name": "Ravi"}, language="en-IN", can_transfer=transfer)
    reply = dialog.start()
    for index, text in enumerate(said):
        reading = await engine.read(text, key="scr_1:1", labels=dialog.labels, now=NOW)
        reply = dialog.hear(reading, turn=2 * index + 1, now=NOW)
    return dialog, reply


@pytest.mark.parametrize(
    ("said", "disposition", "captured"),
    [
        (("yes I will pay", "on friday", "yes"), "interested", {"pay_date": "2026-11-27"}),
        (("haan kal paanch hazaar de dunga", "haan"), "interested", {"pay_date": "2026-11-25"}),
        (("han kal de doonga", "haan ji sahi hai"), "interested", {"pay_date": "2026-11-25"}),
        # as the recogniser spells "haan ji, kal paanch hazaar rupaye de dunga", "kal de dunga"
        (("Haji, Kall, 5,000 rupee dedunga.", "Kale de dunga."), "interested",
         {"pay_date": "2026-11-25"}),
        (("5,000 rupee dedunga", "Kall.", "Kall de dunga."), "interested",
         {"pay_date": "2026-11-25"}),
        (("Hanji kaal dedoonga", "parsoon kar dunga", "Parson."), "interested",
         {"pay_date": "2026-11-26"}),
        (("yes", "tomorrow", "no on saturday", "correct"), "interested",
         {"pay_date": "2026-11-28"}),
        (("हाँ मैं शुक्रवार को दे दूँगा", "हाँ"), "interested", {"pay_date": "2026-11-27"}),
        (("i will pay by the tenth", "yes"), "interested", {"pay_date": "2026-12-10"}),
        (("what?", "hmm", "haan theek hai kar doonga", "parso", "nahi shanivaar ko", "haan"),
         "interested", {"pay_date": "2026-11-28"}),
        (("who is this?", "ok i will pay tomorrow", "haan"), "interested",
         {"pay_date": "2026-11-25"}),
        (("who gave you my number", "i will pay tomorrow", "yes"), "interested",
         {"pay_date": "2026-11-25"}),
        (("call me later", "tomorrow at five"), "callback",
         {"callback_at": "2026-11-25T17:00:00+05:30"}),
        (("I'm driving", "kal", "paanch baje"), "callback",
         {"callback_at": "2026-11-25T17:00:00+05:30"}),
        (("baad me call karo sham ko chhe baje",), "callback",
         {"callback_at": "2026-11-24T18:00:00+05:30"}),
        (("not interested",), "not_interested", {}),
        (("nahi",), "not_interested", {}),
        (("mujhe dobara phone mat karna",), "dnd", {}),
        (("don't call me again",), "dnd", {}),
        (("sorry wrong number",), "not_interested", {}),
        (("elephants", "it rains", "my dog is barking"), "callback", {}),
    ],
)  # fmt: skip
async def test_conversations_that_end_in_an_outcome(
    engine: OfflineUnderstanding, said: tuple[str, ...], disposition: str, captured: dict[str, str]
) -> None:
    dialog, reply = await talk(engine, *said)
    assert reply.end
    assert (dialog.verdict.disposition, dialog.captured) == (disposition, captured)


@pytest.mark.parametrize(
    "said",
    [
        ("I already paid this last week",),
        ("yes I will pay", "actually I already paid yesterday"),
        ("i want to talk to your manager",),
        ("kisee insaan se baat karvaiye",),
    ],
)
async def test_conversations_that_a_person_takes_over(
    engine: OfflineUnderstanding, said: tuple[str, ...]
) -> None:
    dialog, reply = await talk(engine, *said)
    assert reply.handover
    assert dialog.verdict.disposition == "escalated"
    _, reply = await talk(engine, *said, transfer=False)
    assert "no colleague is free" in reply.text


TRIGGERS = handover.parse(
    [
        {"type": "explicit_request", "priority": 1},
        {"type": "compliance_alert", "priority": 2},
        {"type": "keyword", "priority": 3, "phrases": ["branch office", "shakha"]},
        {"type": "custom", "priority": 4, "condition": "my father passed away; pitaji nahi rahe"},
        {"type": "sentiment", "priority": 5, "threshold": -0.5},
    ]
)


@pytest.mark.parametrize(
    ("said", "fired"),
    [
        (["can I talk to somebody from your team"], "explicit_request"),
        (["we will meet in consumer court"], "compliance_alert"),
        (["police bula lunga main"], "compliance_alert"),
        (["I will come to your Branch Office"], "keyword"),
        (["main shaakha mein aa jaunga"], "keyword"),
        (["my dad died last month"], "custom"),
        (["papa ki death ho gayi hai"], "custom"),
        (["what is the amount", "this is so frustrating"], "sentiment"),
        (["bahut gussa aa raha hai mujhe aap logon pe"], "sentiment"),
        (["haan kar dunga", "parso"], None),
        (["my father will pay tomorrow"], None),
        (["main dekh lunga", "I will come to the bank"], None),
        (["call me in the evening"], None),
        (["not interested"], None),
    ],
)
async def test_triggers_hear_what_they_are_meant_to(
    engine: OfflineUnderstanding, said: list[str], fired: str | None
) -> None:
    script = scripts.parse(SCRIPT)
    key = handover.key_of("triggers:1", TRIGGERS)
    await engine.learn(key, scripts.phrases(script) | handover.phrases(TRIGGERS))
    talk = Dialog(
        script,
        variables={},
        language="en-IN",
        can_transfer=True,
        triggers=TRIGGERS,
        zone=NOW.tzinfo,
    )
    talk.start()
    for turn, text in enumerate(said):
        reading = await engine.read(
            text, key=key, labels=talk.labels, now=NOW, watch=handover.labels(TRIGGERS)
        )
        talk.hear(reading, turn=turn, now=NOW)
    seen = talk.verdict.trigger
    assert (seen.type if seen else None) == fired
