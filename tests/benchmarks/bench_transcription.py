"""What transcription costs beside bare faster-whisper, and what a long recording takes of memory.

Run: python tests/benchmarks/bench_transcription.py [minutes …]

The first part hears the same telephone dialogue, mono, with the same model and one thread: bare
faster-whisper with word times; the same behind its own voice filter, which loses quiet speech; our
road from bytes to transcript, speakers told apart; and with every feature. CPU is that of this
process and of its decoders, the best of three runs; words are those that were written down.

The second sends recordings of so many minutes (1, 60 and 180 without arguments) through `vinfer
serve`: its own worker decodes, finds voices, tells speakers apart, assembles and analyses. Words
come from a stand-in on this machine that answers as OpenAI's endpoint does: what Whisper holds of
memory is bounded by its windows, and its hours of CPU would tell nothing new.
"""

import asyncio
import json
import os
import shutil
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

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
SAID = {"text": "I will pay the full amount on Friday.", "language": "english"}


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


@asynccontextmanager
async def stand_in() -> AsyncGenerator[str]:
    """OpenAI's endpoint, which says one sentence of everything."""
    port = platforms.free_port()

    async def say(request: web.Request) -> web.Response:
        size = len(await request.read())
        seconds = max(1.0, size / 32_000)
        parts = SAID["text"].split()
        step = min(0.3, (seconds - 0.2) / len(parts))
        words = [
            {"word": word, "start": at * step, "end": (at + 1) * step}
            for at, word in enumerate(parts)
        ]
        end = words[-1]["end"]
        segments = [{"start": 0.0, "end": end, "text": SAID["text"], "avg_logprob": -0.2}]
        return web.json_response(SAID | {"segments": segments, "words": words})

    app = web.Application(client_max_size=64 << 20)
    app.router.add_post("/v1/audio/transcriptions", say)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}/v1"
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
    """Print the worker's memory and CPU for each length."""
    data_dir = places.make_data_dir()
    async with stand_in() as url:
        settings = {
            "MEDIA_PROCESSES": "0",
            "STT": "openai",
            "STT_URL": url,
            "STT_FALLBACK": "false",
        }
        async with platforms.served(data_dir, **settings) as platform:
            (worker,) = platforms.children_of(platform.server.process.pid, word="worker")
            names = (
                f"{'minutes':>7} {'MB file':>8} {'s':>6} {'CPU s':>7}",
                f"{'peak MB':>8} segments",
            )
            print("\n" + " ".join(names))
            for length in (minutes[0], *minutes):  # the first loads the engines
                path = data_dir / "call.wav"
                stretch(content, length, path)
                begin_anew(worker)
                began, before = time.monotonic(), cpu_s(worker)
                done = await _done(platform, path)
                print(
                    f"{length:7} {path.stat().st_size / MEGA:8.1f} {time.monotonic() - began:6.1f}"
                    f" {cpu_s(worker) - before:7.1f} {of_status(worker, 'VmHWM'):8.0f}"
                    f" {len(done['transcript']['segments']):9}",
                    flush=True,
                )
    shutil.rmtree(data_dir)


async def _done(platform: platforms.Platform, path: Path) -> Any:
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
    ended = ("completed", "failed")
    done = await platform.until(
        f"/v1/transcription/{taken['job_id']}",
        lambda job: job["status"] in ended,
        timeout_s=36_000,
        every_s=2,
    )
    assert done["status"] == "completed", done["error"]
    return done


async def main(minutes: tuple[int, ...]) -> None:
    """Both parts; the second for these lengths."""
    content = await dialogue()
    await compare(content)
    await long_recordings(content, minutes)


if __name__ == "__main__":
    asyncio.run(main(tuple(map(int, sys.argv[1:])) or MINUTES))
