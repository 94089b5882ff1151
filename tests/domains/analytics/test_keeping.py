"""The work that keeps figures: beside writers, under the processes' role, lost and found again."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from importlib.resources.abc import Traversable

import httpx
import pytest
from tests.domains.analytics.conftest import Book, Told, open_book
from tests.harness import Api

from vinfer.domains.analytics import service
from vinfer.domains.analytics.queries import reading
from vinfer.domains.analytics.schemas import MOST_GROUPS, FiguresQuery
from vinfer.kit import pg
from vinfer.kit.access import Actor
from vinfer.kit.db import Database, connect_pool
from vinfer.kit.errors import InvalidParameter, Unavailable
from vinfer.kit.ids import new_id
from vinfer.kit.jobs import write_jobs
from vinfer.kit.migrate import migrate

START = datetime(2026, 3, 1, tzinfo=UTC)
MARCH = FiguresQuery(from_=date(2026, 3, 1), to=date(2026, 3, 31))


def told(n: int = 0, **more: object) -> Told:
    facts = {"campaign_id": None, "agent_id": None, "language": "en-IN", "seconds": 30} | more
    return Told(id=new_id("cal"), started_at=START + timedelta(minutes=n), **facts)  # type: ignore[arg-type]


async def total(book: Book) -> int:
    async with book.world.db.read() as conn:
        return (await service.calls(conn, book.world.actor, MARCH)).total_calls


async def test_an_answer_is_exact_while_calls_end_and_are_folded(book: Book) -> None:
    await service.fold(book.world.db)
    ended = 0

    async def end() -> None:
        nonlocal ended
        for n in range(60):
            await book.write(told(n))
            ended += 1

    async def fold(writing: asyncio.Task[None]) -> None:
        while not writing.done():
            await service.fold(book.world.db)

    async with asyncio.TaskGroup() as group:
        writing = group.create_task(end())
        group.create_task(fold(writing))
        while not writing.done():
            before = ended
            found = await total(book)
            assert before <= found <= ended + 1
    assert await total(book) == 60
    await service.fold(book.world.db)
    assert await book.world.val("select count(*) from call_facts_stale") == 0
    assert await total(book) == 60


async def test_two_workers_fold_once(book: Book) -> None:
    for n in range(5):
        await book.write(told(n))
    async with asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(service.fold(book.world.db))
    await service.fold(book.world.db)
    assert await total(book) == 5


async def test_the_role_of_processes_is_enough(dsn: str, migrations: Traversable) -> None:
    await migrate(dsn, migrations, app_role=pg.APP_ROLE)
    pool = await connect_pool(pg.as_app(dsn))
    book = await open_book(Database(pool, subscribers={}, write_jobs=write_jobs))
    await book.write(told())
    assert await total(book) == 1
    assert await service.fold(book.world.db) == 1
    assert await total(book) == 1
    assert await book.world.val("select to_regclass('call_facts_2026_03') is not null")
    await pool.close()


async def lose_a_change(book: Book) -> None:
    await book.world.run("delete from call_facts_stale")


async def spoil_a_sum(book: Book) -> None:
    await book.world.run("update call_figures set connected = connected + 1")


async def invent_a_fact(book: Book) -> None:
    await book.world.run("update call_facts set call_id = 'cal_other'")


@pytest.mark.parametrize("spoil", [lose_a_change, spoil_a_sum, invent_a_fact])
async def test_what_is_wrong_is_found_and_made_anew(
    book: Book, spoil: Callable[[Book], Awaitable[None]]
) -> None:
    workspace = book.world.actor.workspace_id
    await book.write(told())
    await service.fold(book.world.db)
    await book.write(told(50_000, job_id=new_id("job"), intent="complaint"))
    if spoil is not lose_a_change:
        await service.fold(book.world.db)
    await spoil(book)
    assert await service.verify(book.world.db, workspace) != service.Wrong(0, 0)
    await service.rebuild(book.world.db, workspace)
    assert await service.verify(book.world.db, workspace) == service.Wrong(0, 0)
    async with book.world.db.read() as conn:
        whole = FiguresQuery(from_=date(2026, 3, 1), to=date(2026, 12, 31))
        found = await service.calls(conn, book.world.actor, whole)
    assert (found.total_calls, found.connected_calls) == (2, 2)
    assert found.intent_breakdown["complaint"] == 1


async def test_a_workspace_that_moves_is_counted_by_its_new_midnight(book: Book) -> None:
    await book.write(told(60 * 20))  # 20:00 in UTC, half past one in Kolkata
    by_day = FiguresQuery(from_=date(2026, 3, 1), to=date(2026, 3, 31), group_by="day")
    seen: list[str | None] = []
    for zone in ("Asia/Kolkata", "UTC"):
        await book.world.run("update workspaces set timezone = $1", zone)
        for _ in range(2):
            async with book.world.db.read() as conn:
                found = await service.calls(conn, book.world.actor, by_day)
            assert found.timezone == zone
            seen += [it.group for it in found.grouped_data or []]
            await service.fold(book.world.db)
    assert seen == ["2026-03-02", "2026-03-02", "2026-03-01", "2026-03-01"]


async def test_more_groups_than_can_be_read_are_refused(book: Book) -> None:
    await book.world.run("select add_call_facts_month('2026-03-01')")
    await book.world.run(
        "insert into call_facts (call_id, workspace_id, started_at, agent_id, language,"
        " disposition, connected) select 'c' || n, $1, $2, 'desk-' || n, 'en-IN', 'callback', false"
        " from generate_series(1, $3::int) n",
        book.world.actor.workspace_id,
        START,
        MOST_GROUPS + 1,
    )
    by_agent = FiguresQuery(from_=date(2026, 3, 1), to=date(2026, 3, 31), group_by="agent")
    async with book.world.db.read() as conn:
        with pytest.raises(InvalidParameter, match="at most 10000 groups"):
            await service.calls(conn, book.world.actor, by_agent)


async def test_no_answer_is_made_of_more_changes_than_can_be_read(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_WAITING", 2)
    for n in range(2):
        await book.write(told(n))
    assert await total(book) == 2
    await book.write(told(3))
    with pytest.raises(Unavailable):
        await total(book)
    await service.fold(book.world.db)
    assert await total(book) == 3


async def test_an_erased_call_keeps_counting(api: Api, admin: httpx.AsyncClient) -> None:
    book = await open_book(api.db)
    book.world.actor = Actor(api.workspace_id, "key_1", "admin")
    call = told(agent_id="desk-1")
    await book.write(call)
    asked = "/v1/analytics/calls?from=2026-03-01&to=2026-03-31&group_by=agent"
    before = (await admin.get(asked)).json()
    assert before["grouped_data"][0]["group"] == "desk-1"
    assert (await admin.delete(f"/v1/calls/{call.id}")).status_code == 204
    assert (await admin.get(asked)).json() == before
    await service.fold(api.db)
    assert (await admin.get(asked)).json() == before
