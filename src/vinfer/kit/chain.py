"""The chain of the audit log: each entry's digest covers the entry before it.

Entries become visible in another order than their positions, so a tick carries the chain on, over
entries of transactions that are older than every running one. Digests are plain SHA-256, which
anybody can compute; the end of each stretch is signed with the key file, which is not in the
database, and shown outside it (`keep_anchors`), so that neither a chain that was made anew nor one
that was cut short passes for the true one.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from vinfer.kit import audit
from vinfer.kit.db import Connection, Row
from vinfer.kit.seal import Seal

EVERY_S: Final = 10.0
START: Final = bytes(32)
STRETCH: Final = 5_000
_FORM: Final = 1
_CONTEXT: Final = "audit.seal"
_LOCK: Final = 0x76_69_6E_66_65_72_03  # any number of our own

_FRESH: Final = """
select l.*, l.transaction::text as transaction_text,
    pg_snapshot_xmin(pg_current_snapshot())::text as low
from audit_log l
where (l.transaction >= $1::text::xid8
        and l.transaction < pg_snapshot_xmin(pg_current_snapshot())
    or l.transaction >= pg_snapshot_xmax(pg_current_snapshot()))
    and not exists (select from audit_chain c where c.position = l.position)
order by l.position limit $2
"""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The chain's digest at a number: whoever knows it notices that what came before changed."""

    number: int
    digest: bytes

    def __str__(self) -> str:
        return f"{self.number}:{self.digest.hex()}"

    @classmethod
    def parse(cls, text: str) -> "Anchor":
        """Read `NUMBER:DIGEST`; raises `ValueError`."""
        number, _, digest = text.strip().partition(":")
        made = cls(int(number), bytes.fromhex(digest))
        if made.number < 1 or len(made.digest) != len(START):
            raise ValueError("an anchor is a number of 1 or more, a colon and 64 hex digits")
        return made


def digest(before: bytes, number: int, row: Row, sealed_at: datetime) -> bytes:
    """The digest of an entry as the chain's `number`: SHA-256 of the digest before and its JSON."""
    return hashlib.sha256(before + canonical(number, row, sealed_at)).digest()


def canonical(number: int, row: Row, sealed_at: datetime) -> bytes:
    """An entry as a JSON list without spaces: what its digest covers."""
    it = audit.entry_of(row)
    fields = (
        *(_FORM, number, row["position"], row["transaction_text"], moment(row["at"])),
        *(it.workspace_id, it.actor, it.action, it.resource_type, it.resources, it.status),
        *(it.request_id, it.client, it.replayed, it.content.hex() if it.content else None),
        moment(sealed_at),
    )
    return msgspec.json.encode(fields)


def moment(at: datetime) -> str:
    """A time in UTC with its microseconds: PostgreSQL keeps no more."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def signatures(keys: Seal, end: Anchor, horizon: str, sealed_at: datetime) -> list[bytes]:
    """What signs the end of a stretch, under the newest key first."""
    return keys.digests(f"{end} {horizon} {moment(sealed_at)}", context=_CONTEXT)


async def carry_on(
    conn: Connection, keys: Seal, now: datetime, *, stretch: int = STRETCH
) -> Anchor | None:
    """Chain what has become visible, at most `stretch` entries; the new end, None if there is none.

    One at a time: while another does it, nothing is done. Harmless twice.
    """
    if not await conn.fetchval("select pg_try_advisory_xact_lock($1)", _LOCK):
        return None
    horizon = await _horizon(conn)
    rows = await conn.fetch(_FRESH, horizon, stretch)
    if not rows:
        return None
    head = await conn.fetchrow(
        "select number, digest from audit_chain order by number desc limit 1"
    )
    end = Anchor(head["number"], head["digest"]) if head else Anchor(0, START)
    if len(rows) < stretch:
        horizon = rows[0]["low"]
    return await _append(conn, keys, end, rows, horizon=horizon, now=now)


async def _horizon(conn: Connection) -> str:
    """Up to which transaction all entries are chained: 0 after the database moved to a server
    whose transactions are numbered from the start."""
    return await conn.fetchval(
        "select case when horizon <= pg_snapshot_xmin(pg_current_snapshot()) then horizon::text"
        " else '0' end from (select coalesce("
        " (select horizon from audit_seals order by number desc limit 1), '0'::xid8) as horizon) h"
    )


async def _append(
    conn: Connection, keys: Seal, end: Anchor, rows: Sequence[Row], *, horizon: str, now: datetime
) -> Anchor:
    links: list[tuple[int, int, bytes]] = []
    for number, row in enumerate(rows, end.number + 1):
        end = Anchor(number, digest(end.digest, number, row, now))
        links.append((number, row["position"], end.digest))
    await conn.execute(
        "insert into audit_chain (number, position, digest, sealed_at)"
        " select *, $4 from unnest($1::bigint[], $2::bigint[], $3::bytea[])",
        *(list(column) for column in zip(*links, strict=True)),
        now,
    )
    await conn.execute(
        "insert into audit_seals (number, mac, horizon, sealed_at)"
        " values ($1, $2, $3::text::xid8, $4)",
        end.number,
        signatures(keys, end, horizon, now)[0],
        horizon,
        now,
    )
    return end


def anchor_path(data_dir: Path) -> Path:
    """Where the latest anchor lies: outside the database."""
    return data_dir / "audit.anchor"


def keep_anchors(path: Path, known: Sequence[Anchor]) -> None:
    """Write down how far the chain goes, once that is committed, beside what it contradicts."""
    draft = path.with_name(f".{path.name}")
    with draft.open("w") as file:
        file.writelines(f"{each}\n" for each in known)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)


def kept_anchors(path: Path) -> list[Anchor]:
    """What `keep_anchors` wrote. Raises `ValueError` if the file is not whole."""
    try:
        lines = path.read_text().splitlines()
    except FileNotFoundError:
        return []
    if not lines:
        raise ValueError("it is empty")
    return [Anchor.parse(line) for line in lines]


async def contradicted(conn: Connection, known: Sequence[Anchor]) -> list[Anchor]:
    """Those anchors that the chain does not lead through: it was cut, or made anew."""
    rows = await conn.fetch(
        "select number, digest from audit_chain where number = any ($1::bigint[])",
        [each.number for each in known],
    )
    there = {Anchor(row["number"], row["digest"]) for row in rows}
    return [each for each in dict.fromkeys(known) if each not in there]
