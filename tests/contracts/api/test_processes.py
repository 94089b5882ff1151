"""Real API processes on one database: killed in the middle, and sharing a workspace's minute."""

import asyncio
import http.client
import json
import os
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import pytest
import pytest_asyncio
from tests.domains.worlds import SCRIPT

from places import make_data_dir
from vinfer.domains.identity import service as identity
from vinfer.kit import pg
from vinfer.kit.db import Database

pytestmark = pytest.mark.asyncio(loop_scope="module")

# the two calls of the published introduction, as they stand there
PLAIN = """curl https://api.vinfer.ai/v1/campaigns \\
  -X POST \\
  -H "Authorization: Bearer YOUR_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"name": "Q1 Outreach", "script_id": "scr_abc123", "language": "hi-IN", "contacts": []}'
"""
KEYED = """curl https://api.vinfer.ai/v1/campaigns \\
  -X POST \\
  -H "Authorization: Bearer YOUR_API_KEY" \\
  -H "Content-Type: application/json" \\
  -H "Idempotency-Key: 550e8400-e29b-41d4-a716-446655440000" \\
  -d '{"name": "Q1 Outreach", "script_id": "scr_abc123", "language": "hi-IN", "contacts": []}'
"""


ANSWERING = (
    "wait_event = 'SyncRep'"
    " and pid in (select pid from pg_locks where locktype = 'advisory')"  # its turn at the key
)


@dataclass
class Process:
    """One `vinfer api` that answers."""

    process: asyncio.subprocess.Process
    url: str

    async def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        self.process.kill()
        await self.process.wait()


@dataclass
class Fleet:
    """Three processes of one installation, a key to its workspace, and a client."""

    processes: list[Process]
    db: Database
    session: aiohttp.ClientSession
    key: str
    script_id: str = ""

    async def ask(
        self, process: Process, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, bytes, Any]:
        """Status, body and headers of one answer."""
        auth = {"Authorization": f"Bearer {self.key}"} | headers
        url = process.url + path
        async with self.session.request(method, url, json=body, headers=auth) as reply:
            return reply.status, await reply.read(), reply.headers

    async def campaigns(self, name: str) -> int:
        """How many campaigns have this name."""
        async with self.db.read() as conn:
            return await conn.fetchval("select count(*) from campaigns where name = $1", name)


async def start(dsn: str, data_dir: Path) -> Process:
    """Start a process and wait until it says that it is ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {"VINFER_DATABASE_URL": dsn, "VINFER_DATA_DIR": str(data_dir)}
    clean = {name: value for name, value in os.environ.items() if not name.startswith("VINFER_")}
    with (data_dir / "api.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "vinfer.app.cli", "api", "--port", str(port)),
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            env=clean | settings,
        )
    assert process.stdout is not None
    async with asyncio.timeout(60):
        said = await process.stdout.readline()
    assert said == b"ready\n", await asyncio.to_thread((data_dir / "api.log").read_text)
    return Process(process, f"http://127.0.0.1:{port}")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def fleet(module_db: Database, module_dsn: str) -> AsyncIterator[Fleet]:
    """Three processes, a key and a script."""
    data_dir = make_data_dir()
    name = module_dsn.partition("?")[0].rpartition("/")[2]
    async with module_db.read() as conn:  # as in production, and unlike other test databases
        await conn.execute(f"alter database {name} set synchronous_commit = on")
    await identity.ensure_default(module_db)
    key = await identity.create_operator_key(module_db, name="test", scope="admin")
    started = await asyncio.gather(*(start(module_dsn, data_dir) for _ in range(3)))
    async with aiohttp.ClientSession() as session:
        made = Fleet(list(started), module_db, session, str(key.key))
        script = await made.ask(started[2], "POST", "/v1/scripts", SCRIPT)
        made.script_id = json.loads(script[1])["id"]
        yield made
    for it in started:
        if it.process.returncode is None:
            await it.kill()
    shutil.rmtree(data_dir)


@asynccontextmanager
async def commits_held_back(postgres: pg.Server) -> AsyncIterator[None]:
    """For a while, whoever commits is told so only when this ends; on disk it is at once.

    The server waits for a standby that does not exist.
    """
    admin = await asyncpg.connect(postgres.dsn)
    try:
        await admin.execute("alter system set synchronous_standby_names = 'nobody'")
        await admin.execute("select pg_reload_conf()")
        yield
    finally:
        await admin.execute("alter system reset synchronous_standby_names")
        await admin.execute("select pg_reload_conf()")
        await admin.close()


async def until(fleet: Fleet, condition: str) -> None:
    """Wait until a session of the database is in a state."""
    query = (
        "select count(*) from pg_stat_activity where datname = current_database()"
        f" and pid <> pg_backend_pid() and {condition}"
    )
    for _ in range(1000):
        async with fleet.db.read() as conn:
            if await conn.fetchval(query):
                return
        await asyncio.sleep(0.01)
    raise AssertionError(f"nobody came to {condition}")


async def test_two_processes_share_a_minute(fleet: Fleet):
    await identity.create_workspace(fleet.db, "busy")
    key = await identity.create_operator_key(
        fleet.db, workspace="busy", name="test", scope="read_only"
    )
    auth = {"Authorization": f"Bearer {key.key}"}
    for _ in range(2):  # again, should a new minute begin in between
        answers = await _spend(fleet, auth, 1300)
        if len({reset for _, reset, _ in answers}) == 1:
            break
    passed = [it for it in answers if it[0] == 200]
    refused = [it for it in answers if it[0] == 429]
    assert len(passed) + len(refused) == 1300
    assert 950 <= len(passed) <= 1000
    assert all(1 <= int(retry) <= 60 for _, _, retry in refused)


async def _spend(
    fleet: Fleet, auth: dict[str, str], count: int
) -> list[tuple[int, str, str | None]]:
    """Status, X-RateLimit-Reset and Retry-After of requests that two processes get in turn."""
    answers: list[tuple[int, str, str | None]] = []
    waiting = list(range(count))

    async def work() -> None:
        while waiting:
            process = fleet.processes[1 + waiting.pop() % 2]
            async with fleet.session.get(f"{process.url}/v1/workspace", headers=auth) as reply:
                headers = reply.headers
                assert headers["X-RateLimit-Limit"] == "1000"
                answers.append(
                    (reply.status, headers["X-RateLimit-Reset"], headers.get("Retry-After"))
                )

    await asyncio.gather(*(work() for _ in range(16)))
    return answers


async def test_the_calls_of_the_introduction(fleet: Fleet):
    process = fleet.processes[2]

    def run(command: str) -> dict[str, Any]:
        command = command.replace("https://api.vinfer.ai", process.url)
        command = command.replace("YOUR_API_KEY", fleet.key).replace("scr_abc123", fleet.script_id)
        return json.loads(curl(command))

    plain = await asyncio.to_thread(run, PLAIN)
    first, again = [await asyncio.to_thread(run, KEYED) for _ in range(2)]
    assert plain["id"].startswith("cmp_")
    assert (plain["name"], plain["status"], plain["language"]) == (
        "Q1 Outreach",
        "scheduled",
        "hi-IN",
    )
    assert first == again
    assert first["id"] != plain["id"]
    assert await fleet.campaigns("Q1 Outreach") == 2


def curl(command: str) -> bytes:
    """Run the command; where there is no curl, send what it would."""
    if shutil.which("curl"):
        return subprocess.run(["sh", "-c", command], capture_output=True, check=True).stdout
    words = shlex.split(command.replace("\\\n", " "))
    url, method, headers, data = words[1], "GET", dict[str, str](), ""
    for option, value in zip(words[2::2], words[3::2], strict=True):
        if option == "-X":
            method = value
        elif option == "-H":
            name, _, text = value.partition(": ")
            headers[name] = text
        else:
            assert option == "-d"
            data = value
    host, _, path = url.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host)
    connection.request(method, f"/{path}", data, headers)
    with connection.getresponse() as reply:
        return reply.read()


async def test_a_process_killed_between_commit_and_reply_made_one(
    fleet: Fleet, postgres: pg.Server
):
    body, key = _campaign(fleet, "killed after"), {"Idempotency-Key": "killed after"}
    async with commits_held_back(postgres), asyncio.TaskGroup() as group:
        lost = group.create_task(_lost(fleet, fleet.processes[0], body, key))
        await until(fleet, ANSWERING)
        await fleet.processes[0].kill()
        assert await lost, "the client got no answer"
    again = await fleet.ask(fleet.processes[1], "POST", "/v1/campaigns", body, **key)
    assert (again[0], again[2].get("Idempotency-Replayed")) == (201, "true")
    assert await fleet.campaigns("killed after") == 1
    path = f"/v1/campaigns/{json.loads(again[1])['id']}"
    found = await fleet.ask(fleet.processes[1], "GET", path)
    assert (found[0], found[1]) == (200, again[1])


async def test_a_process_killed_before_its_commit_made_nothing(fleet: Fleet):
    body, key = _campaign(fleet, "killed before"), {"Idempotency-Key": "killed before"}
    async with asyncio.TaskGroup() as group, fleet.db.begin() as tx:
        await tx.conn.execute("lock table campaigns in exclusive mode")
        lost = group.create_task(_lost(fleet, fleet.processes[1], body, key))
        await until(fleet, "wait_event_type = 'Lock' and query like '%campaigns%'")
        await fleet.processes[1].kill()
        assert await lost, "the client got no answer"
    again = await fleet.ask(fleet.processes[2], "POST", "/v1/campaigns", body, **key)
    assert (again[0], again[2].get("Idempotency-Replayed")) == (201, None)
    assert await fleet.campaigns("killed before") == 1


def _campaign(fleet: Fleet, name: str) -> dict[str, Any]:
    return {"name": name, "script_id": fleet.script_id, "language": "hi-IN", "contacts": []}


async def _lost(fleet: Fleet, process: Process, body: Any, key: dict[str, str]) -> bool:
    """Whether a request ended without an answer."""
    try:
        await fleet.ask(process, "POST", "/v1/campaigns", body, **key)
    except aiohttp.ClientError:
        return True
    return False
