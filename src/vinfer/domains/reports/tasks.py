"""Jobs and ticks of reports: schedules run, links are mailed, old ones and files go."""

from datetime import timedelta
from typing import Final, Protocol

import msgspec

from vinfer.domains.reports import mailing, service
from vinfer.kit.clock import Clock
from vinfer.kit.db import Database
from vinfer.kit.jobs import JobSpec, every
from vinfer.ports.storage import Storage

SCHEDULES_EVERY_S: Final = 5.0
PRUNE_EVERY_S: Final = 600.0
BATCH: Final = 500
_DAYS_OF_ATTEMPTS: Final = 500  # about three days
_WEEK_OF_ATTEMPTS: Final = 1_000


class Limits(Protocol):
    """The settings that say how long reports are kept."""

    @property
    def report_retention_days(self) -> int:
        """Days that reports that have ended stay."""
        ...


class Deps(mailing.Deps, Protocol):
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
        """Where files lie."""
        ...

    @property
    def settings(self) -> Limits:
        """How long reports are kept."""
        ...


class ReportRef(msgspec.Struct, frozen=True):
    """Payload: a run whose link is to be mailed."""

    report_id: str


class FileRef(msgspec.Struct, frozen=True):
    """Payload of the erasure of a file."""

    key: str


async def run_schedules(deps: Deps) -> None:
    """Queue the reports of schedules whose time has come. A second run finds none."""
    ran = True
    while ran:
        async with deps.db.begin() as tx:
            ran = await service.run_schedule(tx, deps.clock.now())


async def prune(deps: Deps) -> None:
    """Forget reports whose time is over. A second run finds fewer to forget."""
    now = deps.clock.now()
    before = now - timedelta(days=deps.settings.report_retention_days)
    gone = BATCH
    while gone == BATCH:
        async with deps.db.begin() as tx:
            gone = await service.prune(tx, before=before, limit=BATCH, now=now)


async def mail(ref: ReportRef, deps: Deps) -> None:
    """Mail a run's link. A second run finds it sent."""
    await mailing.send(ref.report_id, deps)


async def erase_file(file: FileRef, deps: Deps) -> None:
    """Delete a report's file. A second run finds it gone, which is no error."""
    await deps.storage.delete(file.key)


JOBS: Final = (
    JobSpec(service.MAIL, mail, payload=ReportRef, max_attempts=_DAYS_OF_ATTEMPTS),
    JobSpec(service.ERASE_FILE, erase_file, payload=FileRef, max_attempts=_WEEK_OF_ATTEMPTS),
)
TICKS: Final = (
    every(SCHEDULES_EVERY_S, "reports.schedules", run_schedules),
    every(PRUNE_EVERY_S, "reports.prune", prune),
)
