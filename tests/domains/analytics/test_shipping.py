"""Facts on their way to another database: none lost, none older than what is there."""

from datetime import UTC, date, datetime, timedelta

import pytest
from structlog.testing import capture_logs
from tests.domains.analytics.conftest import Book, Told, open_book

from vinfer.adapters.facts.fake import MemoryFacts
from vinfer.domains.analytics import service, tasks
from vinfer.domains.analytics.schemas import FiguresQuery
from vinfer.kit.db import Database
from vinfer.kit.ids import new_id
from vinfer.ports.engines import EngineBusy
from vinfer.ports.facts import FactSink

START = datetime(2026, 3, 1, tzinfo=UTC)


class Deps:
    """What the worker's ticks are given."""

    def __init__(self, db: Database, facts: FactSink | None) -> None:
        self.db = db
        self.facts = facts

    async def tick(self) -> None:
        """Fold, then ship."""
        for tick in tasks.TICKS:
            await tick.handler(self)


def told(n: int = 0, **more: object) -> Told:
    facts = {"campaign_id": None, "agent_id": None, "language": "en-IN", "seconds": 30} | more
    return Told(id=new_id("cal"), started_at=START + timedelta(days=n), **facts)  # type: ignore[arg-type]


async def test_what_changes_is_sent_once_and_as_it_is_now(book: Book) -> None:
    memory = MemoryFacts()
    deps = Deps(book.world.db, memory)
    call = told(agent_id="desk-1", disposition="callback")
    await book.write(call)
    await book.write(told(40, answered=False, disposition=None))
    await deps.tick()
    await deps.tick()
    assert len(memory.written) == 2
    found = memory.shown()[call.id]
    assert (found.workspace_id, found.started_at) == (book.world.actor.workspace_id, START)
    assert (found.agent_id, found.campaign_id, found.language) == ("desk-1", "", "en-IN")
    assert (found.connected, found.seconds, found.intent) == (True, 30, "callback_requested")
    for outcome in ("interested", "dnd"):  # folded apart, sent together
        await book.world.run("update calls set disposition = $2 where id = $1", call.id, outcome)
        await service.fold(book.world.db, tell=True)
    await deps.tick()
    assert len(memory.written) == 3
    assert memory.shown()[call.id].disposition == "dnd"
    assert memory.written[2].version > memory.written[0].version
    assert await service.unsent(book.world.db) == 0


async def test_a_lost_answer_or_a_crash_loses_nothing(book: Book) -> None:
    memory = MemoryFacts([EngineBusy("clickhouse did not answer in time")])
    deps = Deps(book.world.db, memory)
    await book.write(told())
    with capture_logs() as logs:
        await deps.tick()
    (warned,) = [it for it in logs if it["event"] == "facts_not_shipped"]
    assert (warned["log_level"], warned["waiting"]) == ("warning", 1)
    assert memory.shown() == {}
    late = told(1)
    await book.write(late)
    await deps.tick()
    assert set(memory.shown()) == {it.id for it in book.calls}


class Dying(MemoryFacts):
    """Takes facts, and the process dies before it can note that."""

    async def write(self, facts):  # type: ignore[no-untyped-def]
        await super().write(facts)
        raise KeyboardInterrupt


async def test_what_was_sent_before_a_crash_is_sent_again_under_its_version(book: Book) -> None:
    dying = Dying()
    await book.write(told())
    await service.fold(book.world.db, tell=True)
    with pytest.raises(KeyboardInterrupt):
        await service.ship(book.world.db, dying)
    again = MemoryFacts()
    assert await service.ship(book.world.db, again) == 1
    assert again.written == dying.written


async def test_a_call_that_is_gone_leaves_its_key_alone(book: Book) -> None:
    memory = MemoryFacts()
    deps = Deps(book.world.db, memory)
    call = told(agent_id="desk-1")
    await book.write(call)
    await deps.tick()
    await book.world.run("delete from calls where id = $1", call.id)
    await deps.tick()
    assert memory.shown() == {}
    grave = memory.written[-1]
    assert (grave.deleted, grave.call_id, grave.agent_id, grave.seconds) == (True, call.id, "", 0)


async def test_a_call_that_moves_is_in_one_place(book: Book) -> None:
    memory = MemoryFacts()
    deps = Deps(book.world.db, memory)
    call = told()
    await book.write(call)
    await deps.tick()
    later = START + timedelta(days=40)
    await book.world.run("update calls set started_at = $2 where id = $1", call.id, later)
    await deps.tick()
    assert [it.started_at for it in memory.shown().values()] == [later]
    assert sum(not it.deleted for it in memory.written) == 2
    assert await service.verify(book.world.db, book.world.actor.workspace_id) == service.Wrong(0, 0)


async def test_without_another_database_nothing_is_listed(book: Book) -> None:
    await book.write(told())
    await Deps(book.world.db, None).tick()
    assert await service.unsent(book.world.db) == 0


async def test_everything_is_sent_anew_when_an_operator_says_so(book: Book, db: Database) -> None:
    other = await open_book(db)
    await other.write(told())
    for n in (0, 10, 20):
        await book.write(told(n))
    await service.fold(db)
    memory = MemoryFacts()
    mine = book.world.actor.workspace_id
    assert await service.ship_anew(db, workspace_id=mine, since=date(2026, 3, 11)) == 2
    assert await service.ship(db, memory) == 2
    assert await service.ship_anew(db, workspace_id=None, since=None) == 4
    assert await service.ship(db, memory) == 4
    assert len(memory.shown()) == 4


async def test_figures_made_anew_are_sent_with_what_is_gone(book: Book) -> None:
    memory = MemoryFacts()
    deps = Deps(book.world.db, memory)
    await book.write(told())
    await deps.tick()
    await book.world.run("update call_facts set call_id = 'cal_invented'")
    await service.ship_anew(book.world.db, workspace_id=None, since=None)
    await deps.tick()
    assert "cal_invented" in memory.shown()
    await service.rebuild(book.world.db, book.world.actor.workspace_id, tell=True)
    await deps.tick()
    assert set(memory.shown()) == {book.calls[0].id}
    async with book.world.db.read() as conn:
        whole = FiguresQuery(from_=date(2026, 3, 1), to=date(2026, 3, 31))
        assert (await service.calls(conn, book.world.actor, whole)).total_calls == 1
