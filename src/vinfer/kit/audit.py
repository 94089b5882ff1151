"""The audit log: who changed what. Rows are added in the transaction of the change, and stay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from vinfer.kit.db import Connection, Row
from vinfer.kit.ids import is_id
from vinfer.kit.seal import Seal

_CONTEXT: Final = "audit"
_DIGITS: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One act. `actor` is a key's id, `operator:<account>` or `system`; nothing here is personal.

    `content` is a keyed digest of rows elsewhere that this entry vouches for.
    """

    workspace_id: str | None
    actor: str
    action: str
    resource_type: str
    resources: tuple[str, ...] = ()
    status: int | None = None
    request_id: str | None = None
    client: str | None = None
    replayed: bool = False
    content: bytes | None = None


class _Made(msgspec.Struct):
    """What an answer says of the thing it tells of."""

    id: str | None = None
    job_id: str | None = None
    report_id: str | None = None
    phone: str | None = None


class Namer:
    """Names resources: our ids as they are, anything else by a keyed digest."""

    def __init__(self, seal: Seal) -> None:
        self._seal = seal

    def name(self, value: str) -> str:
        """An id, or what stands for a phone number or whatever else a client wrote in a path."""
        return value if is_id(value) else self.names(value)[0]

    def names(self, value: str) -> list[str]:
        """Every name under which acts on `value` may stand: digests under older keys too."""
        if is_id(value):
            return [value]
        digests = self._seal.digests(_plain(value), context=_CONTEXT)
        return [f"#{digest.hex()[:_DIGITS]}" for digest in digests]

    def resources(self, path: Mapping[str, Any], answer: bytes) -> tuple[str, ...]:
        """The ids in a path, and the one that the answer's JSON adds to them."""
        found = [str(value) for value in path.values()]
        try:
            made = msgspec.json.decode(answer, type=_Made) if answer else _Made()
        except (msgspec.MsgspecError, UnicodeDecodeError):
            made = _Made()
        new = made.id or made.job_id or made.report_id or made.phone
        if new is not None and new not in found:
            found.append(new)
        return tuple(self.name(value) for value in found)


def _plain(value: str) -> str:
    """A phone with its `+`, which a path may have lost: one name for a person."""
    digits = value.strip().removeprefix("+")
    return f"+{digits}" if digits.isdecimal() and digits.isascii() else value


def type_of(template: str) -> str:
    """The resource of a route: `/v1/campaigns/{id}/start` is about `campaigns`."""
    literal, _, _ = template.partition("{")
    return "/".join(literal.strip("/").split("/")[1:])


async def write(conn: Connection, entry: Entry) -> int:
    """Add a row, inside whatever transaction `conn` is in; its position."""
    return await conn.fetchval(
        "insert into audit_log (workspace_id, actor, action, resource_type, resources, status,"
        " request_id, client, replayed, content) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        " returning position",
        entry.workspace_id,
        entry.actor,
        entry.action,
        entry.resource_type,
        list(entry.resources),
        entry.status,
        entry.request_id,
        entry.client,
        entry.replayed,
        entry.content,
    )


@dataclass(frozen=True, slots=True)
class Record:
    """A row of the log."""

    position: int
    at: datetime
    entry: Entry


async def recent(
    conn: Connection,
    *,
    workspace_id: str | None,
    about: Sequence[str] = (),
    before: int | None = None,
    limit: int = 100,
) -> list[Record]:
    """The latest acts in a workspace (None: on the installation), newest first.

    `about` holds the names of one resource; `before` is the position to go on from.
    """
    rows = await conn.fetch(
        "select * from audit_log where workspace_id is not distinct from $1"
        " and ($2::text[] = '{}' or resources && $2) and ($3::bigint is null or position < $3)"
        " order by position desc limit $4",
        workspace_id,
        list(about),
        before,
        limit,
    )
    return [Record(row["position"], row["at"], entry_of(row)) for row in rows]


def entry_of(row: Row) -> Entry:
    """An entry from its row."""
    return Entry(
        workspace_id=row["workspace_id"],
        actor=row["actor"],
        action=row["action"],
        resource_type=row["resource_type"],
        resources=tuple(row["resources"]),
        status=row["status"],
        request_id=row["request_id"],
        client=row["client"],
        replayed=row["replayed"],
        content=row["content"],
    )
