"""Idempotency-Key on every POST, raced between two processes' worth of applications and pools."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio
from tests.contracts.api.surface import Operation, by_name, closed
from tests.contracts.api.tenants import Stage
from tests.contracts.api.wire import Header, Reply, Wire, encode

from vinfer.app.api import create_app
from vinfer.kit.db import Database, connect_pool
from vinfer.kit.ids import new_id
from vinfer.kit.jobs import write_jobs

pytestmark = pytest.mark.asyncio(loop_scope="module")

POSTS = [it for it in closed() if it.method == "POST"]
PATIENCE_S = 0.3


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def other_db(module_dsn: str) -> AsyncIterator[Database]:
    """The other process's pool."""
    pool = await connect_pool(module_dsn)
    yield Database(pool, subscribers={}, write_jobs=write_jobs)
    await pool.close()


def beside(stage: Stage, db: Database | None = None, **options: Any) -> Wire:
    """The same workspace through another application: keyring, limiter and ledger of its own."""
    services = replace(stage.api.services, db=db or stage.api.db, **options)
    return Wire(create_app(services, routers=stage.api.routers), stage.ours.wire.identity)


def keyed(key: str) -> tuple[Header, ...]:
    """The header."""
    return ((b"idempotency-key", key.encode()),)


def replayed(reply: Reply) -> bool:
    """Whether the answer is an earlier one."""
    return reply.headers.get("idempotency-replayed") == "true"


async def prepared(stage: Stage, operation: Operation) -> tuple[str, bytes]:
    """A path and a body with which the operation succeeds."""
    path = operation.path.format(**await stage.ours.ids_for(operation))
    if path.endswith(("/pause", "/resume")):
        await stage.ours.ask("POST", path.rpartition("/")[0] + "/start")
    if path.endswith("/resume"):
        await stage.ours.ask("POST", path.rpartition("/")[0] + "/pause")
    return path, encode(stage.ours.body(operation)) if operation.body else b"{}"


async def campaigns(stage: Stage) -> int:
    """How many we have."""
    return (await stage.ours.ask("GET", "/v1/campaigns?limit=1")).json["total"]


@pytest.mark.parametrize("operation", **by_name(POSTS))
async def test_every_post_is_done_once(stage: Stage, other_db: Database, operation: Operation):
    path, body = await prepared(stage, operation)
    key = keyed(new_id("req"))
    wires = [stage.ours.wire, beside(stage, other_db)]
    replies = await asyncio.gather(
        *(wire.ask("POST", path, body, more=key) for wire in wires for _ in range(3))
    )
    assert replies[0].status in (200, 201, 202), replies[0].body
    assert {(it.status, it.body) for it in replies} == {(replies[0].status, replies[0].body)}
    assert sorted(map(replayed, replies)) == [False] + [True] * 5
    other = await wires[1].ask("POST", path, body + b" ", more=key)
    found = other.error(422, "idempotency_key_reused")
    assert found["details"] == {"key": key[0][1].decode()}


async def test_a_hundred_identical_posts_make_one_campaign(stage: Stage, other_db: Database):
    operation = next(it for it in POSTS if it.path == "/v1/campaigns")
    path, body = await prepared(stage, operation)
    key, before = keyed("550e8400-e29b-41d4-a716-446655440000"), await campaigns(stage)
    wires = [stage.ours.wire, beside(stage, other_db)]
    replies = await asyncio.gather(
        *(wire.ask("POST", path, body, more=key) for _ in range(50) for wire in wires)
    )
    assert {it.status for it in replies} == {201}
    assert len({it.body for it in replies}) == 1
    assert sorted(map(replayed, replies)) == [False] + [True] * 99
    assert await campaigns(stage) == before + 1
    assert replies[0].json["progress"]["total"] == 1
    found = await stage.ours.ask("GET", f"/v1/campaigns/{replies[0].json['id']}")
    assert found.body == replies[0].body


async def test_of_a_race_between_two_bodies_one_wins(stage: Stage, other_db: Database):
    operation = next(it for it in POSTS if it.path == "/v1/campaigns")
    path, body = await prepared(stage, operation)
    key, before = keyed("two bodies"), await campaigns(stage)
    wires = [stage.ours.wire, beside(stage, other_db)]
    replies = await asyncio.gather(
        *(
            wire.ask("POST", path, body + b" " * (n % 2), more=key)
            for n in range(10)
            for wire in wires
        )
    )
    assert sorted({it.status for it in replies}) == [201, 422]
    assert len({it.body for it in replies if it.status == 201}) == 1
    assert [it.status for it in replies].count(201) == 10
    assert await campaigns(stage) == before + 1


async def test_a_duplicate_gives_up_while_the_first_is_running(stage: Stage, other_db: Database):
    operation = next(it for it in POSTS if it.path == "/v1/campaigns")
    path, body = await prepared(stage, operation)
    key, before = keyed("in flight"), await campaigns(stage)
    here = beside(stage, patience_s=PATIENCE_S)
    there = beside(stage, other_db, patience_s=PATIENCE_S)
    async with asyncio.TaskGroup() as group, stage.api.db.begin() as tx:
        await tx.conn.execute("lock table campaigns in exclusive mode")  # the first waits for it
        first = group.create_task(here.ask("POST", path, body, more=key))
        await _until_waiting(stage)
        for wire in (here, there):  # waiting in the process, and in the database
            busy = await wire.ask("POST", path, body, more=key)
            found = busy.error(409, "idempotency_in_progress")
            assert found["details"] == {"key": "in flight"}
            assert busy.headers["retry-after"] == "1"
        other = await there.ask("POST", path, body + b" ", more=key)
        other.error(409, "idempotency_in_progress")
    assert (first.result().status, replayed(first.result())) == (201, False)
    again = await there.ask("POST", path, body, more=key)
    assert (again.status, again.body, replayed(again)) == (201, first.result().body, True)
    assert await campaigns(stage) == before + 1


async def _until_waiting(stage: Stage) -> None:
    """Until a statement waits for the table."""
    async with stage.api.db.read() as conn:
        for _ in range(2000):
            if await conn.fetchval(
                "select count(*) from pg_stat_activity where datname = current_database()"
                " and wait_event_type = 'Lock' and query like '%campaigns%'"
            ):
                return
            await asyncio.sleep(0.01)
    raise AssertionError("the first request never reached its insert")


async def test_a_key_belongs_to_one_path_query_and_workspace(stage: Stage):
    operation = next(it for it in POSTS if it.path == "/v1/scripts")
    path, body = await prepared(stage, operation)
    key = keyed("shared")
    first = await stage.ours.ask("POST", path, body, more=key)
    for target, tenant in (
        (f"{path}?a=1", stage.ours),
        (path, stage.theirs),
    ):
        reply = await tenant.ask("POST", target, body, more=key)
        assert (reply.status, replayed(reply)) == (201, False)
        assert reply.json["id"] != first.json["id"]
    trunk = await stage.ours.ask("POST", "/v1/trunks", {"name": "t", "server": "h"}, more=key)
    assert (trunk.status, replayed(trunk)) == (201, False)
    ours = await stage.ours.ask("POST", path, body, more=key)
    assert (ours.body, replayed(ours)) == (first.body, True)


async def test_what_is_refused_is_not_remembered(stage: Stage):
    operation = next(it for it in POSTS if it.path == "/v1/campaigns")
    path, body = await prepared(stage, operation)
    key = keyed("second try")
    reader = Wire.of(stage.api.app, await stage.api.key("read_only"))
    (await Wire(stage.api.app).ask("POST", path, body, more=key)).error(401, "unauthorized")
    (await reader.ask("POST", path, body, more=key)).error(403, "insufficient_scope")
    (await stage.ours.ask("POST", path, {}, more=key)).error(400, "invalid_parameter")
    made = await stage.ours.ask("POST", path, body, more=key)
    assert (made.status, replayed(made)) == (201, False)
    (await reader.ask("POST", path, body, more=key)).error(403, "insufficient_scope")
    again = await stage.ours.ask("POST", path, body, more=key)
    assert (again.body, replayed(again)) == (made.body, True)


async def test_a_lasting_key_outlives_the_thing(stage: Stage):
    """What was answered is answered again, whatever became of it since."""
    operation = next(it for it in POSTS if it.path == "/v1/scripts")
    path, body = await prepared(stage, operation)
    key = keyed("outlives")
    made = await stage.ours.ask("POST", path, body, more=key)
    gone = await stage.ours.ask("DELETE", f"{path}/{made.json['id']}")
    assert gone.status == 204
    again = await stage.ours.ask("POST", path, body, more=key)
    assert (again.status, again.body, replayed(again)) == (201, made.body, True)
