"""The whole API, and clients of three kinds."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from tests.harness import Api, open_api

from vinfer.domains.identity import service as identity
from vinfer.kit.db import Database
from vinfer.kit.seal import Seal, open_seal


@pytest.fixture
def seal(tmp_path: Path) -> Seal:
    """A seal with a key of its own."""
    return open_seal(tmp_path / "keys")


@pytest.fixture
async def api(db: Database, seal: Seal) -> Api:
    """The application on a fresh database."""
    return await open_api(db, seal)


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
