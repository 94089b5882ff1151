"""The typesetter port on typst: a bounded process for each document."""

import asyncio
import contextlib
import sys
from dataclasses import dataclass
from typing import Final

import structlog

from vinfer.adapters.documents.data import encode
from vinfer.ports.documents import Document, DocumentFailed

_CHILD: Final = "vinfer.adapters.documents.child"
_CHUNK_BYTES: Final = 64 * 1024
_SHOWN: Final = 500
# Two threads at most: what is laid out in parallel is bounded by memory, not by cores.
_ENVIRONMENT: Final = {"RAYON_NUM_THREADS": "2", "MALLOC_ARENA_MAX": "2"}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class TypesetLimits:
    """What one document may cost before it is given up. `document_bytes` is of its JSON."""

    memory_bytes: int = 1 << 30
    cpu_s: int = 60
    wall_s: float = 120.0
    document_bytes: int = 16 << 20
    pdf_bytes: int = 64 << 20


class TypstTypesetter:
    """Makes PDF files with typst, in the fonts that ship with it."""

    def __init__(self, limits: TypesetLimits | None = None) -> None:
        self._limits = limits or TypesetLimits()

    async def typeset(self, document: Document) -> bytes:
        """See the port."""
        data = await asyncio.to_thread(encode, document)
        if len(data) > self._limits.document_bytes:
            raise DocumentFailed("the document is too large for pages")
        try:
            async with asyncio.timeout(self._limits.wall_s):
                return await self._made(data)
        except TimeoutError as error:
            raise DocumentFailed("the document took too long") from error

    async def _made(self, data: bytes) -> bytes:
        limits = self._limits
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-m", _CHILD, str(limits.memory_bytes), str(limits.cpu_s)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=_ENVIRONMENT,
            start_new_session=True,
        )
        try:
            return await self._exchanged(process, data)
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _exchanged(self, process: asyncio.subprocess.Process, data: bytes) -> bytes:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        async with asyncio.TaskGroup() as group:
            made = group.create_task(_read(process.stdout, most=self._limits.pdf_bytes))
            said = group.create_task(_read(process.stderr, most=_CHUNK_BYTES))
            with contextlib.suppress(ConnectionError):  # it ended early: its words say why
                process.stdin.write(data)
                await process.stdin.drain()
            process.stdin.close()
        code = await process.wait()
        pdf = made.result()
        if code != 0 or not pdf.startswith(b"%PDF") or len(pdf) > self._limits.pdf_bytes:
            words = said.result().decode(errors="replace").strip()[-_SHOWN:]
            log.error("typesetting_failed", code=code, size_bytes=len(pdf), pii_said=words)
            raise DocumentFailed("the typesetter failed")
        return pdf


async def _read(stream: asyncio.StreamReader, *, most: int) -> bytes:
    """All of a stream; of a longer one a little more than `most` bytes, the rest is dropped."""
    kept = bytearray()
    while part := await stream.read(_CHUNK_BYTES):
        if len(kept) <= most:
            kept += part
    return bytes(kept)
