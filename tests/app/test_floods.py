"""What costs nothing to send must cost the database next to nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.harness import Api, open_api
from tests.kit.things import ROUTER

from vinfer.domains.identity import lookups
from vinfer.domains.identity import service as identity
from vinfer.domains.identity.keyring import make_secret
from vinfer.kit.db import Connection, Database, connect_pool
from vinfer.kit.jobs import write_jobs
from vinfer.kit.seal import open_seal


class Counted:
    """A pool that counts the connections it lends (each stands for a query) and statements."""

    def __init__(self, pool: Any) -> None:
        self.pool = pool
        self.lent = 0
        self.statements = list[str]()

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[Connection]:
        self.lent += 1
        async with self.pool.acquire() as conn:
            with conn.query_logger(lambda record: self.statements.append(record.query)):
                yield conn

    async def close(self) -> None:
        await self.pool.close()


@pytest.fixture
async def pool(dsn: str) -> AsyncIterator[Counted]:
    made = Counted(await connect_pool(dsn))
    yield made
    await made.close()


@pytest.fixture
async def api(pool: Counted, tmp_path: Path) -> Api:
    db = Database(pool, subscribers={}, write_jobs=write_jobs)
    return await open_api(db, open_seal(tmp_path / "keys"), [ROUTER])


async def test_floods_without_a_live_key(api: Api, pool: Counted) -> None:
    """A query for a request would be over a thousand."""
    revoked = await api.key("read_only")
    async with api.client(revoked) as client:
        assert (await client.get("/v1/things")).status_code == 200
    await identity.revoke_operator_key(api.db, revoked[:8])
    await asyncio.sleep(0.5)
    pool.lent = 0
    began = asyncio.get_running_loop().time()

    async def guess(n: int, key: str | None) -> int:
        async with api.client(key, f"10.{n // 250}.0.{n % 250}") as client:
            return (await client.get("/v1/things")).status_code

    guesses = [guess(n, make_secret().text) for n in range(600)]
    stale = [guess(n, revoked) for n in range(600, 900)]
    keyless = [guess(n, None) for n in range(900, 1200)]
    assert set(await asyncio.gather(*guesses, *stale, *keyless)) == {401}
    rounds = (asyncio.get_running_loop().time() - began) / lookups.STRANGERS_PACE_S
    assert pool.lent <= rounds + 4


async def test_a_live_key_gets_in_during_a_flood(api: Api, pool: Counted) -> None:
    old, new = await api.key(), await api.key()
    async with api.client(old) as client:
        await client.get("/v1/things")

    async def guess(n: int) -> int:
        async with api.client(make_secret().text, f"10.0.0.{n}") as client:
            return (await client.get("/v1/things")).status_code

    async with asyncio.TaskGroup() as group:
        flood = [group.create_task(guess(n)) for n in range(200)]
        for key in (old, new):
            async with api.client(key) as client:
                assert (await client.get("/v1/things")).status_code == 200
    assert {task.result() for task in flood} == {401}


async def test_a_flood_from_its_own_address_does_not_shut_a_key_out(
    dsn: str, tmp_path: Path
) -> None:
    pool = await connect_pool(dsn)
    db = Database(pool, subscribers={}, write_jobs=write_jobs)
    seal = open_seal(tmp_path / "keys")
    api = await open_api(db, seal, [ROUTER], unauthenticated_per_minute=5)
    key = await api.key()
    async with api.client(key) as client, api.client() as nobody:
        assert (await client.get("/v1/things")).status_code == 200
        assert (await client.get("/v1/things")).status_code == 200
        statuses = [(await nobody.get("/v1/things")).status_code for _ in range(8)]
        assert statuses[-1] == 429
        await asyncio.sleep(0.5)  # the key has to be looked up again
        assert (await client.get("/v1/things")).status_code == 200
        await identity.revoke_operator_key(api.db, key[:8])
        await asyncio.sleep(0.5)
        last = [await client.get("/v1/things") for _ in range(2)]
        assert [it.status_code for it in last] == [401, 429], "a key that is dead is anybody"
        assert {it.headers["x-ratelimit-limit"] for it in last} == {"5"}
    await pool.close()


async def test_open_paths_and_refusals_ask_the_database_at_most_once_a_second(
    api: Api, pool: Counted
) -> None:
    key = await api.key()
    await identity.set_limits(api.db, "default", requests_per_minute=1)
    async with api.client(key) as spent:
        first = [(await spent.get("/v1/things")).status_code for _ in range(2)]
        assert first[1] == 429
        pool.lent = 0
        began = asyncio.get_running_loop().time()
        answers = await asyncio.gather(*(spent.get("/v1/things") for _ in range(50)))
    async with api.client() as nobody:
        paths = ["/v1/health"] * 50 + ["/v1/docs", "/v1/nowhere", "/elsewhere"] * 10
        answers += await asyncio.gather(*(nobody.get(path) for path in paths))
    seconds = asyncio.get_running_loop().time() - began
    assert {it.status_code for it in answers} == {429, 200, 401, 404}
    # at most one question for health each second, and one for the key each half second
    assert pool.lent <= 3 * seconds + 3


async def test_a_look_up_that_fails_fails_for_all_who_waited_and_is_not_remembered() -> None:
    found = [OSError("away"), {b"a": {"hash": b"a"}}]

    async def look_up(_: Any) -> Any:
        await asyncio.sleep(0)
        answer = found.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    lane = lookups.Lookups(look_up)
    both = await asyncio.gather(lane.find(b"a"), lane.find(b"b"), return_exceptions=True)
    assert [type(it) for it in both] == [OSError, OSError]
    assert await lane.find(b"a") == {"hash": b"a"}


async def test_who_gives_up_waiting_leaves_the_others_their_answer() -> None:
    asked: list[Any] = []
    opened = asyncio.Event()

    async def look_up(digests: Any) -> Any:
        asked.append(sorted(digests))
        await opened.wait()
        return {}

    lane = lookups.Lookups(look_up)
    async with asyncio.TaskGroup() as group:
        leader = group.create_task(lane.find(b"a"))
        await asyncio.sleep(0.01)
        other = group.create_task(lane.find(b"b"))
        await asyncio.sleep(0.01)
        leader.cancel()
        opened.set()
    assert leader.cancelled()
    assert other.result() is None
    assert asked == [[b"a"], [b"a", b"b"]]


async def test_a_get_costs_its_own_statement(pool: Counted, tmp_path: Path) -> None:
    """No begin, no commit, no reset; keys are remembered, and fifty requests leased at a time."""
    db = Database(pool, subscribers={}, write_jobs=write_jobs)
    api = await open_api(db, open_seal(tmp_path / "keys"))
    async with api.client(await api.key("read_write")) as client:
        made = await client.post("/v1/trunks", json={"name": "phones", "server": "sip.example.com"})
        path = f"/v1/trunks/{made.json()['id']}"
        assert (await client.get(path)).status_code == 200
        pool.statements.clear()
        for _ in range(20):
            assert (await client.get(path)).status_code == 200
    assert len(pool.statements) == 20, pool.statements
