"""The parts of an installation, each killed and started again on its own."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Literal

import platforms
from platforms import Program

from vinfer.kit import pg
from vinfer.kit.migrate import migrate

Part = Literal["api", "worker", "database"]
PARTS: tuple[Part, ...] = ("api", "worker", "database")


@dataclass
class Installation:
    """A database, an API process and a worker, kept running by this process."""

    data_dir: Path
    port: int
    server: pg.Server
    key: str = ""
    programs: dict[str, Program] = field(default_factory=dict[str, Program])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return platforms.environment(
            DATA_DIR=str(self.data_dir),
            PORT=str(self.port),
            LOG_LEVEL="warning",
            **platforms.WEBHOOK_SETTINGS,
        )

    async def start(self, part: Literal["api", "worker"]) -> None:
        log = self.data_dir / f"{part}.log"
        self.programs[part] = await platforms.start_program(part, env=self.environment, log=log)

    async def kill(self, part: Part) -> None:
        """kill -9, and a new start."""
        if part == "database":
            (postmaster, *_) = platforms.children_of(os.getpid(), word="postgres")
            os.kill(postmaster, signal.SIGKILL)
            await self.server.wait()
            await self.server.restart()
        else:
            await self.programs[part].kill()
            await self.start(part)

    async def command(self, *words: str) -> None:
        """Run `vinfer …`."""
        process = await asyncio.create_subprocess_exec(
            *platforms.VINFER, *words, env=self.environment, stdout=asyncio.subprocess.DEVNULL
        )
        assert await process.wait() == 0, words


@asynccontextmanager
async def installed(data_dir: Path) -> AsyncIterator[Installation]:
    """An installation that allows any number of requests, with a key to it."""
    server = await pg.start(data_dir)
    it = Installation(data_dir, platforms.free_port(), server)
    try:
        await migrate(server.dsn, files("vinfer.app") / "migrations", app_role=pg.APP_ROLE)
        it.key = await platforms.create_key(data_dir, it.environment)
        limit = ("--requests-per-minute", "1000000")
        await it.command("workspaces", "limits", "default", *limit)
        await it.start("api")
        await it.start("worker")
        yield it
    finally:
        for program in it.programs.values():
            with contextlib.suppress(ProcessLookupError):
                await program.stop()
        await server.stop()
