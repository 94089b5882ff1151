"""The whole product as a test starts it: real processes, real sockets, a directory of its own."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

import speech_models

VINFER = (sys.executable, "-m", "vinfer.app.cli")


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port that was free a moment ago."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(**settings: str) -> dict[str, str]:
    """The test's environment with `VINFER_<NAME>` settings, everything kept on loopback."""
    base = {name: value for name, value in os.environ.items() if not name.startswith("VINFER_")}
    loopback = {"SIP_HOST": "127.0.0.1", "SIP_INTERFACE": "127.0.0.1", "TRUNK_ALLOW": "127.0.0.1"}
    return base | {f"VINFER_{name}": value for name, value in (loopback | settings).items()}


@dataclass
class Program:
    """One running `vinfer …` command."""

    process: asyncio.subprocess.Process
    first_line: str

    async def stop(self) -> int:
        """SIGTERM, and the exit status."""
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        return await self.process.wait()

    async def kill(self) -> None:
        """SIGKILL: what a crash looks like."""
        self.process.kill()
        await self.process.wait()


async def start_program(*arguments: str, env: Mapping[str, str], log: Path) -> Program:
    """Start a command and wait until it prints its first line."""
    with log.open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            *VINFER, *arguments, stdout=asyncio.subprocess.PIPE, stderr=errors, env=dict(env)
        )
    assert process.stdout is not None
    async with asyncio.timeout(180):
        line = (await process.stdout.readline()).decode().strip()
    assert line, f"vinfer {arguments[0]} ended; its log: {await asyncio.to_thread(_tail, log)}"
    return Program(process, line)


def _tail(log: Path) -> str:
    return log.read_text()[-3000:]


@dataclass
class Platform:
    """A served installation and a key to it."""

    server: Program
    url: str
    key: str
    session: aiohttp.ClientSession
    restart: Callable[[], Awaitable[Program]]

    async def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """A JSON request; the parsed reply, which must be a success."""
        status, reply = await self.send(method, path, body, **headers)
        assert status < 400, (status, reply)
        return reply

    async def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """A JSON request; status and parsed reply."""
        auth = {"Authorization": f"Bearer {self.key}"} | headers
        async with self.session.request(method, self.url + path, json=body, headers=auth) as reply:
            text = await reply.text()
            return reply.status, json.loads(text) if text else None

    async def until(
        self, path: str, holds: Callable[[Any], bool], *, timeout_s: float, every_s: float = 0.3
    ) -> Any:
        """Poll `path` until `holds` of the reply; a server that restarts is waited out."""
        reply: Any = None
        try:
            async with asyncio.timeout(timeout_s):
                while True:
                    with contextlib.suppress(aiohttp.ClientError):
                        status, reply = await self.send("GET", path)
                        if status == 200 and holds(reply):
                            return reply
                    await asyncio.sleep(every_s)
        except TimeoutError:
            raise AssertionError(f"{path} stayed {json.dumps(reply)[:2000]}") from None

    async def details(self, campaign_id: str) -> list[dict[str, Any]]:
        """Every call of a campaign in detail, oldest first."""
        page = await self.call("GET", f"/v1/campaigns/{campaign_id}/calls?limit=100")
        return [await self.call("GET", f"/v1/calls/{c['id']}") for c in reversed(page["data"])]


@asynccontextmanager
async def served(data_dir: Path, **settings: str) -> AsyncGenerator[Platform]:
    """`vinfer serve` on `data_dir` with an admin key, stopped at the end."""
    port = free_port()
    env = environment(CACHE_DIR=str(speech_models.cache_dir()), **settings)
    log = data_dir / "server.log"
    arguments = ("serve", "--port", str(port), "--data-dir", str(data_dir))

    async def start() -> Program:
        return await start_program(*arguments, env=env, log=log)

    async with aiohttp.ClientSession() as session:
        platform = Platform(await start(), f"http://127.0.0.1:{port}", "", session, start)
        try:
            platform.key = await create_key(data_dir, env)
            yield platform
        finally:
            await platform.server.stop()


async def create_key(data_dir: Path, env: Mapping[str, str], *, workspace: str = "default") -> str:
    """`vinfer keys create`: the key alone on standard output."""
    process = await asyncio.create_subprocess_exec(
        *VINFER,
        *("keys", "create", "--workspace", workspace, "--name", "tests", "--scope", "admin"),
        *("--data-dir", str(data_dir)),
        stdout=asyncio.subprocess.PIPE,
        env=dict(env),
    )
    output, _ = await process.communicate()
    assert process.returncode == 0
    return output.decode().strip()


@asynccontextmanager
async def simulated_phones(
    calls_file: Path | None = None, *, people: Collection[str] = ()
) -> AsyncGenerator[int]:
    """`vinfer simulate-phones` for these personas (default: all); gives its SIP port."""
    port = free_port(socket.SOCK_DGRAM)
    first = 20000 + port % 200 * 40
    arguments = ("--sip-port", str(port), "--rtp-ports", f"{first}-{first + 39}")
    phones = await start_program(
        "simulate-phones",
        *arguments,
        *("--cache-dir", str(speech_models.cache_dir())),
        *(("--calls-file", str(calls_file)) if calls_file else ()),
        *(word for code in people for word in ("--people", code)),
        env=environment(),
        log=speech_models.cache_dir() / "phones.log",
    )
    try:
        yield port
    finally:
        await phones.stop()


@asynccontextmanager
async def served_with_phones(
    data_dir: Path, *, people: Collection[str], calls_file: Path | None = None, **settings: str
) -> AsyncGenerator[tuple[Platform, int]]:
    """`served` beside `simulated_phones`, which load their models at the same time."""
    async with AsyncExitStack() as stack:
        async with asyncio.TaskGroup() as group:
            phones = simulated_phones(calls_file, people=people)
            port = group.create_task(stack.enter_async_context(phones))
            platform = group.create_task(stack.enter_async_context(served(data_dir, **settings)))
        yield platform.result(), port.result()


@dataclass
class Receiver:
    """A webhook endpoint that keeps what it gets."""

    url: str
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def events(self, name: str) -> Sequence[dict[str, Any]]:
        """Envelopes of one event, in order of arrival, duplicates included."""
        bodies = [json.loads(body) for _, body in self.requests]
        return [body for body in bodies if body["event"] == name]


@asynccontextmanager
async def webhook_receiver() -> AsyncGenerator[Receiver]:
    """A plain HTTP receiver on loopback; the server needs the two allow settings."""
    port = free_port()
    receiver = Receiver(f"http://127.0.0.1:{port}/hook")

    async def take(request: web.Request) -> web.Response:
        receiver.requests.append((dict(request.headers), await request.read()))
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield receiver
    finally:
        await runner.cleanup()


WEBHOOK_SETTINGS = {"WEBHOOK_ALLOW": "127.0.0.1", "WEBHOOK_ALLOW_HTTP": "true"}


def children_of(pid: int, *, word: str) -> list[int]:
    """Process ids of living descendants of `pid` whose command line has the argument `word`."""
    found: list[int] = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError, ValueError):
            parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            words = (entry / "cmdline").read_bytes().decode().split("\0")
            if parent == pid and (word in words or any(w.endswith(word) for w in words[:1])):
                found.append(int(entry.name))
    return found


def kill_child(pid: int, *, word: str) -> None:
    """SIGKILL one child of a process that the test started."""
    (child, *_) = children_of(pid, word=word)
    os.kill(child, signal.SIGKILL)
