"""Fair shares: whoever asks much waits for themselves, and nobody else for them."""

import asyncio
from pathlib import Path

import pytest
from tests.harness import open_api
from tests.kit.things import ROUTER, Gate, gates

from vinfer.domains.identity import service as identity
from vinfer.kit.db import Database
from vinfer.kit.errors import Unavailable
from vinfer.kit.seal import open_seal
from vinfer.kit.seats import Doors, Seats


async def test_a_place_goes_to_whoever_waited_longest():
    seats, came = Seats(2), list[int]()

    async def sit(number: int) -> None:
        await seats.take("a")
        came.append(number)

    await sit(1)
    await sit(2)
    async with asyncio.TaskGroup() as group:
        for number in (3, 4):
            group.create_task(sit(number))
            await asyncio.sleep(0)
        await asyncio.wait_for(seats.take("b"), 1)  # another workspace waits for none of them
        assert came == [1, 2]
        seats.leave("a")
        await asyncio.sleep(0.01)
        assert came == [1, 2, 3]
        seats.leave("a")
    assert came == [1, 2, 3, 4]


async def test_who_gives_up_leaves_the_line():
    seats = Seats(1, patience_s=0.01)
    await seats.take("a")
    with pytest.raises(Unavailable):
        await seats.take("a")
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(seats.take("a"))
        await asyncio.sleep(0)
        waiting.cancel()
    seats.leave("a")
    await asyncio.wait_for(seats.take("a"), 1)
    seats.leave("a")
    assert not seats._rooms  # nothing is kept of workspaces that ask nothing


def test_doors_count_clients_and_not_proxies():
    doors = Doors(2, admits_all={"10.0.0.1"}.__contains__)
    assert [doors.enter("192.0.2.1") for _ in range(3)] == [True, True, False]
    assert [doors.enter("10.0.0.1") for _ in range(3)] == [True, True, True]
    assert [doors.enter(f"2001:db8::{n}") for n in (1, 2, 3)] == [True, True, False]  # one /64
    doors.leave("192.0.2.1")
    assert doors.enter("192.0.2.1")
    for _ in range(2):
        doors.leave("192.0.2.1")
    assert "192.0.2.1" not in doors._open


async def test_a_workspace_holds_its_own_requests_up_and_no_others(db: Database, tmp_path: Path):
    api = await open_api(db, open_seal(tmp_path / "keys"), [ROUTER], requests_per_workspace=1)
    other = await identity.create_workspace(db, name="other")
    gate = gates["x"] = Gate()
    async with (
        api.client(await api.key()) as ours,
        api.client(await api.key(workspace=other.id)) as theirs,
        asyncio.TaskGroup() as group,
    ):
        slow = group.create_task(ours.post("/v1/things", json={"name": "x", "trouble": "gate"}))
        await gate.reached.wait()
        behind = group.create_task(ours.get("/v1/things"))
        assert (await theirs.get("/v1/things")).status_code == 200
        await asyncio.sleep(0.05)
        assert not behind.done()
        gate.opened.set()
    assert (slow.result().status_code, behind.result().status_code) == (201, 200)
