"""`vinfer serve` where it cannot start, and its database coming back."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import asyncpg

from vinfer.app import serve
from vinfer.kit import pg


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A `vinfer` command that is expected to end."""
    return subprocess.run(
        [sys.executable, "-m", "vinfer.app.cli", *arguments],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=60,
    )


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


async def test_a_second_serve_on_the_same_data_says_so_in_one_line(data_dir: Path):
    server = await pg.start(data_dir)
    try:
        arguments = ("serve", "--data-dir", str(data_dir), "--port", free_port())
        ended = await asyncio.to_thread(run, *arguments)
    finally:
        await server.stop()
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert "Another process already runs the database" in line


async def test_a_port_that_others_share_is_not_shared_with_them(data_dir: Path):
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as another `serve` does
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        arguments = ("serve", "--data-dir", str(data_dir), "--port", port)
        ended = await asyncio.to_thread(run, *arguments)
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert f"Cannot listen on 127.0.0.1:{port}" in line


def test_settings_that_no_process_could_run_with_stop_the_start(data_dir: Path):
    for name, value in {
        "VINFER_TIMEZONE": "Asia/Kolkatta",
        "VINFER_RTP_PORTS": "40000",
        "VINFER_PORT": "0",
        "VINFER_DRAIN_S": "-1",
        "VINFER_TLS_CERT": "/nowhere/chain.pem",
    }.items():
        ended = run("serve", "--data-dir", str(data_dir), **{name: value})
        assert ended.returncode == 1
        assert ended.stderr.startswith("vinfer: ")
        assert len(ended.stderr.splitlines()) == 1


async def test_the_database_comes_back_under_the_same_dsn(data_dir: Path):
    os.chmod(data_dir, 0o711)
    server = await pg.start(data_dir / ("d" * 60) / ("e" * 60))  # too deep for a socket beside it
    dsn = server.dsn
    try:
        async with asyncio.TaskGroup() as group:
            keeping = group.create_task(serve._keep_running(server))
            for _ in range(2):
                killed = server.pid
                os.kill(killed, signal.SIGKILL)
                while server.pid == killed:  # noqa: ASYNC110  # another process's doing
                    await asyncio.sleep(0.05)
                conn = await asyncpg.connect(dsn)
                assert await conn.fetchval("select 1") == 1
                await conn.close()
            keeping.cancel()
    finally:
        await server.stop()
