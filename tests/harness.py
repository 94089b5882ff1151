"""The API over real HTTP messages and a real database, with one workspace and its keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
from litestar import Litestar, Router

from conformance import contract
from vinfer.app import catalog
from vinfer.app.api import Services, create_app
from vinfer.domains.identity import service as identity
from vinfer.kit.access import Scope
from vinfer.kit.db import Database
from vinfer.kit.seal import Seal


class StoppedClock:
    """Half past a minute, until the test moves it."""

    def __init__(self) -> None:
        self.time = datetime(2024, 2, 1, 9, 14, 30, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()


@dataclass
class Api:
    """A running application and its default workspace."""

    app: Litestar
    services: Services
    routers: Sequence[Router]
    workspace_id: str

    @property
    def db(self) -> Database:
        return self.services.db

    def twin(self) -> "Api":
        """Another process's application on the same database."""
        app = create_app(self.services, routers=self.routers)
        return Api(app, self.services, self.routers, self.workspace_id)

    def client(self, key: str | None = None, address: str = "127.0.0.1") -> httpx.AsyncClient:
        """A client, with a key or without one; a crash is an answer, as it is for a server.

        Every answer must be one that the OpenAPI document promises.
        """
        headers = {"authorization": f"Bearer {key}"} if key else {}
        transport = httpx.ASGITransport(
            self.app,  # type: ignore[arg-type]
            raise_app_exceptions=False,
            client=(address, 1),
        )
        hooks = {"response": [_conforms]} if self.routers is catalog.ROUTERS else {}
        return httpx.AsyncClient(
            transport=transport, base_url="http://test", headers=headers, event_hooks=hooks
        )

    async def key(self, scope: Scope = "admin", workspace: str = "default") -> str:
        """A new key's text."""
        made = await identity.create_operator_key(
            self.db, workspace=workspace, name="test", scope=scope
        )
        return str(made.key)


async def _conforms(answer: httpx.Response) -> None:
    await answer.aread()
    request = answer.request
    problems = contract().problems(
        request.method, request.url.path, answer.status_code, answer.headers, answer.content
    )
    assert not problems, "\n".join(problems)


async def open_api(
    db: Database,
    seal: Seal,
    routers: Sequence[Router] = catalog.ROUTERS,
    **options: Any,
) -> Api:
    """The application on a database; nothing in it can reach out."""
    options = {"more": {"outbound": None}} | options
    workspace = await identity.ensure_default(db)
    services = Services(db=db, seal=seal, **options)
    return Api(create_app(services, routers=routers), services, routers, workspace.id)
