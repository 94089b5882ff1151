"""Jobs of calls."""

from datetime import datetime
from typing import Final, Protocol

import msgspec

from vinfer.domains.calls import blocking, dialing, erasure
from vinfer.kit.clock import Clock
from vinfer.kit.db import Database
from vinfer.kit.jobs import JobSpec
from vinfer.ports.storage import Storage

_WEEK_OF_ATTEMPTS: Final = 1_000  # a store that is away comes back, and the file must go


class Deps(Protocol):
    """What the jobs need."""

    @property
    def db(self) -> Database:
        """The database."""
        ...

    @property
    def clock(self) -> Clock:
        """The time."""
        ...

    @property
    def storage(self) -> Storage:
        """Where recordings lie."""
        ...


class RecordingRef(msgspec.Struct, frozen=True):
    """Payload of the erasure of a file."""

    key: str


class ListedRef(msgspec.Struct, frozen=True):
    """Payload: the phones of a workspace that were put on its list at one moment."""

    workspace_id: str
    listed_at: datetime


async def erase_recording(recording: RecordingRef, deps: Deps) -> None:
    """Delete a recording. A second run finds it gone, which is no error."""
    await deps.storage.delete(recording.key)


class ErasedRef(msgspec.Struct, frozen=True):
    """Payload: calls that were erased."""

    workspace_id: str
    call_ids: list[str]


async def forget_answers(erased: ErasedRef, deps: Deps) -> None:
    """Forget answers of receivers that came while a call was erased. A second run finds none."""
    async with deps.db.begin() as tx:
        await erasure.forget_answers(tx, erased.workspace_id, erased.call_ids)


async def block_listed(listed: ListedRef, deps: Deps) -> None:
    """Take the newly listed out of the queues. A second run finds none of them there."""
    await blocking.block_listed(
        deps.db, listed.workspace_id, listed_at=listed.listed_at, now=deps.clock.now()
    )


JOBS: Final = (
    JobSpec(
        dialing.ERASE_RECORDING,
        erase_recording,
        payload=RecordingRef,
        max_attempts=_WEEK_OF_ATTEMPTS,
    ),
    JobSpec(dialing.BLOCK_LISTED, block_listed, payload=ListedRef),
    JobSpec(
        erasure.FORGET_ANSWERS,
        forget_answers,
        payload=ErasedRef,
        max_attempts=_WEEK_OF_ATTEMPTS,
    ),
)
