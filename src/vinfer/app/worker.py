"""`vinfer worker`: jobs, schedules and reconciliation, as many processes as wanted."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import structlog

from vinfer.app import catalog, transcribing, wiring
from vinfer.app.launch import DataDir, settings_for
from vinfer.app.serve import running_dsn
from vinfer.app.settings import Settings
from vinfer.app.supervisor import say_ready, until_signal
from vinfer.app.wiring import Services
from vinfer.domains.calls import processes
from vinfer.domains.campaigns import tasks as campaigns
from vinfer.domains.reports import engine as reports
from vinfer.domains.webhooks.engine import Engine
from vinfer.kit import chain, jobs, lists
from vinfer.kit.chain import Anchor

log = structlog.get_logger()

SCHEDULES_EVERY_S: Final = 1.0
DEAD_EVERY_S: Final = 2.0
ONE_OFFS_EVERY_S: Final = 15.0


def command(*, data_dir: DataDir = None) -> None:
    """Run one worker process: webhooks, schedules, reconciliation. Add as many as needed."""
    asyncio.run(run(settings_for(data_dir=data_dir)))


async def run(settings: Settings) -> None:
    """Work until SIGTERM; jobs that are running then get a while to finish."""
    dsn = running_dsn(settings)
    async with wiring.services(settings, dsn=dsn) as services, asyncio.TaskGroup() as group:
        running = [group.create_task(_transcribe(services))]
        if "light" in settings.worker_lanes:
            running += (
                group.create_task(_run_jobs(dsn, services)),
                group.create_task(
                    Engine(services, per_endpoint=settings.webhook_concurrency).run()
                ),
                group.create_task(reports.engine(wiring.press(services)).run()),
            )
        say_ready()
        await until_signal()
        for task in running:
            task.cancel()


async def _run_jobs(dsn: str, services: Services) -> None:
    await jobs.run_worker(
        dsn,
        catalog.JOBS,
        deps=services,
        ticks=(*TICKS, *catalog.TICKS),
        heartbeat_timeout_s=10,
        drain_timeout_s=12,  # the supervisor waits for 15 s
    )


async def _transcribe(services: Services) -> None:
    await transcribing.work(
        services.settings,
        db=services.db,
        clock=services.clock,
        seal=services.seal,
        storage=services.storage,
        fetcher=services.fetcher,
    )


async def run_schedules(services: Services) -> None:
    """Start and end campaigns by the clock. A second run finds nothing left to do."""
    await campaigns.run_schedules(services.db, services.clock)


async def bury_dead_processes(services: Services) -> None:
    """Close the calls of media processes that died. A second run finds none of theirs."""
    now = services.clock.now()
    async with services.db.begin() as tx:
        dead = await processes.dead_processes(tx.conn, now=now)
    for process_id in dead:
        async with services.db.begin() as tx:
            closed = await processes.reconcile(tx, process_id, now)
        log.warning("media_process_dead", process_id=process_id, calls_interrupted=closed)


async def expire_one_offs(services: Services) -> None:
    """Give up one-off calls that found no seat. A second run finds none."""
    async with services.db.begin() as tx:
        await processes.expire_one_offs(tx, services.clock.now())


async def fold_counts(services: Services) -> None:
    """Sum up the counts of long lists. A second run finds nothing to sum up."""
    await lists.fold(services.db)


async def seal_audit_log(services: Services) -> None:
    """Carry the audit log's chain on, and show its end outside the database. Harmless twice.

    An anchor that the chain contradicts stays beside the new one: it is what tells of the cut.
    """
    path = chain.anchor_path(services.settings.data_dir)
    known: Sequence[Anchor] = _known_anchors(path)
    while known := await _carry_on(services, known):
        chain.keep_anchors(path, known)
        log.info("audit_log_sealed", anchor=str(known[-1]))


def _known_anchors(path: Path) -> list[Anchor]:
    try:
        return chain.kept_anchors(path)
    except ValueError as error:  # a new one is better than none
        log.error("audit_anchor_unreadable", path=str(path), error=str(error))
        return []


async def _carry_on(services: Services, known: Sequence[Anchor]) -> Sequence[Anchor]:
    """The chain's new end, if it has one, behind those `known` anchors that contradict it."""
    async with services.db.begin() as tx:
        end = await chain.carry_on(tx.conn, services.seal, services.clock.now())
        if end is None:
            return ()
        lost = await chain.contradicted(tx.conn, known)
    if lost:
        log.error("audit_log_contradicts_anchors", anchors=[str(each) for each in lost])
    return [*lost, end]


TICKS: Final = (
    jobs.every(SCHEDULES_EVERY_S, "campaigns.schedules", run_schedules),
    jobs.every(DEAD_EVERY_S, "calls.dead_processes", bury_dead_processes),
    jobs.every(ONE_OFFS_EVERY_S, "calls.expire_one_offs", expire_one_offs),
    jobs.every(lists.FOLD_EVERY_S, "lists.fold", fold_counts),
    jobs.every(chain.EVERY_S, "audit.seal", seal_audit_log),
)
