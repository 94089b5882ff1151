"""What a PostgreSQL server says of itself in its directory, and ending one that was left over."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

STOP_TIMEOUT_S: Final = 60.0


class PostgresError(Exception):
    """The embedded server cannot run; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Status:
    """The server's process, where it listens, and whether it takes queries."""

    pid: int
    socket_dir: Path
    ready: bool


def read_status(cluster: Path) -> Status | None:
    """What the server last said of itself (the layout of `postmaster.pid` is pg_ctl's contract)."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return None
    except PermissionError:
        raise PostgresError(
            f"{cluster} belongs to another user; run this as the user who runs the server."
        ) from None
    if len(lines) < 5 or not lines[0].isdigit():
        return None  # being written
    return Status(int(lines[0]), Path(lines[4]), len(lines) >= 8 and lines[7].strip() == "ready")


def end_left_over(cluster: Path) -> None:
    """Wait for a server whose owner was killed: it is on its way down, or is told to be."""
    for how in (signal.SIGINT, signal.SIGQUIT):
        status = read_status(cluster)
        if status is None or str(cluster) not in _command_line(status.pid):
            return
        os.kill(status.pid, how)
        if _gone(status.pid, cluster):
            return
    raise PostgresError(f"A PostgreSQL server of {cluster} is running and does not stop.")


def _gone(pid: int, cluster: Path) -> bool:
    deadline = time.monotonic() + STOP_TIMEOUT_S
    while time.monotonic() < deadline:
        if str(cluster) not in _command_line(pid):
            return True
        time.sleep(0.05)
    return False


def foreign_pid(cluster: Path) -> str:
    """The pid in a left-over postmaster.pid that some other program has been given since."""
    status = read_status(cluster)
    return str(status.pid) if status and str(cluster) not in _command_line(status.pid) else ""


def _command_line(pid: int) -> str:
    """The process's command line, empty when there is no such process."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return ""
    listing = subprocess.run(  # noqa: S603  # fixed program
        ["/bin/ps", "-p", str(pid), "-o", "command="], capture_output=True
    )
    return listing.stdout.decode(errors="replace")
