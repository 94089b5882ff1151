"""A file server on the loopback, and a workshop of shipped fakes that a test turns by hand."""

import asyncio
import math
import struct
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web
from tests.domains.transcription.clocks import MovableClock
from tests.harness import Api, open_api

from vinfer.adapters.decoding.fake import WavDecoder
from vinfer.adapters.embedding.fake import PitchVoiceprinter
from vinfer.adapters.http_out.fetching import HEAD_BYTES, GuardedFetcher
from vinfer.adapters.http_out.guarded import guarded_http
from vinfer.adapters.storage.memory import MemoryStorage
from vinfer.adapters.stt.fake import ScriptedTranscriber
from vinfer.adapters.vad.fake import LoudActivity
from vinfer.domains.calls import tasks as call_tasks
from vinfer.domains.calls.dialing import ERASE_RECORDING
from vinfer.domains.campaigns.schemas import Feature
from vinfer.domains.recordings import tasks as recording_tasks
from vinfer.domains.transcription import tasks
from vinfer.domains.transcription.engine import engine
from vinfer.domains.transcription.held import Ears, Limits, Shop
from vinfer.domains.transcription.schemas import Lane
from vinfer.domains.transcription.service import Intake, Wanted
from vinfer.kit import http
from vinfer.kit.addresses import allow
from vinfer.kit.db import Database
from vinfer.kit.leases import Engine, Held
from vinfer.kit.seal import Seal
from vinfer.ports.stt import HeardSegment

MOST_BYTES = 4 << 20
LINES = ("good morning", "hello who is this", "this is asha from example bank")


def speech(*spans: tuple[float, float, int], seconds: float, channels: int = 2) -> bytes:
    """A WAV at 8 kHz: a tone from, to, on channel; silence elsewhere."""
    rate_hz = 8000
    samples = [[0] * int(seconds * rate_hz) for _ in range(channels)]
    for start_s, end_s, channel in spans:
        for at in range(int(start_s * rate_hz), int(end_s * rate_hz)):
            hz = 180 + 220 * channel
            samples[channel][at] = int(9000 * math.sin(2 * math.pi * hz * at / rate_hz))
    frames = [value for frame in zip(*samples, strict=True) for value in frame]
    data = struct.pack(f"<{len(frames)}h", *frames)
    head = struct.pack("<HHIIHH", 1, channels, rate_hz, rate_hz * channels * 2, channels * 2, 16)
    size = struct.pack("<I", 36 + len(data))
    length = struct.pack("<I", len(data))
    return b"RIFF" + size + b"WAVEfmt \x10\0\0\0" + head + b"data" + length + data


TALK = speech((0.5, 1.5, 0), (6.0, 7.0, 1), (12.0, 13.0, 0), seconds=14)
"""Three pieces: customer, agent, customer."""


class CountingTranscriber(ScriptedTranscriber):
    """The shipped fake; it also does what a test asks of it before the n-th piece, from 0."""

    def __init__(self, lines: Sequence[str] = ()) -> None:
        super().__init__(lines)
        self.heard = 0
        self.before: dict[int, Callable[[], Any]] = {}

    async def hear(self, pcm: bytes, *, language: str) -> tuple[HeardSegment, ...]:
        number, self.heard = self.heard, self.heard + 1
        if number in self.before:
            await self.before[number]()
        return await super().hear(pcm, language=language)


@dataclass
class Files:
    """What the far side serves, by path; `asked` are the requests it got."""

    url: str = ""
    answers: dict[str, Callable[[web.Request], Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def put(self, name: str, content: bytes) -> str:
        """Serve a file, and return its URL."""
        self.answers[f"/{name}"] = lambda _: web.Response(body=content)
        return f"{self.url}/{name}"

    def answer(self, name: str, **response: Any) -> str:
        """Answer with a status or headers, and return the URL."""
        self.answers[f"/{name}"] = lambda _: web.Response(**response)
        return f"{self.url}/{name}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.raw_path)
        made = self.answers.get(request.path, lambda _: web.Response(status=404))(request)
        return await made if asyncio.iscoroutine(made) else made


@dataclass
class Bench:
    """A worker in parts: the test makes its turns."""

    api: Api
    shop: Shop
    clock: MovableClock
    storage: MemoryStorage
    ears: Ears
    transcriber: CountingTranscriber
    files: Files
    scopes: Mapping[Feature, Wanted] = field(default_factory=dict)

    def engine(self, lane: Lane, **changes: Any) -> Engine:
        """A worker of a lane."""
        return engine(replace(self.shop, **changes), lane, slots=1)

    async def turn(self, lane: Lane, **changes: Any) -> Held | None:
        """Do one job of a lane, if one is due."""
        worker = self.engine(lane, **changes)
        held = await worker.claim()
        if held is not None:
            await worker.do(held)
        return held

    async def finish(self) -> None:
        """Do all that is due."""
        while await self.turn("light") or await self.turn("heavy"):
            pass
        await self.run_jobs()

    async def run_jobs(self) -> None:
        """What the worker's queue would do."""
        specs = {spec.name: spec for spec in (*tasks.JOBS, *recording_tasks.JOBS)}
        specs |= {spec.name: spec for spec in call_tasks.JOBS if spec.name == ERASE_RECORDING}
        async with self.api.db.read() as conn:
            rows = await conn.fetch("delete from pgqueuer returning entrypoint, payload")
        deps = Queue(self.api.db, self.clock, self.shop.seal, self.storage, self.scopes)
        for row in rows:
            if (spec := specs.get(row["entrypoint"])) is not None:
                await spec.handler(_decoded(row["payload"], spec.payload), deps)

    async def rows(self, query: str, *args: Any) -> list[dict[str, Any]]:
        """Rows as dicts."""
        async with self.api.db.read() as conn:
            return [dict(row) for row in await conn.fetch(query, *args)]

    async def events(self) -> list[str]:
        """Names, in order."""
        return [row["name"] for row in await self.rows("select name from events order by sequence")]


@dataclass
class Queue:
    """What jobs need."""

    db: Database
    clock: MovableClock
    seal: Seal
    storage: MemoryStorage
    scopes: Mapping[Feature, Wanted] = field(default_factory=dict)


def _decoded(payload: bytes, kind: Any) -> Any:
    import msgspec

    return msgspec.json.decode(payload, type=kind)


@pytest.fixture
async def files() -> AsyncIterator[Files]:
    """A server of recordings."""
    made = Files()
    app = web.Application()
    app.router.add_get("/{path:.*}", made.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


@pytest.fixture
async def bench(db: Database, seal: Seal, files: Files, tmp_path: Path) -> AsyncIterator[Bench]:
    """The API and a worker that may fetch from the loopback."""
    transcriber = CountingTranscriber(LINES)
    ears = Ears(WavDecoder(), LoudActivity(), transcriber, PitchVoiceprinter())
    storage, clock = MemoryStorage(), MovableClock()

    async def load() -> Ears:
        return ears

    async with AsyncExitStack() as stack:
        policy = allow(["127.0.0.1"], plain_http=True)
        client = guarded_http(policy, answer_bytes=MOST_BYTES + HEAD_BYTES)
        fetcher = GuardedFetcher(await stack.enter_async_context(client))
        limits = Limits(most_bytes=MOST_BYTES, longest_s=60, fetch_timeout_s=2)
        shop = Shop(db, clock, seal, storage, fetcher, tmp_path / "scratch", load, limits)
        intake = Intake(fetcher=fetcher, storage=storage)
        uploads = http.Uploads(tmp_path / "scratch", MOST_BYTES)
        api = await open_api(db, seal, clock=clock, intake=intake, uploads=uploads)
        yield Bench(api, shop, clock, storage, ears, transcriber, files)


@pytest.fixture
async def api(bench: Bench) -> Api:
    """The API of the bench, for clients of every kind."""
    return bench.api


@pytest.fixture
async def client(admin: httpx.AsyncClient) -> httpx.AsyncClient:
    """A client that may do everything."""
    return admin
