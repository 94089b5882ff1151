"""`vinfer serve`: everything on one machine, the database included, as supervised processes."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from importlib import resources
from pathlib import Path
from typing import Any, Final

import structlog

from vinfer.app import settings as settings_module
from vinfer.app.launch import DataDir, Host, Port, say, settings_for
from vinfer.app.settings import Settings
from vinfer.app.supervisor import Child, keep_running, until_signal
from vinfer.kit import migrate, pg

log = structlog.get_logger()

MIGRATIONS: Final = resources.files("vinfer.app") / "migrations"


class NoDatabase(Exception):
    """No database runs for these settings."""


def running_dsn(settings: Settings) -> str:
    """DSN of the database that these settings name. Raises `NoDatabase` when none is running."""
    dsn = settings.database_url or pg.attach(settings.data_dir)
    if dsn is None:
        raise NoDatabase(
            f"No database runs in {settings.data_dir}. Start 'vinfer serve' with this data "
            "directory, or set VINFER_DATABASE_URL."
        )
    return dsn


@asynccontextmanager
async def database(settings: Settings) -> AsyncGenerator[str]:
    """DSN of a migrated database: external, running, or started for this block."""
    dsn = settings.database_url or pg.attach(settings.data_dir)
    server = None if dsn else await pg.start(settings.data_dir)
    try:
        dsn = dsn or (server.dsn if server else "")
        await migrate.migrate(dsn, MIGRATIONS)
        yield dsn
    finally:
        if server is not None:
            await server.stop()


async def serve(settings: Settings, *, announce: Callable[[str], None]) -> None:
    """Run until SIGTERM or SIGINT, then drain and stop all that was started, the database last."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(_run(settings, announce=announce))
        asked = group.create_task(until_signal())
        await asyncio.wait((running, asked), return_when=asyncio.FIRST_COMPLETED)
        running.cancel()
        asked.cancel()


class _Embedded:
    """The embedded server, started again when it ends."""

    def __init__(self, data_dir: Path, server: pg.Server) -> None:
        self._data_dir = data_dir
        self._server = server
        self.dsn = server.dsn

    @classmethod
    async def start(cls, data_dir: Path) -> "_Embedded":
        return cls(data_dir, await pg.start(data_dir))

    async def until_moved(self) -> None:
        """Return when the server had to come back under another DSN."""
        while self._server.dsn == self.dsn:
            status = await self._server.wait()
            log.error("database_ended", status=status)
            await self._server.stop()
            self._server = await pg.start(self._data_dir)

    async def stop(self) -> None:
        await self._server.stop()


async def _run(settings: Settings, *, announce: Callable[[str], None]) -> None:
    if settings.database_url:
        await migrate.migrate(settings.database_url, MIGRATIONS)
        await _run_on(settings.database_url, asyncio.Event().wait(), settings, announce=announce)
    while True:
        embedded = await _Embedded.start(settings.data_dir)
        try:
            await migrate.migrate(embedded.dsn, MIGRATIONS)
            await _run_on(embedded.dsn, embedded.until_moved(), settings, announce=announce)
        finally:
            await embedded.stop()


async def _run_on(
    dsn: str,
    until: Coroutine[Any, Any, object],
    settings: Settings,
    *,
    announce: Callable[[str], None],
) -> None:
    """Keep the processes running on `dsn` for as long as `until` lasts; media drains first."""
    children = _children(dsn, settings)
    async with asyncio.TaskGroup() as group:
        tasks = {child.name: group.create_task(keep_running(child)) for child in children}
        telling = group.create_task(_announce_when_ready(children, settings, announce))
        try:
            await until
        finally:
            telling.cancel()
            await _stop([task for name, task in tasks.items() if name.startswith("media")])
            await _stop(list(tasks.values()))


async def _stop(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)


async def _announce_when_ready(
    children: list[Child], settings: Settings, announce: Callable[[str], None]
) -> None:
    for child in children:
        await child.ready.wait()
    announce(f"VInfer is ready at {settings.url}")


def _children(dsn: str, settings: Settings) -> list[Child]:
    environment = settings_module.inherited() | settings_module.to_environment(settings)
    environment["VINFER_DATABASE_URL"] = dsn
    counts = {
        "speech": 1,
        "api": settings.api_processes,
        "worker": settings.worker_processes,
        "media": settings.media_processes,
    }
    return [
        Child(
            name=f"{program}-{index}",
            arguments=[program, *(["--index", str(index)] if program == "media" else [])],
            environment=environment,
            drain_s=settings.drain_s + 40 if program == "media" else 15.0,
        )
        for program, count in counts.items()
        for index in range(count)
    ]


def command(*, host: Host = None, port: Port = None, data_dir: DataDir = None) -> None:
    """Run everything on this machine until SIGTERM: database, API, worker, speech and media."""
    asyncio.run(serve(settings_for(host=host, port=port, data_dir=data_dir), announce=say))
