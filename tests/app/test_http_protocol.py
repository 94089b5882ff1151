"""Heads that are too large, too slow or no heads at all, sent to a real server."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest
import uvicorn

from vinfer.app import http_protocol
from vinfer.app.http_protocol import BoundedHttp
from vinfer.kit.seats import Doors


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Say how long the body was, or refuse it unread."""
    if scope["path"] == "/refused":
        headers = [(b"content-length", b"7")]
        await send({"type": "http.response.start", "status": 401, "headers": headers})
        await send({"type": "http.response.body", "body": b"refused"})
        return
    size, more = 0, True
    while more:
        message = await receive()
        size, more = size + len(message.get("body", b"")), message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(size).encode()})


@contextlib.asynccontextmanager
async def serving(protocol: Any = BoundedHttp) -> AsyncIterator[int]:
    """A server's port."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)
    config = uvicorn.Config(app, http=protocol, ws="none", lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
    running = asyncio.ensure_future(server.serve([listener]))
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await running


async def exchange(data: bytes) -> bytes:
    """Everything the server says until it closes."""
    async with serving() as port, asyncio.timeout(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(data)
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        try:
            return await reader.read()
        finally:
            writer.close()


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\nhost: x\r\nx: " + b"y" * 100_000,
        b"GET /" + b"y" * 100_000,
        b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 20_000,
        b"rubbish\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nhost: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
    ],
)
async def test_a_bad_head_is_told_in_the_envelope(data: bytes) -> None:
    head, _, body = (await exchange(data)).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert json.loads(body)["error"]["code"] == "invalid_parameter"


async def test_a_large_body_is_no_large_head() -> None:
    head = b"POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 500000\r\n\r\n"
    answer = await exchange(head + b"z" * 500_000)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"500000" in answer


async def test_a_slow_head_is_not_awaited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "HEAD_TIMEOUT_S", 0.1)
    assert await exchange(b"GET / HTTP/1.1\r\nhost:") == b""
    assert await exchange(b"") == b""
    twice = b"GET / HTTP/1.1\r\nhost: x\r\n\r\nGET / HTTP/1.1\r\nho"
    assert (await exchange(twice)).count(b"200 OK") == 1


@pytest.mark.parametrize("stray", [b"zz", b"\r\n"])
async def test_bytes_that_nobody_reads_keep_no_connection(
    monkeypatch: pytest.MonkeyPatch, stray: bytes
) -> None:
    """The rest of a body behind a refusal, or empty lines: uvicorn would wait on for ever."""
    monkeypatch.setattr(http_protocol, "HEAD_TIMEOUT_S", 0.3)
    length = 2 if stray == b"zz" else 0
    async with serving() as port, asyncio.timeout(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"POST /refused HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n\r\n"
        writer.write(head.encode())
        await reader.readuntil(b"refused")
        writer.write(stray)
        assert await reader.read() == b""
        writer.close()


async def test_a_connection_outlives_a_body_that_nobody_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http_protocol, "HEAD_TIMEOUT_S", 0.3)
    refused = b"POST /refused HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n"
    async with serving() as port, asyncio.timeout(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(3):
            writer.write(refused)
            await reader.readuntil(b"refused")
            writer.write(b"zz")
            await asyncio.sleep(0.15)
        writer.close()


class Wire:
    """Keeps what is written, each write apart."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.closed_after: int | None = None

    def write(self, data: bytes) -> None:
        self.sent.append(data)

    def close(self) -> None:
        self.closed_after = len(self.sent)


async def test_a_head_and_its_body_leave_together():
    wire = Wire()
    joined = http_protocol.JoinedWrites(wire, asyncio.get_running_loop())
    joined.write(b"head ")
    joined.write(b"body")
    assert wire.sent == []
    await asyncio.sleep(0)
    assert wire.sent == [b"head body"]
    joined.write(b"x" * 100_000)  # does not grow without bound within a step
    assert wire.sent[1:] == [b"x" * 100_000]
    joined.write(b"last")
    joined.close()
    assert (wire.sent[2:], wire.closed_after) == ([b"last"], 3)


async def test_an_address_that_holds_connections_enough_gets_no_more():
    doors = Doors(1)
    async with serving(partial(BoundedHttp, doors=doors)) as port, asyncio.timeout(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
        second, other = await asyncio.open_connection("127.0.0.1", port)
        with contextlib.suppress(ConnectionResetError):
            assert await second.read() == b""
        other.close()
        writer.close()
    assert doors.enter("127.0.0.1")  # the first has left
