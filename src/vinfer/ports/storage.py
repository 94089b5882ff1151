"""Files: recordings and reports."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol, runtime_checkable


@runtime_checkable  # so that routes may be given one
class Storage(Protocol):
    """An object store. Keys are relative, slash-separated paths."""

    async def put_file(self, key: str, path: Path) -> None:
        """Store the file under `key`, replacing what is there."""
        ...

    async def size(self, key: str) -> int | None:
        """Bytes under `key`, or None."""
        ...

    def read(self, key: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Stream bytes [start, end)."""
        ...

    async def delete(self, key: str) -> None:
        """Forget `key`; a missing one is no error."""
        ...
