"""A simulated person's reactions, in virtual time."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from vinfer.app.simulator.conversation import TICK_S, Conversation
from vinfer.app.simulator.energy import loudness
from vinfer.app.simulator.personas import PERSONAS, Manners, Persona, Speech
from vinfer.ports.audio import FRAME_BYTES, SILENT_FRAME

LINE_S = 1.0  # every line of the test personas lasts this long


def noise(*, rms: float, seed: int = 0) -> bytes:
    samples = np.random.default_rng(seed).normal(0, rms, FRAME_BYTES // 2)
    return np.clip(samples, -32768, 32767).astype("<i2").tobytes()


SPEECH = noise(rms=3000)


def agent(*parts: tuple[float, bytes | None]) -> Iterator[bytes | None]:
    """What the agent sends: (seconds, frame) in order."""
    for seconds, frame in parts:
        yield from [frame] * round(seconds / TICK_S)


def speaks(seconds: float) -> tuple[float, bytes]:
    return seconds, SPEECH


def silent(seconds: float) -> tuple[float, bytes]:
    return seconds, SILENT_FRAME


def person(speech: Speech, manners: Manners | None = None) -> Persona:
    manners = manners or Manners()
    return replace(PERSONAS["00"], speech=speech, manners=manners)


def talk(persona: Persona, heard: Iterable[bytes | None], *, seed: int = 1) -> Conversation:
    sounds = dict.fromkeys(persona.lines, SPEECH * round(LINE_S / TICK_S))
    conversation = Conversation(persona, sounds, seed=seed)
    for frame in heard:
        sent = conversation.tick(frame)
        assert len(sent) == FRAME_BYTES
        if conversation.hung_up:
            break
    return conversation


def texts(conversation: Conversation) -> list[str]:
    return [line.text for line in conversation.spoken]


def test_greets_then_answers_each_turn_after_a_human_pause() -> None:
    persona = person(Speech(replies=("first", "second"), tail=("again",)))
    heard = agent(silent(2), speaks(3), silent(4), speaks(2), silent(3))
    talked = talk(persona, heard)
    assert texts(talked) == ["Hello?", "first", "second"]
    hello, first, second = talked.spoken
    assert 0.3 <= hello.start_s <= 0.62
    assert 5.0 + 0.8 + 0.3 <= first.start_s <= 5.0 + 0.8 + 0.6 + 2 * TICK_S
    assert first.end_s - first.start_s == pytest.approx(LINE_S)
    assert 11.0 + 0.8 + 0.3 <= second.start_s <= 11.0 + 0.8 + 0.6 + 2 * TICK_S
    assert talked.heard_s == pytest.approx(5.0, abs=0.1)


def test_a_pause_inside_the_agents_turn_is_not_its_end() -> None:
    persona = person(Speech(greeting=None, replies=("answer",)))
    talked = talk(persona, agent(silent(1), speaks(2), silent(0.9), speaks(2), silent(3)))
    assert texts(talked)[:1] == ["answer"]
    assert talked.spoken[0].start_s > 1 + 2 + 0.9 + 2 + 0.8


def test_delays_follow_the_seed() -> None:
    persona = person(Speech(replies=("answer",)))
    starts = [
        talk(persona, agent(silent(2), speaks(1), silent(3)), seed=seed).spoken[1].start_s
        for seed in (7, 7, 8)
    ]
    assert starts[0] == starts[1] != starts[2]


def test_a_click_is_not_a_turn() -> None:
    persona = person(Speech(greeting=None, replies=("answer",), nudge=None))
    clicks = [(1.0, SILENT_FRAME), (0.02, noise(rms=9000))] * 8
    talked = talk(persona, agent(*clicks, silent(3)))
    assert texts(talked) == []
    assert talked.heard_s == 0


def test_lost_packets_count_as_silence() -> None:
    persona = person(Speech(greeting=None, replies=("answer",)))
    assert texts(talk(persona, agent(speaks(2), (3, None)))) == ["answer"]


def test_hears_the_agent_over_a_noisy_line() -> None:
    persona = person(Speech(greeting=None, replies=("answer",)))
    hiss = noise(rms=250, seed=5)
    talked = talk(persona, agent((6, hiss), speaks(3), (4, hiss)))
    assert texts(talked) == ["answer"]
    assert talked.spoken[0].start_s == pytest.approx(6 + 3 + 0.8 + 0.45, abs=0.2)


def test_says_hello_into_a_dead_line_and_gives_up() -> None:
    talked = talk(person(Speech(replies=("answer",))), agent(silent(60)))
    assert texts(talked) == ["Hello?"] * 4
    gaps = [b.start_s - a.end_s for a, b in zip(talked.spoken, talked.spoken[1:], strict=False)]
    assert gaps == pytest.approx([8.0] * 3, abs=0.05)
    assert talked.hung_up


def test_an_agent_who_speaks_is_waited_for_again() -> None:
    persona = person(Speech(greeting=None, replies=("first", "second")))
    heard = agent(silent(24), speaks(2), silent(24), speaks(2), silent(4))
    talked = talk(persona, heard)
    assert texts(talked) == ["Hello?"] * 2 + ["first"] + ["Hello?"] * 2 + ["second"]
    assert not talked.hung_up


def test_a_line_being_said_is_reported_as_cut() -> None:
    talked = talk(person(Speech(greeting="a long greeting")), agent(silent(1)))
    assert [(line.text, line.cut) for line in talked.spoken] == [("a long greeting", True)]
    assert talked.spoken[0].end_s == pytest.approx(1.0)


def test_does_not_greet_into_the_agents_speech() -> None:
    persona = person(Speech(replies=("answer",)))
    assert texts(talk(persona, agent(speaks(3), silent(3)))) == ["answer"]


def test_repeats_its_tail_then_hangs_up() -> None:
    persona = person(Speech(greeting=None, replies=("answer",), tail=("a", "b")))
    talked = talk(persona, agent(*[speaks(1), silent(4)] * 8))
    assert texts(talked) == ["answer", "a", "b", "a", "b"]
    assert talked.hung_up


def test_cuts_in_while_the_agent_speaks() -> None:
    manners = Manners(polite=False, interrupts_after_s=2.0)
    persona = person(Speech(greeting=None, replies=("yes yes", "right")), manners)
    talked = talk(persona, agent(silent(1), speaks(2.5), silent(3), speaks(1), silent(3)))
    assert texts(talked) == ["yes yes", "right"]
    assert talked.spoken[0].start_s == pytest.approx(3.0, abs=0.1)


def test_a_polite_person_gives_way_and_says_it_later() -> None:
    persona = person(Speech(greeting=None, replies=("answer",)))
    sounds = {"answer": SPEECH * 200, "Hello?": SPEECH}
    conversation = Conversation(persona, sounds, seed=1)
    for frame in agent(speaks(1), silent(1.5), speaks(3), silent(6)):
        conversation.tick(frame)
    assert [(line.text, line.cut) for line in conversation.spoken] == [
        ("answer", True),
        ("answer", False),
    ]
    cut = conversation.spoken[0]
    assert 2.5 + 1.0 <= cut.end_s <= 2.5 + 1.1


def test_an_impolite_person_talks_on() -> None:
    persona = person(Speech(greeting=None, replies=("answer",)), Manners(polite=False))
    sounds = {"answer": SPEECH * 200, "Hello?": SPEECH}
    conversation = Conversation(persona, sounds, seed=1)
    for frame in agent(speaks(1), silent(1.5), speaks(6)):
        conversation.tick(frame)
    assert [(line.text, line.cut) for line in conversation.spoken] == [("answer", False)]


def test_backchannels_fall_into_the_agents_speech_and_answer_nothing() -> None:
    speech = Speech(greeting=None, replies=("answer",), backchannels=((1.0, "hm"), (3.0, "ok")))
    talked = talk(person(speech), agent(speaks(7), silent(3), speaks(5), silent(2)))
    assert texts(talked)[:3] == ["hm", "ok", "answer"]
    assert [line.start_s for line in talked.spoken[:2]] == pytest.approx([1.0, 3.0], abs=0.1)
    assert texts(talked).count("hm") == 1


def test_backchannels_not_said_in_the_first_turn_are_never_said() -> None:
    speech = Speech(greeting=None, replies=("answer",), backchannels=((3.0, "hm"),))
    talked = talk(person(speech), agent(speaks(1), silent(3), speaks(5)))
    assert texts(talked) == ["answer"]


def test_hangs_up_when_it_has_heard_enough() -> None:
    talked = talk(person(Speech(), Manners(hangs_up_after_s=3.0)), agent(silent(2), speaks(10)))
    assert talked.hung_up
    assert talked.heard_s == pytest.approx(3.0, abs=0.05)


def test_the_silent_one_says_nothing_until_the_call_is_too_long() -> None:
    persona = replace(PERSONAS["13"], manners=Manners(max_call_s=40.0))
    conversation = Conversation(persona, {}, seed=1)
    ticks = 0
    for frame in agent(*[speaks(3), silent(5)] * 10):
        assert conversation.tick(frame) == SILENT_FRAME
        ticks += 1
        if conversation.hung_up:
            break
    assert ticks * TICK_S == pytest.approx(40.0, abs=0.05)
    assert conversation.spoken == ()


@pytest.mark.parametrize(("frame", "rms"), [(b"", 0.0), (SILENT_FRAME, 0.0), (SPEECH, 3000.0)])
def test_loudness_is_the_root_mean_square(frame: bytes, rms: float) -> None:
    assert loudness(frame) == pytest.approx(rms, rel=0.15)
