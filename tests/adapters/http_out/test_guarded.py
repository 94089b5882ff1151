"""The guard sits at the connection: spelling, names and redirects do not get past it."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from vinfer.adapters.http_out.guarded import guarded_http
from vinfer.kit.addresses import AddressPolicy, AddressRefused, allow
from vinfer.ports.outbound import Answer, Outbound, Unreachable

HTTP_ONLY = allow([], plain_http=True)


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """A local server: `/ok` answers, `/redirect` sends to it, `/long` never ends its answer."""

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

    app = web.Application()
    for path, handler in (("/ok", ok), ("/redirect", redirect), ("/long", long)):
        app.router.add_post(path, handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


async def send(outbound: Outbound, url: str) -> Answer:
    return await outbound.post(url, body=b"{}", headers={}, timeout_s=3)


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
        with pytest.raises(Unreachable, match=r"refused|no connection|InvalidUrl|InvalidURL"):
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


async def test_a_name_that_turns_inward_later_is_refused_at_the_connection(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = ["93.184.215.14", "127.0.0.1"]

    async def rebind(_loop: Any, _host: str, at: int, **_options: Any) -> list[Any]:
        return [(2, 1, 6, "", (answers.pop(0), at))]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", rebind)
    async with guarded_http(HTTP_ONLY) as outbound:
        await outbound.check(f"http://rebind.test:{port}/ok")
        with pytest.raises(Unreachable, match="refused"):
            await send(outbound, f"http://rebind.test:{port}/ok")
    assert answers == []


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
        assert (await send(outbound, f"http://127.0.0.1:{port}/long")).status == 200


async def test_a_refused_connection_names_no_url() -> None:
    async with guarded_http(allow(["127.0.0.1"], plain_http=True)) as outbound:
        with pytest.raises(Unreachable) as caught:
            await send(outbound, "http://127.0.0.1:9/hook?token=hidden")
    assert "hidden" not in str(caught.value)


async def test_an_unknown_certificate_is_refused(port: int, tls: ssl.SSLContext) -> None:
    server = await asyncio.start_server(lambda _r, w: w.close(), "127.0.0.1", 0, ssl=tls)
    async with server, guarded_http(allow(["127.0.0.1"], plain_http=False)) as outbound:
        url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
        with pytest.raises(Unreachable, match="TLS"):
            await send(outbound, url)


@pytest.fixture
def tls(tmp_path: Path) -> ssl.SSLContext:
    """A server's context with a certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now).not_valid_after(now + timedelta(days=1))
    path = tmp_path / "both.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
