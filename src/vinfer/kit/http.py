"""Litestar as this product uses it: one request, one transaction, committed before the reply."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cache
from typing import Any, Final, TypeVar, cast
from weakref import WeakKeyDictionary

import litestar
import structlog
from litestar.datastructures import State
from litestar.di import NamedDependency as Given
from litestar.di import Provide
from litestar.exceptions import HTTPException, MethodNotAllowedException, NotFoundException
from litestar.params import FromPath as Path
from litestar.params import JSONBody as Body
from litestar.types import ASGIApp

from vinfer.kit import audit, idempotency, page, schema
from vinfer.kit.access import Actor, Scope
from vinfer.kit.bodies import (
    JSON,
    LARGE_BYTES,
    MAX_JSON_BYTES,
    Upload,
    Uploads,
    is_large,
    read_body,
)
from vinfer.kit.clock import Clock
from vinfer.kit.db import Connection, Database, Tx
from vinfer.kit.errors import (
    Failure,
    InvalidParameter,
    MethodNotAllowed,
    RouteNotFound,
    Unauthorized,
)
from vinfer.kit.forms import FORM, Fields
from vinfer.kit.gateway import (
    READS,
    Answer,
    Call,
    HttpScope,
    Receive,
    call_of,
    describe,
    failure_answer,
    header_values,
    json_answer,
    refuse,
)
from vinfer.kit.ratelimit import LeasedLimiter
from vinfer.kit.seats import Shares

__all__ = [
    "ADMIN",
    "FORM",
    "JSON",
    "MAX_JSON_BYTES",
    "PUBLIC",
    "Body",
    "Exchange",
    "Given",
    "Path",
    "Request",
    "Upload",
    "Uploads",
    "accepts",
    "decode",
    "describes",
    "query",
    "resolve_in_turn",
]

ADMIN: Final = {"scope": "admin"}
"""Option of a route that only admin keys may use."""
PUBLIC: Final = {"public": True}
"""Option of a route that needs no key; it opens its own transactions."""
_KINDS: Final[WeakKeyDictionary[Any, tuple[type[Any], dict[str, Any]]]] = WeakKeyDictionary()
T = TypeVar("T")
_log = structlog.get_logger()


def accepts(**limits: int) -> dict[str, Any]:
    """Option of a route that takes JSON and the given types, e.g. `text_csv=100 * 2**20` bytes."""
    return {"accepts": {kind.replace("_", "/"): limit for kind, limit in limits.items()}}


def accepts_form(*, file: str, json: str, body: Any, limit: int) -> dict[str, Any]:
    """Option of a route that takes JSON, or a form of a file and JSON by these part names.

    `limit` is that of the file in bytes, unless the installation has another; `body` is the type
    of the JSON part.
    """
    return {"accepts": {FORM: limit}, "form": Fields(file, json), "form_body": body}


def describes(
    *,
    body: Any = None,
    answer: Any = None,
    example: Mapping[str, Any] | None = None,
    **others: str,
) -> dict[str, Any]:
    """Option of a route whose signature does not say what it takes or gives, for the description.

    `body` and `answer` are types; `example` is a JSON body, and `others` are bodies of the types
    that the route `accepts` too, e.g. `text_csv="phone,name\\r\\n"`.
    """
    examples = {kind.replace("_", "/"): text for kind, text in others.items()}
    given = {"body": body, "answer": answer, "example": example, "examples": examples}
    return {"describes": {name: value for name, value in given.items() if value}}


def required_scope(method: str, options: Mapping[str, Any]) -> Scope:
    """What a key must have for a route with these options."""
    return options.get("scope") or ("read_only" if method in READS else "read_write")


def deprecated(
    *, since: datetime, sunset: datetime | None = None, link: str | None = None
) -> dict[str, Any]:
    """Option of a route, or of a router, that clients should leave (RFC 9745, RFC 8594).

    `since` may lie ahead; from `sunset` on it may be gone; `link` tells what to use instead.
    """
    headers = [(b"deprecation", f"@{int(since.timestamp())}".encode())]
    if sunset is not None:
        headers.append((b"sunset", format_datetime(sunset.astimezone(UTC), usegmt=True).encode()))
    if link is not None:
        headers.append((b"link", f'<{link}>; rel="deprecation"; type="text/html"'.encode()))
    return {"deprecated": headers}


class Request(litestar.Request[None, None, State]):
    """A request whose JSON is decoded strictly into what the route declares."""

    async def json(self) -> Any:
        """Decode the body as the type of the route's `data`; raises `InvalidParameter`."""
        field = cast("Any", self.route_handler).parsed_data_field
        return await decode(await self.body(), field.annotation)


async def decode(body: bytes, kind: type[T]) -> T:
    """`schema.decode_body`, of a large body in a thread: ten mebibytes take most of a second."""
    if len(body) <= LARGE_BYTES:
        return schema.decode_body(body, kind)
    return await asyncio.to_thread(schema.decode_body, body, kind)


def query(kind: type[T]) -> Provide:
    """A dependency that decodes the query parameters into `kind`."""

    @cache
    def unasked() -> Any:
        return schema.decode_query({}, kind)

    async def provide(request: Request) -> Any:
        asked = request.scope["query_string"]
        return schema.decode_query(_parameters(request), kind) if asked else unasked()

    return _marked(Provide(provide), kind)


def paging(default_limit: int = 20) -> Provide:
    """The dependency `page`: a `PageQuery`."""

    unasked = page.parse({}, default_limit=default_limit)

    async def provide(request: Request) -> page.PageQuery:
        asked = request.scope["query_string"]
        return page.parse(_parameters(request), default_limit=default_limit) if asked else unasked

    return _marked(Provide(provide), page.PageQuery, limit=default_limit)


def query_kind(provide: Provide) -> tuple[type[Any], Mapping[str, Any]] | None:
    """What a dependency made by `query` or `paging` decodes, and the defaults it has of its own."""
    return _KINDS.get(provide.dependency)


def _marked(provide: Provide, kind: type[Any], **defaults: Any) -> Provide:
    _KINDS[provide.dependency] = (kind, defaults)
    return provide


async def provide_actor(request: Request) -> Actor:
    """The dependency `actor`: who asks."""
    actor = call_of(cast("HttpScope", request.scope)).actor
    if actor is None:
        raise Unauthorized
    return actor


async def provide_tx(request: Request) -> Tx:
    """The dependency `tx`: the request's transaction, committed after the route returns a 2xx."""
    tx = call_of(cast("HttpScope", request.scope)).tx
    if tx is None:
        raise RuntimeError("this route has no transaction")
    return tx


async def provide_upload(request: Request) -> Upload | None:
    """The dependency `upload`: the body, when it is not JSON."""
    return call_of(cast("HttpScope", request.scope)).upload


DEPENDENCIES: Final = {
    "actor": Provide(provide_actor),
    "tx": Provide(provide_tx),
    "page": paging(),
    "upload": Provide(provide_upload),
}


def resolve_in_turn(app: litestar.Litestar) -> None:
    """Give routes their dependencies one after the other.

    Litestar starts a task for each of those that do not need another: none of ours waits for
    anything, and the tasks cost more than all the rest of a request.
    """
    for route in app.routes:
        models: Any = getattr(route, "route_handler_map", {}).values()
        for _, model in models:
            model.dependency_batches = [{it} for batch in model.dependency_batches for it in batch]


def after_commit(request: Request, step: Callable[[], Awaitable[None]]) -> None:
    """Run `step` when the transaction is committed and before the reply."""
    call_of(cast("HttpScope", request.scope)).after_commit.append(step)


def describe_any(error: BaseException) -> Failure:
    """`describe`, for the framework's exceptions too."""
    if isinstance(error, NotFoundException):
        return RouteNotFound()
    if isinstance(error, MethodNotAllowedException):
        allowed = (error.headers or {}).get("allow", "").split(", ")
        return MethodNotAllowed(sorted(method for method in allowed if method != "OPTIONS"))
    if isinstance(error, HTTPException) and error.status_code < 500:
        return _bad_request(error)
    return describe(error)


def _bad_request(error: HTTPException) -> Failure:
    extra = cast("list[dict[str, Any]]", error.extra if isinstance(error.extra, list) else [])
    first = extra[0] if extra else {}
    field = str(first.get("key", "request"))
    words = str(first.get("message", "a well-formed request"))
    return InvalidParameter(field, provided=None, expected=words)


def on_exception(clock: Clock) -> Callable[[Any, Exception], litestar.Response[bytes]]:
    """The application's handler of every exception."""

    def answer(_request: Any, error: Exception) -> litestar.Response[bytes]:
        made = failure_answer(error, describe_any(error), now=clock.now())
        headers = {name.decode(): value.decode() for name, value in made.headers}
        del headers["content-length"], headers["content-type"]
        return litestar.Response(
            made.body, status_code=made.status, media_type=JSON, headers=headers
        )

    return answer


class Exchange:
    """Route middleware: scope, rate limit, body, idempotency, transaction, audit, commit, reply."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        db: Database,
        limiter: LeasedLimiter,
        ledger: idempotency.Ledger,
        namer: audit.Namer,
        clock: Clock,
        shares: Shares,
        uploads: Uploads | None = None,
    ) -> None:
        self._app = app
        self._db = db
        self._limiter = limiter
        self._ledger = ledger
        self._namer = namer
        self._clock = clock
        self._uploads = uploads or Uploads()
        self._shares = shares

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request of a known route."""
        call = call_of(scope)
        options = scope["route_handler"].opt
        call.headers += options.get("deprecated", ())
        if options.get("public"):
            await self._app(scope, receive, send)
            return
        try:
            answer = await self._answer(scope, receive, call, options)
        except Exception as error:
            answer = failure_answer(error, describe_any(error), now=self._clock.now())
        finally:
            if call.upload:
                call.upload.file.close()
        if 400 <= answer.status < 500 and call.admitted and scope["method"] not in READS:
            await self._audit_refusal(scope, call, answer)
        await answer.send(send)

    async def _answer(
        self, scope: HttpScope, receive: Receive, call: Call, options: dict[str, Any]
    ) -> Answer:
        actor = call.actor
        if actor is None:
            raise Unauthorized
        actor.require(required_scope(scope["method"], options))
        call.quota = await self._limiter.take(actor.workspace_id, actor.requests_per_minute)
        if not call.quota.allowed:
            raise refuse(call.quota)
        call.admitted = True
        if scope["method"] == "OPTIONS":
            return _options(scope)
        if scope["method"] in READS:
            return await self._look(scope, call, actor)
        async with self._shares.body(actor.workspace_id, large=is_large(scope, options)):
            return await self._change(scope, receive, call, options)

    async def _change(
        self, scope: HttpScope, receive: Receive, call: Call, options: dict[str, Any]
    ) -> Answer:
        body, digest = b"", b""
        if scope["method"] in ("POST", "PATCH", "PUT"):
            body, digest = await read_body(scope, receive, call, options, self._uploads)
            if _takes_no_fields(scope["route_handler"]):
                schema.decode_body(body, schema.Body)
        assert call.actor is not None, "only a known key gets this far"
        claim = _claim(scope, call.actor, digest) if scope["method"] == "POST" else None
        inner = _replaying(body)
        if claim is None:
            answer = await self._run(scope, inner, call, None)
        else:
            async with self._ledger.turn(claim) as until:
                answer = await self._run(scope, inner, call, claim, until=until)
        for step in call.after_commit:
            await step()
        return answer

    async def _look(self, scope: HttpScope, call: Call, actor: Actor) -> Answer:
        """Answer what only reads: without a transaction it costs its own queries and no more."""
        answer = Answer()
        await self._shares.requests.take(actor.workspace_id)
        try:
            async with self._db.look() as tx:
                call.tx = tx
                inner: Any = _replaying(b"")
                await self._app(cast("Any", scope), inner, cast("Any", answer.take))
        finally:
            call.tx = None
            self._shares.requests.leave(actor.workspace_id)
        return answer

    async def _run(
        self,
        scope: HttpScope,
        receive: Receive,
        call: Call,
        claim: idempotency.Claim | None,
        *,
        until: float = 0.0,
    ) -> Answer:
        answer = Answer()
        try:
            async with self._place(call), self._db.begin() as tx:
                past = await self._ledger.recall(tx, claim, until=until) if claim else None
                if past:
                    answer = _replay(past)
                    await self._audit(tx.conn, scope, call, answer, replayed=True)
                    return answer
                call.tx = tx
                await self._app(cast("Any", scope), cast("Any", receive), cast("Any", answer.take))
                if not 200 <= answer.status < 300:
                    raise _Undo
                if claim:
                    snapshot = idempotency.Snapshot(answer.status, answer.body)
                    await self._ledger.remember(tx, claim, snapshot)
                await self._audit(tx.conn, scope, call, answer)
        except _Undo:
            call.after_commit.clear()
        finally:
            call.tx = None
        return answer

    def _place(self, call: Call) -> AbstractAsyncContextManager[None]:
        assert call.actor is not None, "only a known key gets this far"
        shares, workspace_id = self._shares, call.actor.workspace_id
        return shares.upload(workspace_id) if call.upload else shares.write(workspace_id)

    async def _audit(
        self,
        conn: Connection,
        scope: HttpScope,
        call: Call,
        answer: Answer,
        *,
        replayed: bool = False,
    ) -> None:
        assert call.actor is not None, "only a known key gets this far"
        template: str = scope["path_template"]
        made = answer.body if answer.status < 300 else b""
        call.resources = self._namer.resources(scope["path_params"], made)
        entry = audit.Entry(
            workspace_id=call.actor.workspace_id,
            actor=call.actor.key_id,
            action=f"{scope['method']} {template}",
            resource_type=audit.type_of(template),
            resources=call.resources,
            status=answer.status,
            request_id=call.request_id,
            client=call.client,
            replayed=replayed,
        )
        await audit.write(conn, entry)

    async def _audit_refusal(self, scope: HttpScope, call: Call, answer: Answer) -> None:
        """Its own transaction is rolled back. The limit has let it pass, so this is no flood."""
        try:
            async with self._db.begin() as tx:
                await self._audit(tx.conn, scope, call, answer)
        except Exception as error:  # nothing was changed, and the log has a line of it
            _log.error("refusal_not_audited", error=repr(error))


class _Undo(Exception):
    """The route answered with an error: roll back, and give its answer."""


def _options(scope: HttpScope) -> Answer:
    """Every method of the path; Litestar's own answer knows those of one handler only."""
    (route,) = (
        it for it in scope["litestar_app"].routes if it.path_format == scope["path_template"]
    )
    methods = {name for handler in route.route_handlers for name in handler.http_methods}
    return json_answer(204, b"", [(b"allow", ", ".join(sorted(methods)).encode())])


def _replay(past: idempotency.Snapshot) -> Answer:
    return json_answer(past.status, past.body, [(b"idempotency-replayed", b"true")])


def _claim(scope: HttpScope, actor: Actor, digest: bytes) -> idempotency.Claim | None:
    key = idempotency.parse_key(header_values(scope, b"idempotency-key"))
    if key is None:
        return None
    where = idempotency.scope_of(scope["method"], scope["path"], scope["query_string"])
    return idempotency.Claim(actor.workspace_id, where, key, digest)


def _takes_no_fields(handler: Any) -> bool:
    return handler.parsed_data_field is None and "body" not in handler.opt.get("describes", ())


def _parameters(request: Request) -> dict[str, list[str]]:
    return request.query_params.dict()


def _replaying(body: bytes) -> Receive:
    async def receive() -> dict[str, Any]:
        # An empty body equals an empty object, and Litestar would call it missing.
        return {"type": "http.request", "body": body or b"{}", "more_body": False}

    return receive
