"""Who takes over from an engine that fails, and for how long; what is tried again, and what not."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from harness import StoppedClock
from vinfer.adapters.stt.fake import ScriptedTranscriber
from vinfer.adapters.stt.wrappers import Fallback, InScript, Retry, Timeout
from vinfer.ports.audio import EngineUnavailable
from vinfer.ports.engines import EngineBaffled, EngineBusy, EngineLate, EngineRefused
from vinfer.ports.stt import HeardSegment, SttCapabilities

LOUD = b"\x00\x20" * 32_000  # 2 s


class Moody(ScriptedTranscriber):
    """Raises what it is told to raise, once each, and hears otherwise."""

    def __init__(self, moods: Sequence[Exception | None]) -> None:
        super().__init__(["heard"] * 99)
        self.capabilities = SttCapabilities("moody", frozenset({"en-IN"}), words=True)
        self.moods = list(moods)
        self.asked = 0

    async def hear(self, pcm: bytes, *, language: str) -> tuple[HeardSegment, ...]:
        self.asked += 1
        await asyncio.sleep(0)
        mood = self.moods.pop(0) if self.moods else None
        if mood is not None:
            raise mood
        return await super().hear(pcm, language=language)


async def at_once(_pause_s: float) -> None:
    await asyncio.sleep(0)


def second() -> ScriptedTranscriber:
    return ScriptedTranscriber(["from here"] * 99)


async def engine_of(pair: Fallback, language: str = "en-IN") -> str | None:
    (heard,) = await pair.hear(LOUD, language=language)
    return heard.engine


async def test_an_engine_rests_longer_each_time_it_fails() -> None:
    clock = StoppedClock()
    first = Moody([EngineBusy("away")] * 6)
    pair = Fallback(first, second(), clock=clock)
    for rest_s in (60, 120, 240, 480, 960, 960):
        before = first.asked
        assert await engine_of(pair) == "scripted"
        clock.time += timedelta(seconds=rest_s - 1)
        assert await engine_of(pair) == "scripted"
        assert first.asked == before + 1
        clock.time += timedelta(seconds=1)
    assert await engine_of(pair) is None


async def test_windows_that_fail_together_are_one_failure() -> None:
    clock = StoppedClock()
    first = Moody([EngineBusy("away")] * 4)
    pair = Fallback(first, second(), clock=clock)
    assert await asyncio.gather(*(engine_of(pair) for _ in range(4))) == ["scripted"] * 4
    clock.time += timedelta(seconds=60)
    assert await engine_of(pair) is None


async def test_one_good_answer_makes_up_for_failures() -> None:
    clock = StoppedClock()
    pair = Fallback(Moody([EngineBusy(""), None, EngineBusy("")]), second(), clock=clock)
    told: list[str | None] = []
    for _ in range(4):
        told.append(await engine_of(pair))
        clock.time += timedelta(seconds=60)
    assert told == ["scripted", None, "scripted", None]


async def test_a_language_it_lacks_is_no_failure() -> None:
    first = Moody([])
    pair = Fallback(first, second(), clock=StoppedClock())
    assert await engine_of(pair, "ta-IN") == "scripted"
    assert await engine_of(pair) is None
    assert first.asked == 1


async def test_a_window_that_baffles_an_engine_is_no_failure_of_it() -> None:
    first = Moody([EngineBaffled("no words")])
    pair = Fallback(first, second(), clock=StoppedClock())
    assert [await engine_of(pair) for _ in range(2)] == ["scripted", None]


async def test_an_engine_that_hangs_is_asked_once_again() -> None:
    first = Moody([EngineLate("")] * 4)
    with pytest.raises(EngineLate):
        await Retry(first, sleep=at_once).hear(LOUD, language="en-IN")
    assert first.asked == 2
    first.moods = [EngineLate(""), EngineBusy(""), EngineBusy("")]
    (heard,) = await Retry(first, sleep=at_once).hear(LOUD, language="en-IN")
    assert heard.text == "heard"


WRITTEN = [
    ("te-IN", "నమస్కారం, రేపు ఫోన్ చేయండి", True),
    ("te-IN", "ನಮಸ್ಕಾರ, ನಾಳೆ ಫೋನ್ ಮಾಡಿ", False),
    ("te-IN", "namaskaram, repu phone cheyandi", True),
    ("ta-IN", "நாளை call பண்ணுங்க", True),
    ("hi-IN", "कल फ़ोन कीजिए", True),
    ("hi-IN", "کل فون کیجیے", True),
    ("mr-IN", "उद्या फोन करा", True),
    ("mr-IN", "ਕੱਲ੍ਹ ਫੋਨ ਕਰੋ", False),
    ("en-IN", "कल फ़ोन कीजिए", True),
    ("en-IN", "please call ನಾಳೆ", True),
    ("en-IN", "ନମସ୍କାର", False),
    ("bn-IN", "500", True),
]


@pytest.mark.parametrize(("language", "text", "taken"), WRITTEN)
async def test_a_language_is_written_in_its_letters_or_in_roman_ones(
    language: str, text: str, taken: bool
) -> None:
    engine = InScript(ScriptedTranscriber([text]))
    if taken:
        (heard,) = await engine.hear(LOUD, language=language)
        assert heard.text == text
        return
    with pytest.raises(EngineBaffled) as raised:
        await engine.hear(LOUD, language=language)
    assert text not in str(raised.value)


async def test_a_refusal_is_not_tried_again() -> None:
    first = Moody([EngineRefused("wrong key", status=401)])
    with pytest.raises(EngineRefused):
        await Retry(first, sleep=at_once).hear(LOUD, language="en-IN")
    assert first.asked == 1


async def test_busy_is_tried_again_three_times() -> None:
    first = Moody([EngineBusy("")] * 3)
    (heard,) = await Retry(first, sleep=at_once).hear(LOUD, language="en-IN")
    assert (heard.text, first.asked) == ("heard", 4)
    first.moods = [EngineBusy("")] * 4
    with pytest.raises(EngineBusy):
        await Retry(first, sleep=at_once).hear(LOUD, language="en-IN")


async def test_who_hears_nothing_is_believed() -> None:
    pair = Fallback(ScriptedTranscriber([]), second(), clock=StoppedClock())
    assert await pair.hear(LOUD, language="en-IN") == ()


async def test_when_both_fail_the_second_tells_why() -> None:
    both = Fallback(Moody([EngineBusy("away")]), Moody([EngineBusy("too")]), clock=StoppedClock())
    with pytest.raises(EngineUnavailable, match="too"):
        await both.hear(LOUD, language="en-IN")


async def test_a_window_that_nobody_waits_for_is_no_failure() -> None:
    class Hanging(Moody):
        async def hear(self, *_args: Any, **_more: Any) -> Any:
            await asyncio.sleep(60)

    pair = Fallback(Hanging([]), second(), clock=StoppedClock())
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(pair.hear(LOUD, language="en-IN"), 0.01)
    with pytest.raises(EngineBusy, match="within"):
        await Timeout(Hanging([]), limit_s=0.01).hear(LOUD, language="en-IN")
