"""Files from far servers: as they were signed, whole or not at all, from where they may."""

import asyncio
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from vinfer.adapters.http_out.fetching import HEAD_BYTES, GuardedFetcher
from vinfer.adapters.http_out.guarded import guarded_http
from vinfer.adapters.http_out.lookup import AddressInfo
from vinfer.kit.addresses import AddressRefused, allow
from vinfer.ports.fetching import FetchFailed

MOST = 300_000


@asynccontextmanager
async def serving(handler: Callable[[web.Request], Any]) -> AsyncGenerator[str]:
    """The URL of a server whose every answer is the handler's."""
    app = web.Application()
    app.router.add_get("/{path:.*}", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
async def fetcher() -> AsyncIterator[GuardedFetcher]:
    """One that may go to the loopback."""
    policy = allow(["127.0.0.1"], plain_http=True)
    async with guarded_http(policy, answer_bytes=MOST + HEAD_BYTES) as http:
        yield GuardedFetcher(http)


async def got(fetcher: GuardedFetcher, url: str, *, timeout_s: float = 5) -> bytes:
    async with fetcher.open(url, most_bytes=MOST, timeout_s=timeout_s) as parts:
        return b"".join([part async for part in parts])


async def refusal(fetcher: GuardedFetcher, url: str, **more: Any) -> FetchFailed:
    with pytest.raises(FetchFailed) as raised:
        await got(fetcher, url, **more)
    return raised.value


async def test_a_signed_url_arrives_as_it_was_signed(fetcher: GuardedFetcher) -> None:
    asked: list[str] = []

    async def give(request: web.Request) -> web.Response:
        asked.append(request.raw_path)
        return web.Response(body=b"x" * MOST)

    async with serving(give) as url:
        path = "/a%2Fb%20c/call.wav?X-Sig=a%2Bb%3D%3d&q=%7E"
        assert await got(fetcher, url + path) == b"x" * MOST
    assert asked == [path]


async def test_an_answer_that_breaks_off_is_no_file(fetcher: GuardedFetcher) -> None:
    async def cut(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Length": "1000"})
        await answer.prepare(request)
        await answer.write(b"x" * 10)
        assert request.transport is not None
        request.transport.close()
        return answer

    async with serving(cut) as url:
        failed = await refusal(fetcher, url)
    assert (failed.code, failed.again) == ("audio_unreachable", True)
    assert str(failed) == "the answer broke off, or is too large"


async def test_a_server_that_hangs_costs_its_time_alone(fetcher: GuardedFetcher) -> None:
    over = asyncio.Event()

    async def hang(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        await answer.write(b"x")
        await over.wait()
        return answer

    async with serving(hang) as url:
        failed = await refusal(fetcher, url, timeout_s=0.3)
        over.set()
    assert (failed.code, str(failed)) == ("audio_unreachable", "the server was too slow")


async def test_a_compressed_or_oversized_answer_is_refused(fetcher: GuardedFetcher) -> None:
    async def bomb(_: web.Request) -> web.Response:
        return web.Response(body=b"\x1f\x8b", headers={"Content-Encoding": "gzip"})

    async def large(_: web.Request) -> web.Response:
        return web.Response(body=bytes(MOST + 1))

    async with serving(bomb) as url:
        assert (await refusal(fetcher, url)).code == "audio_unreachable"
    async with serving(large) as url:
        assert (await refusal(fetcher, url)).code == "audio_too_large"


async def test_what_lies_inside_is_told_to_nobody(fetcher: GuardedFetcher) -> None:
    for url in ("http://127.0.0.2:22/", "http://10.1.2.3/", "http://169.254.169.254/latest"):
        with pytest.raises(AddressRefused):
            await fetcher.check(url)
        failed = await refusal(fetcher, url)
        assert failed.code == "audio_address_refused"
        assert url.split("/")[2].partition(":")[0] not in str(failed)


async def test_a_name_that_turns_inward_after_the_check_is_not_followed() -> None:
    answers = ["93.184.215.14", "169.254.169.254"]

    async def flipping(host: str, port: int, _family: Any) -> list[AddressInfo]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers.pop(0), port))]

    policy = allow((), plain_http=True)
    async with guarded_http(policy, lookup=flipping, answer_bytes=MOST) as http:
        fetcher = GuardedFetcher(http)
        await fetcher.check("http://rebind.example/call.wav")
        failed = await refusal(fetcher, "http://rebind.example/call.wav")
    assert (failed.code, failed.again) == ("audio_address_refused", False)
    assert answers == []
