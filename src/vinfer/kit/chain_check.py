"""Verifying and exporting the chain of the audit log, in constant memory."""

from collections.abc import AsyncGenerator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import structlog

from vinfer.kit import chain
from vinfer.kit.chain import START, Anchor
from vinfer.kit.db import Connection, Row
from vinfer.kit.seal import Seal

_log = structlog.get_logger()
_PAGE: Final = 5_000
_LATE: Final = timedelta(hours=1)

_LINKS: Final = """
select c.number, c.position as link, c.digest, c.sealed_at, s.mac, s.horizon::text as horizon,
    s.sealed_at as signed_at, l.*, l.transaction::text as transaction_text
from audit_chain c
left join audit_log l on l.position = c.position
left join audit_seals s on s.number = c.number
where c.number > $1 order by c.number limit $2
"""
# a transaction that was older than all running ones cannot add entries any more
_SLIPPED_IN: Final = """
select min(l.position) from audit_log l
where l.transaction < (select horizon from audit_seals order by number desc limit 1)
    and (select horizon from audit_seals order by number desc limit 1)
        <= pg_snapshot_xmin(pg_current_snapshot())
    and not exists (select from audit_chain c where c.position = l.position)
"""
_WAITING: Final = """
select count(*) from audit_log l
where not exists (select from audit_chain c where c.position = l.position)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Where the chain breaks first: its number, the entry's position in the log, and how."""

    number: int | None
    position: int | None
    what: str


@dataclass(slots=True)
class Verdict:
    """What a check found; a chain without a `fault` is whole up to `end`.

    `waiting` entries are not chained yet, `late` ones were chained over an hour after they were
    written: a worker was away, or they were written with a false time.
    """

    entries: int = 0
    waiting: int = 0
    late: int = 0
    end: Anchor | None = None
    fault: Fault | None = None


async def snapshot(conn: Connection) -> None:
    """Let a transaction that has just begun see one moment, and change nothing."""
    await conn.execute("set transaction isolation level repeatable read, read only")


async def verify(conn: Connection, keys: Seal, anchors: Sequence[Anchor] = ()) -> Verdict:
    """Walk the whole chain, in a transaction that sees one moment; stops where it breaks first.

    `anchors` are what people or files outside the database know of it.
    """
    known: dict[int, set[bytes]] = {}
    for anchor in anchors:
        known.setdefault(anchor.number, set()).add(anchor.digest)
    verdict = Verdict()
    end, signed = Anchor(0, START), True
    async for row in _links(conn, after=0):
        end, verdict.fault = _follow(end, row, keys, known)
        if verdict.fault is not None:
            return verdict
        signed = row["mac"] is not None
        verdict.entries += 1
        verdict.late += row["sealed_at"] - row["at"] > _LATE
    verdict.end = end if end.number else None
    verdict.waiting = await conn.fetchval(_WAITING)
    verdict.fault = _at_the_end(end, anchors, signed=signed) or await _beside(conn)
    return verdict


async def _links(conn: Connection, *, after: int) -> AsyncGenerator[Row]:
    while rows := await conn.fetch(_LINKS, after, _PAGE):
        for row in rows:
            yield row
        after = rows[-1]["number"]


def _follow(
    end: Anchor, row: Row, keys: Seal, known: Mapping[int, Set[bytes]]
) -> tuple[Anchor, Fault | None]:
    """The chain's end after one more link, and what is wrong with that."""
    number = end.number + 1
    if row["number"] != number:
        return end, Fault(number=number, position=None, what="a link of the chain is gone")
    here = Anchor(number, row["digest"])
    if row["position"] is None:
        return end, _fault(row, "the entry is gone from the log")
    if chain.digest(end.digest, number, row, row["sealed_at"]) != here.digest:
        return end, _fault(row, "the entry, or its place, is not what was sealed")
    if row["mac"] is not None:
        signatures = chain.signatures(keys, here, row["horizon"], row["signed_at"])
        if row["mac"] not in signatures:
            return end, _fault(row, "the seal is not signed with this installation's key file")
    if known.get(number, set()) - {here.digest}:
        return end, _fault(row, "the digest is another than the anchor's")
    return here, None


def _fault(row: Row, what: str) -> Fault:
    return Fault(number=row["number"], position=row["link"], what=what)


def _at_the_end(end: Anchor, anchors: Sequence[Anchor], *, signed: bool) -> Fault | None:
    longest = max((anchor.number for anchor in anchors), default=0)
    if longest > end.number:
        what = f"the chain is cut short: an anchor knows {longest} entries"
        return Fault(number=end.number + 1, position=None, what=what)
    if not signed:
        return Fault(number=end.number, position=None, what="the chain's end is not signed")
    return None


async def _beside(conn: Connection) -> Fault | None:
    position = await conn.fetchval(_SLIPPED_IN)
    what = "the entry was slipped in: it is not in the chain, and its transaction is long over"
    return None if position is None else Fault(number=None, position=position, what=what)


async def export(conn: Connection, *, after: int = 0) -> AsyncGenerator[dict[str, Any]]:
    """The chained entries after a number. `digest` is the SHA-256 of the digest before, in bytes,
    followed by the text of `entry`."""
    async for row in _links(conn, after=after):
        if row["position"] is None:
            _log.error("audit_entry_gone", number=row["number"], position=row["link"])
            continue
        covered = chain.canonical(row["number"], row, row["sealed_at"])
        yield {"number": row["number"], "digest": row["digest"].hex(), "entry": covered.decode()}
