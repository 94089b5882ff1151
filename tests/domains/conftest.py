"""The API over real HTTP messages and a real database, with one workspace and its keys."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from vinfer.app.api import Services, create_app
from vinfer.domains.identity import service as identity
from vinfer.kit.access import Scope
from vinfer.kit.db import Database
from vinfer.kit.seal import Seal, open_seal


@dataclass
class Api:
    """A running application and its default workspace."""

    app: Litestar
    db: Database
    seal: Seal
    workspace_id: str

    def twin(self) -> "Api":
        """Another process's application on the same database."""
        app = create_app(Services(db=self.db, seal=self.seal))
        return Api(app, self.db, self.seal, self.workspace_id)

    def client(self, key: str | None = None) -> httpx.AsyncClient:
        """A client, with a key or without one; a crash is an answer, as it is for a server."""
        headers = {"authorization": f"Bearer {key}"} if key else {}
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)  # type: ignore[arg-type]
        return httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers)

    async def key(self, scope: Scope = "admin", workspace: str = "default") -> str:
        """A new key's text."""
        made = await identity.create_operator_key(
            self.db, workspace=workspace, name="test", scope=scope
        )
        return str(made.key)


@pytest.fixture
def seal(tmp_path: Path) -> Seal:
    """A seal with a key of its own."""
    return open_seal(tmp_path / "keys")


@pytest.fixture
async def api(db: Database, seal: Seal) -> Api:
    """The application on a fresh database."""
    workspace = await identity.ensure_default(db)
    return Api(create_app(Services(db=db, seal=seal)), db, seal, workspace.id)


@pytest.fixture
async def admin(api: Api) -> AsyncIterator[httpx.AsyncClient]:
    """A client that may do everything in the default workspace."""
    async with api.client(await api.key("admin")) as client:
        yield client


@pytest.fixture
async def reader(api: Api) -> AsyncIterator[httpx.AsyncClient]:
    """A client that may only read."""
    async with api.client(await api.key("read_only")) as client:
        yield client


@pytest.fixture
async def stranger(api: Api) -> AsyncIterator[httpx.AsyncClient]:
    """A client of another workspace."""
    await identity.create_workspace(api.db, "other")
    async with api.client(await api.key("admin", "other")) as client:
        yield client
