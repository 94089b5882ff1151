"""An application of test routes on a real database."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from tests.harness import Api, open_api
from tests.kit.things import ROUTER

from vinfer.kit.db import Database
from vinfer.kit.seal import open_seal


@pytest.fixture
async def api(db: Database, tmp_path: Path) -> Api:
    """The application with `/v1/things` alone."""
    return await open_api(db, open_seal(tmp_path / "keys"), [ROUTER])


@pytest.fixture
async def client(api: Api) -> AsyncIterator[httpx.AsyncClient]:
    """A client that may write."""
    async with api.client(await api.key("read_write")) as client:
        yield client
