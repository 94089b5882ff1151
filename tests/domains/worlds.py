"""A workspace with a script and a trunk, and a clock that tests set."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.fernet import Fernet

from vinfer.domains.contacts.numbers import digester
from vinfer.kit.access import Actor
from vinfer.kit.db import Database
from vinfer.kit.ids import new_id
from vinfer.kit.seal import Seal

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)  # a Wednesday

SEAL = Seal([Fernet.generate_key().decode()])
DIGESTS = digester(SEAL)

SCRIPT: dict[str, Any] = {
    "name": "Reminder",
    "language": "en-IN",
    "opening": "Hello {{name}}, {{amount|inr}} is due. Will you pay?",
    "variables": {"amount": {"type": "number", "required": True}},
    "branches": [
        {"id": "yes", "phrases": ["yes"], "disposition": "interested", "next": "close"},
        {"id": "no", "phrases": ["no"], "disposition": "not_interested", "next": "close"},
    ],
}


@dataclass
class World:
    """One workspace. `now` moves only when a test moves it."""

    db: Database
    actor: Actor
    script_id: str
    trunk_id: str
    now: datetime = NOON

    def later(self, **by: float) -> datetime:
        """Move the clock and return it."""
        self.now += timedelta(**by)
        return self.now

    async def val(self, query: str, *args: Any) -> Any:
        """One value."""
        async with self.db.read() as conn:
            return await conn.fetchval(query, *args)

    async def rows(self, query: str, *args: Any) -> list[dict[str, Any]]:
        """Rows as dicts."""
        async with self.db.read() as conn:
            return [dict(row) for row in await conn.fetch(query, *args)]

    async def run(self, query: str, *args: Any) -> None:
        """A statement."""
        async with self.db.begin() as tx:
            await tx.conn.execute(query, *args)

    async def events(self) -> list[str]:
        """Names of the workspace's events, in order; their sequence must have no gap."""
        found = await self.rows(
            "select sequence, name from events where workspace_id = $1 order by sequence",
            self.actor.workspace_id,
        )
        assert [row["sequence"] for row in found] == list(range(1, len(found) + 1))
        return [row["name"] for row in found]


async def make_world(
    db: Database, *, channels: int = 1000, calls_per_second: int = 1000, room: int = 1000
) -> World:
    """A new workspace, its script and its default trunk."""
    workspace, script, trunk = new_id("wsp"), new_id("scr"), new_id("trk")
    async with db.begin() as tx:
        await tx.conn.execute(
            "insert into workspaces (id, name, timezone, max_concurrent_calls)"
            " values ($1, $1, 'Asia/Kolkata', $2)",
            workspace,
            room,
        )
        await tx.conn.execute(
            "insert into scripts (id, workspace_id, name, language) values ($1, $2, 's', 'en-IN')",
            script,
            workspace,
        )
        await tx.conn.execute(
            "insert into script_versions (script_id, version, body) values ($1, 1, $2)",
            script,
            SCRIPT,
        )
        await tx.conn.execute(
            "insert into trunks (id, workspace_id, name, server, caller_ids, channels,"
            " calls_per_second, is_default) values ($1, $2, 't', '127.0.0.1', $3, $4, $5, true)",
            trunk,
            workspace,
            ["+912261550001", "+912261550002"],
            channels,
            calls_per_second,
        )
    return World(db, Actor(workspace, "key_1", "admin"), script, trunk)


def phone(n: int) -> str:
    """The n-th valid Indian mobile number."""
    return f"+9198{10_000_000 + n:08d}"


def people(count: int, *, first: int = 0) -> list[dict[str, Any]]:
    """Contacts as a request gives them."""
    return [
        {"phone": phone(n), "name": f"P{n}", "amount": 100 + n} for n in range(first, first + count)
    ]
