"""The embedded server under violence: what was acknowledged is there, and it starts again."""

import asyncio
import contextlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from vinfer.kit import pg

OWNER = """
import asyncio, sys
from pathlib import Path
import asyncpg
from vinfer.kit import pg
async def main():
    server = await pg.start(Path(sys.argv[1]))
    conn = await asyncpg.connect(server.dsn)
    await conn.execute("create table if not exists acknowledged (n int)")
    print(server.pid, flush=True)
    for n in range(10_000_000):
        await conn.execute("insert into acknowledged values ($1)", n)
        print(n, flush=True)
asyncio.run(main())
"""


def spawn(
    code: str, *args: str, python: str = sys.executable, **options: Any
) -> subprocess.Popen[str]:
    paths = [str(Path(pg.__file__).parents[2]), str(Path(asyncpg.__file__).parents[1])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    return subprocess.Popen(
        [python, "-c", code, *args],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        **options,
    )


@pytest.mark.parametrize("victim", ["owner", "postmaster", "everything"])
async def test_a_kill_loses_nothing_acknowledged(data_dir: Path, victim: str) -> None:
    owner = spawn(OWNER, str(data_dir), stderr=subprocess.DEVNULL)
    assert owner.stdout is not None
    lines: list[str] = []
    postmaster = _first_number(owner)
    for _ in range(200):
        lines.append(owner.stdout.readline())
    for pid in _victims(victim, owner.pid, postmaster):
        with contextlib.suppress(ProcessLookupError):  # the postmaster ends its children too
            os.kill(pid, signal.SIGKILL)
    lines += owner.communicate()[0].splitlines(keepends=True)
    acknowledged = int([line for line in lines if line.endswith("\n")][-1]) + 1

    server = await pg.start(data_dir)
    conn = await asyncpg.connect(server.dsn)
    assert await conn.fetchval("select count(*) from acknowledged") >= acknowledged >= 200
    await conn.close()
    await server.stop()


def _first_number(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip().isdigit():
            return int(line)
    raise AssertionError("the owner did not start")


def _victims(victim: str, owner: int, postmaster: int) -> list[int]:
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    return {
        "owner": [owner],
        "postmaster": [postmaster],
        "everything": [*map(int, children), postmaster, owner],
    }[victim]


async def test_attach_finds_only_a_running_server(data_dir: Path) -> None:
    assert pg.attach(data_dir) is None
    server = await pg.start(data_dir)
    other = spawn(
        "import sys; from pathlib import Path; from vinfer.kit import pg;"
        "print(*{pg.attach(Path(sys.argv[1])) for _ in range(50)})",
        str(data_dir),
    )
    found = await asyncio.gather(*(asyncio.to_thread(pg.attach, data_dir) for _ in range(20)))
    assert set(found) == {server.dsn}
    assert other.communicate()[0].strip() == server.dsn
    with pytest.raises(pg.PostgresError, match="already runs"):
        await pg.start(data_dir)
    await server.stop()
    await server.stop()
    assert pg.attach(data_dir) is None


def _short_dirs() -> list[Path]:
    return list(Path("/tmp").glob("vinfer-*"))


async def test_a_deep_directory_gets_a_short_socket(data_dir: Path) -> None:
    os.chmod(data_dir, 0o711)
    deep = data_dir / ("d" * 60) / ("e" * 60)
    server = await pg.start(deep)
    assert pg.attach(deep) == server.dsn
    conn = await asyncpg.connect(server.dsn)
    (socket_dir,) = await conn.fetchrow("show unix_socket_directories")
    assert len(socket_dir) < 60
    assert stat.S_IMODE(os.stat(socket_dir).st_mode) == 0o700
    await conn.close()
    os.kill(server.pid, signal.SIGKILL)
    await server.wait()
    server._lock.close()  # as when the owner dies too: nobody tidies up
    server = await pg.start(deep)
    await server.stop()
    assert socket_dir not in {str(path) for path in await asyncio.to_thread(_short_dirs)}


async def test_no_tcp_port_and_no_other_user(data_dir: Path) -> None:
    server = await pg.start(data_dir)
    conn = await asyncpg.connect(server.dsn)
    assert await conn.fetchval("show listen_addresses") == ""
    rules = await conn.fetch("select type, auth_method, options from pg_hba_file_rules")
    assert [tuple(rule.values()) for rule in rules] == [("local", "peer", ["map=owner"])]
    home = data_dir / "postgres"
    assert not home.stat().st_mode & 0o007
    assert not (home / "pg18").stat().st_mode & 0o077
    await conn.close()
    await server.stop()


@pytest.fixture
def strangers_dir() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="vinfer-test-", dir="/tmp"))
    os.chown(path, 65534, 65534)
    yield path
    shutil.rmtree(path)


def _python_for_everyone() -> str | None:
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        try:
            subprocess.run([python, "-c", ""], user=65534, check=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return python
    return None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run as somebody else")
def test_an_ordinary_user_runs_it_too(strangers_dir: Path) -> None:
    code = (
        "import asyncio, sys; from pathlib import Path; from vinfer.kit import pg\n"
        "async def main():\n"
        "    server = await pg.start(Path(sys.argv[1])); print(server.dsn); await server.stop()\n"
        "asyncio.run(main())"
    )
    python = _python_for_everyone()
    if python is None:
        pytest.skip("no interpreter of this version is open to other users")
    strangers = {"user": 65534, "group": 65534, "extra_groups": []}
    process = spawn(code, str(strangers_dir), python=python, **strangers)
    assert "postgresql://" in process.communicate()[0]
    assert process.returncode == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another account")
def test_a_closed_parent_lets_the_server_pass_and_nobody_else(data_dir: Path) -> None:
    closed = data_dir / "closed"
    closed.mkdir(mode=0o700)

    async def start_and_stop() -> None:
        await (await pg.start(closed / "data")).stop()

    asyncio.run(start_and_stop())
    peek = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "ls", str(closed)]
    assert subprocess.run(peek, capture_output=True).returncode != 0


async def test_a_failing_server_says_why(data_dir: Path) -> None:
    with pytest.raises(pg.PostgresError, match="no_such_option"):
        await pg.start(data_dir, options={"no_such_option": "1"})
    server = await pg.start(data_dir)  # the directory is free again
    await server.stop()


async def test_a_reused_pid_is_no_obstacle(data_dir: Path) -> None:
    server = await pg.start(data_dir)
    cluster = data_dir / "postgres" / "pg18"
    status = (cluster / "postmaster.pid").read_text()
    await server.stop()
    (cluster / "postmaster.pid").write_text(status.replace(str(server.pid), str(os.getppid()), 1))
    assert pg.attach(data_dir) is None
    server = await pg.start(data_dir)
    await server.stop()


async def test_the_log_is_bounded(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pg, "LOG_LIMIT_BYTES", 10)
    server = await pg.start(data_dir)
    log = data_dir / "postgres" / "log"
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        waiting = group.create_task(server.wait())
        while not log.with_name("log.1").exists():  # noqa: ASYNC110  # a file cannot set an event
            await asyncio.sleep(0.05)
        await server.stop()
        assert await waiting == 0
