"""HTTP to the one engine that the operator names: a fixed host, bounded answers, errors as ours.

The host may be private or speak plain HTTP, since the operator chose it. Redirects are errors: the
key that goes with every request must not reach another host.
"""

import contextlib
import io
import ssl
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
import msgspec
import structlog
from yarl import URL

from vinfer.adapters.http_out.excerpt import printable
from vinfer.adapters.http_out.guarded import GuardedHttp, guarded_http, words_of
from vinfer.adapters.http_out.refusals import asked_wait_s, beginning, name_of
from vinfer.kit.addresses import AddressRefused, allow
from vinfer.ports.audio import EngineUnavailable
from vinfer.ports.engines import EngineBusy, EngineLate, EngineRefused

AGENT: Final = "VInfer-Engines/1"
ANSWER_BYTES: Final = 8 << 20
_CONNECT_TIMEOUT_S: Final = 10.0
_PASSING: Final = frozenset({408, 409, 425, 429})
_SPENT: Final = frozenset({"insufficient_quota", "insufficient_quota_error"})  # no wait mends it
_BOM: Final = b"\xef\xbb\xbf"
_ACCEPTED: Final = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",
}  # bounded: no bombs

Json = Any
Query = Mapping[str, str | Sequence[str]]
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
        self.url = url.rstrip("/")
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

    async def send(self, path: str, body: bytes, *, kind: str, query: Query | None = None) -> Json:
        """POST bytes of a media type, get JSON. Raises `EngineBusy`, `EngineRefused`."""
        return await self._asked("POST", path, body, query or {}, {"Content-Type": kind})

    async def tell(self, path: str, body: bytes, *, kind: str, query: Query | None = None) -> None:
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
        query: Query,
        headers: dict[str, str],
        *,
        empty: bool = False,
    ) -> Json:
        url = f"{self.url}{path}"
        try:
            async with self._http.session_for(url).request(
                method,
                URL(url).with_query(query) if query else url,
                data=data,
                headers={**self._headers, **headers, **_ACCEPTED},
                allow_redirects=False,
                timeout=self._timeout,
            ) as response:
                if not 200 <= response.status < 300:
                    raise self._error(response, await beginning(response))
                return self._value(await response.read(), empty=empty)
        except AddressRefused as error:
            raise EngineRefused(f"{self.name}: not {error}") from None
        except TimeoutError as error:
            raise EngineLate(f"{self.name} did not answer in time") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise EngineBusy(f"{self.name}: {words_of(error)}") from error

    def _value(self, body: bytes, *, empty: bool) -> Json:
        if empty and body.strip():
            raise EngineBusy(f"{self.name} answered with something")
        if empty:
            return None
        with contextlib.suppress(ValueError, RecursionError):
            return msgspec.json.decode(body.removeprefix(_BOM))
        raise EngineBusy(f"{self.name} answered with something else than JSON")

    def _error(self, response: aiohttp.ClientResponse, body: bytes) -> EngineUnavailable:
        status = response.status
        _log.warning("engine_error", engine=self.name, status=status, pii_answer=self._safe(body))
        name = name_of(self._without_keys(body))
        told = f"{self.name} answered with status {status}" + (f" ({name})" if name else "")
        if name in _SPENT or response.headers.get("X-Should-Retry") == "false":
            return EngineRefused(told, status=status, name=name)
        if status >= 500 or status in _PASSING:
            return EngineBusy(told, after_s=asked_wait_s(response.headers), status=status)
        return EngineRefused(told, status=status, name=name)

    def _safe(self, body: bytes) -> str:
        """The beginning of an error as a log may hold it."""
        return printable(self._without_keys(body))

    def _without_keys(self, body: bytes) -> bytes:
        """An answer without the key that some servers repeat."""
        for value in self._headers.values():
            for secret in (value, value.rpartition(" ")[2]):
                body = body.replace(secret.encode(), b"***") if secret else body
        return body


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
