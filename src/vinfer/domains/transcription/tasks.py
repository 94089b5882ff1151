"""Jobs of transcription: recordings of calls come in, the erased go out."""

from collections.abc import Mapping
from typing import Final, Protocol

import msgspec
import structlog

from vinfer.domains.calls.dialing import ANALYZE
from vinfer.domains.calls.erasure import ERASED
from vinfer.domains.campaigns.schemas import Feature
from vinfer.domains.transcription import of_calls, service
from vinfer.domains.transcription.service import Wanted
from vinfer.kit.clock import Clock
from vinfer.kit.db import Database
from vinfer.kit.jobs import JobSpec
from vinfer.kit.seal import Seal
from vinfer.ports.storage import Storage

_WEEK_OF_ATTEMPTS: Final = 1_000  # a store that is away comes back, and the file must go

_log = structlog.get_logger()


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
    def seal(self) -> Seal:
        """The key file."""
        ...

    @property
    def storage(self) -> Storage:
        """Where audio lies."""
        ...

    @property
    def scopes(self) -> Mapping[Feature, Wanted]:
        """What may want a call analysed of which nothing was asked."""
        ...


class CallRef(msgspec.Struct, frozen=True):
    """Payload: a call whose recording is stored."""

    call_id: str


class CallRefs(msgspec.Struct, frozen=True):
    """Payload: calls of a workspace that were erased."""

    workspace_id: str
    call_ids: list[str]


class AudioRef(msgspec.Struct, frozen=True):
    """Payload of the erasure of a file."""

    key: str


async def analyze_call(call: CallRef, deps: Deps) -> None:
    """Have a call's recording transcribed, if anybody wants it. A second run finds the job."""
    async with deps.db.read() as conn:
        key = await of_calls.recording_of(conn, call.call_id)
    size = await deps.storage.size(key) if key is not None else None
    if size is None:
        _log.info("recording_gone", call_id=call.call_id)
        return
    async with deps.db.begin() as tx:
        await of_calls.create(tx, call.call_id, size=size, now=deps.clock.now(), scopes=deps.scopes)


async def erase_of_calls(calls: CallRefs, deps: Deps) -> None:
    """Erase the jobs of erased calls. A second run finds none."""
    async with deps.db.begin() as tx:
        await of_calls.erase(tx, calls.workspace_id, calls.call_ids, seal=deps.seal)


async def erase_audio(audio: AudioRef, deps: Deps) -> None:
    """Delete audio that was worked on. A second run finds it gone, which is no error."""
    await deps.storage.delete(audio.key)


JOBS: Final = (
    JobSpec(ANALYZE, analyze_call, payload=CallRef, max_attempts=_WEEK_OF_ATTEMPTS),
    JobSpec(ERASED, erase_of_calls, payload=CallRefs, max_attempts=_WEEK_OF_ATTEMPTS),
    JobSpec(service.ERASE_AUDIO, erase_audio, payload=AudioRef, max_attempts=_WEEK_OF_ATTEMPTS),
)
