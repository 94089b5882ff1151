"""The HTTP application."""

import asyncio
from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Callable,
    Collection,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any, Final, cast

import structlog
from litestar import Litestar, MediaType, Response, Router, get
from litestar.di import Provide
from litestar.middleware import DefineMiddleware

from vinfer.app import catalog, openapi, reference
from vinfer.app.health import Pulse, health
from vinfer.app.models import EngineModels, listed
from vinfer.app.settings import Settings
from vinfer.domains.identity.keyring import Keyring
from vinfer.domains.qa.service.agreeing import Drift
from vinfer.domains.transcription.service import Intake
from vinfer.kit import audit, http, idempotency
from vinfer.kit.clock import Clock, SystemClock
from vinfer.kit.db import TRANSIENT, Database
from vinfer.kit.edge import Edge
from vinfer.kit.gateway import Gateway
from vinfer.kit.ratelimit import LeasedLimiter, LocalLimiter
from vinfer.kit.reach import Reach
from vinfer.kit.seal import Seal
from vinfer.kit.seats import REQUESTS_OF_ONE, Shares

FLUSH_S: Final = 10.0
ERASE_S: Final = 600.0
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Services:
    """What the application is given. `more` are dependencies of routes, by name.

    `recording_link` signs the storage key of a recording, `report_link` that of a report; without
    them calls and reports show no link.
    """

    db: Database
    seal: Seal
    clock: Clock = field(default_factory=SystemClock)
    unauthenticated_per_minute: int = 600
    patience_s: float = idempotency.PATIENCE_S
    installed_languages: Collection[str] = ()
    recording_link: Callable[[str], str] | None = None
    report_link: Callable[[str], str] | None = None
    edge: Edge = field(default_factory=Edge)
    trunk_reach: Reach = field(default_factory=Reach)
    intake: Intake = field(default_factory=Intake)
    uploads: http.Uploads = field(default_factory=http.Uploads)
    requests_per_workspace: int = REQUESTS_OF_ONE
    qa_drift: Drift = field(default_factory=Drift)
    engine_models: EngineModels = field(default_factory=lambda: listed(Settings()))
    more: dict[str, Any] = field(default_factory=dict[str, Any])


def create_app(
    services: Services,
    *,
    routers: Sequence[Router] = catalog.ROUTERS,
    later: Mapping[str, Sequence[Router]] = MappingProxyType({}),
    unversioned: Sequence[Router] = (),
) -> Litestar:
    """The application: the gateway around `routers` under `/v1`, and `unversioned` beside them.

    `later` holds the routers of further versions by name; each has its own description.
    """
    keys = Keyring(services.db, services.clock)
    limiter = LeasedLimiter(services.db, services.clock)
    shares = Shares(services.requests_per_workspace)  # one for all routes
    dependencies = _dependencies(services)
    versions = {"v1": routers, **later}
    app = Litestar(
        [*_mount(versions), *unversioned],
        dependencies=dependencies,
        request_class=http.Request,
        request_max_body_size=None,  # http.Exchange bounds bodies, each route by its own limit
        middleware=[
            DefineMiddleware(
                http.Exchange,
                db=services.db,
                limiter=limiter,
                ledger=idempotency.Ledger(services.seal, patience_s=services.patience_s),
                namer=audit.Namer(services.seal),
                clock=services.clock,
                uploads=services.uploads,
                shares=shares,
            )
        ],
        exception_handlers={Exception: http.on_exception(services.clock)},
        lifespan=[_housekeeping(services.db, keys)],
        openapi_config=None,
        logging_config=None,
    )
    http.resolve_in_turn(app)
    app.asgi_handler = Gateway(  # pyright: ignore[reportAttributeAccessIssue]  # plain ASGI types
        app.asgi_handler,
        keys=keys,
        limiter=limiter,
        addresses=LocalLimiter(services.clock, per_minute=services.unauthenticated_per_minute),
        clock=services.clock,
        versions=versions,
        edge=services.edge,
    )
    return app


def gateway_of(app: Litestar) -> Gateway:
    """The gateway of an application that `create_app` made."""
    handler = cast("object", app.asgi_handler)
    assert isinstance(handler, Gateway)
    return handler


def description(
    routers: Sequence[Router] = catalog.ROUTERS, *, version: str = "v1"
) -> dict[str, Any]:
    """The OpenAPI document of a version."""
    return openapi.document([_versioned(version, routers)])


def _mount(versions: Mapping[str, Sequence[Router]]) -> Iterator[Router]:
    for name, routers in versions.items():
        yield _versioned(name, routers)
        yield _description(name, routers)


def _versioned(name: str, routers: Sequence[Router]) -> Router:
    return Router(f"/{name}", route_handlers=[health, *routers])


def _dependencies(services: Services) -> dict[str, Provide]:
    given = {
        "db": services.db,
        "seal": services.seal,
        "clock": services.clock,
        "pulse": Pulse(services.db, services.clock),
        "trunk_reach": services.trunk_reach,
        "intake": services.intake,
        "qa_drift": services.qa_drift,
        "installed_languages": services.installed_languages,
        "installed_features": services.intake.features,
        "engine_models": services.engine_models,
        "recording_link": services.recording_link,
        "report_link": services.report_link,
        **services.more,
    }
    return {**http.DEPENDENCIES, **{name: _given(value) for name, value in given.items()}}


def _given(value: Any) -> Provide:
    return Provide(lambda: value, sync_to_thread=False)


def _description(version: str, routers: Sequence[Router]) -> Router:
    made = cache(lambda: description(routers, version=version))
    written = cache(lambda: reference.page(made()))

    @get("/openapi.json", sync_to_thread=False)
    def describe() -> dict[str, Any]:
        """The API's description."""
        return made()

    @get("/docs", sync_to_thread=False, media_type=MediaType.HTML)
    def show() -> Response[str]:
        """The API's description, for people."""
        headers = {"Content-Security-Policy": reference.CONTENT_POLICY}
        return Response(written(), headers=headers)

    return Router(f"/{version}", route_handlers=[describe, show], opt=http.PUBLIC)


def _housekeeping(db: Database, keys: Keyring) -> Callable[[Litestar], Any]:
    @asynccontextmanager
    async def run(_app: Litestar) -> AsyncGenerator[None]:
        async with asyncio.TaskGroup() as tasks:
            loops = [
                tasks.create_task(_every(FLUSH_S, keys.flush)),
                tasks.create_task(_every(ERASE_S, lambda: idempotency.erase_expired(db))),
            ]
            try:
                yield
            finally:
                for loop in loops:
                    loop.cancel()
        await keys.flush()

    return run


async def _every(interval_s: float, step: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(interval_s)
        try:
            await step()
        except TRANSIENT as error:
            _log.warning("housekeeping_put_off", error=repr(error))
        except Exception:  # else the loops beside it would end too, and nobody would know
            _log.exception("housekeeping_failed")
