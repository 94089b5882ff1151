"""Child processes: started, watched, restarted with back-off, drained and stopped."""

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from vinfer.app.settings import PARENT

log = structlog.get_logger()

READY_LINE = b"ready"
FIRST_RESTART_S, LONGEST_RESTART_S, STEADY_AFTER_S = 0.5, 15.0, 30.0


@dataclass(slots=True)
class Child:
    """One process of the product: `vinfer <arguments>`."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    drain_s: float = 10.0
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    pid: int | None = None


async def keep_running(
    child: Child, *, on_restart: Callable[[Child], None] = lambda _: None
) -> None:
    """Run `child` until cancelled, starting it again when it ends; then SIGTERM, then SIGKILL."""
    delay_s = FIRST_RESTART_S
    clock = asyncio.get_running_loop().time
    while True:
        started = clock()
        try:
            status: int | str = await _run_once(child)
        except Exception as error:  # it could not even be started: the others must go on
            status = repr(error)
        if clock() - started > STEADY_AFTER_S:
            delay_s = FIRST_RESTART_S
        log.error("child_ended", child=child.name, status=status, restart_in_s=delay_s)
        on_restart(child)
        await asyncio.sleep(delay_s)
        delay_s = min(delay_s * 2, LONGEST_RESTART_S)


async def _run_once(child: Child) -> int:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "vinfer.app.cli",
        *child.arguments,
        stdout=asyncio.subprocess.PIPE,
        env=dict(child.environment) | {PARENT: str(os.getpid())},
        start_new_session=True,  # Ctrl-C reaches the supervisor alone, which drains in order
    )
    child.pid = process.pid
    try:
        assert process.stdout is not None
        while said := await process.stdout.read(64 * 1024):  # lines of any length
            if READY_LINE in said.splitlines():
                child.ready.set()
        return await process.wait()
    finally:
        child.ready.clear()
        await _stop(process, drain_s=child.drain_s)
        child.pid = None


async def _stop(process: asyncio.subprocess.Process, *, drain_s: float) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(drain_s):
            await process.wait()
    except TimeoutError:
        log.error("child_killed", pid=process.pid, drain_s=drain_s)
        process.kill()
        await process.wait()


def say_ready() -> None:
    """Tell the supervisor that this process does its work now."""
    sys.stdout.write(READY_LINE.decode() + "\n")
    sys.stdout.flush()


def die_with_parent(parent: int | None) -> None:
    """End this process at once when the supervisor that started it ends, however that happens.

    Crash-only: what it was doing is reconciled from the database by the next start.
    """
    if parent is None:
        return
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:
        sys.exit("the supervisor is gone")


async def until_signal() -> None:
    """Return at the first SIGTERM or SIGINT."""
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked.set)
    await asked.wait()
