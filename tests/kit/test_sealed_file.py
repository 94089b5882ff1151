"""Files encrypted block by block: whole, in parts, and not once they are changed."""

import asyncio
import os
import random
from pathlib import Path

import pytest

from vinfer.kit.sealed_file import (
    BLOCK_BYTES,
    TAG_BYTES,
    SealedWriter,
    new_key,
    opened,
    scratch_file,
)

SIZES = (1, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 2 * BLOCK_BYTES + 7)


async def sealed(content: bytes, key: bytes, folder: Path, *, parts: int = 65_536) -> bytes:
    """The file's bytes at rest."""
    with scratch_file(folder) as file:
        writer = SealedWriter(file, key)
        for at in range(0, len(content), parts):
            await writer.write(content[at : at + parts])
        await writer.finish()
        assert writer.size_bytes == len(content)
        return await asyncio.to_thread(Path(file.name).read_bytes)


def blocks(stored: bytes) -> list[bytes]:
    step = BLOCK_BYTES + TAG_BYTES
    return [stored[at : at + step] for at in range(0, len(stored), step)]


@pytest.mark.parametrize("size", SIZES)
async def test_what_was_written_is_read(tmp_path: Path, size: int) -> None:
    content, key = random.Random(size).randbytes(size), new_key()
    stored = await sealed(content, key, tmp_path, parts=100_003)
    assert content[:64] not in stored or size < 64
    assert len(stored) == size + TAG_BYTES * len(blocks(stored))
    plain = b"".join(opened(block, at, key) for at, block in enumerate(blocks(stored)))
    assert plain == content


async def test_a_changed_moved_or_foreign_block_is_refused(tmp_path: Path) -> None:
    content, key = os.urandom(BLOCK_BYTES + 10), new_key()
    first, second = blocks(await sealed(content, key, tmp_path))
    flipped = first[:9] + bytes([first[9] ^ 1]) + first[10:]
    for block, number, by in ((flipped, 0, key), (second, 0, key), (first, 0, new_key())):
        with pytest.raises(OSError, match="damaged"):
            opened(block, number, by)
    with pytest.raises(OSError, match="damaged"):
        opened(first[:-1], 0, key)


def test_a_scratch_file_is_nobody_elses_and_goes_when_closed(tmp_path: Path) -> None:
    with scratch_file(tmp_path / "deep") as file:
        path = Path(file.name)
        assert path.stat().st_mode & 0o077 == 0
        assert path.parent.stat().st_mode & 0o077 == 0
    assert not path.exists()
