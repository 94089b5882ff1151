"""What every object store does alike."""

import stat
from pathlib import Path

import pytest

from vinfer.adapters.storage import MemoryStorage, open_storage
from vinfer.ports.storage import Storage

TEXT = bytes(range(256)) * 4096  # several chunks


@pytest.fixture(params=["memory", "file"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "memory":
        return MemoryStorage()
    return open_storage((tmp_path / "deep" / "with space").as_uri())


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return make_file(tmp_path / "source", TEXT)


def make_file(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


async def read(storage: Storage, key: str, **span: int) -> bytes:
    return b"".join([chunk async for chunk in storage.read(key, **span)])


async def test_what_is_put_is_read(storage: Storage, source: Path) -> None:
    await storage.put_file("recordings/wsp_1/a.wav", source)
    assert await storage.size("recordings/wsp_1/a.wav") == len(TEXT)
    assert await read(storage, "recordings/wsp_1/a.wav") == TEXT


@pytest.mark.parametrize(
    ("start", "end"), [(0, 1), (5, 5), (100, 300_000), (len(TEXT) - 1, len(TEXT))]
)
async def test_a_part_is_read(storage: Storage, source: Path, start: int, end: int) -> None:
    await storage.put_file("a", source)
    assert await read(storage, "a", start=start, end=end) == TEXT[start:end]


async def test_the_rest_is_read(storage: Storage, source: Path) -> None:
    await storage.put_file("a", source)
    assert await read(storage, "a", start=1000) == TEXT[1000:]


async def test_a_put_replaces(storage: Storage, source: Path) -> None:
    await storage.put_file("a", source)
    await storage.put_file("a", make_file(source, b"new"))
    assert await read(storage, "a") == b"new"


async def test_an_empty_object(storage: Storage, source: Path) -> None:
    await storage.put_file("a", make_file(source, b""))
    assert (await storage.size("a"), await read(storage, "a")) == (0, b"")


async def test_what_is_missing(storage: Storage) -> None:
    assert await storage.size("a/missing") is None
    await storage.delete("a/missing")
    with pytest.raises(FileNotFoundError):
        await read(storage, "a/missing")


async def test_a_deleted_object_is_gone(storage: Storage, source: Path) -> None:
    await storage.put_file("a", source)
    await storage.delete("a")
    assert await storage.size("a") is None


@pytest.mark.parametrize(
    "key", ["", "/a", "../a", "a/../b", "a//b", "a/", ".a", "a/.b", "a\0", "ä"]
)
async def test_a_key_is_a_plain_path(storage: Storage, source: Path, key: str) -> None:
    with pytest.raises(ValueError, match="not a storage key"):
        await storage.put_file(key, source)
    with pytest.raises(ValueError, match="not a storage key"):
        await read(storage, key)


def test_a_local_store_is_closed_to_others(tmp_path: Path) -> None:
    open_storage((tmp_path / "store").as_uri())
    assert stat.S_IMODE((tmp_path / "store").stat().st_mode) == 0o700


@pytest.mark.parametrize("url", ["s3://bucket/prefix", "gs://bucket"])
def test_clouds_are_opened_by_url(url: str) -> None:
    assert open_storage(url)


@pytest.mark.parametrize("url", ["/var/lib/x", "file://host/x", "nonsense://x"])
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"URL|object store"):
        open_storage(url)
