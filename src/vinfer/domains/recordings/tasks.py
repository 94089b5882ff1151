"""Jobs of recordings."""

from typing import Final, Protocol

import msgspec

from vinfer.domains.recordings import silencing
from vinfer.kit.db import Database
from vinfer.kit.jobs import JobSpec
from vinfer.ports.storage import Storage

_WEEK_OF_ATTEMPTS: Final = 1_000  # a store that is away comes back


class Deps(Protocol):
    """What the jobs need."""

    @property
    def db(self) -> Database:
        """The database."""
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


async def silence(asked: Silencing, deps: Deps) -> None:
    """Silence a call's recording. A second run finds it done."""
    await silencing.silence(deps.db, deps.storage, asked.call_id, asked.key, asked.spans)


JOBS: Final = (
    JobSpec(
        silencing.SILENCE,
        silence,
        payload=Silencing,
        concurrency=2,  # each reads and writes a whole recording
        max_attempts=_WEEK_OF_ATTEMPTS,
    ),
)
