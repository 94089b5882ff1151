"""Audio at rest while it is being worked on: encrypted under a key of its own.

A file is a row of blocks of 1 MiB, each AES-256-GCM with its number as nonce. The key stands sealed
in the job's row: with the row it is gone, and with it whatever is left of the file.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vinfer.ports.storage import Storage

BLOCK_BYTES: Final = 1 << 20
_TAG_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_STALE: Final = timedelta(days=1)


def new_key() -> bytes:
    """A key for one file."""
    return AESGCM.generate_key(256)


class SealedFile:
    """Encrypts what is written to `file`. `size_bytes` is that of the plain text."""

    def __init__(self, file: IO[bytes], key: bytes) -> None:
        self._file = file
        self._cipher = AESGCM(key)
        self._waiting = bytearray()
        self._blocks = 0
        self.size_bytes = 0

    async def write(self, part: bytes) -> None:
        """Take a part; whole blocks go to disk."""
        self._waiting += part
        self.size_bytes += len(part)
        while len(self._waiting) >= BLOCK_BYTES:
            await self._put(bytes(self._waiting[:BLOCK_BYTES]))
            del self._waiting[:BLOCK_BYTES]

    async def finish(self) -> None:
        """Write the rest."""
        if self._waiting:
            await self._put(bytes(self._waiting))
            self._waiting.clear()
        await asyncio.to_thread(self._file.flush)

    async def _put(self, block: bytes) -> None:
        sealed = self._cipher.encrypt(_nonce(self._blocks), block, None)
        self._blocks += 1
        await asyncio.to_thread(self._file.write, sealed)


@contextmanager
def scratch_file(folder: Path) -> Generator[tuple[IO[bytes], Path]]:
    """A file for the time of the block, unreadable for others; a dead process's is left behind."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix="audio-") as file:
        yield file, Path(file.name)


def sweep(folder: Path, *, now: datetime) -> int:
    """Delete what dead processes left in `folder` more than a day ago; how many there were."""
    before = (now - _STALE).timestamp()
    stale = [path for path in folder.glob("audio-*") if path.stat().st_mtime < before]
    for path in stale:
        path.unlink(missing_ok=True)
    return len(stale)


class StoredAudio:
    """`ports.decoding.AudioSource` of an object; with `key`, of one that a `SealedFile` wrote.

    `size_bytes` is that of the plain text. Holds one block in memory.
    """

    def __init__(
        self, storage: Storage, object_key: str, *, size_bytes: int, name: str, key: bytes | None
    ) -> None:
        self._storage = storage
        self._object_key = object_key
        self._cipher = AESGCM(key) if key is not None else None
        self._held = (-1, b"")
        self.size_bytes = size_bytes
        self.name = name

    async def read(self, offset: int, length: int) -> bytes:
        """See the port. Raises `OSError` for what is gone or damaged."""
        end = min(offset + length, self.size_bytes)
        found = bytearray()
        while offset < end:
            number, within = divmod(offset, BLOCK_BYTES)
            part = (await self._block(number))[within : within + end - offset]
            if not part:
                raise OSError("the stored audio is shorter than it was")
            found += part
            offset += len(part)
        return bytes(found)

    async def _block(self, number: int) -> bytes:
        if self._held[0] != number:
            self._held = (number, await self._opened(number))
        return self._held[1]

    async def _opened(self, number: int) -> bytes:
        plain_bytes = min(BLOCK_BYTES, self.size_bytes - number * BLOCK_BYTES)
        extra = _TAG_BYTES if self._cipher is not None else 0
        start = number * (BLOCK_BYTES + extra)
        parts = self._storage.read(self._object_key, start=start, end=start + plain_bytes + extra)
        block = await _joined(parts)
        if self._cipher is None:
            return block
        try:
            return self._cipher.decrypt(_nonce(number), block, None)
        except InvalidTag as error:
            raise OSError("the stored audio is damaged") from error


async def _joined(parts: AsyncIterator[bytes]) -> bytes:
    return b"".join([part async for part in parts])


def _nonce(number: int) -> bytes:
    return number.to_bytes(_NONCE_BYTES)
