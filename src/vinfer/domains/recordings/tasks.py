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


class Stretch(msgspec.Struct, frozen=True):
    """Payload: calls by their ids, `after` one and up to another."""

    after: str
    until: str


async def silence(asked: Silencing, deps: Deps) -> None:
    """Silence a call's recording. A second run finds it done."""
    await silencing.silence(deps.db, deps.storage, asked.call_id, asked.key, asked.spans)


async def redact_lines(stretch: Stretch, deps: Deps) -> None:
    """Redact lines of calls that were released raw, a few calls at a time.

    A second run finds nothing private in them.
    """
    async with deps.db.begin() as tx:
        last = await recordings.redact_released(
            tx, after=stretch.after, until=stretch.until, seal=deps.seal
        )
        if last is not None:
            tx.enqueue(REDACT_LINES, {"after": last, "until": stretch.until})


JOBS: Final = (
    JobSpec(
        silencing.SILENCE,
        silence,
        payload=Silencing,
        concurrency=2,  # each reads and writes a whole recording
        max_attempts=_WEEK_OF_ATTEMPTS,
    ),
    JobSpec(REDACT_LINES, redact_lines, payload=Stretch, max_attempts=_WEEK_OF_ATTEMPTS),
)
