"""The guard sits at the connection: spelling, names and redirects do not get past it."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import SplitResult, urlsplit

import pytest
from aiohttp import web

from inward import INWARD, REFUSED_URLS
from vinfer.adapters.http_out.guarded import guarded_http
from vinfer.adapters.http_out.lookup import AddressInfo
from vinfer.kit.addresses import AddressPolicy, AddressRefused, allow
from vinfer.ports.outbound import Answer, Outbound, Unreachable

HTTP_ONLY = allow([], plain_http=True)


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """A local server: `/ok` answers, `/redirect` sends to it, `/long` and `/silent` never end."""

    async def ok(_request: web.Request) -> web.Response:
        return web.Response(text="fine", headers={"Retry-After": "7"})

    async def redirect(_request: web.Request) -> web.Response:
        return web.Response(status=307, headers={"Location": "/ok"})

    async def long(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            while True:
                await answer.write(b"x" * 65536)
        return answer

    async def silent(_request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    app = web.Application()
    handlers = {"/ok": ok, "/redirect": redirect, "/long": long, "/silent": silent}
    for path, handler in handlers.items():
        app.router.add_post(path, handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


async def send(outbound: Outbound, url: str) -> Answer:
    return await outbound.post(url, body=b"{}", headers={}, timeout_s=3)


async def _outcome(outbound: Outbound, url: str, timeout_s: float) -> Answer | Unreachable:
    try:
        return await outbound.post(url, body=b"{}", headers={}, timeout_s=timeout_s)
    except Unreachable as error:
        return error


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "017700000001",
        "0.0.0.0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
    ],
)
async def test_no_spelling_of_this_machine_is_reached(port: int, host: str) -> None:
    async with guarded_http(HTTP_ONLY) as outbound:
        with pytest.raises(Unreachable, match="refused"):
            await send(outbound, f"http://{host}:{port}/ok")


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f.1"])
async def test_names_that_lead_inward_are_refused_at_registration(host: str) -> None:
    async with guarded_http(AddressPolicy()) as outbound:
        with pytest.raises(AddressRefused):
            await outbound.check(f"https://{host}/hook")


async def test_a_name_that_does_not_resolve_is_accepted_at_registration() -> None:
    async with guarded_http(AddressPolicy()) as outbound:
        await outbound.check("https://receiver.invalid/hook")
        with pytest.raises(Unreachable):
            await send(outbound, "https://receiver.invalid/hook")


class Flipping:
    """A name server of the far side: first this address, then that one."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)

    async def __call__(self, host: str, port: int, family: Any) -> list[AddressInfo]:
        address = self.answers.pop(0)
        kind = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [(kind, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port))]


@pytest.mark.parametrize("inward", INWARD)
async def test_a_name_that_turns_inward_later_is_refused_at_the_connection(inward: str) -> None:
    names = Flipping("93.184.215.14", inward)
    async with guarded_http(AddressPolicy(), lookup=names) as outbound:
        await outbound.check("https://rebind.example/ok")
        with pytest.raises(Unreachable, match="refused: not a publicly reachable address"):
            await send(outbound, "https://rebind.example/ok")
    assert names.answers == []


@pytest.mark.parametrize("inward", INWARD)
async def test_a_name_that_leads_inward_is_refused_at_registration(inward: str) -> None:
    async with guarded_http(AddressPolicy(), lookup=Flipping(inward)) as outbound:
        with pytest.raises(AddressRefused):
            await outbound.check("https://inward.example/hook")


@pytest.mark.parametrize("url", REFUSED_URLS)
async def test_a_refused_url_is_refused_at_both_moments_without_a_look_up(url: str) -> None:
    async with guarded_http(AddressPolicy(), lookup=Flipping()) as outbound:
        with pytest.raises(AddressRefused):
            await outbound.check(url)
        with pytest.raises(Unreachable, match="refused"):
            await send(outbound, url)


async def test_one_inward_address_among_public_ones_is_enough(port: int) -> None:
    async def both(_host: str, at: int, _family: Any) -> list[AddressInfo]:
        addresses = ("127.0.0.1", "93.184.215.14")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, at)) for a in addresses]

    async with guarded_http(HTTP_ONLY, lookup=both) as outbound:
        with pytest.raises(AddressRefused):
            await outbound.check(f"http://both.example:{port}/ok")
        with pytest.raises(Unreachable, match="refused"):
            await send(outbound, f"http://both.example:{port}/ok")


class Careless(AddressPolicy):
    """Forgets to look at the URL."""

    def check_url(self, url: str) -> SplitResult:
        return urlsplit(url)


async def test_the_socket_itself_is_refused_too(port: int) -> None:
    async with guarded_http(Careless()) as outbound:
        with pytest.raises(Unreachable, match="refused: not a publicly reachable address"):
            await send(outbound, f"http://127.0.0.1:{port}/ok")


async def test_a_silent_name_server_delays_its_own_name_only(port: int) -> None:
    async def silent(host: str, at: int, _family: Any) -> list[AddressInfo]:
        if host == "silent.example":
            await asyncio.Event().wait()
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", at))]

    policy = allow(["127.0.0.0/8"], plain_http=True)
    async with guarded_http(policy, lookup=silent) as outbound, asyncio.TaskGroup() as group:
        stuck = [
            group.create_task(_outcome(outbound, f"http://silent.example:{port}/ok", 0.4))
            for _ in range(50)
        ]
        assert (await send(outbound, f"http://prompt.example:{port}/ok")).status == 200
        assert not any(task.done() for task in stuck)
    assert {str(task.result()) for task in stuck} == {"no answer within 0.4 s"}


async def test_receivers_that_share_a_host_do_not_wait_for_each_other(port: int) -> None:
    policy = allow(["127.0.0.0/8"], plain_http=True)
    async with guarded_http(policy) as outbound, asyncio.TaskGroup() as group:
        stuck = [
            group.create_task(_outcome(outbound, f"http://127.0.0.1:{port}/silent", 2))
            for _ in range(100)
        ]
        await asyncio.sleep(0)
        prompt = await _outcome(outbound, f"http://127.0.0.1:{port}/ok", 1)
        assert prompt == Answer(200, "7", "fine")
        assert not any(task.done() for task in stuck)
        for task in stuck:
            task.cancel()


async def test_registrations_whose_name_servers_are_silent_do_not_pile_up() -> None:
    asked: list[str] = []

    async def silent(host: str, _at: int, _family: Any) -> list[AddressInfo]:
        asked.append(host)
        await asyncio.Event().wait()
        return []

    async with guarded_http(AddressPolicy(), lookup=silent) as outbound, asyncio.TaskGroup() as all:
        checks = [
            all.create_task(outbound.check(f"https://silent-{n}.example/")) for n in range(50)
        ]
        await asyncio.sleep(0.1)
        assert len(asked) == sum(not it.done() for it in checks) == 2
        for task in checks:
            task.cancel()


async def test_the_operators_network_is_reached(port: int) -> None:
    async with guarded_http(allow(["127.0.0.0/8"], plain_http=True)) as outbound:
        await outbound.check(f"http://127.0.0.1:{port}/ok")
        assert await send(outbound, f"http://127.0.0.1:{port}/ok") == Answer(200, "7", "fine")


async def test_the_operators_host_is_reached_by_its_name_only(port: int) -> None:
    async with guarded_http(allow(["localhost"], plain_http=True)) as outbound:
        await outbound.check(f"http://localhost:{port}/ok")
        assert (await send(outbound, f"http://localhost:{port}/ok")).status == 200
        with pytest.raises(Unreachable, match="refused"):
            await send(outbound, f"http://127.0.0.1:{port}/ok")


async def test_a_redirect_is_an_answer(port: int) -> None:
    async with guarded_http(allow(["127.0.0.1"], plain_http=True)) as outbound:
        assert (await send(outbound, f"http://127.0.0.1:{port}/redirect")).status == 307


async def test_an_endless_answer_is_cut(port: int) -> None:
    async with guarded_http(allow(["127.0.0.1"], plain_http=True)) as outbound:
        answer = await send(outbound, f"http://127.0.0.1:{port}/long")
    assert answer == Answer(200, None, "x" * 2048)


async def test_a_refused_connection_names_no_url() -> None:
    async with guarded_http(allow(["127.0.0.1"], plain_http=True)) as outbound:
        with pytest.raises(Unreachable) as caught:
            await send(outbound, "http://127.0.0.1:9/hook?token=hidden")
    assert "hidden" not in str(caught.value)
