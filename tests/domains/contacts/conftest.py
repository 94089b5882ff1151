"""The world that these tests live in."""

import pytest
from tests.domains.worlds import World, make_world

from vinfer.kit.db import Database


@pytest.fixture
async def world(db: Database) -> World:
    """A workspace whose limits are wide."""
    return await make_world(db)
