"""What faces the network, read from settings: TLS, proxies, names, and where trunks may lead."""

import asyncio
import ssl
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import structlog

from vinfer.app.settings import Settings, SettingsError
from vinfer.kit import edge, reach
from vinfer.kit.edge import ANY, Edge
from vinfer.kit.reach import Reach

LOOK_EVERY_S: Final = 60.0
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
_log = structlog.get_logger()


def edge_of(settings: Settings) -> Edge:
    """What stands before this server; raises `SettingsError`."""
    try:
        return Edge(
            proxies=edge.networks(settings.trusted_proxies),
            hosts=_hosts(settings),
            origins=frozenset(edge.parse_origin(origin) for origin in settings.cors_origins),
        )
    except ValueError as error:
        raise SettingsError(f"Settings of the API: {error}.") from error


def _hosts(settings: Settings) -> frozenset[str]:
    if ANY in settings.allowed_hosts:
        return frozenset()
    if settings.allowed_hosts:
        return frozenset(edge.parse_host(host) for host in settings.allowed_hosts)
    public = urlsplit(settings.public_url).hostname if settings.public_url else None
    named = _LOOPBACK | ({_bracketed(public)} if public else frozenset[str]())
    if _is_wildcard(settings.host):
        return named if public else frozenset()
    return named | {_bracketed(settings.host.lower())}


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _is_wildcard(host: str) -> bool:
    try:
        return ip_address(host).is_unspecified
    except ValueError:
        return False


@dataclass(slots=True)
class Certificate:
    """A chain, its key and the context that uses them; renewed files come into use as they are."""

    chain: Path
    key: Path
    context: ssl.SSLContext = field(init=False)
    _seen: tuple[int, int] = field(init=False)

    def __post_init__(self) -> None:
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._seen = self._times()
        self._load(self.context)

    def provide(self, *_: object) -> ssl.SSLContext:
        """The context, for a server that asks for it."""
        return self.context

    def refresh(self) -> None:
        """Use the files as they are now, if they have changed; a bad pair leaves the old one."""
        try:
            times = self._times()
            if times == self._seen:
                return
            self._load(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))  # a try that spoils nothing
            self._load(self.context)
        except SettingsError as error:
            _log.error("certificate_not_renewed", error=str(error))
        else:
            self._seen = times
            _log.info("certificate_renewed", chain=str(self.chain))

    async def keep_fresh(self) -> None:
        """Look at the files again and again."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            await asyncio.to_thread(self.refresh)

    def _times(self) -> tuple[int, int]:
        try:
            return self.chain.stat().st_mtime_ns, self.key.stat().st_mtime_ns
        except OSError as error:
            raise SettingsError(f"VINFER_TLS_CERT, VINFER_TLS_KEY: {error}.") from error

    def _load(self, context: ssl.SSLContext) -> None:
        try:
            context.load_cert_chain(self.chain, self.key, password=_no_passphrase)
        except (OSError, ValueError) as error:
            raise SettingsError(
                f"VINFER_TLS_CERT {self.chain} and VINFER_TLS_KEY {self.key} are no certificate"
                f" chain and its private key in PEM without a passphrase: {error}."
            ) from error


def _no_passphrase() -> str:
    raise ValueError("the key has a passphrase")  # else the terminal is asked for one


def certificate(settings: Settings) -> Certificate | None:
    """The certificate, if the API speaks HTTPS itself; raises `SettingsError`."""
    if settings.tls_cert is None and settings.tls_key is None:
        return None
    if settings.tls_cert is None or settings.tls_key is None:
        raise SettingsError("VINFER_TLS_CERT and VINFER_TLS_KEY go together: set both or none.")
    return Certificate(settings.tls_cert, settings.tls_key)


def trunk_reach(settings: Settings) -> Reach:
    """Where trunks may lead; raises `SettingsError`."""
    try:
        return reach.allow(settings.trunk_allow)
    except ValueError as error:
        raise SettingsError(f"VINFER_TRUNK_ALLOW: {error}.") from error


def check(settings: Settings) -> None:
    """Raise `SettingsError` for what would end every API process at its start."""
    edge_of(settings)
    certificate(settings)
    trunk_reach(settings)
