"""What every hearing must do."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

import speech_models as models
from vinfer.adapters.hearing.fake import ScriptedEar, ScriptedHearing
from vinfer.adapters.speech_socket.client import connected
from vinfer.adapters.speech_socket.server import Engines
from vinfer.ports.audio import (
    FRAME_BYTES,
    Ear,
    EngineUnavailable,
    HeardEvent,
    Hearing,
    SpeechEnded,
    SpeechStarted,
    Utterance,
)

SAID = "Yes, I will pay on Friday."
LEAD_S = 0.6


@dataclass
class Line:
    """A hearing and what is said on its line."""

    hearing: Hearing
    pcm: bytes


@pytest.fixture(
    params=[
        "fake",
        pytest.param("offline", marks=pytest.mark.slow),
        pytest.param("socket", marks=pytest.mark.slow),
    ]
)
async def line(request: pytest.FixtureRequest) -> AsyncIterator[Line]:
    if request.param == "fake":
        yield Line(ScriptedHearing(), bytes(16_000 * 3))
        return
    speech = await models.spoken(SAID)
    pcm = models.noisy(bytes(int(LEAD_S * 16_000)) + speech + bytes(16_000 * 2))
    async with models.hearing() as hearing:
        if request.param == "offline":
            yield Line(hearing, pcm)
            return
        engines = Engines(hearing, models.voice(), models.recognizer())
        async with models.serving(engines) as path, connected(path) as remote:
            yield Line(remote.hearing, pcm)


async def feed(ear: Ear, pcm: bytes, *, faster: int = 2) -> None:
    """Feed frames at a multiple of the line's own pace, then close."""
    for at in range(0, len(pcm) - FRAME_BYTES + 1, FRAME_BYTES):
        ear.feed(pcm[at : at + FRAME_BYTES])
        await asyncio.sleep(0.02 / faster)
    if isinstance(ear, ScriptedEar):
        ear.say(SAID)
    await asyncio.sleep(0.5)
    await ear.close()


async def heard(line: Line) -> list[HeardEvent]:
    ear = await line.hearing.open(language="en-IN")
    async with asyncio.TaskGroup() as group:
        group.create_task(feed(ear, line.pcm))
        return [event async for event in ear.events()]


async def test_a_turn_is_heard_in_order(line: Line) -> None:
    events = await heard(line)
    assert isinstance(events[0], SpeechStarted)
    assert isinstance(events[-2], SpeechEnded)
    (said,) = [event for event in events if isinstance(event, Utterance)]
    assert said.text == SAID
    assert said.language == "en-IN"
    assert 0.5 < said.confidence <= 1.0
    assert 0 <= events[0].at_s <= said.start_s < said.end_s <= len(line.pcm) / 16_000
    assert said.endpointing_ms > 0
    assert said.recognition_ms >= 0


async def test_an_ear_ends_when_closed(line: Line) -> None:
    ear = await line.hearing.open(language="hi-IN", hints=("Asha",))
    ear.feed(bytes(FRAME_BYTES))
    await ear.close()
    assert [event async for event in ear.events()] == []


async def test_a_wrong_frame_is_the_caller_s_error(line: Line) -> None:
    ear = await line.hearing.open(language="en-IN")
    with pytest.raises(ValueError, match="320"):
        ear.feed(b"x")
    await ear.close()


async def test_a_language_it_lacks_is_refused(line: Line) -> None:
    with pytest.raises(EngineUnavailable):
        await line.hearing.open(language="fr-FR")
