"""`vinfer serve`: everything on one machine, the database included, as supervised processes."""

import asyncio
import itertools
import socket
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from importlib import resources
from typing import Any, Final

import structlog

from vinfer.app import front
from vinfer.app import settings as settings_module
from vinfer.app.launch import DataDir, Host, Port, say, settings_for
from vinfer.app.settings import Settings, SettingsError
from vinfer.app.supervisor import Child, keep_running, until_signal
from vinfer.kit import migrate, pg

log = structlog.get_logger()

MIGRATIONS: Final = resources.files("vinfer.app") / "migrations"
DATABASE_RESTARTS_S: Final = (0.5, 1.0, 2.0, 5.0, 15.0)
PORT_LOOKS: Final = 20


class NoDatabase(Exception):
    """No database runs for these settings."""


def running_dsn(settings: Settings) -> str:
    """DSN of the database that these settings name. Raises `NoDatabase` when none is running."""
    if settings.database_url:
        return settings.database_url
    dsn = pg.attach(settings.data_dir)
    if dsn is None:
        raise NoDatabase(
            f"No database runs in {settings.data_dir}. Start 'vinfer serve' with this data "
            "directory, or set VINFER_DATABASE_URL."
        )
    return pg.as_app(dsn)


@asynccontextmanager
async def database(settings: Settings) -> AsyncGenerator[str]:
    """DSN of a migrated database, for its owner: external, running, or started for this block."""
    if settings.database_url:
        await migrate.migrate(settings.database_url, MIGRATIONS)
        yield settings.database_url
        return
    dsn = pg.attach(settings.data_dir)
    server = None if dsn else await pg.start(settings.data_dir)
    try:
        dsn = dsn or (server.dsn if server else "")
        await migrate.migrate(dsn, MIGRATIONS, app_role=pg.APP_ROLE)
        yield dsn
    finally:
        if server is not None:
            await server.stop()


async def serve(settings: Settings, *, announce: Callable[[str], None]) -> None:
    """Run until SIGTERM or SIGINT, then drain and stop all that was started, the database last."""
    front.check(settings)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(_run(settings, announce=announce))
        asked = group.create_task(until_signal())
        await asyncio.wait((running, asked), return_when=asyncio.FIRST_COMPLETED)
        running.cancel()
        asked.cancel()


async def _run(settings: Settings, *, announce: Callable[[str], None]) -> None:
    await _require_port(settings.host, settings.port)
    if settings.database_url:
        await migrate.migrate(settings.database_url, MIGRATIONS)
        forever = asyncio.Event().wait()
        return await _run_on(settings.database_url, forever, settings, announce=announce)
    server = await pg.start(settings.data_dir)
    try:
        await migrate.migrate(server.dsn, MIGRATIONS, app_role=pg.APP_ROLE)
        await _run_on(pg.as_app(server.dsn), _keep_running(server), settings, announce=announce)
    finally:
        await server.stop()


async def _require_port(host: str, port: int) -> None:
    """Raise `SettingsError` while another program listens there.

    API processes share their port, so that the kernel would give them those of a stranger too.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for patience in range(PORT_LOOKS, -1, -1):  # a killed predecessor's may need a moment to end
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                return probe.bind((host, port))
            except OSError as error:
                if not patience:
                    raise SettingsError(f"Cannot listen on {host}:{port}: {error}.") from error
        await asyncio.sleep(0.1)


async def _keep_running(server: pg.Server) -> None:
    """Start the database again whenever it ends, as often as it takes; live calls wait for it."""
    while True:
        status = await server.wait()
        log.error("database_ended", status=status)
        delays = itertools.chain(DATABASE_RESTARTS_S, itertools.repeat(DATABASE_RESTARTS_S[-1]))
        for delay_s in delays:
            try:
                await server.restart()
                break
            except (pg.PostgresError, OSError) as error:
                log.error("database_down", error=str(error), restart_in_s=delay_s)
            await asyncio.sleep(delay_s)


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
