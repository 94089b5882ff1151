"""Fair shares: whoever asks much waits for themselves, and nobody else for them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.harness import open_api
from tests.kit.things import ROUTER, Gate, gates

from vinfer.domains.identity import service as identity
from vinfer.kit import bodies, http, seats
from vinfer.kit.db import Database
from vinfer.kit.errors import Unavailable
from vinfer.kit.seal import open_seal
from vinfer.kit.seats import Doors, Seats


async def test_a_place_goes_to_whoever_waited_longest():
    room, came = Seats(2), list[int]()

    async def sit(number: int) -> None:
        await room.take("a")
        came.append(number)

    await sit(1)
    await sit(2)
    async with asyncio.TaskGroup() as group:
        for number in (3, 4):
            group.create_task(sit(number))
            await asyncio.sleep(0)
        await asyncio.wait_for(room.take("b"), 1)  # another workspace waits for none of them
        assert came == [1, 2]
        room.leave("a")
        await asyncio.sleep(0.01)
        assert came == [1, 2, 3]
        room.leave("a")
    assert came == [1, 2, 3, 4]


async def test_who_gives_up_leaves_the_line():
    room = Seats(1, patience_s=0.01)
    await room.take("a")
    with pytest.raises(Unavailable):
        await room.take("a")
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(room.take("a"))
        await asyncio.sleep(0)
        waiting.cancel()
    room.leave("a")
    await asyncio.wait_for(room.take("a"), 1)
    room.leave("a")
    assert not room._rooms  # nothing is kept of workspaces that ask nothing


async def test_a_place_given_to_one_who_just_left_goes_on():
    room = Seats(1)
    await room.take("a")
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(room.take("a"))
        await asyncio.sleep(0)
        room.leave("a")
        waiting.cancel()
    assert waiting.cancelled()
    assert not room._rooms


async def test_who_leaves_as_their_patience_ends_gives_no_place_back():
    room = Seats(1, patience_s=0.001)
    await room.take("a")
    waiting = asyncio.create_task(room.take("a"))
    await asyncio.sleep(0)
    room._rooms["a"].line[0].set_exception(Unavailable())  # as the timer does
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert room._rooms["a"].free == 0


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


async def test_writes_leave_a_place_to_those_who_read(db: Database, tmp_path: Path):
    api = await open_api(db, open_seal(tmp_path / "keys"), [ROUTER], requests_per_workspace=2)
    gate = gates["x"] = Gate()
    async with api.client(await api.key()) as client, asyncio.TaskGroup() as group:
        made = [
            group.create_task(client.post("/v1/things", json={"name": "x", "trouble": "gate"}))
            for _ in range(5)
        ]
        await gate.reached.wait()
        assert (await asyncio.wait_for(client.get("/v1/things"), 5)).status_code == 200
        assert not any(it.done() for it in made)
        gate.opened.set()
    assert [it.result().status_code for it in made] == [201] * 5


async def test_large_bodies_wait_outside(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Each that arrives is held in memory: one workspace's could fill it."""
    monkeypatch.setattr(seats, "BODIES_OF_ONE", 1)
    api = await open_api(db, open_seal(tmp_path / "keys"), [ROUTER])
    begun, asked, go = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        begun.set()
        await go.wait()
        yield b'{"name": "slow"}'

    async def at_once() -> AsyncIterator[bytes]:
        asked.set()
        yield b'{"name": "quick"}'

    headers = {"content-type": "application/json", "transfer-encoding": "chunked"}
    async with api.client(await api.key()) as client, asyncio.TaskGroup() as group:
        first = group.create_task(client.post("/v1/things", content=slowly(), headers=headers))
        await begun.wait()
        second = group.create_task(client.post("/v1/things", content=at_once(), headers=headers))
        assert (await client.post("/v1/things", json={"name": "small"})).status_code == 201
        assert not asked.is_set()
        go.set()
    assert (first.result().status_code, second.result().status_code) == (201, 201)


@pytest.mark.parametrize(
    ("length", "kind", "large"),
    [
        (64 * 1024, "application/json", False),
        (64 * 1024 + 1, "application/json; charset=utf-8", True),
        (64 * 1024 + 1, "", True),
        (64 * 1024 + 1, "text/csv", False),  # goes to a file
        (10 * 2**20 + 1, "application/json", False),  # is refused unread
    ],
)
def test_what_is_large_is_held_in_memory(length: int, kind: str, large: bool):
    headers = [(b"content-length", str(length).encode()), (b"content-type", kind.encode())]
    assert bodies.is_large({"headers": headers}, http.accepts(text_csv=2**30)) is large
