"""A bench for every test."""

from pathlib import Path

import pytest
from tests.domains.reports.pressing import Bench, open_bench

from vinfer.kit.db import Database
from vinfer.kit.seal import Seal


@pytest.fixture
async def bench(db: Database, seal: Seal, tmp_path: Path) -> Bench:
    """A world whose reports are made when the test says so."""
    return await open_bench(db, seal, tmp_path / "scratch")
