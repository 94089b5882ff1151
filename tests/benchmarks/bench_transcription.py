"""What transcription costs beside bare faster-whisper, and what a long recording takes of memory.

Run: python tests/benchmarks/bench_transcription.py [minutes …]

The first part hears the same telephone dialogue, mono, with the same model and one thread: bare
faster-whisper with word times; the same behind its own voice filter, which loses quiet speech; our
road from bytes to transcript, speakers told apart; and with every feature. CPU is that of this
process and of its decoders, the best of three runs; words are those that were written down.

The second sends recordings of so many minutes (1, 60 and 180 without arguments; 0 before them
leaves the first part out) through `vinfer serve`: its own worker decodes, finds voices, tells
speakers apart, assembles and analyses. Words come from a stand-in on this machine that answers as
OpenAI's endpoint does, 150 a minute: what Whisper holds of memory is bounded by its windows, and
its hours of CPU would tell nothing new. All that was said must be written. Then the job is read
and deleted, which is the work of the API's process.
"""

import asyncio
import json
import os
import random
import re
import shutil
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "journeys")]
os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as every program of the product

import aiohttp
import faster_whisper
import platforms
from aiohttp import web

import places
import rehearing
import speech_models as models
import transcribing
from vinfer.adapters.models.catalog import WHISPER_BASE
from vinfer.app import insight
from vinfer.domains.transcription.analysis import analyse
from vinfer.kit.seal import open_seal

MINUTES = (1, 60, 180)
RUNS = 3
MEGA = 1e6
WORDS_PER_S = 2.5  # of quick talk


def used_s() -> float:
    """Processor seconds of this process and of the children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


async def least_s(work: Callable[[], Awaitable[str]]) -> tuple[float, str]:
    """Processor seconds of the best of a few runs, and what came of it."""
    taken: list[float] = []
    text = ""
    for _ in range(RUNS):
        before = used_s()
        text = await work()
        taken.append(used_s() - before)
    return min(taken), text


async def dialogue() -> bytes:
    """About a minute and a half of two voices on a telephone line, as a mono WAV."""
    texts = [text for text, _ in rehearing.ENGLISH]
    lines = [(("female", "male")[at % 2], text) for at, text in enumerate(texts)]
    _, tracks = await transcribing.dialogue(lines)
    line = transcribing.telephone(tracks["female"] + tracks["male"], rate_hz=transcribing.LINE_HZ)
    return transcribing.wav(line)


async def compare(content: bytes) -> None:
    """Print what each road costs."""
    folder = Path(places.make_data_dir())
    path = folder / "call.wav"
    path.write_bytes(content)
    network = faster_whisper.WhisperModel(
        str(models.store().ensure(WHISPER_BASE)), device="cpu", compute_type="int8", cpu_threads=1
    )
    known = insight.readers(models.store(), seal=open_seal(folder / "keys")).analysers
    analysers = {str(name): each for name, each in known.items()}

    async def bare(*, vad_filter: bool) -> str:
        segments, _ = network.transcribe(
            str(path), language="en", beam_size=5, word_timestamps=True, vad_filter=vad_filter
        )
        return " ".join(segment.text for segment in segments)

    async def ours() -> str:
        return (await transcribing.transcribed(content)).text

    async def everything() -> str:
        found = await transcribing.transcribed(content)
        return analyse(found, ["transcription", *analysers], analysers).transcript.text

    await ours()  # loads what is loaded once
    seconds = (len(content) - 44) / 2 / transcribing.LINE_HZ
    roads = {
        "bare faster-whisper": lambda: bare(vad_filter=False),
        "bare, behind its voice filter": lambda: bare(vad_filter=True),
        "transcription": ours,
        "transcription, every feature": everything,
    }
    print(f"{'road':32} {'CPU s':>8} {'RTF':>7} {'times bare':>10} {'words':>6}")
    base_s = 0.0
    for name, road in roads.items():
        cost_s, text = await least_s(road)
        base_s = base_s or cost_s
        numbers = f"{cost_s:8.2f} {cost_s / seconds:7.3f} {cost_s / base_s:10.2f}"
        print(f"{name:32} {numbers} {len(text.split()):6}")
    shutil.rmtree(folder)


@dataclass
class StandIn:
    """OpenAI's endpoint, which says words of the dialogue at a steady pace, never a line twice."""

    url: str = ""
    said: int = 0

    def __post_init__(self) -> None:
        """Know the words; numbers are left out, of which redaction makes one placeholder."""
        plain = [text for text, written in rehearing.ENGLISH if not re.search(r"\d|OTP", written)]
        self._words = " ".join(plain).split()
        self._chance = random.Random(7)
        self._last = b""

    async def say(self, request: web.Request) -> web.Response:
        """The words of one window."""
        file = (await request.post())["file"]
        assert isinstance(file, web.FileField)
        audio = file.file.read()
        seconds = len(audio) / 32_000
        count = max(1, int(seconds * WORDS_PER_S))
        step = seconds / (count + 1)
        words = [
            {"word": self._chance.choice(self._words), "start": at * step, "end": (at + 0.9) * step}
            | {"probability": 0.9}
            for at in range(count)
        ]
        if audio != self._last:  # else it is asked for again
            self.said += count
        self._last = audio
        text = " ".join(str(word["word"]) for word in words)
        segment = {"start": 0.0, "end": seconds, "text": text, "avg_logprob": -0.2}
        said = {"text": text, "language": "english", "segments": [segment], "words": words}
        return web.json_response(said)


@asynccontextmanager
async def stand_in() -> AsyncGenerator[StandIn]:
    """The stand-in, which listens on a port of its own."""
    port = platforms.free_port()
    engine = StandIn(f"http://127.0.0.1:{port}/v1")
    app = web.Application(client_max_size=64 << 20)
    app.router.add_post("/v1/audio/transcriptions", engine.say)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield engine
    finally:
        await runner.cleanup()


def of_status(pid: int, name: str) -> float:
    """A value of a process's status, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


def begin_anew(pid: int) -> None:
    """Forget the high-water mark of a process's memory."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def cpu_s(pid: int) -> float:
    """Processor seconds of a process and of the children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def stretch(content: bytes, minutes: int, path: Path) -> None:
    """Write so many minutes of the dialogue, over and over."""
    data = content[44:]
    size = minutes * 60 * transcribing.LINE_HZ * 2
    with path.open("wb") as file:
        head = content[:40] + size.to_bytes(4, "little")
        file.write(head[:4] + (size + 36).to_bytes(4, "little") + head[8:])
        for at in range(0, size, len(data)):
            file.write(data[: min(len(data), size - at)])


async def long_recordings(content: bytes, minutes: tuple[int, ...]) -> None:
    """Print what each length takes of the worker, and then of the API."""
    data_dir = places.make_data_dir()
    async with stand_in() as engine:
        settings = {
            "MEDIA_PROCESSES": "0",
            "STT": "openai",
            "STT_URL": engine.url,
            "STT_FALLBACK": "false",
        }
        async with platforms.served(data_dir, **settings) as platform:
            print(
                f"\n{'':7} {'':8} {'worker':>23} {'words':>15} {'GET: API and answer':>29}  DELETE"
            )
            print(
                f"{'minutes':>7} {'MB file':>8} {'s':>7} {'CPU s':>7} {'peak MB':>7}"
                f" {'said':>7} {'written':>7}"
                f" {'peak MB':>7} {'CPU s':>6} {'s':>6} {'MB':>7} {'s':>7}"
            )
            for length in (minutes[0], *minutes):  # the first loads the engines
                path = data_dir / "call.wav"
                stretch(content, length, path)
                engine.said = 0
                print(f"{length:7} {path.stat().st_size / MEGA:8.1f}", end=" ")
                print(await one_recording(platform, path, engine), flush=True)
    shutil.rmtree(data_dir)


async def one_recording(platform: platforms.Platform, path: Path, engine: StandIn) -> str:
    """What a recording takes, as a line of the table."""
    (worker,) = platforms.children_of(platform.server.process.pid, word="worker")
    (api,) = platforms.children_of(platform.server.process.pid, word="api")
    begin_anew(worker)
    began, before = time.monotonic(), cpu_s(worker)
    job = await _done(platform, path)
    worked = (
        f"{time.monotonic() - began:7.1f}"
        f" {cpu_s(worker) - before:7.1f} {of_status(worker, 'VmHWM'):7.0f}"
    )
    begin_anew(api)
    url, headers = f"{platform.url}{job}", {"Authorization": f"Bearer {platform.key}"}
    began, before = time.monotonic(), cpu_s(api)
    async with platform.session.get(url, headers=headers) as answer:
        text = await answer.read()
    answered = (
        f"{of_status(api, 'VmHWM'):7.0f} {cpu_s(api) - before:6.2f}"
        f" {time.monotonic() - began:6.2f} {len(text) / MEGA:7.2f}"
    )
    segments = json.loads(text)["transcript"]["segments"]
    written = sum(len(segment["words"]) for segment in segments)
    began = time.monotonic()
    await platform.call("DELETE", job)
    return f"{worked} {engine.said:7} {written:7} {answered} {time.monotonic() - began:7.2f}"


async def _done(platform: platforms.Platform, path: Path) -> str:
    """Send a recording, and wait; the path of its job."""
    form = aiohttp.FormData()
    features = ["transcription", "summary", "sentiment", "intent", "redaction"]
    request = json.dumps({"language": "en-IN", "features": features})
    form.add_field("request", request, filename="request.json", content_type="application/json")
    form.add_field("audio", path.open("rb"), filename="call.wav")
    headers = {"Authorization": f"Bearer {platform.key}"}
    url = f"{platform.url}/v1/transcription"
    async with platform.session.post(url, data=form, headers=headers) as answer:
        taken = await answer.json()
        assert answer.status == 202, taken
    # the list shows no results: the API reads those once, when it is measured
    (done,) = (
        await platform.until(
            "/v1/transcription?limit=1",
            lambda page: page["data"][0]["status"] in ("completed", "failed"),
            timeout_s=36_000,
            every_s=2,
        )
    )["data"]
    assert (done["id"], done["status"]) == (taken["job_id"], "completed"), done["error"]
    return f"/v1/transcription/{done['id']}"


async def main(minutes: tuple[int, ...]) -> None:
    """Both parts; the second for these lengths."""
    content = await dialogue()
    if minutes[0]:
        await compare(content)
    await long_recordings(content, tuple(filter(None, minutes)))


if __name__ == "__main__":
    asyncio.run(main(tuple(map(int, sys.argv[1:])) or MINUTES))
