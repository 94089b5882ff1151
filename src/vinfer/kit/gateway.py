"""The outermost layer of HTTP: request ids, authentication, headers, and no answer but ours."""

import asyncio
import ipaddress
import math
from collections.abc import Awaitable, Callable, Collection, Iterable, MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import asyncpg
import msgspec
import structlog

from vinfer.kit.access import Actor, Keys
from vinfer.kit.clock import Clock
from vinfer.kit.db import CONNECTION_LOST, Tx
from vinfer.kit.edge import Edge
from vinfer.kit.errors import (
    Failure,
    IdempotencyInProgress,
    InvalidParameter,
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

OPEN: Final = ("health", "openapi.json", "docs")
"""What every version of the API answers without a key."""
READS: Final = ("GET", "HEAD", "OPTIONS")
SECURITY: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
_HSTS: Final = (b"strict-transport-security", b"max-age=31536000")
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
    client: str = "local"
    actor: Actor | None = None
    quota: Quota | None = None
    admitted: bool = False
    """Whether the workspace's limit let it pass."""
    tx: Tx | None = None
    upload: Any = None
    resources: tuple[str, ...] = ()
    """What it is about, for the audit log."""
    headers: list[tuple[bytes, bytes]] = field(default_factory=list[tuple[bytes, bytes]])
    """Of the answer, whatever it will be."""
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
    """Wraps an ASGI application: authenticates versions, and answers whatever happens inside.

    `versions` are the first segments of paths that need a key, e.g. `v1`.
    """

    def __init__(
        self,
        app: App,
        *,
        keys: Keys,
        limiter: LeasedLimiter,
        addresses: LocalLimiter,
        clock: Clock,
        versions: Collection[str] = ("v1",),
        edge: Edge | None = None,
    ) -> None:
        self._app = app
        self._keys = keys
        self._limiter = limiter
        self._addresses = addresses
        self._clock = clock
        self._versions = frozenset(versions)
        self._open = frozenset(f"/{version}/{name}" for version in versions for name in OPEN)
        self._health = frozenset(f"/{version}/health" for version in versions)
        self._edge = edge or Edge()

    async def __call__(self, scope: HttpScope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        client = self._edge.client_of(scope)
        scope["scheme"] = "https" if client.secure else "http"
        scope["client"] = (client.address, 0)
        call = Call(new_id("req"), client.address)
        scope.setdefault("state", {})["call"] = call
        exchange = _Exchange(call, send, secure=client.secure)
        started = self._clock.monotonic()
        with structlog.contextvars.bound_contextvars(request_id=call.request_id):
            try:
                await self._pass_on(scope, receive, exchange, call)
            except asyncio.CancelledError:
                if not exchange.status:  # the server ends, and will not wait any longer
                    answer = failure_answer(Unavailable(), Unavailable(), now=self._clock.now())
                    await answer.send(exchange.send)
                raise
            except Exception as error:
                await self._fail(error, exchange)
            self._tell(scope, call, exchange.status, started)

    def headers_of_refusal(self, address: str) -> list[tuple[bytes, bytes]]:
        """The headers of an answer to bytes that never became a request; counts against them."""
        call = Call(new_id("req"), address)
        call.quota = self._addresses.take(network_of(address))
        return list(_headers(call, secure=False, given=()))

    async def _pass_on(
        self, scope: HttpScope, receive: Receive, exchange: "_Exchange", call: Call
    ) -> None:
        call.headers += self._edge.cors(scope)
        if self._edge.is_preflight(scope):
            self._spend(call)
            call.headers = self._edge.cors(scope, preflight=True)
            await json_answer(204, b"").send(exchange.send)
            return
        await self._admit(scope, call)
        await self._app(scope, receive, exchange.send)

    def _tell(self, scope: HttpScope, call: Call, status: int, started: float) -> None:
        _log.info(
            "request_answered",
            method=scope["method"],
            route=scope.get("path_template"),
            status=status,
            duration_ms=round((self._clock.monotonic() - started) * 1000, 1),
            workspace_id=call.actor.workspace_id if call.actor else None,
        )
        if scope["method"] not in READS:
            _log.info(
                "request_audited",
                actor=call.actor.key_id if call.actor else None,
                action=f"{scope['method']} {scope.get('path_template') or '(no route)'}",
                resources=call.resources,
                status=status,
                pii_client=call.client,
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
        try:
            if path not in self._health:  # probes ask addresses, not names
                self._edge.require_host(scope)
        except InvalidParameter:
            self._spend(call)
            raise
        if path in self._open or path.split("/", 2)[1] not in self._versions:
            self._spend(call)
        else:
            call.actor = await self._identify(scope, call)
            call.quota = self._limiter.peek(call.actor.workspace_id, call.actor.requests_per_minute)
        if "\0" in scope["path"]:
            raise RouteNotFound

    async def _identify(self, scope: HttpScope, call: Call) -> Actor:
        token = _bearer(header_values(scope, b"authorization"))
        actor = self._keys.recall(token) if token else None
        if actor is not None:
            return actor
        quota = call.quota = self._addresses.take(network_of(call.client))
        # a flood from its address must not shut out a key that this process knows
        if not quota.allowed and not (token and self._keys.has_met(token)):
            raise refuse(quota)
        if token is None:
            raise Unauthorized
        actor = await self._keys.find(token)
        if quota.allowed:
            self._addresses.give_back(network_of(call.client))
        return actor

    def _spend(self, call: Call) -> None:
        call.quota = self._addresses.take(network_of(call.client))
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
            given = message["headers"]
            message["headers"] = [*given, *_headers(self._call, secure=self._secure, given=given)]
        await self._send(message)


def _headers(
    call: Call, *, secure: bool, given: Iterable[tuple[bytes, bytes]]
) -> Iterable[tuple[bytes, bytes]]:
    names = {name for name, _ in given}
    yield b"x-request-id", call.request_id.encode()
    if quota := call.quota:
        yield b"x-ratelimit-limit", str(quota.limit).encode()
        yield b"x-ratelimit-remaining", str(quota.remaining).encode()
        yield b"x-ratelimit-reset", str(quota.reset_at).encode()
    if secure:
        yield _HSTS
    for header in SECURITY:
        if header[0] not in names:
            yield header
    yield from call.headers


def _bearer(values: list[bytes]) -> str | None:
    if len(values) != 1:
        return None
    scheme, _, token = values[0].decode("latin-1").partition(" ")
    token = token.strip()
    return token if scheme.lower() == "bearer" and token.isascii() and token else None


def network_of(host: str) -> str:
    """What one client has: its IPv4 address, or the /64 of its IPv6 address."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 6 and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
