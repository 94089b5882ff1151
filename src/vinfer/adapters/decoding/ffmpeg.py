"""The decoder port on FFmpeg: one confined process for each recording."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import structlog

from vinfer.adapters.decoding import wire
from vinfer.ports.decoding import (
    DECODED_RATE_HZ,
    DECODED_SAMPLE_BYTES,
    AudioChunk,
    AudioInfo,
    AudioRefused,
    AudioSource,
    Decoding,
)

log = structlog.get_logger()

_CHILD: Final = "vinfer.adapters.decoding.child"


@dataclass(frozen=True, slots=True)
class DecoderLimits:
    """What one decoding process may use before it is killed.

    `stall_s` bounds the time between two messages while the reader waits. `cpu_s` grows by
    `cpu_share` for every second of audio that the job may have.
    """

    memory_bytes: int = 512 << 20
    cpu_s: float = 60.0
    cpu_share: float = 0.02
    stall_s: float = 30.0


class FfmpegDecoder:
    """Decodes whatever FFmpeg does; a file that attacks FFmpeg finds nothing around it."""

    def __init__(self, limits: DecoderLimits | None = None) -> None:
        self._limits = limits or DecoderLimits()

    @asynccontextmanager
    async def open(self, source: AudioSource, *, longest_s: float) -> AsyncGenerator[Decoding]:
        """Start a process on `source`, and end it with the block.

        Raises `AudioRefused` and the source's `OSError`.
        """
        order = {
            "size_bytes": source.size_bytes,
            "name": source.name,
            "longest_s": longest_s,
            "memory_bytes": self._limits.memory_bytes,
            "cpu_s": int(self._limits.cpu_s + self._limits.cpu_share * longest_s),
        }
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-m", _CHILD, wire.pack(order).decode()),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={"OPENBLAS_NUM_THREADS": "1"},
            start_new_session=True,
        )
        try:
            decoding = _Decoding(process, source, stall_s=self._limits.stall_s)
            await decoding.begin()
            yield decoding
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


class _Decoding:
    """The parent's side of one decoding process."""

    def __init__(
        self, process: asyncio.subprocess.Process, source: AudioSource, *, stall_s: float
    ) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._to_child, self._from_child = process.stdin, process.stdout
        self._source = source
        self._stall_s = stall_s
        self.info = AudioInfo("", "", 0, 0, None)
        self.damaged = False

    async def begin(self) -> None:
        """Wait until the recording is open."""
        kind, payload = await self._message()
        if kind != wire.INFO:
            raise _broken()
        said = wire.unpack(payload)
        if not said.pop("confined"):
            log.warning("decoder_not_confined")
        self.info = AudioInfo(**said)

    async def chunks(self) -> AsyncIterator[AudioChunk]:
        """Every chunk, in order."""
        done = 0
        while True:
            kind, payload = await self._message()
            if kind == wire.END:
                self.damaged = bool(wire.unpack(payload)["damaged"])
                return
            if kind != wire.CHUNK:
                raise _broken()
            chunk = AudioChunk(done / DECODED_RATE_HZ, _planes(payload, self.info.channels))
            done += chunk.samples
            yield chunk

    async def _message(self) -> tuple[bytes, bytes]:
        """The child's next message that is not a question. Raises `AudioRefused`."""
        while True:
            try:
                async with asyncio.timeout(self._stall_s):
                    kind, payload = await self._received()
            except (asyncio.IncompleteReadError, TimeoutError) as error:
                raise _broken() from error
            if kind == wire.REFUSED:
                said = wire.unpack(payload)
                raise AudioRefused(said["code"], said["message"])
            if kind != wire.READ:
                return kind, payload
            await self._answer(payload)

    async def _received(self) -> tuple[bytes, bytes]:
        head = await self._from_child.readexactly(wire.HEAD.size)
        kind, length = wire.HEAD.unpack(head)
        if length > wire.LONGEST_PAYLOAD_BYTES:
            raise _broken()
        return kind, await self._from_child.readexactly(length)

    async def _answer(self, payload: bytes) -> None:
        if len(payload) != wire.READ_AT.size:
            raise _broken()
        offset, length = wire.READ_AT.unpack(payload)
        part = await self._source.read(offset, min(length, wire.LONGEST_READ_BYTES))
        self._to_child.write(wire.LENGTH.pack(len(part)) + part)
        with contextlib.suppress(ConnectionError):  # a dead child is found by the next read
            await self._to_child.drain()


def _planes(payload: bytes, channels: int) -> tuple[bytes, ...]:
    length = len(payload) // max(1, channels)
    if length * channels != len(payload) or length % DECODED_SAMPLE_BYTES:
        raise _broken()
    return tuple(payload[at * length : (at + 1) * length] for at in range(channels))


def _broken() -> AudioRefused:
    return AudioRefused("audio_not_decodable", "the decoder failed on this recording")
