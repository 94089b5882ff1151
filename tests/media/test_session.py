"""Whole calls in virtual time."""

import asyncio
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from tests import virtual_time
from tests.media.live import (
    OPENING,
    DelayedVoice,
    FailingVoice,
    Phone,
    Scene,
    SlowUnderstanding,
    changed,
    said,
)

from vinfer.adapters.telephony.fake import FarEnd
from vinfer.adapters.tts.fake import TonePlayer
from vinfer.media import recording
from vinfer.media.plan import WITHDRAWN, CallResult, NotAnswered
from vinfer.media.playout import HOLD_S
from vinfer.media.ticker import Ticker
from vinfer.ports.telephony import Ended, Failed


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def test_a_customer_who_pays_tomorrow_is_thanked_in_one_turn(scene: Scene) -> None:
    async def customer(phone: Phone) -> None:
        await phone.listen()
        await phone.say("yes I will pay tomorrow")

    result = scene.play(customer)

    assert said(result) == [
        ("agent", OPENING),
        ("customer", "yes I will pay tomorrow"),
        ("agent", "Thank you. Thank you for your time. Goodbye."),
    ]
    assert result.verdict.disposition == "interested"
    assert result.verdict.evidence_turn == 1
    assert result.captured == {"pay_date": "2026-11-25"}
    assert result.end_reason == "agent_hangup"
    assert tuple(scene.sink.turns) == result.turns
    assert len(scene.sink.answered_at) == 1


def test_a_date_that_is_missing_is_asked_for(scene: Scene) -> None:
    async def customer(phone: Phone) -> None:
        await phone.listen()
        await phone.say("yes I will pay")
        await phone.listen()
        await phone.say("on Friday")

    result = scene.play(customer)

    assert said(result)[2:] == [
        ("agent", "Thank you. On which date will you pay?"),
        ("customer", "on Friday"),
        ("agent", "Thank you for your time. Goodbye."),
    ]
    assert result.captured == {"pay_date": "2026-11-27"}


def test_turns_have_the_times_of_the_call_clock(scene: Scene) -> None:
    async def customer(phone: Phone) -> None:
        await phone.listen(quiet_s=1.0)
        await phone.say("not interested", duration_s=0.8)

    opening, answer, reply = scene.play(customer).turns

    assert opening.start_s == pytest.approx(0.8, abs=0.06)
    assert answer.start_s == pytest.approx(opening.end_s + 1.0, abs=0.1)
    assert answer.end_s - answer.start_s == pytest.approx(0.8, abs=0.03)
    assert reply.start_s > answer.end_s


def test_a_greeting_is_answered_with_the_opening_at_once(scene: Scene) -> None:
    async def customer(phone: Phone) -> None:
        await asyncio.sleep(0.3)
        await phone.say("Hello?", duration_s=0.4)
        await phone.listen()
        await phone.say("not interested")

    result = scene.play(customer)

    assert said(result)[:3] == [
        ("customer", "Hello?"),
        ("agent", OPENING),
        ("customer", "not interested"),
    ]
    hello, opening = result.turns[:2]
    assert opening.start_s - hello.end_s < 0.7
    assert not opening.interrupted
    assert result.verdict.disposition == "not_interested"


def test_a_greeting_that_begins_as_the_agent_would_is_let_finish(scene: Scene) -> None:
    async def customer(phone: Phone) -> None:
        await asyncio.sleep(0.72)
        await phone.say("Hello?", duration_s=0.4)
        await phone.listen()
        await phone.say("not interested")

    hello, opening = scene.play(customer).turns[:2]

    assert opening.start_s > hello.end_s
    assert not opening.interrupted


def test_a_greeting_over_the_opening_does_not_count_as_an_answer(scene: Scene) -> None:
    async def customer(phone: Phone) -> None:
        await asyncio.sleep(1.2)
        await phone.say("Hello, hello?", duration_s=0.7)
        await phone.listen()
        await phone.say("not interested")

    result = scene.play(customer)

    assert ("agent", OPENING) in said(result)
    assert result.verdict.disposition == "not_interested"
    assert not any(turn.interrupted for turn in result.turns)


def test_speech_over_the_agent_stops_it_and_the_transcript_holds_what_was_said(
    scene: Scene,
) -> None:
    spoke_at: list[float] = []

    async def customer(phone: Phone) -> None:
        await asyncio.sleep(3.0)
        spoke_at.append(phone.now_s)
        await phone.say("not interested", duration_s=1.0)

    result = scene.play(customer)

    last_heard_s = max(at for at, _ in scene.phone.heard if at < spoke_at[0] + 1.2)
    assert last_heard_s - spoke_at[0] <= 0.28 + 0.2
    opening = result.turns[0]
    assert opening.interrupted
    assert OPENING.startswith(opening.text)
    share = (opening.end_s - opening.start_s) / (len(OPENING) * 0.065)
    assert len(opening.text) / len(OPENING) == pytest.approx(share, abs=0.1)
    assert result.verdict.disposition == "not_interested"
    assert [turn.index for turn in result.turns] == [0, 1, 2]
    assert result.verdict.evidence_turn == 1
    assert [turn.text for turn in scene.sink.turns[:2]] == ["not interested", opening.text]


def test_a_cough_over_the_agent_does_not_end_its_turn(scene: Scene) -> None:
    async def customer(phone: Phone) -> None:
        await asyncio.sleep(3.0)
        await phone.say("", duration_s=0.5)
        await phone.listen()
        await phone.say("not interested")

    result = scene.play(customer)

    assert said(result)[0] == ("agent", OPENING)
    assert not result.turns[0].interrupted
    heard_s = len(scene.phone.heard) * 0.02
    assert heard_s > len(OPENING) * 0.065  # the words before the stop are said again


def test_a_short_cough_does_not_even_stop_it(scene: Scene) -> None:
    async def customer(phone: Phone) -> None:
        await asyncio.sleep(3.0)
        await phone.say("", duration_s=0.15)
        await phone.listen()
        await phone.say("not interested")

    scene.play(customer)

    times = [at for at, _ in scene.phone.heard]
    first_gap = next(i for i, (a, b) in enumerate(pairwise(times)) if b - a > 0.1)
    assert first_gap * 0.02 == pytest.approx(len(OPENING) * 0.065, abs=0.2)


@pytest.mark.parametrize("word", ["haan", "hmm", "ok"])
def test_a_backchannel_over_the_agent_is_no_answer(scene: Scene, word: str) -> None:
    async def customer(phone: Phone) -> None:
        await asyncio.sleep(2.5)
        await phone.say(word, duration_s=0.4)
        await phone.listen()
        await phone.say("not interested")

    result = scene.play(customer)

    assert said(result) == [
        ("agent", OPENING),
        ("customer", word),
        ("customer", "not interested"),
        ("agent", "I understand. Thank you for your time. Goodbye."),
    ]


def test_a_grunt_taken_for_words_does_not_end_the_agents_turn(scene: Scene) -> None:
    async def customer(phone: Phone) -> None:
        await asyncio.sleep(2.5)
        await phone.say("I will pay", duration_s=0.4)
        await phone.listen()
        await phone.say("not interested")

    result = scene.play(customer)

    assert said(result)[0] == ("agent", OPENING)
    assert result.verdict.disposition == "not_interested"


@pytest.mark.parametrize("word", ["no", "stop calling me"])
def test_a_short_word_that_matters_is_heard_over_the_agent(scene: Scene, word: str) -> None:
    async def customer(phone: Phone) -> None:
        await asyncio.sleep(2.5)
        await phone.say(word, duration_s=0.4)

    result = scene.play(customer)

    assert result.turns[0].interrupted


def test_a_pause_inside_a_sentence_gets_one_reply(scene: Scene) -> None:
    async def customer(phone: Phone) -> None:
        await phone.listen()
        await phone.say("yes I will pay")
        await asyncio.sleep(0.05)
        await phone.say("tomorrow")

    scene.voice = DelayedVoice(TonePlayer(), delay_s=0.5)
    result = scene.play(customer)

    assert said(result)[1:] == [
        ("customer", "yes I will pay"),
        ("customer", "tomorrow"),
        ("agent", "Thank you. Thank you for your time. Goodbye."),
    ]
    assert result.captured == {"pay_date": "2026-11-25"}
    assert result.verdict.evidence_turn == 2


def test_silence_is_asked_about_and_then_ends_the_call(scene: Scene) -> None:
    async def customer(phone: Phone) -> None:
        return None

    result = scene.play(customer)

    lines = [text for _, text in said(result)]
    assert lines[0] == OPENING
    assert lines[1] == "Are you there?"
    assert lines[2].startswith("Are you there?")
    assert lines[3] == "Thank you for your time. Goodbye."
    assert result.verdict.disposition == "callback"
    assert result.end_reason == "agent_hangup"


@pytest.mark.parametrize("at_s", [0.1, 0.5, 2.0, 7.0])
def test_the_customer_may_hang_up_at_any_time(scene: Scene, at_s: float) -> None:
    async def customer(phone: Phone) -> None:
        await asyncio.sleep(at_s)
        phone.hang_up()

    result = scene.play(customer)

    assert result.end_reason == "customer_hangup"
    assert result.duration_s == pytest.approx(at_s, abs=0.06)
    assert result.verdict.disposition == "callback"


def test_hanging_up_while_the_agent_thinks_keeps_what_was_said(scene: Scene) -> None:
    async def customer(phone: Phone) -> None:
        await phone.listen()
        await phone.say("do not call me again")
        phone.hang_up()

    result = scene.play(customer)

    assert result.do_not_call
    assert result.verdict.disposition == "dnd"
    assert result.end_reason == "customer_hangup"


def test_a_request_never_to_call_counts_even_when_the_goodbye_has_begun(scene: Scene) -> None:
    async def customer(phone: Phone) -> None:
        await phone.listen()
        await phone.say("not interested")
        await asyncio.sleep(0.6)
        await phone.say("do not call me again")

    result = scene.play(customer)

    assert result.do_not_call
    assert result.verdict.disposition == "dnd"


def test_a_lost_line_is_named(scene: Scene) -> None:
    async def customer(phone: Phone) -> None:
        await asyncio.sleep(2.0)
        phone.hang_up(Ended.LOST)

    result = scene.play(customer)

    assert result.end_reason == "line_lost"
    assert result.verdict.disposition == "callback"


CONFIRMED = changed(
    captures={"pay_date": {"type": "date", "ask": "On which date will you pay?", "confirm": True}}
)
READ_BACK = "That is Wednesday, the twenty fifth of November, right?"


def test_a_read_back_that_did_not_begin_is_not_confirmed(scene: Scene) -> None:
    async def customer(phone: Phone) -> None:
        await phone.listen()
        await phone.say("yes I will pay tomorrow")
        await phone.listen(quiet_s=0.8)
        await phone.say("yes that is right")
        await phone.listen(quiet_s=1.5)
        await phone.say("yes")

    scene.script = CONFIRMED
    scene.voice = DelayedVoice(TonePlayer(), delay_s=3.0)
    result = scene.play(customer)

    assert said(result)[1:] == [
        ("customer", "yes I will pay tomorrow"),
        ("agent", "Thank you."),
        ("customer", "yes that is right"),
        ("agent", READ_BACK),
        ("customer", "yes"),
        ("agent", "Thank you for your time. Goodbye."),
    ]
    assert result.captured == {"pay_date": "2026-11-25"}


@pytest.mark.parametrize(("delay_s", "silence_s"), [(0.5, 0.2), (1.2, 0.2), (2.0, 0.8)])
def test_a_short_first_sentence_waits_a_moment_for_the_next(
    scene: Scene, delay_s: float, silence_s: float
) -> None:
    async def customer(phone: Phone) -> None:
        await phone.listen(quiet_s=delay_s + 0.5)
        await phone.say("yes I will pay tomorrow")
        await asyncio.sleep(9)
        phone.hang_up()

    scene.script = CONFIRMED
    scene.voice = DelayedVoice(TonePlayer(), delay_s=delay_s)
    result = scene.play(customer)

    asked = next(turn for turn in result.turns if turn.text == f"Thank you. {READ_BACK}")
    _, agent = scene.channels()
    loud = np.flatnonzero(np.abs(agent[int(asked.start_s * 8000) :]) > 300)
    assert np.diff(loud).max() / 8000 < silence_s
    assert asked.latency_ms is not None
    assert asked.latency_ms["synthesis"] < 1000 * (delay_s + HOLD_S) + 30


def test_a_read_back_that_began_is_confirmed_over_its_end(scene: Scene) -> None:
    async def customer(phone: Phone) -> None:
        await phone.listen()
        await phone.say("yes I will pay tomorrow")
        await phone.listen(quiet_s=0.0)
        await asyncio.sleep(2.2)
        await phone.say("yes that is right")

    scene.script = CONFIRMED
    result = scene.play(customer)

    assert result.turns[2].interrupted
    assert result.captured == {"pay_date": "2026-11-25"}


def test_a_hangup_from_outside_ends_the_call_at_once(scene: Scene) -> None:
    async def customer(phone: Phone) -> None:
        return None

    result = scene.play(customer, hang_up_at_s=2.0)

    assert result.end_reason == "agent_hangup"
    assert result.duration_s == pytest.approx(2.0, abs=0.1)
    assert scene.leg.ended is Ended.NEAR


def test_the_longest_duration_is_kept_with_a_goodbye(scene: Scene) -> None:
    async def customer(phone: Phone) -> None:
        while True:
            await phone.listen()
            await phone.say("who is this?")

    scene.script = changed(max_duration_seconds=30)
    result = scene.play(customer)

    assert result.end_reason == "max_duration"
    assert result.duration_s <= 30.1
    assert ("agent", "Thank you for your time. Goodbye.") in said(result)


def test_a_machine_is_known_by_its_words(scene: Scene) -> None:
    async def customer(phone: Phone) -> None:
        await asyncio.sleep(0.2)
        await phone.say(
            "you have reached Ravi, please leave a message after the tone", duration_s=4
        )

    result = scene.play(customer)

    assert result.end_reason == "voicemail"
    assert result.verdict.disposition == "not_reachable"
    assert [speaker for speaker, _ in said(result)] == ["customer"]


def test_a_machine_is_known_by_its_beep(scene: Scene) -> None:
    async def customer(phone: Phone) -> None:
        await asyncio.sleep(2.5)
        phone.play_tone(hz=1000, duration_s=0.5)

    result = scene.play(customer)

    assert result.end_reason == "voicemail"
    assert result.duration_s < 3.0


def test_a_person_who_says_that_somebody_is_not_available_is_talked_to(scene: Scene) -> None:
    async def customer(phone: Phone) -> None:
        await asyncio.sleep(0.2)
        await phone.say("he is not available", duration_s=1.2)
        await phone.listen()
        await phone.say("not interested")

    result = scene.play(customer)

    assert result.end_reason == "agent_hangup"
    assert ("agent", OPENING) in said(result)


def test_a_person_is_handed_over(scene: Scene) -> None:
    async def customer(phone: Phone) -> None:
        await phone.listen()
        await phone.say("this is not my loan")

    scene.transfer_to = "+911100000000"
    result = scene.play(customer)

    assert result.end_reason == "transferred"
    assert result.verdict.disposition == "escalated"
    assert scene.leg.transferred_to == "+911100000000"
    assert "connect you" in said(result)[-1][1]


def test_a_refused_transfer_is_told_to_the_customer(scene: Scene) -> None:
    async def customer(phone: Phone) -> None:
        await phone.listen()
        await phone.say("this is not my loan")

    scene.transfer_to = "+911100000000"
    scene.far = FarEnd(transfer_status=603)
    result = scene.play(customer)

    assert result.end_reason == "handover_failed"
    assert result.verdict.disposition == "callback"
    assert "could not connect you" in said(result)[-1][1]


def test_without_anybody_to_hand_over_to_the_customer_is_told_so(scene: Scene) -> None:
    async def customer(phone: Phone) -> None:
        await phone.listen()
        await phone.say("this is not my loan")

    result = scene.play(customer)

    assert result.verdict.disposition == "escalated"
    assert result.end_reason == "agent_hangup"
    assert "no colleague" in said(result)[-1][1]


def test_the_recording_holds_both_sides_in_step(scene: Scene) -> None:
    async def customer(phone: Phone) -> None:
        await phone.listen()
        await phone.say("not interested", duration_s=0.8)

    result = scene.play(customer)

    left, right = scene.channels()
    assert len(left) / 8000 == pytest.approx(result.duration_s, abs=0.05)
    opening, answer, reply = result.turns
    for channel, turn in ((right, opening), (left, answer), (right, reply)):
        voiced = _voiced_s(channel, start_s=turn.start_s - 0.2, end_s=turn.end_s + 0.2)
        assert voiced[0] == pytest.approx(turn.start_s, abs=0.07)
        assert voiced[1] == pytest.approx(turn.end_s, abs=0.07)
    assert not _voiced_s(left, start_s=0, end_s=opening.end_s)
    assert not _voiced_s(right, start_s=answer.start_s, end_s=answer.end_s)


def test_latency_is_split_by_stage_from_the_last_voiced_frame(scene: Scene) -> None:
    async def customer(phone: Phone) -> None:
        await phone.listen()
        await phone.say("not interested", duration_s=0.8)

    scene.voice = DelayedVoice(TonePlayer(), delay_s=0.3)
    scene.understanding = SlowUnderstanding(delay_s=0.04)
    opening, answer, reply = scene.play(customer).turns

    assert opening.latency_ms is None
    assert answer.latency_ms is None
    stages = dict(reply.latency_ms)
    total = stages.pop("total")
    assert stages["endpointing"] == 250
    assert stages["recognition"] == 100
    assert stages["dialog"] == pytest.approx(40, abs=1)
    assert stages["synthesis"] == pytest.approx(300, abs=1)
    assert 0 <= stages["transport"] <= 60
    assert sum(stages.values()) == pytest.approx(total, abs=0.5)
    assert total == pytest.approx(1000 * (reply.start_s - answer.end_s), abs=25)


def test_a_voice_that_comes_back_goes_on_where_it_stopped(scene: Scene) -> None:
    async def customer(phone: Phone) -> None:
        await phone.listen(quiet_s=4.0)
        await phone.say("not interested")

    scene.voice = FailingVoice(away_s=(0.5, 3.0))
    result = scene.play(customer)

    assert said(result)[0] == ("agent", OPENING)
    assert result.end_reason == "agent_hangup"


def test_a_voice_that_stays_away_ends_the_call(scene: Scene) -> None:
    async def customer(phone: Phone) -> None:
        return None

    scene.voice = FailingVoice(away_s=(0.5, 1000.0))
    result = scene.play(customer)

    assert result.end_reason == "engine_error"
    assert result.verdict.disposition == "callback"
    assert result.duration_s < 16


def test_an_understanding_that_stays_away_is_owned_up_to(scene: Scene) -> None:
    async def customer(phone: Phone) -> None:
        await phone.listen()
        await phone.say("not interested")

    scene.understanding = SlowUnderstanding(delay_s=0, gone=True)
    result = scene.play(customer)

    assert result.end_reason == "engine_error"
    assert "technical problem" in said(result)[-1][1]


def test_an_ear_that_breaks_is_opened_again_and_the_customer_asked(scene: Scene) -> None:
    async def customer(phone: Phone) -> None:
        await phone.listen()
        await phone.ear.close()
        await asyncio.sleep(1.5)
        await phone.listen()
        await phone.say("not interested")

    result = scene.play(customer)

    assert said(result)[1] == ("agent", "Sorry, could you say that again?")
    assert result.turns[2].start_s > result.turns[1].end_s
    assert result.verdict.disposition == "not_interested"


def test_nobody_is_rung_before_there_is_something_to_say(scene: Scene) -> None:
    scene.voice = FailingVoice(away_s=(0.0, 1000.0))

    result = virtual_time.run(scene.call_without_answer())

    assert isinstance(result, NotAnswered)
    assert result.end_reason == WITHDRAWN
    assert scene.telephony.dialled == []


def test_a_cancelled_call_hangs_up_and_leaves_its_recording(scene: Scene) -> None:
    async def customer(phone: Phone) -> None:
        await asyncio.sleep(1000)

    async def cancelled() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(3.0):
                await scene.call(customer)

    virtual_time.run(cancelled())

    assert scene.leg.ended is Ended.NEAR
    left, _ = scene.channels()
    assert len(left) / 8000 == pytest.approx(3.0, abs=0.1)


def test_a_line_that_gives_broken_audio_is_hung_up(scene: Scene) -> None:
    async def customer(phone: Phone) -> None:
        await asyncio.sleep(1000)

    scene.far = FarEnd(frames=(bytes(4),))  # no frame: the recording cannot hold both sides
    result = scene.play(customer)

    assert result.end_reason == "engine_error"
    assert scene.leg.ended is Ended.NEAR


def test_unanswered_calls_say_why(scene: Scene) -> None:
    scene.far = FarEnd(failed=Failed.BUSY, sip_status=486)

    result = virtual_time.run(scene.call_without_answer())

    assert result == NotAnswered("busy", 486)
    assert not recording.path_of(scene.spool_dir, scene.call_id).exists()


def test_a_call_is_called_off_while_it_rings(scene: Scene) -> None:
    scene.far = FarEnd(rings=True)

    result = virtual_time.run(scene.call_without_answer(hang_up_at_s=5))

    assert isinstance(result, NotAnswered)
    assert result.end_reason == "agent_hangup"


def test_an_answered_call_that_cannot_begin_is_hung_up(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr("vinfer.media.session.Transcript", broken)  # no port can fail there

    async def customer(phone: Phone) -> None:
        await asyncio.sleep(60)

    with pytest.raises(ExceptionGroup):
        scene.play(customer)

    assert scene.telephony.legs[0].ended is Ended.NEAR


def test_fifty_calls_live_on_one_beat(tmp_path: Path) -> None:
    async def customer(phone: Phone) -> None:
        await phone.listen()
        await phone.say("yes I will pay")
        await phone.listen()
        await phone.say("on Friday")

    async def all_calls() -> list[CallResult]:
        ticker = Ticker(virtual_time.VirtualClock())
        scenes = [Scene(tmp_path, call_id=f"call_{i}", ticker=ticker) for i in range(50)]
        async with asyncio.TaskGroup() as group:
            beating = group.create_task(ticker.run())
            results = await asyncio.gather(*(scene.call(customer) for scene in scenes))
            beating.cancel()
        assert ticker.attached == 0
        return results

    results = virtual_time.run(all_calls())

    assert {result.end_reason for result in results} == {"agent_hangup"}
    assert {result.verdict.disposition for result in results} == {"interested"}
    assert len(list(tmp_path.glob("*.wav"))) == 50


def _voiced_s(channel: np.ndarray, *, start_s: float, end_s: float) -> tuple[float, float] | None:
    """First and last sound between two times."""
    loud = np.flatnonzero(np.abs(channel[int(start_s * 8000) : int(end_s * 8000)]) > 300)
    return (start_s + loud[0] / 8000, start_s + loud[-1] / 8000) if loud.size else None
