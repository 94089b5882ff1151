"""A database of one's own: the same product, and no embedded server."""

from pathlib import Path

import pytest
from platforms import children_of, served
from reminder import REMINDER, contact

from vinfer.kit import pg

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


async def test_serve_runs_on_another_database(data_dir: Path, empty_dsn: str) -> None:
    async with served(data_dir, DATABASE_URL=empty_dsn) as platform:
        assert children_of(platform.server.process.pid, word="postgres") == []
        assert pg.attach(data_dir) is None
        script = await platform.call("POST", "/v1/scripts", REMINDER)
        body = {
            "name": "Q1 Outreach",
            "script_id": script["id"],
            "language": "hi-IN",
            "contacts": [contact(0, "00")],
        }
        campaign = await platform.call("POST", "/v1/campaigns", body)
        found = await platform.call("GET", f"/v1/campaigns/{campaign['id']}")
        assert found["progress"]["total"] == 1
