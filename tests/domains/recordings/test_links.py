"""Links to recordings: they expire, they cannot be made up, and players may seek in them."""

import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import msgspec
import pytest
from litestar import Litestar, Router
from litestar.di import Provide

from vinfer.adapters.storage import MemoryStorage
from vinfer.domains.recordings import routes, service
from vinfer.domains.recordings.errors import LinkInvalid, RangeInvalid
from vinfer.domains.recordings.links import FileLinks
from vinfer.kit import http
from vinfer.kit.seal import Seal, open_seal

KEY = "recordings/wsp_1/cal_1.wav"
AUDIO = bytes(range(200))


@dataclass
class MovableClock:
    time: datetime = field(default_factory=lambda: datetime.now(UTC))

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def seal(tmp_path: Path) -> Seal:
    return open_seal(tmp_path / "keys")


@pytest.fixture
def links(seal: Seal, clock: MovableClock) -> FileLinks:
    return FileLinks(seal, clock, "https://calls.example/")


@pytest.fixture
async def client(links: FileLinks, clock: MovableClock) -> AsyncIterator[httpx.AsyncClient]:
    storage = MemoryStorage()
    storage.objects[KEY] = AUDIO
    storage.objects["recordings/wsp_1/empty.wav"] = b""
    app = Litestar(
        [Router("/", route_handlers=[routes.router])],
        dependencies={
            "file_links": Provide(lambda: links, sync_to_thread=False),
            "storage": Provide(lambda: storage, sync_to_thread=False),
        },
        request_class=http.Request,
        exception_handlers={Exception: http.on_exception(clock)},
        openapi_config=None,
        logging_config=None,
    )
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="https://calls.example") as client:
        yield client


async def test_a_link_serves_the_file(client: httpx.AsyncClient, links: FileLinks) -> None:
    url = links.link(KEY)
    assert url.startswith("https://calls.example/files/")
    assert "cal_1" not in url
    answer = await client.get(url)
    assert (answer.status_code, answer.content) == (200, AUDIO)
    assert answer.headers["content-type"] == "audio/wav"
    assert answer.headers["content-length"] == "200"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-disposition"] == 'inline; filename="cal_1.wav"'
    assert answer.headers["cache-control"] == "private, no-store"


async def test_head_gives_size_and_type(client: httpx.AsyncClient, links: FileLinks) -> None:
    answer = await client.head(links.link(KEY))
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == "200"
    assert answer.headers["content-type"] == "audio/wav"


async def test_an_empty_file(client: httpx.AsyncClient, links: FileLinks) -> None:
    answer = await client.get(links.link("recordings/wsp_1/empty.wav"))
    assert (answer.status_code, answer.content) == (200, b"")


async def test_a_part(client: httpx.AsyncClient, links: FileLinks) -> None:
    answer = await client.get(links.link(KEY), headers={"Range": "bytes=10-19"})
    assert (answer.status_code, answer.content) == (206, AUDIO[10:20])
    assert answer.headers["content-range"] == "bytes 10-19/200"
    assert answer.headers["content-length"] == "10"


@pytest.mark.parametrize(
    ("header", "bounds"),
    [
        (None, None),
        ("bytes=0-", (0, 200)),
        ("bytes=0-0", (0, 1)),
        ("bytes=199-", (199, 200)),
        ("bytes=150-9999", (150, 200)),
        ("bytes=-5", (195, 200)),
        ("bytes=-9999", (0, 200)),
        ("bytes=9-3", None),
        ("bytes=-", None),
        ("bytes=0-1,5-6", None),
        ("items=0-1", None),
        ("nonsense", None),
    ],
)
def test_ranges(header: str | None, bounds: tuple[int, int] | None) -> None:
    assert service.parse_range(header, size=200) == bounds


@pytest.mark.parametrize("header", ["bytes=200-", "bytes=500-600", "bytes=-0"])
def test_a_range_outside(header: str) -> None:
    with pytest.raises(RangeInvalid):
        service.parse_range(header, size=200)


async def test_a_range_outside_is_416(client: httpx.AsyncClient, links: FileLinks) -> None:
    answer = await client.get(links.link(KEY), headers={"Range": "bytes=200-"})
    assert answer.status_code == 416
    assert answer.json()["error"]["code"] == "invalid_parameter"


async def test_a_link_expires_after_an_hour(
    client: httpx.AsyncClient, links: FileLinks, clock: MovableClock
) -> None:
    url = links.link(KEY)
    clock.time += timedelta(minutes=59)
    assert (await client.get(url)).status_code == 200
    clock.time += timedelta(minutes=1)
    answer = await client.get(url)
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "resource_not_found"
    assert answer.json()["error"]["details"] == {}


async def test_every_changed_byte_is_noticed(links: FileLinks) -> None:
    token = links.link(KEY).rpartition("/")[2]
    raw = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    for position in range(len(raw)):
        raw[position] ^= 1
        with pytest.raises(LinkInvalid):
            links.open(base64.urlsafe_b64encode(bytes(raw)).decode().rstrip("="))
        raw[position] ^= 1
    assert links.open(token) == KEY


def test_other_sealed_values_are_no_links(links: FileLinks, seal: Seal) -> None:
    grant = msgspec.msgpack.encode([KEY, datetime(2100, 1, 1, tzinfo=UTC)])
    for context in ("trunk:trk_1", "", "link"):
        token = seal.seal(grant, context=context).decode()
        with pytest.raises(LinkInvalid):
            links.open(token)


@pytest.mark.parametrize("token", ["", "x", "Z" * 3000, "é", "../../etc/passwd", "%00"])
def test_made_up_tokens(links: FileLinks, token: str) -> None:
    with pytest.raises(LinkInvalid):
        links.open(token)


async def test_an_erased_file(client: httpx.AsyncClient, links: FileLinks) -> None:
    assert (await client.get(links.link("recordings/wsp_1/gone.wav"))).status_code == 404
