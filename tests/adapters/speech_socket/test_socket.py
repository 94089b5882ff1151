"""The speech socket with scripted engines: what it carries, and how it fails."""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from vinfer.adapters.hearing.fake import ScriptedHearing
from vinfer.adapters.speech_socket import wire
from vinfer.adapters.speech_socket.client import RemoteEngines, connected
from vinfer.adapters.speech_socket.server import Engines, SpeechServer
from vinfer.adapters.stt.fake import ScriptedRecognizer
from vinfer.adapters.tts.fake import TonePlayer, tone
from vinfer.ports.audio import EngineUnavailable, SpeechStarted, Utterance
from vinfer.ports.nlu import Meaning, Reading

FRAME = b"\1\2" * 160
IST = timezone(timedelta(hours=5, minutes=30))


class Understanding:
    """Knows what it was taught, and only that."""

    def __init__(self) -> None:
        self.keys: dict[str, Mapping[str, tuple[str, ...]]] = {}

    async def learn(self, key: str, phrases: Mapping[str, tuple[str, ...]]) -> None:
        self.keys[key] = phrases

    async def read(
        self,
        text: str,
        *,
        key: str,
        labels: tuple[str, ...],
        now: datetime,
        watch: tuple[str, ...] = (),
    ) -> Reading:
        known, seen = (
            tuple(Meaning(label, 1.0, "rule") for label in given if label in self.keys[key])
            for given in (labels, watch)
        )
        moments = ((now, "day"),)
        return Reading(text, known, (), moments, (5200.0,), watched=seen, sentiment=-0.5)

    async def similarity(self, left: tuple[str, ...], right: tuple[str, ...]) -> list[list[float]]:
        return [[float(a == b) for b in right] for a in left]


class World:
    """Engines that tests reach into, and a server that can be stopped."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.hearing = ScriptedHearing()
        self.voice: Any = TonePlayer()
        self.recognizer = ScriptedRecognizer(["hello"])
        self.understanding = Understanding()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        engines = Engines(self.hearing, self.voice, self.recognizer, self.understanding)
        up = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            task = group.create_task(SpeechServer(engines, self.path).serve(ready=up.set))
            await up.wait()
            try:
                yield
            finally:
                task.cancel()


async def eventually(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110  # what is waited for is on the far side
            await asyncio.sleep(0.005)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "s.sock")


@pytest.fixture
async def engines(world: World) -> AsyncIterator[RemoteEngines]:
    async with world.serving(), connected(world.path) as engines:
        yield engines


async def test_many_ears_share_one_connection(world: World, engines: RemoteEngines) -> None:
    ears = [await engines.hearing.open(language="en-IN", hints=("a",)) for _ in range(5)]
    for _ in range(10):
        for ear in ears:
            ear.feed(FRAME)
    await eventually(lambda: all(ear.frames == 10 for ear in world.hearing.ears))
    for number, ear in enumerate(world.hearing.ears):
        ear.say(f"line {number}", duration_s=0.1)
    for number, ear in enumerate(ears):
        events = ear.events()
        assert await anext(events) == SpeechStarted(pytest.approx(0.1))
        await anext(events)
        said = await anext(events)
        assert isinstance(said, Utterance)
        assert said.text == f"line {number}"
        await ear.close()
        assert [event async for event in events] == []


async def test_a_closed_ear_is_closed_on_the_other_side(
    world: World, engines: RemoteEngines
) -> None:
    ear = await engines.hearing.open(language="en-IN")
    await ear.close()
    again = await engines.hearing.open(language="en-IN")
    ear.feed(FRAME)
    again.feed(FRAME)
    await eventually(lambda: world.hearing.ears[1].frames == 1)
    assert world.hearing.ears[0].frames == 0


async def test_refusals_cross_the_socket(engines: RemoteEngines) -> None:
    with pytest.raises(EngineUnavailable, match="fr-FR"):
        await engines.hearing.open(language="fr-FR")
    with pytest.raises(EngineUnavailable, match="fr-FR"):
        await engines.recognizer.transcribe(b"", rate_hz=8000, language="fr-FR")
    with pytest.raises(EngineUnavailable, match="nobody"):
        await engines.voice.prepare(("x",), language="en-IN", voice="nobody", keep="always")
    with pytest.raises(EngineUnavailable, match="not learned"):
        await engines.understanding.read("x", key="?", labels=("a",), now=datetime.now(IST))


async def test_speech_recognition_and_understanding_cross_unchanged(
    world: World, engines: RemoteEngines
) -> None:
    assert engines.voice.capabilities == world.voice.capabilities
    assert engines.recognizer.capabilities == world.recognizer.capabilities
    said = [
        chunk async for chunk in engines.voice.speak("One. Two.", language="en-IN", voice="male")
    ]
    assert len(said) == 2
    heard = await engines.recognizer.transcribe(
        tone(500), rate_hz=8000, language="en-IN", words=True
    )
    assert (heard.text, heard.words[0].text) == ("hello", "hello")
    await engines.understanding.learn("k", {"yes": ("haan",), "=late": ("late",)})
    now = datetime(2026, 3, 1, 9, 30, tzinfo=IST)
    reading = await engines.understanding.read(
        "haan", key="k", labels=("yes", "no"), now=now, watch=("=late", "=never")
    )
    assert reading == Reading(
        "haan",
        (Meaning("yes", 1.0, "rule"),),
        (),
        ((now, "day"),),
        (5200.0,),
        watched=(Meaning("=late", 1.0, "rule"),),
        sentiment=-0.5,
    )
    assert reading.moments[0][0].utcoffset() == timedelta(hours=5, minutes=30)
    assert await engines.understanding.similarity(("a",), ("a", "b")) == [[1.0, 0.0]]


@pytest.mark.parametrize("zone", [ZoneInfo("Asia/Kolkata"), UTC, IST])
async def test_a_moment_keeps_the_zone_that_decides_what_tomorrow_is(
    world: World, engines: RemoteEngines, zone: tzinfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[datetime] = []

    async def read(text: str, *, now: datetime, **_: object) -> Reading:
        seen.append(now)
        return Reading(text, moments=((now, "hour"),))

    monkeypatch.setattr(world.understanding, "read", read)
    now = datetime(2026, 3, 1, 1, 30, tzinfo=zone)
    reading = await engines.understanding.read("kal", key="k", labels=(), now=now)
    assert seen[0].isoformat() == now.isoformat()
    assert reading.moments[0][0].isoformat() == now.isoformat()
    assert reading.moments[0][0].tzinfo is zone


async def test_leaving_speech_early_stops_the_engine(world: World, engines: RemoteEngines) -> None:
    stopped = asyncio.Event()

    class Endless(TonePlayer):
        async def speak(self, text: str, *, language: str, voice: str) -> AsyncIterator[bytes]:
            try:
                while True:
                    yield bytes(320)
                    await asyncio.sleep(0.001)
            finally:
                stopped.set()

    world.voice = Endless()
    async with contextlib.AsyncExitStack() as stack:
        other = World(world.path.with_name("o.sock"))
        other.voice = Endless()
        await stack.enter_async_context(other.serving())
        remote = await stack.enter_async_context(connected(other.path))
        speaking = remote.voice.speak("x", language="en-IN", voice="male")
        await anext(speaking)
        await speaking.aclose()
        await asyncio.wait_for(stopped.wait(), 5)


async def test_a_restart_fails_what_was_under_way_and_heals(world: World) -> None:
    async with contextlib.AsyncExitStack() as stack:
        async with world.serving():
            engines = await stack.enter_async_context(connected(world.path))
            await engines.understanding.learn("k", {"yes": ("haan",), "=late": ("late",)})
            ear = await engines.hearing.open(language="en-IN")
        with pytest.raises(EngineUnavailable, match="went away"):
            await anext(ear.events())
        ear.feed(FRAME)  # a media loop that has not noticed yet
        await ear.close()
        world.understanding = Understanding()
        async with world.serving():
            await engines.hearing.open(language="en-IN")
            now = datetime.now(IST)
            reading = await engines.understanding.read("x", key="k", labels=("yes",), now=now)
            assert reading.meanings[0].label == "yes"


async def test_nobody_there_is_said_in_time(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="does not answer"):
        async with connected(tmp_path / "none.sock", wait_s=0.1):
            pass


async def test_a_client_waits_for_a_server_that_is_still_loading(world: World) -> None:
    async def later() -> None:
        await asyncio.sleep(0.1)
        async with world.serving():
            await done.wait()

    done = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(later())
        async with connected(world.path, wait_s=5) as engines:
            assert engines.voice.capabilities.id == "tone"
            done.set()


async def test_the_socket_is_for_this_user_only_and_replaces_a_stale_one(world: World) -> None:
    stale = socket.socket(socket.AF_UNIX)
    stale.bind(str(world.path))
    stale.close()
    async with world.serving():
        assert world.path.stat().st_mode & 0o777 == 0o600
        assert os.listdir(world.path.parent) == [world.path.name]
        async with connected(world.path):
            pass
    assert not world.path.exists()


async def test_leaving_does_not_remove_a_successor_s_socket(world: World) -> None:
    other = World(world.path)
    async with contextlib.AsyncExitStack() as stack:
        async with world.serving():
            await stack.enter_async_context(other.serving())
        async with connected(world.path):
            pass


@pytest.mark.parametrize(
    "garbage",
    [
        b"\xff\xff\xff\xff",
        b"\0\0\0\1\xc1",
        b"\0\0\0\5hello",
        wire.pack(wire.Frames([(1, b"short")])),
        wire.pack(wire.Prepare(1, ("x",), "en-IN", "male", "awhile")) * 2
        + wire.pack(wire.OpenEar(2, "en-IN", ())) * 2,
    ],
)
async def test_a_client_that_misbehaves_harms_only_itself(
    world: World, engines: RemoteEngines, garbage: bytes
) -> None:
    reader, writer = await asyncio.open_unix_connection(str(world.path))
    assert isinstance(await wire.read_reply(reader), wire.Welcome)
    writer.write(garbage)
    async with asyncio.timeout(5):
        with contextlib.suppress(ConnectionError):
            while await reader.read(1 << 16):
                pass
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
    await engines.voice.prepare(("still there",), language="en-IN", voice="male", keep="always")
    assert "still there" in world.voice.prepared


async def test_an_engine_that_breaks_is_reported_without_its_secrets(
    world: World, engines: RemoteEngines, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the customer said 4729")

    monkeypatch.setattr(world.voice, "prepare", broken)
    with pytest.raises(EngineUnavailable) as caught:
        await engines.voice.prepare(("x",), language="en-IN", voice="male", keep="always")
    assert "4729" not in str(caught.value)


async def test_a_server_that_does_not_read_costs_frames_not_the_media_loop(tmp_path: Path) -> None:
    """The far side accepts and welcomes, opens the ear, then stops reading."""
    welcome = wire.Welcome(
        wire.VERSION, ScriptedRecognizer().capabilities, TonePlayer().capabilities
    )
    stuck = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(wire.pack(welcome))
        request = await wire.read_request(reader)
        assert isinstance(request, wire.OpenEar)
        writer.write(wire.pack(wire.Done(request.id)))
        await stuck.wait()
        writer.close()

    server = await asyncio.start_unix_server(serve, str(tmp_path / "s"))
    async with connected(tmp_path / "s") as engines:
        ear = await engines.hearing.open(language="en-IN")
        for _ in range(200):
            for _ in range(100):
                ear.feed(FRAME)
            await asyncio.sleep(0)
            await asyncio.sleep(0.005) if _ % 20 == 0 else None
        assert ear.dropped > 1000
        await ear.close()
        stuck.set()
    server.close()
    await server.wait_closed()
