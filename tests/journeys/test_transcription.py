"""Recordings of two people, and hostile files, through the real API, worker and models."""

import asyncio
import contextlib
import shutil
import struct
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
from aiohttp import web
from platforms import Platform, children_of, free_port, served

import audio_files as files
import transcribing
from places import make_data_dir

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.asyncio(loop_scope="module"),
]

LINES = (
    ("female", "Good morning, this is Asha calling from Example Bank about your loan."),
    ("male", "Yes, I will pay the full amount on Friday."),
    ("female", "Thank you very much. Have a nice day."),
)
MOST_BYTES = 8 << 20
MOST_S = 60
SETTINGS = {
    "AUDIO_ALLOW": "127.0.0.1",
    "AUDIO_MAX_BYTES": str(MOST_BYTES),
    "AUDIO_MAX_S": str(MOST_S),
    "MEDIA_PROCESSES": "0",
}


@pytest.fixture(scope="module")
def module_data_dir() -> Iterator[Path]:
    path = make_data_dir()
    yield path
    shutil.rmtree(path)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def platform(module_data_dir: Path) -> AsyncGenerator[Platform]:
    async with served(module_data_dir, **SETTINGS) as platform:
        yield platform


@asynccontextmanager
async def file_server(content: dict[str, bytes]) -> AsyncGenerator[str]:
    """A server of files by name; `latest/<name>` redirects to one, `zeros` is 1 GB of nothing."""
    port = free_port()

    async def give(request: web.Request) -> web.Response:
        return web.Response(body=content[request.match_info["name"]])

    async def redirect(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": f"/{request.match_info['name']}"})

    async def zeros(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()  # without a length
        await answer.prepare(request)
        with contextlib.suppress(ConnectionError):  # nobody listens to the end
            for _ in range(1024):
                await answer.write(bytes(1 << 20))
        return answer

    app = web.Application()
    app.router.add_get("/zeros", zeros)
    app.router.add_get("/latest/{name}", redirect)
    app.router.add_get("/{name}", give)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


def _audio_in(data_dir: Path) -> list[Path]:
    """Files that hold, or held, what was said."""
    folders = (data_dir / "scratch", data_dir / "objects")
    return [path for folder in folders for path in folder.rglob("*") if path.is_file()]


def _until_none(data_dir: Path) -> list[Path]:
    """Audio that is left when the worker has had time to delete it."""
    for _ in range(100):
        if not (left := _audio_in(data_dir)):
            break
        time.sleep(0.2)
    return left


async def test_a_recording_is_heard(platform: Platform, module_data_dir: Path) -> None:
    _, tracks = await transcribing.dialogue(LINES)
    content = transcribing.wav(tracks["male"], tracks["female"])
    async with file_server({"call.wav": content}) as url:
        body = {"audio_url": f"{url}/latest/call.wav", "language": "en-IN", "metadata": {"loan": 7}}
        body["features"] = ["summary", "sentiment", "intent", "redaction"]
        taken = await platform.call("POST", "/v1/transcription", body)
        assert taken["status"] == "queued"
        path = f"/v1/transcription/{taken['job_id']}"
        done = await platform.until(
            path, lambda job: job["status"] in ("completed", "failed"), timeout_s=120
        )
        assert (done["status"], done["error"], done["metadata"]) == ("completed", None, {"loan": 7})
        said = [(it["speaker"], it["text"].lower()) for it in done["transcript"]["segments"]]
        agent = " ".join(text for who, text in said if who == "agent")
        customer = " ".join(text for who, text in said if who == "customer")
        assert "example bank" in agent
        assert "thank you" in agent
        assert "i will pay the full amount" in customer
        assert done["intent"]["label"] in ("loan_renewal_interest", "interested", "other")
        assert done["sentiment"]["speakers"].keys() == {"agent", "customer"}
        assert {"score", "label"} == done["transcript"]["segments"][0]["sentiment"].keys()
        assert done["summary"]["evidence"]
        assert done["redaction"]["counts"] == {}
        log = await platform.call("GET", "/v1/events?after=0")
        assert [event["event"] for event in log["data"]] == ["transcription.completed"]
        assert await asyncio.to_thread(_until_none, module_data_dir) == []


def lying_wav(*, channels: int = 1, rate_hz: int = 8000, bits: int = 16, says: int = 0) -> bytes:
    """A second of silence under a header that says otherwise."""
    block = channels * bits // 8 & 0xFFFF
    form = struct.pack("<HHIIHH", 1, channels, rate_hz, rate_hz * block & 0xFFFFFFFF, block, bits)
    size = struct.pack("<I", says or 16_000)
    return b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0" + form + b"data" + size + bytes(16_000)


def bomb() -> bytes:
    """Ten minutes of silence in a few kilobytes."""
    silence = np.zeros((1, 16_000 * 600), np.float32)
    return files.encode(silence, container="flac", codec="flac", rate_hz=16_000, layout="mono")


def hostile() -> dict[str, tuple[str, bytes]]:
    """Files by name, and what the API must say of each: an error, or that it is done."""
    empty, bad = "audio_empty", "audio_not_decodable"
    m4a, mp3, ogg = (files.encoded(name) for name in ("voice.m4a", "song.mp3", "voice.ogg"))
    return {
        "nothing.wav": (empty, b""),
        "header-alone.wav": (empty, files.EMPTY_WAV),
        "film.mkv": (empty, files.video_only()),
        "page.wav": (bad, files.HTML),
        "list.m3u8": (bad, files.HLS),
        "concat.wav": (bad, files.CONCAT),
        "lines.srt": (bad, files.SUBTITLES),
        "zeros.wav": (bad, bytes(MOST_BYTES)),
        "noise.mp3": (bad, np.random.default_rng(3).bytes(300_000)),
        "archive.wav": (bad, b"PK\x03\x04" + bytes(5000)),
        "program.wav": (bad, b"\x7fELF" + bytes(5000)),
        "cut.m4a": (bad, m4a[: len(m4a) // 3]),
        "cut-head.wav": (bad, files.EMPTY_WAV[:20]),
        "no-channels.wav": (empty, lying_wav(channels=0)),
        "many-channels.wav": (empty, lying_wav(channels=60_000)),
        "no-rate.wav": (bad, lying_wav(rate_hz=0)),
        "locked.m4a": ("audio_protected", files.protected_m4a()),
        "bomb.flac": ("audio_too_long", bomb()),
        "large.wav": ("audio_too_large", bytes(MOST_BYTES + 1)),
        "cut.mp3": ("completed", mp3[: len(mp3) // 2]),
        "cut.ogg": ("completed", ogg[: len(ogg) // 2]),
        "an-ogg.wav": ("completed", ogg),
        "says-ten-hours.wav": ("completed", lying_wav(says=10 * 3600 * 16_000)),
    }


async def test_no_hostile_file_costs_a_worker(platform: Platform, module_data_dir: Path) -> None:
    workers = children_of(platform.server.process.pid, word="worker")
    expected = await asyncio.to_thread(hostile)
    content = {name: bytes_ for name, (_, bytes_) in expected.items()}
    outcome = {name: code for name, (code, _) in expected.items()} | {"zeros": "audio_too_large"}
    async with file_server(content) as url:
        jobs: dict[str, str] = {}
        for name in outcome:
            body = {"audio_url": f"{url}/{name}", "language": "en-IN"}
            jobs[name] = (await platform.call("POST", "/v1/transcription", body))["job_id"]
        found = {name: await _end_of(platform, id) for name, id in jobs.items()}
    assert found == outcome
    assert children_of(platform.server.process.pid, word="worker") == workers
    assert await asyncio.to_thread(_until_none, module_data_dir) == []


async def _end_of(platform: Platform, id: str) -> str:
    done: dict[str, Any] = await platform.until(
        f"/v1/transcription/{id}",
        lambda job: job["status"] in ("completed", "failed"),
        timeout_s=90,
        every_s=0.1,
    )
    return done["status"] if done["error"] is None else done["error"]["code"]
