"""Bearer tokens: how they are made, hashed, and remembered for half a second."""

import hashlib
import hmac
import secrets
import string
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog

from vinfer.domains.identity import queries
from vinfer.domains.identity.lookups import STRANGERS_PACE_S, Lookups
from vinfer.kit.access import Actor
from vinfer.kit.clock import Clock
from vinfer.kit.db import CONNECTION_LOST, Database, Row
from vinfer.kit.errors import Unauthorized

MEMORY_S: Final = 0.5
"""How long a process may answer for a key without asking the database again."""
_PREFIX: Final = "vk_"
_SHOWN: Final = 8
_MAX_LENGTH: Final = 200
_MAX_KEYS: Final = 10_000
_DIGITS: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Secret:
    """A new key: the text that is shown once, what stays visible, and the hash that is stored."""

    text: str
    prefix: str
    digest: bytes


def make_secret() -> Secret:
    """A key of 32 random bytes, written in 43 base-62 digits."""
    value = int.from_bytes(secrets.token_bytes(32))
    digits = ""
    for _ in range(43):
        value, digit = divmod(value, 62)
        digits = _DIGITS[digit] + digits
    text = _PREFIX + digits
    return Secret(text, text[:_SHOWN], digest_of(text))


def digest_of(token: str) -> bytes:
    """SHA-256: the token has 256 random bits, so a slow hash would add nothing."""
    return hashlib.sha256(token.encode()).digest()


@dataclass(frozen=True, slots=True)
class _Known:
    actor: Actor
    until: float
    expires_at: datetime | None


class Keyring:
    """Finds live keys, and remembers them for `MEMORY_S` from before the question was asked.

    Whoever revokes a key waits that long after the commit: then no process knows it any more,
    whatever became of any message between them.
    """

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._known: dict[bytes, _Known] = {}
        self._met: set[bytes] = set()  # live when last looked up
        self._friends = Lookups(self._look_up)
        self._strangers = Lookups(self._look_up, pace_s=STRANGERS_PACE_S)
        self._used: dict[str, datetime] = {}

    def recall(self, token: str) -> Actor | None:
        """The actor, if this process asked for the token within `MEMORY_S`."""
        known = self._known.get(digest_of(token))
        if known is None or self._clock.monotonic() >= known.until:
            return None
        now = self._clock.now()
        if known.expires_at is not None and now >= known.expires_at:
            return None
        self._used[known.actor.key_id] = now
        return known.actor

    def has_met(self, token: str) -> bool:
        """Whether the token was live when this process last asked."""
        return digest_of(token) in self._met

    async def find(self, token: str) -> Actor:
        """The actor; raises `Unauthorized`, with the same words for every cause."""
        if not token.startswith(_PREFIX) or len(token) > _MAX_LENGTH:
            raise Unauthorized
        digest = digest_of(token)
        asked = self._clock.monotonic()
        row = await (self._friends if digest in self._met else self._strangers).find(digest)
        if row is None or not hmac.compare_digest(row["hash"], digest):
            self._met.discard(digest)
            raise Unauthorized
        actor = Actor(row["workspace_id"], row["id"], row["scope"], row["requests_per_minute"])
        if len(self._known) >= _MAX_KEYS:
            self._known.clear()
            self._met.clear()
        self._met.add(digest)
        self._known[digest] = _Known(actor, asked + MEMORY_S, row["expires_at"])
        self._used[actor.key_id] = self._clock.now()
        return actor

    async def _look_up(self, digests: Sequence[bytes]) -> Mapping[bytes, Row]:
        async with self._db.read() as conn:
            rows = await queries.find_live_keys(conn, digests)
        return {row["hash"]: row for row in rows}

    async def flush(self) -> None:
        """Write when keys were last used; a lost connection keeps them for the next time."""
        used, self._used = self._used, {}
        if not used:
            return
        try:
            async with self._db.begin() as tx:
                await queries.write_last_used(tx.conn, used)
        except CONNECTION_LOST as error:
            self._used = used | self._used
            _log.warning("keys_last_used_not_written", error=repr(error))


def forgotten(sleep: Callable[[float], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """A step that ends when no process can still know a key that was revoked before it began."""

    async def step() -> None:
        await sleep(MEMORY_S)

    return step
