"""The exchange of frames: in step with the beat whatever the line does."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from tests import virtual_time

from vinfer.adapters.hearing.fake import ScriptedEar
from vinfer.adapters.telephony.fake import FakeLeg, FarEnd
from vinfer.adapters.tts.fake import TonePlayer
from vinfer.media.exchange import KEPT_BACKLOG_FRAMES, MAX_BACKLOG_FRAMES, Exchange
from vinfer.media.happenings import AlarmRang, Happening, LineEnded, SpeechBegan, SpeechSpoken
from vinfer.media.playout import QUEUE_FRAMES, Playout
from vinfer.ports.telephony import Ended

FRAME = b"\x01\x02" * 160


class Line:
    """An exchange on a fake leg; `beat` is one tick and 20 ms of the line."""

    def __init__(self, *, spawn: Callable[..., Any]) -> None:
        clock = virtual_time.VirtualClock()
        self.leg = FakeLeg(FarEnd())
        self.happened: list[Happening] = []
        self.playout = Playout(
            self.leg,
            voice=TonePlayer(),
            language="en-IN",
            voice_name="female",
            spawn=spawn,
            post=self.happened.append,
            clock=clock,
        )
        self.exchange = Exchange(
            self.leg, playout=self.playout, recorder=None, post=self.happened.append, clock=clock
        )

    async def beat(self, times: int = 1) -> None:
        for _ in range(times):
            await asyncio.sleep(0.02)
            self.leg.play()
            self.exchange.tick()


def on_line(scenario: Callable[[Line], Any]) -> Line:
    async def main() -> Line:
        async with asyncio.TaskGroup() as group:
            line = Line(spawn=group.create_task)
            await scenario(line)
            return line

    return virtual_time.run(main())


def test_the_ear_hears_one_frame_a_beat_even_when_none_came() -> None:
    async def scenario(line: Line) -> None:
        ear = ScriptedEar("en-IN")
        line.exchange.listen(ear)
        line.leg.say([FRAME] * 3)
        await line.beat(10)
        assert ear.frames == 10

    on_line(scenario)


def test_an_ear_that_opens_late_hears_the_beginning_too() -> None:
    async def scenario(line: Line) -> None:
        await line.beat(7)
        ear = ScriptedEar("en-IN")
        zero_s = line.exchange.listen(ear)
        await line.beat(3)
        assert (zero_s, ear.frames) == (0.0, 10)
        line.exchange.stop_listening()
        await line.beat(5)
        second = ScriptedEar("en-IN")
        assert line.exchange.listen(second) == pytest.approx(0.2)
        assert second.frames == 5

    on_line(scenario)


def test_audio_that_comes_too_late_does_not_delay_the_call_for_ever() -> None:
    async def scenario(line: Line) -> None:
        line.leg.say([FRAME] * 40)
        await line.beat()
        assert line.exchange.backlog_ms == 20 * (KEPT_BACKLOG_FRAMES - 1)
        line.leg.say([FRAME] * (MAX_BACKLOG_FRAMES - KEPT_BACKLOG_FRAMES))
        await line.beat()
        assert line.exchange.backlog_ms == 20 * (MAX_BACKLOG_FRAMES - 2)

    on_line(scenario)


def test_the_line_never_holds_more_than_a_stop_can_bear() -> None:
    async def scenario(line: Line) -> None:
        line.playout.say(("a sentence that takes a while",))
        for _ in range(20):
            await line.beat()
            assert line.leg.queued_ms() <= 20 * QUEUE_FRAMES

    on_line(scenario)


def test_a_speech_is_told_at_its_first_frame_and_after_its_last() -> None:
    async def scenario(line: Line) -> None:
        line.playout.say(("one",))
        await line.beat(40)

    line = on_line(scenario)

    assert line.happened == [SpeechBegan(1, 0.0, 0.0), SpeechSpoken(1)]
    assert len(line.leg.spoken) == 10


def test_a_stop_takes_back_what_has_not_left_the_line() -> None:
    async def scenario(line: Line) -> None:
        line.playout.say(("a sentence that takes a while",))
        await line.beat(12)
        line.playout.pause()
        assert line.leg.queued_ms() == 0
        heard = len(line.leg.spoken)
        assert line.playout.speech.heard_frames == heard
        await line.beat(10)
        assert len(line.leg.spoken) == heard
        line.playout.resume()
        await line.beat(10)
        assert len(line.leg.spoken) > heard
        line.playout.cut()

    on_line(scenario)


def test_the_alarm_rings_once_at_its_beat() -> None:
    async def scenario(line: Line) -> None:
        line.exchange.alarm_at_s = 0.1
        await line.beat(4)
        assert line.happened == []
        await line.beat(4)

    assert on_line(scenario).happened == [AlarmRang()]


def test_a_line_that_ends_says_so_once_and_lets_the_ear_finish() -> None:
    async def scenario(line: Line) -> None:
        ear = ScriptedEar("en-IN")
        line.exchange.listen(ear)
        line.leg.end(Ended.LOST)
        await line.beat(5)
        assert ear.frames == 4

    assert on_line(scenario).happened == [LineEnded(Ended.LOST)]


class Stutterer(TonePlayer):
    """A voice whose sound comes in three parts with a wait before each."""

    async def speak(self, text: str, *, language: str, voice: str) -> AsyncIterator[bytes]:
        async for sound in super().speak(text, language=language, voice=voice):
            third = len(sound) // 960 * 320
            for part in (sound[:third], sound[third : 2 * third], sound[2 * third :]):
                await asyncio.sleep(0.2)
                yield part


def test_a_voice_slower_than_speech_leaves_gaps_and_no_frame_out() -> None:
    async def scenario(line: Line) -> None:
        line.playout._voice = Stutterer()
        line.playout.say(("one two",))
        await line.beat(60)

    line = on_line(scenario)

    assert len(line.leg.spoken) == 23
    assert line.happened[-1] == SpeechSpoken(1)
