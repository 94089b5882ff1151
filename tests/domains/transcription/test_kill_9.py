"""kill -9 of real worker processes, one after the other, at every step of one job."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import msgspec
from tests.domains.transcription.conftest import TALK, Bench
from tests.domains.transcription.doomed_worker import Orders
from tests.domains.transcription.test_transcription_jobs import job, submit

from vinfer.kit.leases import LEASE

ROOT = Path(__file__).parents[3]


@asynccontextmanager
async def worker(orders: Orders) -> AsyncGenerator[asyncio.StreamReader]:
    """A worker's lines; it is killed at the end, whatever it is doing."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.domains.transcription.doomed_worker"),
        msgspec.json.encode(orders).decode(),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdout is not None
    try:
        yield process.stdout
    finally:
        process.kill()
        await process.wait()


async def acts_of(orders: Orders) -> list[str]:
    """What a worker does until it hangs, and is killed."""
    acts: list[str] = []
    async with asyncio.timeout(30), worker(orders) as lines:
        while (line := (await lines.readline()).decode().strip()) != "hangs":
            assert line, f"the worker ended by itself after {acts}"
            acts.append(line)
    return acts


async def test_a_job_outlives_kill_9_at_every_step(
    bench: Bench, client: httpx.AsyncClient, dsn: str, tmp_path: Path
):
    taken = await submit(client, bench.files.put("talk.wav", TALK), features=["transcription"])
    storage = (tmp_path / "objects").as_uri()
    seconds = iter(range(0, 10_000, int(LEASE.total_seconds()) + 1))

    def orders(hang_at: str | None) -> Orders:
        scratch, keys = str(tmp_path / "scratch"), str(tmp_path / "keys")
        return Orders(dsn, keys, storage, scratch, next(seconds), hang_at)

    assert await acts_of(orders("fetch")) == ["fetch"]
    assert await acts_of(orders("survey")) == ["fetch", "survey"]
    assert await acts_of(orders("hear 2")) == ["survey", "hear 1", "hear 2"]
    assert await acts_of(orders("analyse")) == ["hear 1", "hear 2", "analyse"]
    assert await acts_of(orders("publish")) == ["analyse", "publish"]
    assert (await job(client, taken["id"]))["status"] == "processing"
    assert await bench.events() == []
    async with asyncio.timeout(30), worker(orders(None)) as lines:
        acts = [(await lines.readline()).decode().strip() for _ in range(2)]
        while (done := await job(client, taken["id"]))["status"] == "processing":  # noqa: ASYNC110  # another process ends it
            await asyncio.sleep(0.05)
    assert acts == ["analyse", "publish"]
    assert (done["status"], done["error"]) == ("completed", None)
    assert [it["text"] for it in done["transcript"]["segments"]] == ["good morning"] * 3
    assert await bench.events() == ["transcription.completed"]
    assert bench.files.asked == ["/talk.wav"] * 2  # the first was cut short
