"""The outermost layer of HTTP: request ids, authentication, headers, and no answer but ours."""

import ipaddress
import math
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import asyncpg
import msgspec
import structlog

from vinfer.kit.access import Actor, Keys
from vinfer.kit.clock import Clock
from vinfer.kit.db import CONNECTION_LOST, Tx
from vinfer.kit.errors import (
    Failure,
    IdempotencyInProgress,
    MethodNotAllowed,
    RateLimited,
    RouteNotFound,
    Unauthorized,
    Unavailable,
)
from vinfer.kit.ids import new_id
from vinfer.kit.ratelimit import LeasedLimiter, LocalLimiter, Quota

HttpScope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Any, Any, Any], Awaitable[None]]

OPEN_PATHS: Final = frozenset({"/v1/health", "/v1/openapi.json", "/v1/docs"})
_SECURITY: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
)
_TRY_AGAIN: Final = (
    *CONNECTION_LOST,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.TooManyConnectionsError,
)
_log = structlog.get_logger()


@dataclass(slots=True)
class Call:
    """What is known of a request on its way: `scope["state"]["call"]`."""

    request_id: str
    actor: Actor | None = None
    quota: Quota | None = None
    tx: Tx | None = None
    upload: Any = None
    after_commit: list[Callable[[], Awaitable[None]]] = field(
        default_factory=list[Callable[[], Awaitable[None]]]
    )


@dataclass(slots=True)
class Answer:
    """A whole answer in memory: taken from an application, or made here."""

    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list[tuple[bytes, bytes]])
    body: bytes = b""

    async def take(self, message: Message) -> None:
        """An ASGI `send` that keeps the message."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = list(message["headers"])
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")

    async def send(self, send: Send) -> None:
        """Give the answer to the client."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body})


def json_answer(status: int, body: bytes, headers: Iterable[tuple[bytes, bytes]] = ()) -> Answer:
    """An answer of JSON bytes; an empty body has no type."""
    kind = ((b"content-type", b"application/json"),) if body else ()
    length = () if status == 204 else ((b"content-length", str(len(body)).encode()),)
    return Answer(status, [*kind, *length, *headers], body)


def describe(error: BaseException) -> Failure:
    """The failure that the client may know of; anything unexpected is 500 without a cause."""
    if isinstance(error, Failure):
        return error
    if isinstance(error, _TRY_AGAIN):
        return Unavailable()
    return Failure("An unexpected error occurred. Its cause is in the log under the request id.")


def failure_answer(error: BaseException, failure: Failure, *, now: datetime) -> Answer:
    """The envelope; what the client may not know goes to the log."""
    if isinstance(failure, Unavailable):
        _log.warning("request_put_off", error=repr(error))
    elif failure.status >= 500:
        _log.error("request_failed", code=failure.code, exc_info=error)
    body = msgspec.json.encode(
        {
            "error": {
                "code": failure.code,
                "message": failure.message,
                "details": failure.details,
            }
        }
    )
    return json_answer(failure.status, body, _failure_headers(failure, now))


def _failure_headers(failure: Failure, now: datetime) -> list[tuple[bytes, bytes]]:
    if isinstance(failure, Unauthorized):
        return [(b"www-authenticate", b"Bearer")]
    if isinstance(failure, MethodNotAllowed):
        return [(b"allow", ", ".join(failure.details["allowed"]).encode())]
    if isinstance(failure, RateLimited):
        wait = datetime.fromisoformat(failure.details["reset_at"]) - now
        return [(b"retry-after", str(max(1, math.ceil(wait.total_seconds()))).encode())]
    if isinstance(failure, IdempotencyInProgress | Unavailable):
        return [(b"retry-after", b"1")]
    return []


def refuse(quota: Quota) -> RateLimited:
    """The failure of a spent quota."""
    reset = datetime.fromtimestamp(quota.reset_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return RateLimited(limit=quota.limit, reset_at=reset)


def call_of(scope: HttpScope) -> Call:
    """The request's own state."""
    return scope["state"]["call"]


def header_values(scope: HttpScope, name: bytes) -> list[bytes]:
    """Every value of a header, named in lower case."""
    return [value for key, value in scope["headers"] if key == name]


class Gateway:
    """Wraps an ASGI application: authenticates `/v1`, and answers whatever happens inside."""

    def __init__(
        self,
        app: App,
        *,
        keys: Keys,
        limiter: LeasedLimiter,
        addresses: LocalLimiter,
        clock: Clock,
    ) -> None:
        self._app = app
        self._keys = keys
        self._limiter = limiter
        self._addresses = addresses
        self._clock = clock

    async def __call__(self, scope: HttpScope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        call = Call(new_id("req"))
        scope.setdefault("state", {})["call"] = call
        exchange = _Exchange(call, send, secure=scope.get("scheme") == "https")
        started = self._clock.monotonic()
        with structlog.contextvars.bound_contextvars(request_id=call.request_id):
            try:
                await self._admit(scope, call)
                await self._app(scope, receive, exchange.send)
            except Exception as error:
                await self._fail(error, exchange)
            _log.info(
                "request_answered",
                method=scope["method"],
                route=scope.get("path_template"),
                status=exchange.status,
                duration_ms=round((self._clock.monotonic() - started) * 1000, 1),
                workspace_id=call.actor.workspace_id if call.actor else None,
            )

    async def _fail(self, error: Exception, exchange: "_Exchange") -> None:
        failure = describe(error)
        answer = failure_answer(error, failure, now=self._clock.now())
        if exchange.status:
            raise error  # too late for an envelope: the server cuts the connection
        await answer.send(exchange.send)

    async def _admit(self, scope: HttpScope, call: Call) -> None:
        path = "/" + "/".join(part for part in scope["path"].split("/") if part)
        address = _network(scope)
        if path in OPEN_PATHS or not (path == "/v1" or path.startswith("/v1/")):
            self._spend(call, address)
        else:
            call.actor = await self._identify(scope, call, address)
            call.quota = self._limiter.peek(call.actor.workspace_id, call.actor.requests_per_minute)
        if "\0" in scope["path"]:
            raise RouteNotFound

    async def _identify(self, scope: HttpScope, call: Call, address: str) -> Actor:
        token = _bearer(header_values(scope, b"authorization"))
        actor = self._keys.recall(token) if token else None
        if actor is None:
            self._spend(call, address)
            if token is None:
                raise Unauthorized
            actor = await self._keys.find(token)
            self._addresses.give_back(address)
        return actor

    def _spend(self, call: Call, address: str) -> None:
        call.quota = self._addresses.take(address)
        if not call.quota.allowed:
            raise refuse(call.quota)


class _Exchange:
    """A `send` that puts our headers on whatever is answered."""

    def __init__(self, call: Call, send: Send, *, secure: bool) -> None:
        self._call = call
        self._send = send
        self._secure = secure
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message["headers"], *self._headers(message["headers"])]
        await self._send(message)

    def _headers(self, given: Iterable[tuple[bytes, bytes]]) -> Iterable[tuple[bytes, bytes]]:
        names = {name for name, _ in given}
        yield b"x-request-id", self._call.request_id.encode()
        if quota := self._call.quota:
            yield b"x-ratelimit-limit", str(quota.limit).encode()
            yield b"x-ratelimit-remaining", str(quota.remaining).encode()
            yield b"x-ratelimit-reset", str(quota.reset_at).encode()
        if self._secure:
            yield b"strict-transport-security", b"max-age=31536000"
        for name, value in _SECURITY:
            if name not in names:
                yield name, value


def _bearer(values: list[bytes]) -> str | None:
    if len(values) != 1:
        return None
    scheme, _, token = values[0].decode("latin-1").partition(" ")
    token = token.strip()
    return token if scheme.lower() == "bearer" and token.isascii() and token else None


def _network(scope: HttpScope) -> str:
    """The client's address; of IPv6 the /64, which is what one client gets."""
    host = (scope.get("client") or ("local", 0))[0]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 6 and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
