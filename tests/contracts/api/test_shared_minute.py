"""One workspace's minute, spent through two processes' worth of applications and pools."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from tests.contracts.api.tenants import open_stage
from tests.contracts.api.wire import Wire
from tests.harness import Api, StoppedClock

from vinfer.domains.identity import service as identity
from vinfer.kit.db import Database, connect_pool
from vinfer.kit.jobs import write_jobs

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def apis(
    module_db: Database, module_dsn: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Api, Api, StoppedClock]]:
    """Two applications that share a database and a clock, and nothing else."""
    directory: Path = tmp_path_factory.mktemp("minute")
    clock = StoppedClock()
    pool = await connect_pool(module_dsn)
    other = Database(pool, subscribers={}, write_jobs=write_jobs)
    yield (
        await open_stage(module_db, directory, clock=clock),
        await open_stage(other, directory, clock=clock),
        clock,
    )
    await pool.close()


@pytest.mark.parametrize(("here", "there"), [(650, 650), (1280, 20)])
async def test_two_processes_admit_a_thousand_requests(
    apis: tuple[Api, Api, StoppedClock], here: int, there: int
):
    one, two, clock = apis
    name = f"{here} and {there}"
    await identity.create_workspace(one.db, name)
    key = await one.key("read_only", name)
    asked = [Wire.of(api.app, key) for api, n in ((one, here), (two, there)) for _ in range(n)]
    replies = await asyncio.gather(*(wire.ask("GET", "/v1/workspace") for wire in asked))

    passed = [it for it in replies if it.status == 200]
    refused = [it for it in replies if it.status != 200]
    assert len(replies) == 1300
    assert 950 <= len(passed) <= 1000
    for reply in replies:
        assert reply.headers["x-ratelimit-limit"] == "1000"
        assert reply.headers["x-ratelimit-reset"] == "1706778900"
        assert 0 <= int(reply.headers["x-ratelimit-remaining"]) < 1000
    for reply in refused:
        assert reply.error(429, "rate_limit_exceeded") == {
            "code": "rate_limit_exceeded",
            "message": "You have exceeded the request rate limit of 1000 requests per minute. "
            "Retry after the time indicated in X-RateLimit-Reset.",
            "details": {"limit": 1000, "reset_at": "2024-02-01T09:15:00Z"},
        }
        assert reply.headers["retry-after"] == "30"
    clock.time = clock.time.replace(minute=15, second=0)
    try:
        assert {(await wire.ask("GET", "/v1/workspace")).status for wire in asked[-100:]} == {200}
    finally:
        clock.time = clock.time.replace(minute=14, second=30)
