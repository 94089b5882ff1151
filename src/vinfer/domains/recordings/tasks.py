"""Jobs of recordings."""

from typing import Final, Protocol

import msgspec

from vinfer.domains.calls import recordings
from vinfer.domains.recordings import silencing
from vinfer.kit.db import Database
from vinfer.kit.jobs import JobSpec
from vinfer.kit.seal import Seal
from vinfer.ports.storage import Storage

REDACT_LINES: Final = "recordings.redact_lines"
_WEEK_OF_ATTEMPTS: Final = 1_000  # a store that is away comes back


class Deps(Protocol):
    """What the jobs need."""

    @property
    def db(self) -> Database:
        """The database."""
        ...

    @property
    def seal(self) -> Seal:
        """The key file."""
        ...

    @property
    def storage(self) -> Storage:
        """Where recordings lie."""
        ...


class Silencing(msgspec.Struct, frozen=True):
    """Payload: a call, the key of its recording, and what nobody may hear of it, in seconds."""

    call_id: str
    key: str
    spans: list[tuple[float, float]]


class Released(msgspec.Struct, frozen=True):
    """Payload: a call whose recording was silenced when its lines were not yet redacted."""

    call_id: str


async def silence(asked: Silencing, deps: Deps) -> None:
    """Silence a call's recording. A second run finds it done."""
    await silencing.silence(deps.db, deps.storage, asked.call_id, asked.key, asked.spans)


async def redact_lines(released: Released, deps: Deps) -> None:
    """Redact the lines of a call. A second run finds nothing private in them."""
    async with deps.db.begin() as tx:
        await recordings.redact_released(tx, released.call_id, seal=deps.seal)


JOBS: Final = (
    JobSpec(
        silencing.SILENCE,
        silence,
        payload=Silencing,
        concurrency=2,  # each reads and writes a whole recording
        max_attempts=_WEEK_OF_ATTEMPTS,
    ),
    JobSpec(
        REDACT_LINES,
        redact_lines,
        payload=Released,
        concurrency=1,  # thousands come at one time
        max_attempts=_WEEK_OF_ATTEMPTS,
    ),
)
