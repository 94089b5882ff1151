"""What a large upload takes: a CSV of a million contacts, and one of a million listed phones.

Run: python tests/benchmarks/bench_uploads.py [rows]
Posts to an API process of the product over HTTP; its CPU and its largest memory are from /proc.
"""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter
from typing import IO

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "journeys")]

import aiohttp
import bench_api
import platforms

ROWS = 1_000_000
BAD_EVERY = 1000


def write_csv(file: IO[bytes], rows: int) -> None:
    """Contacts of the reminder script; now and then a row is bad."""
    file.write(b"phone,name,amount,due_date,city\r\n")
    for n in range(rows):
        phone = "12345" if n % BAD_EVERY == 7 else f"+9198{n:08d}"
        file.write(f'{phone},"Rao, Asha {n}",{1000 + n % 5000},2026-12-15,Pune\r\n'.encode())


def memory_mb(pid: int, name: str) -> int:
    """`VmRSS` or `VmHWM` of a process, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) // 1024


def begin_anew(pid: int) -> None:
    """Forget the high-water mark of a process's memory."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def size_mb(path: Path) -> float:
    """The size of a file."""
    return path.stat().st_size / 1e6


async def upload(session: aiohttp.ClientSession, url: str, path: Path, pid: int) -> None:
    """Send the file; print what it took."""
    before = memory_mb(pid, "VmRSS")
    begin_anew(pid)
    started = perf_counter()
    with path.open("rb") as file:
        answer = await session.post(url, data=file, headers={"content-type": "text/csv"})
        told = await answer.json()
    took_s = perf_counter() - started
    assert answer.status in (200, 201), told
    most = memory_mb(pid, "VmHWM")
    print(
        f"{url.rpartition('/v1')[2]:50} {size_mb(path):5.0f} MB {took_s:6.1f} s"
        f" accepted {told['accepted']} rejected {told['rejected_total']}"
        f" memory {before} -> {most} MB"
    )


def _paths(folder: Path, rows: int) -> Iterator[Path]:
    for count in (rows // 10, rows):
        path = folder / f"{count}.csv"
        with path.open("wb") as file:
            write_csv(file, count)
        yield path


@asynccontextmanager
async def api(env: dict[str, str], port: int, log: Path) -> AsyncGenerator[int]:
    """An API process of the product; its process id."""
    with log.open("wb") as errors:
        process = await asyncio.create_subprocess_exec(
            *platforms.VINFER, "api", "--port", str(port), env=env, stdout=errors, stderr=errors
        )
    try:
        yield process.pid
    finally:
        process.terminate()
        await process.wait()


async def main(rows: int) -> None:
    """Start an API process, and send each file to both routes."""
    folder = Path(tempfile.mkdtemp())
    port = platforms.free_port()
    url = f"http://127.0.0.1:{port}"
    try:
        async with bench_api.installation() as (dsn, data_dir):
            env = platforms.environment(DATA_DIR=str(data_dir), DATABASE_URL=dsn)
            made = await bench_api.vinfer(
                "keys", "create", "--name", "bench", "--scope", "admin", env=env
            )
            timeout = aiohttp.ClientTimeout(total=1800)
            headers = {"authorization": f"Bearer {made.split()[-1]}"}
            async with (
                api(env, port, folder / "api.log") as pid,
                aiohttp.ClientSession(timeout=timeout, headers=headers) as session,
            ):
                server = bench_api.Server("product", pid, session, url)
                await bench_api.until_up(lambda: server.get("/v1/calls"))
                campaign = (await bench_api.a_campaign(server))["id"]
                for path in _paths(folder, rows):
                    await upload(session, f"{url}/v1/campaigns/{campaign}/contacts", path, pid)
                    await upload(session, f"{url}/v1/dnc", path, pid)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS))
