"""`vinfer serve` as its interface promises: one line, health, keys, and nothing left behind."""

import asyncio
import os
from pathlib import Path

import aiohttp
import pytest
from platforms import children_of, create_key, environment, free_port, start_program

from vinfer.kit import pg

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


async def test_sigterm_stops_all_that_serve_started(data_dir: Path) -> None:
    port = free_port()
    arguments = ("serve", "--port", str(port), "--data-dir", str(data_dir))
    server = await start_program(*arguments, env=environment(), log=data_dir / "server.log")
    assert server.first_line.endswith(f"http://127.0.0.1:{port}")
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/v1/health") as reply,
    ):
        assert reply.status == 200
    assert (await create_key(data_dir, environment())).startswith("vk_")
    started = [
        *children_of(server.process.pid, word="vinfer.app.cli"),
        *children_of(server.process.pid, word="postgres"),
    ]
    assert len(started) == 5  # speech, api, worker, media and the database
    assert await server.stop() == 0
    assert server.process.stdout is not None
    assert await server.process.stdout.read() == b"", "one line alone"
    assert [pid for pid in started if await asyncio.to_thread(_lives, pid)] == []
    assert pg.attach(data_dir) is None


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
