"""One application and two workspaces for each module here."""

from pathlib import Path

import pytest
import pytest_asyncio
from tests.contracts.api.tenants import Stage, open_stage, two_tenants

from vinfer.kit.db import Database


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(module_db: Database, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """The application with two workspaces."""
    directory: Path = tmp_path_factory.mktemp("stage")
    return await two_tenants(await open_stage(module_db, directory))
