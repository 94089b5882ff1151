"""The serving side of the speech socket: engines in, sessions out."""

import asyncio
import contextlib
import os
import secrets
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from vinfer.adapters.speech_socket import wire
from vinfer.ports.audio import (
    FRAME_BYTES,
    Ear,
    EngineUnavailable,
    HeardEvent,
    Hearing,
    SpeechEnded,
    SpeechStarted,
)
from vinfer.ports.nlu import Understanding
from vinfer.ports.stt import Recognizer
from vinfer.ports.tts import Voice

log = structlog.get_logger()

_MOST_TASKS: Final = 1024  # requests and ears of one client at a time
_PEER: Final = struct.Struct("3i")  # struct ucred: pid, uid, gid


@dataclass(frozen=True, slots=True)
class Engines:
    """Everything a session can ask for."""

    hearing: Hearing
    voice: Voice
    recognizer: Recognizer
    understanding: Understanding | None = None


class SpeechServer:
    """Serves `engines` on a Unix socket that only this user may open."""

    def __init__(self, engines: Engines, path: Path) -> None:
        self._engines = engines
        self._path = path

    async def serve(self, *, ready: Callable[[], None] | None = None) -> None:
        """Serve until cancelled; call `ready` once connections are taken. Raises `OSError`."""
        async with asyncio.TaskGroup() as group:
            listener = _listen(self._path)
            ours = self._path.stat().st_ino

            def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                group.create_task(self._session(reader, writer))

            server = await asyncio.start_unix_server(connected, sock=listener)
            try:
                log.info("speech_listening", path=str(self._path))
                if ready is not None:
                    ready()
                await server.serve_forever()
            finally:
                server.close()
                if self._path.exists() and self._path.stat().st_ino == ours:
                    self._path.unlink()

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one client. Whatever it does wrong ends its session and no other."""
        try:
            if _same_user(writer):
                await _Session(self._engines, writer).run(reader)
            else:
                log.warning("speech_refused_user")
        except* (EOFError, OSError):
            log.info("speech_client_left")
        except* wire.ProtocolError as refused:
            log.warning(
                "speech_client_refused", errors=[str(error) for error in refused.exceptions]
            )
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


class _Session:
    """One client's requests and ears."""

    def __init__(self, engines: Engines, writer: asyncio.StreamWriter) -> None:
        self._engines = engines
        self._writer = writer
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._ears: dict[int, Ear] = {}

    async def run(self, reader: asyncio.StreamReader) -> None:
        """Read until the client leaves, by `ProtocolError`, `EOFError` or `OSError` in a group."""
        await self._send(
            wire.Welcome(
                wire.VERSION,
                self._engines.recognizer.capabilities,
                self._engines.voice.capabilities,
            )
        )
        async with asyncio.TaskGroup() as group:
            while True:
                self._take(await wire.read_request(reader), group)

    def _take(self, request: wire.Request, group: asyncio.TaskGroup) -> None:
        match request:
            case wire.Frames(items):
                self._feed(items)
            case wire.CloseEar(id) | wire.Cancel(id):
                task = self._tasks.pop(id, None)
                if task is not None:
                    task.cancel()
            case _:
                self._begin(request, group)

    def _feed(self, items: list[tuple[int, bytes]]) -> None:
        for id, frame in items:
            if len(frame) != FRAME_BYTES:
                raise wire.ProtocolError(f"a frame of {len(frame)} bytes")
            ear = self._ears.get(id)
            if ear is not None:  # frames of an ear that has just closed are late, not wrong
                ear.feed(frame)

    def _begin(self, request: wire.Task, group: asyncio.TaskGroup) -> None:
        if request.id in self._tasks:
            raise wire.ProtocolError(f"id {request.id} is in use")
        if len(self._tasks) >= _MOST_TASKS:
            raise wire.ProtocolError("too many requests at a time")
        task = group.create_task(self._answer(request))
        self._tasks[request.id] = task
        task.add_done_callback(lambda done: self._ended(request.id, done))

    def _ended(self, id: int, task: asyncio.Task[None]) -> None:
        if self._tasks.get(id) is task:
            del self._tasks[id]

    async def _answer(self, request: wire.Task) -> None:
        try:
            await self._do(request)
        except EngineUnavailable as error:
            await self._fail(request.id, str(error))
        except OSError:
            log.info("speech_reply_undelivered")
        except Exception as error:
            log.exception("speech_request_failed", request=type(request).__name__)
            await self._fail(request.id, f"the speech engine failed: {type(error).__name__}")

    async def _do(self, request: wire.Task) -> None:
        engines = self._engines
        match request:
            case wire.OpenEar(id, language, hints):
                await self._listen(id, await engines.hearing.open(language=language, hints=hints))
            case wire.Speak(id, text, language, voice):
                async for pcm in engines.voice.speak(text, language=language, voice=voice):
                    await self._send(wire.Audio(id, pcm))
                await self._send(wire.Done(id))
            case wire.Prepare(id, texts, language, voice, keep):
                await engines.voice.prepare(texts, language=language, voice=voice, keep=keep)
                await self._send(wire.Done(id))
            case wire.Transcribe():
                await self._transcribe(request)
            case wire.Learn() | wire.Read() | wire.Compare():
                await self._understand(request)

    async def _transcribe(self, request: wire.Transcribe) -> None:
        transcript = await self._engines.recognizer.transcribe(
            request.pcm,
            rate_hz=request.rate_hz,
            language=request.language,
            words=request.words,
            live=request.live,
        )
        await self._send(wire.Transcribed(request.id, transcript))

    async def _understand(self, request: wire.Learn | wire.Read | wire.Compare) -> None:
        engine = self._engines.understanding
        if engine is None:
            raise EngineUnavailable("this speech process has no language understanding")
        match request:
            case wire.Learn(id, key, phrases):
                await engine.learn(key, phrases)
                await self._send(wire.Done(id))
            case wire.Read(id, text, key, labels, watch, now, zone):
                try:
                    reading = await engine.read(
                        text, key=key, labels=labels, now=wire.in_zone(now, zone), watch=watch
                    )
                except KeyError:
                    raise EngineUnavailable(f"classifier {key} is not learned") from None
                await self._send(wire.Understood(id, reading))
            case wire.Compare(id, left, right):
                await self._send(wire.Compared(id, await engine.similarity(left, right)))

    async def _listen(self, id: int, ear: Ear) -> None:
        self._ears[id] = ear
        try:
            await self._send(wire.Done(id))
            async for event in ear.events():
                await self._send(_heard(id, event))
        finally:
            del self._ears[id]
            await ear.close()

    async def _fail(self, id: int, message: str) -> None:
        with contextlib.suppress(OSError):
            await self._send(wire.Failed(id, message))

    async def _send(self, reply: wire.Reply) -> None:
        """Write and wait for room: a client that does not read stops its own requests only."""
        self._writer.write(wire.pack(reply))
        await self._writer.drain()


def _heard(id: int, event: HeardEvent) -> wire.Reply:
    match event:
        case SpeechStarted(at_s):
            return wire.HeardStart(id, at_s)
        case SpeechEnded(at_s):
            return wire.HeardEnd(id, at_s)
        case _:
            return wire.HeardTurn(id, event)


def _listen(path: Path) -> socket.socket:
    """Bind under another name, restrict, move into place: never open to others, nor half ready."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.setblocking(False)
        listener.bind(str(fresh))
        fresh.chmod(0o600)
        listener.listen(128)
        fresh.replace(path)
    except OSError:
        listener.close()
        fresh.unlink(missing_ok=True)
        raise
    return listener


def _same_user(writer: asyncio.StreamWriter) -> bool:
    sock = writer.get_extra_info("socket")
    credentials = sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
    _, uid, _ = _PEER.unpack(credentials)
    return uid in (os.getuid(), 0)
