"""Files and S3, GCS or Azure objects through obstore."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

from vinfer.adapters.storage.keys import check_key
from vinfer.ports.storage import Storage

_CHUNK_BYTES: Final = 256 * 1024
_PARTS_AT_ONCE: Final = 3  # of five mebibytes each, held in memory while they are sent


def open_storage(url: str) -> Storage:
    """The store at `file:///…`, `s3://…`, `gs://…` or `az://…`.

    Credentials of the clouds come from where their own tools look. Raises `ValueError`.
    """
    parts = urlsplit(url)
    if parts.scheme != "file":
        try:
            return ObjectStorage(from_url(url))
        except BaseError as error:
            raise ValueError(f"not an object store that can be opened: {url}") from error
    if parts.netloc or not parts.path:
        raise ValueError(f"a local store needs a URL like file:///var/lib/vinfer, not {url}")
    root = Path(unquote(parts.path))
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    return LocalStorage(root)


class ObjectStorage:
    """`ports.storage.Storage` on any store of obstore."""

    def __init__(self, store: Any) -> None:
        self._store = store

    async def put_file(self, key: str, path: Path) -> None:
        """See the port. Large files go in parts."""
        await obstore.put_async(self._store, check_key(key), path, max_concurrency=_PARTS_AT_ONCE)

    async def size(self, key: str) -> int | None:
        """See the port."""
        try:
            return (await obstore.head_async(self._store, check_key(key)))["size"]
        except FileNotFoundError:
            return None

    async def read(
        self, key: str, *, start: int = 0, end: int | None = None
    ) -> AsyncIterator[bytes]:
        """See the port. Raises `FileNotFoundError`."""
        if end is not None and end <= start:
            return
        span: Any = {"offset": start} if end is None else (start, end)
        whole = start == 0 and end is None
        options: Any = None if whole else {"range": span}
        found = await obstore.get_async(self._store, check_key(key), options=options)
        async for chunk in found.stream(min_chunk_size=_CHUNK_BYTES):
            yield bytes(chunk)

    async def delete(self, key: str) -> None:
        """See the port."""
        with suppress(FileNotFoundError):
            await obstore.delete_async(self._store, check_key(key))


class LocalStorage(ObjectStorage):
    """A directory. A stored file survives a power cut: `put_file` returns when it is on disk."""

    def __init__(self, root: Path) -> None:
        super().__init__(LocalStore(root, mkdir=True))
        self._root = root

    async def put_file(self, key: str, path: Path) -> None:
        """See the port."""
        await super().put_file(key, path)
        await asyncio.to_thread(_sync, self._root, self._root / key)


def _sync(root: Path, path: Path) -> None:
    """Write the file and the names on its way to disk."""
    for entry in (path, *path.parents):
        handle = os.open(entry, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        if entry == root:
            return
