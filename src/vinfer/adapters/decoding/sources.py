"""Recordings that lie in files or in memory."""

import asyncio
import os
from pathlib import Path


class FileSource:
    """A plain file. `name` defaults to the file's own."""

    def __init__(self, path: Path, *, name: str = "") -> None:
        self._path = path
        self.name = name or path.name
        self.size_bytes = path.stat().st_size

    async def read(self, offset: int, length: int) -> bytes:
        """Read a part. Raises `OSError`."""
        return await asyncio.to_thread(self._read, offset, length)

    def _read(self, offset: int, length: int) -> bytes:
        descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            return os.pread(descriptor, length, offset)
        finally:
            os.close(descriptor)


class BytesSource:
    """A recording in memory."""

    def __init__(self, content: bytes, *, name: str = "") -> None:
        self._content = content
        self.name = name
        self.size_bytes = len(content)

    async def read(self, offset: int, length: int) -> bytes:
        """Slice a part."""
        return self._content[offset : offset + length]
