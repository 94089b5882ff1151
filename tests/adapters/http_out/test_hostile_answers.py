"""Receivers that answer without end, slowly, in pieces, wrongly, or under another's name."""

import asyncio
import contextlib
import gzip
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from vinfer.adapters.http_out.guarded import guarded_http
from vinfer.kit.addresses import allow
from vinfer.ports.outbound import EXCERPT_BYTES, Answer, Unreachable

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
BENCH = allow(["127.0.0.1"], plain_http=True)
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(handler: Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A raw server on loopback: every request's head is read, then `handler` has the word."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                await reader.readexactly(2)
                await handler(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            await _closed(writer)

    tasks: list[asyncio.Task[None]] = []

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.append(asyncio.current_task())  # type: ignore[arg-type]
        await handle(reader, writer)

    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield server.sockets[0].getsockname()[1]
    await asyncio.gather(*tasks)


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


async def post(handler: Handler, *, timeout_s: float = 5) -> Answer | str:
    """The answer to one POST, or why there is none."""
    async with serving(handler) as port, guarded_http(BENCH) as outbound:
        url = f"http://127.0.0.1:{port}/hook?token=hidden"
        try:
            return await outbound.post(url, body=b"{}", headers={}, timeout_s=timeout_s)
        except Unreachable as error:
            return str(error)


def says(*pieces: bytes, end: bool = False) -> Handler:
    async def handler(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        if end:
            writer.close()
            raise ConnectionError

    return handler


def endlessly(head: bytes, piece: bytes, *, pause_s: float = 0) -> Handler:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while not reader.at_eof():
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause_s)
        raise ConnectionError

    return handler


FLOODS = {
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
    "early hints": (b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 1000),
    "empty lines": (b"", b"\r\n" * 20_000),
    "headers": (OK, b"X-A: b\r\n" * 5000),
    "one header": (OK + b"X-A: ", b"a" * 65_536),
    "a status line": (b"HTTP/1.1 200 ", b"O" * 65_536),
    "trailers": (CHUNKED + b"0\r\n", b"X-A: b\r\n" * 5000),
}


@pytest.mark.parametrize("flood", FLOODS)
async def test_a_flood_ends_before_the_time_is_up(flood: str) -> None:
    assert await post(endlessly(*FLOODS[flood])) in {
        "the answer is too large",
        "the answer is not HTTP, or its head is too large",
    }


BODIES = {
    "a gigabyte": (OK + b"Content-Length: 1000000000\r\n\r\n", b"x" * 65_536),
    "until the connection ends": (OK + b"\r\n", b"x" * 65_536),
    "chunks": (CHUNKED, b"1\r\nx\r\n" * 5000),
}


@pytest.mark.parametrize("body", BODIES)
async def test_an_endless_body_is_cut_and_its_status_counts(body: str) -> None:
    assert await post(endlessly(*BODIES[body])) == Answer(200, None, "x" * EXCERPT_BYTES)


async def test_an_endless_chunk_extension_is_cut() -> None:
    assert await post(endlessly(CHUNKED + b"1;", b"x" * 65_536)) == Answer(200)


async def test_a_compressed_bomb_is_not_opened() -> None:
    bomb = gzip.compress(bytes(10_000_000))
    head = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    assert await post(says(head, bomb)) == Answer(200)


async def test_a_head_of_one_byte_at_a_time_ends_when_the_time_is_up() -> None:
    slow = endlessly(OK + b"X-A: ", b"a", pause_s=0.05)
    assert await post(slow, timeout_s=0.5) == "no answer within 0.5 s"


async def test_a_slow_body_does_not_take_the_status_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vinfer.adapters.http_out.excerpt.BODY_PATIENCE_S", 0.3)
    answer = await post(endlessly(OK + b"Content-Length: 100\r\n\r\n", b"a", pause_s=0.1))
    assert isinstance(answer, Answer)
    assert answer.status == 200
    assert set(answer.excerpt) == {"a"}


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (b"", "the connection ended without an answer"),
        (b"HTTP/1.1 200", "the connection ended without an answer"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "the answer is not HTTP, or its head is too large"),
        (b"HTTP/1.1 2000 OK\r\n\r\n", "the answer is not HTTP, or its head is too large"),
        (OK + b"Content-Length: 9\r\n\r\nhalf", Answer(200, None, "half")),
        (CHUNKED + b"zz\r\n", "the answer is not HTTP, or its head is too large"),
    ],
)
async def test_answers_that_break_off(said: bytes, outcome: Answer | str) -> None:
    assert await post(says(said, end=True)) == outcome


async def test_a_reset_is_named() -> None:
    async def reset(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()
        raise ConnectionError

    assert str(await post(reset)).startswith(("the connection broke", "the connection ended"))


async def test_what_a_terminal_would_act_on_is_not_kept() -> None:
    head = b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"Content-Length: 13\r\n\r\n"
    body = b"no\0\x1b[31m " + "€".encode() + b"!"
    assert await post(says(head, body)) == Answer(200, None, "no��[31m €!")


async def test_a_second_answer_is_not_taken_for_the_next_requests() -> None:
    connections = 0

    async def twice(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        writer.write((OK + b"Content-Length: 0\r\n\r\n") * 2)

    async with serving(twice) as port, guarded_http(BENCH) as outbound:
        for number in (1, 2):
            url = f"http://127.0.0.1:{port}/hook"
            await outbound.post(url, body=b"{}", headers={}, timeout_s=3)
            assert connections == number


@pytest.fixture(scope="module")
def authority() -> "Authority":
    return Authority()


class Authority:
    """Issues certificates that clients trust who were told to."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "tests")])
        self.certificate = self._certificate("tests", self.key, days=1)

    def _certificate(
        self, host: str, key: ec.EllipticCurvePrivateKey, *, days: int
    ) -> x509.Certificate:
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
        start = datetime.now(UTC) - timedelta(days=2)
        is_authority = host == "tests"
        return (
            x509.CertificateBuilder(self.name, subject, key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(start + timedelta(days=2 + days, hours=-1))
            .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .sign(self.key, hashes.SHA256())
        )

    def server(self, folder: Path, host: str, *, days: int = 1) -> ssl.SSLContext:
        """A server's context for `host`, valid for so many days from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        pem = serialization.Encoding.PEM
        private = key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path = folder / "both.pem"
        path.write_bytes(private + self._certificate(host, key, days=days).public_bytes(pem))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def trusted(self) -> ssl.SSLContext:
        """A client's context that trusts this authority."""
        pem = self.certificate.public_bytes(serialization.Encoding.PEM).decode()
        return ssl.create_default_context(cadata=pem)


@pytest.mark.parametrize(
    ("host", "days", "trusted", "admitted"),
    [
        ("localhost", 1, True, True),
        ("localhost", 1, False, False),
        ("elsewhere.example", 1, True, False),
        ("localhost", -1, True, False),
    ],
    ids=["known", "unknown authority", "another's name", "expired"],
)
async def test_certificates(
    tmp_path: Path, authority: Authority, host: str, days: int, trusted: bool, admitted: bool
) -> None:
    handler = says(OK + b"Content-Length: 0\r\n\r\n")
    server = authority.server(tmp_path, host, days=days)
    client = authority.trusted() if trusted else None
    policy = allow(["localhost"], plain_http=False)
    async with serving(handler, server) as port, guarded_http(policy, tls=client) as outbound:
        url = f"https://localhost:{port}/hook"
        if admitted:
            assert await outbound.post(url, body=b"{}", headers={}, timeout_s=3) == Answer(200)
        else:
            with pytest.raises(Unreachable, match="TLS"):
                await outbound.post(url, body=b"{}", headers={}, timeout_s=3)
