"""Large files that are encrypted while they arrive, and can be read at any place.

A file is a row of blocks of 1 MiB, each AES-256-GCM with its number as nonce, under a random key of
its own that lies elsewhere: with the key whatever is left of the file is gone.
"""

import asyncio
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any, Final, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

BLOCK_BYTES: Final = 1 << 20
TAG_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_STALE: Final = timedelta(days=1)
_PREFIX: Final = "sealed-"


def new_key() -> bytes:
    """A key for one file."""
    return AESGCM.generate_key(256)


class SealedWriter:
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


def opened(block: bytes, number: int, key: bytes) -> bytes:
    """The plain text of a block. Raises `OSError` for one that was changed or stood elsewhere."""
    try:
        return AESGCM(key).decrypt(_nonce(number), block, None)
    except InvalidTag as error:
        raise OSError("the stored file is damaged") from error


def scratch_file(folder: Path | None) -> IO[bytes]:
    """A file that is gone when closed and that others cannot read; a dead process's is left behind.

    `name` is its path. Without a `folder` it lies where temporary files do.
    """
    if folder is not None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made: Any = tempfile.NamedTemporaryFile(dir=folder, prefix=_PREFIX)  # noqa: SIM115  # the caller closes it
    return cast("IO[bytes]", made)


def sweep(folder: Path, *, now: datetime) -> int:
    """Delete what dead processes left in `folder` more than a day ago; how many there were."""
    before = (now - _STALE).timestamp()
    stale = [path for path in folder.glob(f"{_PREFIX}*") if path.stat().st_mtime < before]
    for path in stale:
        path.unlink(missing_ok=True)
    return len(stale)


def _nonce(number: int) -> bytes:
    return number.to_bytes(_NONCE_BYTES)
