"""What faces the network, from settings to a real TLS connection."""

import asyncio
import contextlib
import datetime
import os
import socket
import ssl
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.harness import Api, open_api

from vinfer.app import front
from vinfer.app.api import gateway_of
from vinfer.app.http_protocol import BoundedHttp
from vinfer.app.settings import Settings, SettingsError, load
from vinfer.kit.db import Database
from vinfer.kit.gateway import SECURITY
from vinfer.kit.seal import open_seal

BANK = "api.bank.example"
LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}


@pytest.mark.parametrize(
    ("given", "hosts"),
    [
        ({}, LOOPBACK),
        ({"host": "10.1.1.1"}, LOOPBACK | {"10.1.1.1"}),
        ({"host": "fd00::1"}, LOOPBACK | {"[fd00::1]"}),
        ({"host": "0.0.0.0"}, set()),
        ({"host": "::"}, set()),
        (
            {"host": "0.0.0.0", "public_url": "https://API.bank.example/"},
            LOOPBACK | {"api.bank.example"},
        ),
        ({"public_url": "https://api.bank.example:8443"}, LOOPBACK | {"api.bank.example"}),
        (
            {"allowed_hosts": ("API.example.com", "*.example.org")},
            {"api.example.com", "*.example.org"},
        ),
        ({"allowed_hosts": ("*",)}, set()),
    ],
)
def test_the_hosts_that_are_answered(given: dict[str, Any], hosts: set[str]) -> None:
    assert front.edge_of(Settings(**given)).hosts == hosts


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRUSTED_PROXIES", "10.0.0.0/99"),
        ("TRUSTED_PROXIES", "proxy.example.com"),
        ("ALLOWED_HOSTS", "api.example.com:80"),
        ("CORS_ORIGINS", "app.example.com"),
        ("CORS_ORIGINS", "https://app.example.com/"),
        ("TRUNK_ALLOW", "10.0.0.0/99"),
        ("TLS_CERT", "/nowhere.pem"),
    ],
)
def test_settings_that_would_end_the_api_end_the_start(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"VINFER_{name}|Settings of the API"):
        front.check(load({f"VINFER_{name}": value}))


@pytest.mark.parametrize("url", ["api.example.com", "ftp://a", "https://", "https://a:99999"])
def test_a_public_url_that_is_none(url: str) -> None:
    with pytest.raises(SettingsError):
        load({"VINFER_PUBLIC_URL": url})


def test_addresses_shown() -> None:
    assert Settings(tls_cert=Path("x"), host="::1", port=1).url == "https://[::1]:1"
    assert Settings(port=1).url == "http://127.0.0.1:1"


def make_pair(folder: Path, *, passphrase: bytes | None = None) -> tuple[Path, Path]:
    """A certificate for `localhost` that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    folder.mkdir(parents=True, exist_ok=True)
    chain, secret = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    lock = (
        serialization.BestAvailableEncryption(passphrase)
        if passphrase
        else serialization.NoEncryption()
    )
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)
    secret.write_bytes(key.private_bytes(*form))
    return chain, secret


def test_pairs_that_are_none(tmp_path: Path) -> None:
    chain, key = make_pair(tmp_path / "a")
    _, other = make_pair(tmp_path / "b")
    _, locked = make_pair(tmp_path / "c", passphrase=b"secret")
    wrong = [(chain, other), (key, chain), (chain, locked), (chain, tmp_path), (chain, None)]
    for cert, secret in wrong:
        with pytest.raises(SettingsError, match="VINFER_TLS_KEY") as refused:
            front.certificate(Settings(tls_cert=cert, tls_key=secret))
        assert "\n" not in str(refused.value)
    assert front.certificate(Settings()) is None


@contextlib.asynccontextmanager
async def served(api: Api, pair: front.Certificate) -> AsyncIterator[int]:
    """The application behind our protocol and TLS, on a port."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)
    refusal = gateway_of(api.app).headers_of_refusal
    config = uvicorn.Config(
        api.app,
        http=partial(BoundedHttp, headers_of_refusal=refusal),  # type: ignore[arg-type]
        ws="none",
        lifespan="off",
        log_config=None,
        ssl_context_factory=pair.provide,
    )
    server = uvicorn.Server(config)
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
    running = asyncio.ensure_future(server.serve([listener]))
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await running


async def test_https_by_setting_with_a_renewal_and_every_header(
    db: Database, tmp_path: Path
) -> None:
    api = await open_api(db, open_seal(tmp_path / "keys"))
    chain, key = make_pair(tmp_path)
    pair = front.certificate(Settings(tls_cert=chain, tls_key=key))
    assert pair is not None
    async with served(api, pair) as port:

        async def ask() -> httpx.Response:
            trust = ssl.create_default_context(cafile=str(chain))
            async with httpx.AsyncClient(verify=trust) as client:
                return await client.get(f"https://localhost:{port}/v1/workspace")

        answer = await ask()
        assert answer.status_code == 401
        assert answer.headers["strict-transport-security"] == "max-age=31536000"

        assert pair.context.minimum_version is ssl.TLSVersion.TLSv1_2

        make_pair(tmp_path)
        with pytest.raises(httpx.ConnectError):
            await ask()
        os.utime(chain, ns=(1, 1))
        pair.refresh()
        assert (await ask()).status_code == 401
        key.write_text("half a file")
        pair.refresh()
        assert (await ask()).status_code == 401, "a bad pair leaves the one in use"

        new = ssl.create_default_context(cafile=str(chain))
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", port, ssl=new, server_hostname="localhost"
        )
        writer.write(b"rubbish\r\n\r\n")
        head = (await reader.read()).partition(b"\r\n\r\n")[0].lower()
        writer.close()
    assert head.startswith(b"http/1.1 400 ")
    for name in (b"x-request-id", b"x-ratelimit-limit", *(name for name, _ in SECURITY)):
        assert b"\r\n" + name + b": " in head
