"""HTTP to the one engine that the operator names: a fixed host, bounded answers, errors as ours.

The host may be private or speak plain HTTP, since the operator chose it. Redirects are errors: the
key that goes with every request must not reach another host.
"""

import contextlib
import io
import re
import ssl
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, cast
from urllib.parse import urlsplit

import aiohttp
import msgspec
import structlog
from yarl import URL

from vinfer.adapters.http_out.excerpt import printable
from vinfer.adapters.http_out.guarded import GuardedHttp, guarded_http, words_of
from vinfer.kit.addresses import AddressRefused, allow
from vinfer.ports.engines import EngineBusy, EngineRefused

AGENT: Final = "VInfer-Engines/1"
ANSWER_BYTES: Final = 8 << 20
LONGEST_WAIT_S: Final = 3600.0  # what a Retry-After may ask for
_CONNECT_TIMEOUT_S: Final = 10.0
_PASSING: Final = frozenset({408, 409, 425, 429})
_TOLD: Final = ("code", "err_code", "type")  # where vendors put the name of an error
_ACCEPTED: Final = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",
}  # bounded: no bombs
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{2,60}")

Json = Any
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Form:
    """A form of fields and one file."""

    fields: tuple[tuple[str, str], ...]
    file: bytes
    name: str = "audio.wav"
    kind: str = "audio/wav"

    def data(self) -> aiohttp.FormData:
        """The form as the client sends it."""
        form = aiohttp.FormData()
        for name, value in self.fields:
            form.add_field(name, value)
        form.add_field("file", self.file, filename=self.name, content_type=self.kind)
        return form


class Vendor:
    """An engine's HTTP API under `url`; `headers` hold its key, and are never told."""

    def __init__(
        self,
        http: GuardedHttp,
        *,
        name: str,
        url: str,
        headers: Mapping[str, str],
        timeout_s: float,
    ) -> None:
        self.name = name
        self._http = http
        self._url = url.rstrip("/")
        self._headers = dict(headers)
        self._timeout = aiohttp.ClientTimeout(total=timeout_s, sock_connect=_CONNECT_TIMEOUT_S)

    async def get(self, path: str) -> Json:
        """GET JSON. Raises `EngineBusy`, `EngineRefused`."""
        return await self._asked("GET", path, None, {}, {})

    async def delete(self, path: str) -> None:
        """DELETE. Raises `EngineBusy`, `EngineRefused`."""
        await self._asked("DELETE", path, None, {}, {})

    async def post(self, path: str, body: Mapping[str, Any]) -> Json:
        """POST JSON, get JSON. Raises `EngineBusy`, `EngineRefused`."""
        headers = {"Content-Type": "application/json"}
        return await self._asked("POST", path, msgspec.json.encode(body), {}, headers)

    async def send(
        self, path: str, body: bytes, *, kind: str, query: Mapping[str, str] | None = None
    ) -> Json:
        """POST bytes of a media type, get JSON. Raises `EngineBusy`, `EngineRefused`."""
        return await self._asked("POST", path, body, query or {}, {"Content-Type": kind})

    async def tell(
        self, path: str, body: bytes, *, kind: str, query: Mapping[str, str] | None = None
    ) -> None:
        """POST bytes of a media type; a good answer is an empty one.

        Raises `EngineBusy`, `EngineRefused`.
        """
        stream = io.BytesIO(body)  # large ones are read apart from the event loop
        await self._asked("POST", path, stream, query or {}, {"Content-Type": kind}, empty=True)

    async def send_form(self, path: str, form: Form) -> Json:
        """POST a form, get JSON. Raises `EngineBusy`, `EngineRefused`."""
        return await self._asked("POST", path, form.data(), {}, {})

    async def _asked(
        self,
        method: str,
        path: str,
        data: Any,
        query: Mapping[str, str],
        headers: dict[str, str],
        *,
        empty: bool = False,
    ) -> Json:
        url = f"{self._url}{path}"
        try:
            async with self._http.session_for(url).request(
                method,
                URL(url).with_query(query) if query else url,
                data=data,
                headers={**self._headers, **headers, **_ACCEPTED},
                allow_redirects=False,
                timeout=self._timeout,
            ) as response:
                return self._judged(response, await response.read(), empty=empty)
        except AddressRefused as error:
            raise EngineRefused(f"{self.name}: not {error}") from None
        except TimeoutError as error:
            raise EngineBusy(f"{self.name} did not answer in time") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise EngineBusy(f"{self.name}: {words_of(error)}") from error

    def _judged(self, response: aiohttp.ClientResponse, body: bytes, *, empty: bool) -> Json:
        status = response.status
        if 200 <= status < 300:
            if empty and body.strip():
                raise EngineBusy(f"{self.name} answered with something")
            if empty:
                return None
            with contextlib.suppress(msgspec.DecodeError, RecursionError):
                return msgspec.json.decode(body)
            raise EngineBusy(f"{self.name} answered with something else than JSON")
        _log.warning("engine_error", engine=self.name, status=status, pii_answer=self._safe(body))
        told = f"{self.name} answered with status {status}{_name(self._without_keys(body))}"
        if status >= 500 or status in _PASSING:
            raise EngineBusy(told, after_s=wait_s(response.headers.get("Retry-After")))
        raise EngineRefused(told, status=status)

    def _safe(self, body: bytes) -> str:
        """The beginning of an error as a log may hold it."""
        return printable(self._without_keys(body))

    def _without_keys(self, body: bytes) -> bytes:
        """An answer without the key that some servers repeat."""
        for value in self._headers.values():
            for secret in (value, value.rpartition(" ")[2]):
                body = body.replace(secret.encode(), b"***") if secret else body
        return body


def _name(body: bytes) -> str:
    """What an error is called; its sentence may repeat what a customer said, and is left out."""
    try:
        answer = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        return ""
    error = answer.get("error")
    inner = cast("dict[str, Any]", error) if isinstance(error, dict) else answer
    names = [str(inner[key]) for key in _TOLD if inner.get(key)]
    return "".join(f" ({name})" for name in names[:1] if _NAME.fullmatch(name))


def wait_s(header: str | None) -> float | None:
    """A Retry-After in seconds, either form of RFC 9110; None without one that can be read."""
    if header is None:
        return None
    with contextlib.suppress(ValueError):
        return min(max(0.0, float(header)), LONGEST_WAIT_S)
    with contextlib.suppress(ValueError, TypeError):
        left = parsedate_to_datetime(header) - datetime.now(UTC)
        return min(max(0.0, left.total_seconds()), LONGEST_WAIT_S)
    return None


@asynccontextmanager
async def vendor(
    *,
    name: str,
    url: str,
    headers: Mapping[str, str],
    timeout_s: float,
    tls: ssl.SSLContext | None = None,
) -> AsyncGenerator[Vendor]:
    """An engine's API for as long as the block lasts; only its own host is spoken to.

    `tls` names other authorities than the system's. Raises `ValueError` for a URL that is none.
    """
    host = urlsplit(url).hostname or ""
    policy = allow([host], plain_http=True)
    async with guarded_http(policy, tls=tls, agent=AGENT, answer_bytes=ANSWER_BYTES) as http:
        yield Vendor(http, name=name, url=url, headers=headers, timeout_s=timeout_s)
