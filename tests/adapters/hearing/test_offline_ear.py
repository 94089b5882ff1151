"""The ear's plumbing around scripted models: what runs ahead, what is dropped, what may fail."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from vinfer.adapters.hearing.offline import OfflineHearing
from vinfer.adapters.inference import InferencePool
from vinfer.ports.audio import EngineUnavailable, HeardEvent, SpeechEnded, SpeechStarted, Utterance
from vinfer.ports.stt import SttCapabilities, Transcript

LOUD = (np.full(160, 9000, "<i2")).tobytes()
SILENT = bytes(320)


class LoudnessVad:
    """Voice is what is loud."""

    def step(self, window: Any, state: Any) -> tuple[float, Any]:
        return (0.95 if np.abs(window[-256:]).max() > 0.1 else 0.02), state


@dataclass
class Turn:
    complete: float = 0.9
    fails: bool = False

    def probability(self, samples: Any, *, rate_hz: int) -> float:
        if self.fails:
            raise RuntimeError("broken")
        return self.complete


@dataclass
class Recognizer:
    """Answers each request when it is allowed to."""

    texts: list[str] = field(default_factory=list[str])
    fails: bool = False
    asked: list[int] = field(default_factory=list[int])
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    capabilities: SttCapabilities = field(
        default_factory=lambda: SttCapabilities("test", frozenset({"en-IN"}), False)
    )

    async def transcribe(self, pcm: bytes, **_: Any) -> Transcript:
        self.asked.append(len(pcm))
        await self.gate.wait()
        if self.fails:
            raise EngineUnavailable("broken")
        return Transcript(self.texts.pop(0), "en-IN", 0.9)


@dataclass
class World:
    hearing: OfflineHearing
    recognizer: Recognizer
    turn: Turn


@pytest.fixture
async def world() -> AsyncIterator[World]:
    recognizer, turn = Recognizer(), Turn()
    recognizer.gate.set()
    with InferencePool() as pool:
        vad: Any = LoudnessVad()
        smart: Any = turn
        async with OfflineHearing(vad=vad, turn=smart, recognizer=recognizer, pool=pool) as hearing:
            yield World(hearing, recognizer, turn)


async def heard(world: World, *spans: tuple[bytes, float]) -> list[HeardEvent]:
    ear = await world.hearing.open(language="en-IN")
    events: list[HeardEvent] = []

    async def feed() -> None:
        for frame, seconds in spans:
            for _ in range(round(seconds * 50)):
                ear.feed(frame)
                await asyncio.sleep(0.0005)
        await asyncio.sleep(0.1)
        await ear.close()

    async with asyncio.TaskGroup() as group:
        group.create_task(feed())
        async for event in ear.events():
            events.append(event)
    return events


async def test_a_turn_is_heard_once_with_its_text(world: World) -> None:
    world.recognizer.texts = ["yes"]
    started, ended, said = await heard(world, (SILENT, 0.5), (LOUD, 1.0), (SILENT, 1.5))
    assert isinstance(started, SpeechStarted)
    assert isinstance(ended, SpeechEnded)
    assert isinstance(said, Utterance)
    assert said.text == "yes"
    assert (said.start_s, said.end_s) == (
        pytest.approx(0.5, abs=0.04),
        pytest.approx(1.5, abs=0.04),
    )
    assert len(world.recognizer.asked) == 1


async def test_a_pause_inside_a_turn_gives_one_utterance_from_all_of_it(world: World) -> None:
    world.turn.complete = 0.1
    world.recognizer.texts = ["my number is", "my number is four"]
    events = await heard(world, (LOUD, 1.0), (SILENT, 0.5), (LOUD, 1.0), (SILENT, 2.0))
    said = [event for event in events if isinstance(event, Utterance)]
    assert [each.text for each in said] == ["my number is four"]
    assert world.recognizer.asked[1] > world.recognizer.asked[0] + 16_000


async def test_recognition_that_speech_overtakes_is_dropped(world: World) -> None:
    world.recognizer.gate.clear()
    world.recognizer.texts = ["only the second"]
    ear = await world.hearing.open(language="en-IN")
    events = ear.events()
    for frame, count in ((LOUD, 50), (SILENT, 15), (LOUD, 50), (SILENT, 15)):
        for _ in range(count):
            ear.feed(frame)
    kinds = [type(await anext(events)).__name__ for _ in range(4)]
    assert kinds == ["SpeechStarted", "SpeechEnded", "SpeechStarted", "SpeechEnded"]
    world.recognizer.gate.set()
    said = await anext(events)
    assert isinstance(said, Utterance)
    assert said.text == "only the second"
    await ear.close()
    assert [event async for event in events] == []


async def test_broken_models_cost_words_not_the_call(world: World) -> None:
    world.recognizer.fails = world.turn.fails = True
    events = await heard(world, (LOUD, 1.0), (SILENT, 1.5))
    said = events[-1]
    assert isinstance(said, Utterance)
    assert said.text == ""
    assert said.endpointing_ms >= 1000


async def test_very_long_speech_keeps_all_its_parts(world: World) -> None:
    world.recognizer.texts = ["part one", "part two", "part three"]
    events = await heard(world, (LOUD, 32.0), (SILENT, 1.5))
    said = [event for event in events if isinstance(event, Utterance)]
    assert [each.text for each in said] == ["part one part two part three"]
    assert sum(world.recognizer.asked) >= 31.9 * 16_000


async def test_an_ear_nobody_listens_to_stays_small(world: World) -> None:
    ear = await world.hearing.open(language="en-IN")
    for _ in range(3000):
        ear.feed(SILENT)
    assert len(ear._frames) == 500  # pyright: ignore[reportPrivateUsage]  # the bound is the point
    with pytest.raises(ValueError, match="320"):
        ear.feed(b"short")
    await ear.close()


async def test_an_unknown_language_is_refused(world: World) -> None:
    with pytest.raises(EngineUnavailable):
        await world.hearing.open(language="fr-FR")
