"""A real `vinfer api`: what another process changes holds in it, and how it ends."""

import asyncio
import contextlib
import json
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
from tests.harness import open_api

from vinfer.app import api_process
from vinfer.app.settings import load
from vinfer.domains.identity import keyring
from vinfer.domains.identity import service as identity
from vinfer.kit.db import Database
from vinfer.kit.seal import open_seal

BODY = b'{"name": "late", "scope": "read_only"}'


@contextlib.asynccontextmanager
async def running(dsn: str, data_dir: Path, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """`vinfer api`, ready."""
    settings = {"DATABASE_URL": dsn, "DATA_DIR": str(data_dir), "PORT": str(port)}
    variables = {f"VINFER_{name}": value for name, value in settings.items()}
    assert load(variables).port == port
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "vinfer.app.cli", "api"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=os.environ | variables,
    )
    assert process.stdout is not None
    try:
        assert await process.stdout.readline() == b"ready\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def refused(port: int) -> bool:
    """Whether nobody listens any more."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionRefusedError:
        return True
    writer.close()
    await asyncio.sleep(0.02)
    return False


async def test_a_key_a_limit_and_the_end(db: Database, dsn: str, tmp_path: Path) -> None:
    here = await open_api(db, open_seal(tmp_path / "keys"))
    admin, other = await here.key("admin"), await here.key("read_only")
    port = free_port()
    url = f"http://127.0.0.1:{port}/v1/workspace"
    async with running(dsn, tmp_path, port) as process, httpx.AsyncClient() as client:

        async def get(key: str) -> httpx.Response:
            return await client.get(url, headers={"authorization": f"Bearer {key}"})

        assert (await get(other)).status_code == 200
        await identity.revoke_operator_key(db, other[:8])
        await keyring.forgotten(asyncio.sleep)()
        assert (await get(other)).status_code == 401, "dead on the next request"

        assert (await get(admin)).headers["x-ratelimit-limit"] == "1000"
        await identity.set_limits(db, "default", requests_per_minute=700)
        await keyring.forgotten(asyncio.sleep)()
        assert (await get(admin)).headers["x-ratelimit-limit"] == "700"

        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = (
            f"POST /v1/api-keys HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {admin}\r\n"
            f"content-type: application/json\r\ncontent-length: {len(BODY)}\r\n\r\n"
        )
        writer.write(head.encode() + BODY[:5])
        await asyncio.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        give_up = time.monotonic() + 5
        while not await refused(port):
            assert time.monotonic() < give_up, "it still takes connections"
        writer.write(BODY[5:])
        answer = await reader.read()
        writer.close()
        async with asyncio.timeout(5):
            assert await process.wait() == 0
    status, _, rest = answer.partition(b"\r\n")
    assert status == b"HTTP/1.1 201 Created"
    assert b"connection: close" in rest.lower()
    made = json.loads(rest.partition(b"\r\n\r\n")[2])
    async with db.read() as conn:
        name = await conn.fetchval("select name from api_keys where id = $1", made["id"])
        used = await conn.fetchval("select last_used_at from api_keys where scope = 'admin'")
    assert name == "late"
    assert used is not None, "the last use is written at the end"


def test_the_system_s_limit_of_files_is_used() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (1024, before[1]))
        api_process.admit_connections()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (
            min(before[1], api_process.MAX_FILES),
            before[1],
        )
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
