"""Audio at rest while it is being worked on, as the decoder reads it."""

from collections.abc import AsyncIterator

from vinfer.kit.sealed_file import BLOCK_BYTES, TAG_BYTES, opened
from vinfer.ports.storage import Storage


class StoredAudio:
    """`ports.decoding.AudioSource` of an object; with `key`, of one that a `SealedWriter` wrote.

    `size_bytes` is that of the plain text. Holds one block in memory.
    """

    def __init__(
        self, storage: Storage, object_key: str, *, size_bytes: int, name: str, key: bytes | None
    ) -> None:
        self._storage = storage
        self._object_key = object_key
        self._key = key
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
        extra = TAG_BYTES if self._key is not None else 0
        start = number * (BLOCK_BYTES + extra)
        length = min(BLOCK_BYTES, self.size_bytes - number * BLOCK_BYTES) + extra
        block = await _joined(self._storage.read(self._object_key, start=start, end=start + length))
        return block if self._key is None else opened(block, number, self._key)


async def _joined(parts: AsyncIterator[bytes]) -> bytes:
    return b"".join([part async for part in parts])
