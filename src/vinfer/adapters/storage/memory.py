"""The fake store: everything in this process's memory."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from vinfer.adapters.storage.keys import check_key


class MemoryStorage:
    """`ports.storage.Storage` for tests and trials."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    async def put_file(self, key: str, path: Path) -> None:
        """See the port."""
        self.objects[check_key(key)] = await asyncio.to_thread(path.read_bytes)

    async def size(self, key: str) -> int | None:
        """See the port."""
        found = self.objects.get(check_key(key))
        return None if found is None else len(found)

    async def read(
        self, key: str, *, start: int = 0, end: int | None = None
    ) -> AsyncIterator[bytes]:
        """See the port. Raises `FileNotFoundError`."""
        if check_key(key) not in self.objects:
            raise FileNotFoundError(key)
        if chunk := self.objects[key][start:end]:
            yield chunk

    async def delete(self, key: str) -> None:
        """See the port."""
        self.objects.pop(check_key(key), None)
