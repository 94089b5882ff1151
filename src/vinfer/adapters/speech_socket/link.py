"""One connection to the speech process, kept alive, shared by every client of a process."""

import asyncio
import itertools
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, Protocol

import structlog

from vinfer.adapters.speech_socket import wire
from vinfer.ports.audio import EngineUnavailable

log = structlog.get_logger()

_FIRST_DELAY_S: Final = 0.05
_LONGEST_DELAY_S: Final = 2.0
_FLUSH_S: Final = 0.004  # gathers the frames that all calls feed in one 20 ms tick
_FULL_BYTES: Final = (
    256 << 10
)  # about 0.7 s of 20 calls: past this the server is late and frames are dropped


class Sink(Protocol):
    """Takes what arrives for one id."""

    def take(self, reply: wire.Reply) -> None:
        """A reply has arrived."""
        ...

    def lost(self) -> None:
        """The connection is gone."""
        ...


class SpeechLink:
    """Connects, reconnects with back-off, and routes replies. Use through `speech_link`."""

    def __init__(self, path: Path, *, patience_s: float) -> None:
        self._path = path
        self._patience_s = patience_s
        self._ids = itertools.count(1)
        self._sinks: dict[int, Sink] = {}
        self._frames: list[tuple[int, bytes]] = []
        self._writer: asyncio.StreamWriter | None = None
        self._connected = asyncio.Event()
        self.welcome: wire.Welcome | None = None

    async def ready(self, *, patience_s: float | None = None) -> wire.Welcome:
        """Wait for a connection. Raises `EngineUnavailable` when patience runs out."""
        try:
            async with asyncio.timeout(patience_s or self._patience_s):
                await self._connected.wait()
        except TimeoutError:
            raise EngineUnavailable("the speech process does not answer") from None
        if self.welcome is None:
            raise AssertionError("a connection begins with a welcome")
        return self.welcome

    def new_id(self) -> int:
        """An id that this link has never used."""
        return next(self._ids)

    def attach(self, id: int, sink: Sink) -> None:
        """Route replies for `id`."""
        self._sinks[id] = sink

    def detach(self, id: int) -> None:
        """Stop routing replies for `id`."""
        self._sinks.pop(id, None)

    def send(self, message: wire.Request) -> bool:
        """Queue a message; False when not connected. Raises `ProtocolError` when too large."""
        frame = wire.pack(message)
        if self._writer is None:
            return False
        self._writer.write(frame)
        return True

    def send_frame(self, id: int, frame: bytes) -> bool:
        """Queue 20 ms of audio; False when it had to be dropped. Never blocks."""
        if self._writer is None:
            return False
        if self._writer.transport.get_write_buffer_size() > _FULL_BYTES:
            return False
        if not self._frames:
            asyncio.get_running_loop().call_later(_FLUSH_S, self._flush)
        self._frames.append((id, frame))
        return True

    async def run(self) -> None:
        """Keep the connection until cancelled."""
        delay_s = _FIRST_DELAY_S
        while True:
            try:
                reader, writer = await asyncio.open_unix_connection(str(self._path))
            except OSError:
                await asyncio.sleep(delay_s)
                delay_s = min(_LONGEST_DELAY_S, 2 * delay_s)
                continue
            if await self._session(reader, writer):
                delay_s = _FIRST_DELAY_S
            await asyncio.sleep(delay_s)
            delay_s = min(_LONGEST_DELAY_S, 2 * delay_s)

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Serve one connection; tell whether it got as far as a welcome."""
        try:
            await self._greet(reader, writer)
            while True:
                self._route(await wire.read_reply(reader))
        except (EOFError, OSError):
            log.warning("speech_connection_lost")
        except wire.ProtocolError as error:
            log.error("speech_protocol_error", error=str(error))
        finally:
            welcomed = self._writer is not None
            self._drop(writer)
        return welcomed

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        welcome = await wire.read_reply(reader)
        if not isinstance(welcome, wire.Welcome) or welcome.version != wire.VERSION:
            raise wire.ProtocolError("the speech process is of another version")
        self.welcome = welcome
        self._writer = writer
        self._connected.set()

    def _route(self, reply: wire.Reply) -> None:
        if isinstance(reply, wire.Welcome):
            raise wire.ProtocolError("a second welcome")
        sink = self._sinks.get(reply.id)
        if sink is not None:  # replies to a request that was given up are late, not wrong
            sink.take(reply)

    def _drop(self, writer: asyncio.StreamWriter) -> None:
        self._writer = None
        self._connected.clear()
        self._frames.clear()
        writer.close()
        for sink in list(self._sinks.values()):
            sink.lost()

    def _flush(self) -> None:
        if self._frames:
            items, self._frames = self._frames, []
            self.send(wire.Frames(items))


@asynccontextmanager
async def speech_link(path: Path, *, patience_s: float = 2.0) -> AsyncGenerator[SpeechLink]:
    """A link that lives as long as the block. Requests wait `patience_s` for a connection."""
    link = SpeechLink(path, patience_s=patience_s)
    caught: Exception | None = None
    async with asyncio.TaskGroup() as group:
        running = group.create_task(link.run())
        try:
            yield link
        except Exception as error:  # raised below: the group would wrap it
            caught = error
        finally:
            running.cancel()
    if caught is not None:
        raise caught
