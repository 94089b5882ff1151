"""The chain of the audit log: carried on whatever commits when, and broken by every meddling."""

import asyncio
import contextlib
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
from cryptography.fernet import Fernet

from vinfer.kit import audit, chain, chain_check
from vinfer.kit.chain import Anchor
from vinfer.kit.chain_check import Verdict
from vinfer.kit.db import Database
from vinfer.kit.seal import Seal

NOW = datetime.now(UTC)
KEYS = Seal([Fernet.generate_key().decode()])
LATEST = "(select max(position) from audit_log)"


def act(name: str) -> audit.Entry:
    return audit.Entry(
        workspace_id=None, actor="operator:me", action=name, resource_type="x", resources=("a", "b")
    )


async def write(db: Database, *names: str) -> None:
    for name in names:
        async with db.begin() as tx:
            await audit.write(tx.conn, act(name))


async def seal(db: Database, *, keys: Seal = KEYS, stretch: int = 100) -> Anchor | None:
    async with db.begin() as tx:
        return await chain.carry_on(tx.conn, keys, NOW, stretch=stretch)


async def check(db: Database, *anchors: Anchor, keys: Seal = KEYS) -> Verdict:
    async with db.begin() as tx:
        await chain_check.snapshot(tx.conn)
        return await chain_check.verify(tx.conn, keys, anchors)


async def order(db: Database) -> list[str]:
    async with db.read() as conn:
        rows = await conn.fetch(
            "select action from audit_chain join audit_log using (position) order by number"
        )
    return [row["action"] for row in rows]


async def meddle(db: Database, *statements: str) -> None:
    """Do what only the owner of the database can."""
    async with db.begin() as tx:
        await tx.conn.execute("set local session_replication_role = replica")
        for statement in statements:
            await tx.conn.execute(statement)


@pytest.fixture
async def sealed(db: Database) -> Anchor:
    """Ten entries in three stretches."""
    for names in ("abcd", "ef", "ghij"):
        await write(db, *names)
        end = await seal(db)
    assert end is not None
    return end


async def test_a_whole_chain(db: Database, sealed: Anchor) -> None:
    await write(db, "later")
    verdict = await check(db, sealed)
    assert (verdict.entries, verdict.waiting, verdict.late) == (10, 1, 0)
    assert (verdict.fault, verdict.end) == (None, sealed)
    assert await order(db) == list("abcdefghij")
    assert await seal(db) is not None
    assert await seal(db) is None


async def test_an_empty_log_is_whole_and_an_anchor_says_otherwise(
    db: Database, sealed: Anchor
) -> None:
    tables = "audit_log, audit_chain, audit_seals"
    await meddle(db, f"truncate {tables}")
    assert (await check(db)).fault is None
    fault = (await check(db, sealed)).fault
    assert fault is not None
    assert (fault.number, "cut short" in fault.what) == (1, True)


GONE = "delete from audit_log where action = 'c'"
BREAKS: dict[str, tuple[tuple[str, ...], int | None]] = {
    "actor": (("update audit_log set actor = 'key_0' where action = 'c'",), 3),
    "act": (("update audit_log set action = 'C' where action = 'c'",), 3),
    "time": (("update audit_log set at = at - interval '1 us' where action = 'c'",), 3),
    "null": (("update audit_log set client = '' where action = 'c'",), 3),
    "list": (("update audit_log set resources = '{\"a,b\"}' where action = 'c'",), 3),
    "content": (("update audit_log set content = '\\x00' where action = 'c'",), 3),
    "transaction": (("update audit_log set transaction = '3' where action = 'c'",), 3),
    "deleted": ((GONE,), 3),
    "deleted with its link": (
        ("delete from audit_chain where number = 3", GONE),
        3,
    ),
    "deleted and closed up": (
        (
            "delete from audit_chain where number = 3",
            GONE,
            "update audit_chain set number = number - 1 where number > 3",
        ),
        3,
    ),
    "swapped": (
        (
            "update audit_log set action = case action when 'c' then 'd' else 'c' end"
            " where action in ('c', 'd')",
        ),
        3,
    ),
    "links swapped": (
        (
            "update audit_chain set position = -position where number in (3, 4)",
            "update audit_chain set position = (select position from audit_log where action ="
            " case number when 3 then 'd' else 'c' end) where number in (3, 4)",
        ),
        3,
    ),
    "digest": (("update audit_chain set digest = sha256('x') where number = 9",), 9),
    "sealing time": (
        ("update audit_chain set sealed_at = sealed_at - interval '1 day' where number = 2",),
        2,
    ),
    "seal": (("update audit_seals set mac = sha256('x') where number = 6",), 6),
    "horizon": (("update audit_seals set horizon = '3' where number = 10",), 10),
    "last seal gone": (("delete from audit_seals where number = 10",), 10),
    "log cut short": ((f"delete from audit_log where position = {LATEST}",), 10),
    "slipped in": (
        (
            "insert into audit_log (position, transaction, actor, action, resource_type,"
            " resources, replayed) overriding system value select max(position) + 5,"
            " min(transaction), 'key_1', 'never', 'x', '{}', false from audit_log",
        ),
        None,
    ),
}


class Undone(Exception):
    """Ends a transaction without a trace."""


async def test_meddling_shows_where_it_was(db: Database, sealed: Anchor) -> None:
    found: dict[str, tuple[bool, int | None]] = {}
    for how, (statements, _) in BREAKS.items():
        with contextlib.suppress(Undone):
            async with db.begin() as tx:
                await tx.conn.execute("set local session_replication_role = replica")
                for statement in statements:
                    await tx.conn.execute(statement)
                fault = (await chain_check.verify(tx.conn, KEYS, [sealed])).fault
                found[how] = (fault is not None, fault.number if fault else None)
                raise Undone
    assert found == {how: (True, number) for how, (_, number) in BREAKS.items()}
    assert (await check(db, sealed)).fault is None


async def test_what_was_slipped_in_is_never_sealed(db: Database, sealed: Anchor) -> None:
    statements, _ = BREAKS["slipped in"]
    await meddle(db, *statements)
    await write(db, "k")
    await seal(db)
    assert "never" not in await order(db)
    assert (await check(db, sealed)).fault is not None


async def test_a_tail_cut_off_with_its_seals_shows_by_the_anchor_alone(
    db: Database, sealed: Anchor
) -> None:
    await meddle(
        db,
        "delete from audit_log using audit_chain c where c.position = audit_log.position"
        " and c.number > 6",
        "delete from audit_chain where number > 6",
        "delete from audit_seals where number > 6",
    )
    assert (await check(db)).fault is None
    fault = (await check(db, sealed)).fault
    assert fault is not None
    assert fault.number == 7


async def test_a_chain_made_anew_lacks_the_key(db: Database, sealed: Anchor) -> None:
    await meddle(
        db,
        "update audit_log set actor = 'key_0' where action = 'c'",
        "truncate audit_chain, audit_seals",
    )
    made = await seal(db, keys=Seal([Fernet.generate_key().decode()]))
    assert made is not None
    fault = (await check(db)).fault
    assert fault is not None
    assert (fault.number, "not signed" in fault.what) == (10, True)
    await meddle(db, "truncate audit_chain, audit_seals")
    await seal(db)  # by somebody who has the key too
    fault = (await check(db, sealed)).fault
    assert fault is not None
    assert (fault.number, "anchor" in fault.what) == (10, True)


async def test_an_older_key_s_seals_stay_good(db: Database) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    for name, keys in (("a", [old]), ("b", [new, old])):
        await write(db, name)
        await seal(db, keys=Seal(keys))
    assert (await check(db, keys=Seal([new, old]))).fault is None
    assert (await check(db, keys=Seal([new]))).fault is not None


async def test_entries_wait_for_older_transactions(db: Database) -> None:
    async with AsyncExitStack() as running:
        slow = await running.enter_async_context(db.begin())
        await audit.write(slow.conn, act("slow"))
        await write(db, "fast")
        assert await seal(db) is None
        verdict = await check(db)
        assert (verdict.entries, verdict.waiting) == (0, 1)
    await seal(db)
    assert await order(db) == ["slow", "fast"]
    assert (await check(db)).fault is None


async def test_a_transaction_that_is_younger_may_hold_an_older_position(db: Database) -> None:
    async with AsyncExitStack() as running:
        old = await running.enter_async_context(db.begin())
        await old.conn.execute("select pg_current_xact_id()")
        young = await running.enter_async_context(db.begin())
        await audit.write(young.conn, act("young"))
        await audit.write(old.conn, act("old"))
        await old.conn.execute("commit; begin")
        await seal(db)
        assert await order(db) == ["old"]
    await seal(db)
    assert await order(db) == ["old", "young"]
    assert (await check(db)).fault is None


async def test_writers_and_sealers_at_once(db: Database) -> None:
    done = asyncio.Event()

    async def keep_sealing() -> None:
        while not done.is_set():
            await seal(db, stretch=3)

    async with asyncio.TaskGroup() as group:
        for _ in range(2):
            group.create_task(keep_sealing())
        writers = [group.create_task(write(db, *("w" * 20))) for _ in range(4)]
        await asyncio.wait(writers)
        done.set()
    while await seal(db, stretch=3):
        pass
    verdict = await check(db)
    assert (verdict.entries, verdict.waiting, verdict.fault) == (80, 0, None)


async def _seal_and_die(db: Database) -> None:
    async with db.begin() as tx:
        assert await chain.carry_on(tx.conn, KEYS, NOW) is not None
        await tx.conn.execute("select pg_terminate_backend(pg_backend_pid())")


async def test_a_sealer_that_dies_leaves_nothing_half_done(db: Database, sealed: Anchor) -> None:
    await write(db, "k")
    with pytest.raises(asyncpg.InterfaceError):
        await _seal_and_die(db)
    assert (await check(db, sealed)).waiting == 1
    end = await seal(db)
    assert end is not None
    assert (end.number, (await check(db, sealed, end)).fault) == (11, None)


async def test_a_restored_dump_goes_on(db: Database, sealed: Anchor) -> None:
    """Its entries carry the transactions of a server that had come further."""
    far = "transaction = (transaction::text::bigint + 1000000)::text::xid8"
    await meddle(db, f"update audit_log set {far}", "truncate audit_chain, audit_seals")
    await seal(db, stretch=4)
    await write(db, "k")
    await seal(db)
    await seal(db)
    verdict = await check(db)
    assert (verdict.entries, verdict.waiting, verdict.fault) == (11, 0, None)


async def test_the_log_of_another_day_counts_as_late(db: Database) -> None:
    await write(db, "a")
    async with db.begin() as tx:
        await chain.carry_on(tx.conn, KEYS, datetime(2100, 1, 1, tzinfo=UTC))
    assert (await check(db)).late == 1


async def test_the_chain_itself_is_append_only(db: Database, sealed: Anchor) -> None:
    for table in ("audit_chain", "audit_seals"):
        for statement in (
            f"delete from {table}",
            f"truncate {table}",
            f"update {table} set number=0",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
                async with db.begin() as tx:
                    await tx.conn.execute(statement)


def test_anchors_outside_the_database(tmp_path: Path) -> None:
    path = chain.anchor_path(tmp_path)
    assert chain.kept_anchors(path) == []
    one, two = (Anchor(number, bytes([number]) * 32) for number in (1, 2))
    for known in ([one, two], [two]):
        chain.keep_anchors(path, known)
        assert chain.kept_anchors(path) == known
    path.write_text("")
    with pytest.raises(ValueError, match="empty"):
        chain.kept_anchors(path)


async def test_every_anchor_of_a_number_counts(db: Database, sealed: Anchor) -> None:
    """Whoever makes a chain anew with the key may write the file of anchors, not people's notes."""
    other = Anchor(sealed.number, bytes(32))
    for anchors in ([sealed, other], [other, sealed]):
        fault = (await check(db, *anchors)).fault
        assert fault is not None
        assert fault.number == sealed.number


@pytest.mark.parametrize("text", ["", "1", "1:", "1:abcd", "0:" + "00" * 32, "x:" + "00" * 32])
def test_what_is_no_anchor(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Anchor.parse(text)
