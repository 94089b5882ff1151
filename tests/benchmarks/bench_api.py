"""What the platform adds to a request: the product's API process beside the bare one.

Run: python tests/benchmarks/bench_api.py [rounds] [gets] [posts] [pages]
The bare one is Litestar, msgspec and asyncpg with nothing around them, once with the guarantees of
keys and limits that the product gives ("bare") and once without ("cached"): see bare_api.py.
CPU of the server's process per request, from /proc, median over alternating rounds; what the parts
of a POST of 10,000 contacts cost by themselves; and how long first pages and cursor pages take as
the number of calls grows from 10 to 1,000,000.
"""

import asyncio
import json
import os
import shutil
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "journeys")]

import aiohttp
import asyncpg
import platforms
import reminder

from places import make_data_dir
from vinfer.domains.campaigns.schemas import CampaignBody
from vinfer.domains.contacts import reading
from vinfer.kit import pg, schema
from vinfer.kit.db import prepare_connection
from vinfer.kit.ids import Series
from vinfer.kit.migrate import migrate
from vinfer.media.script import parsing

REQUESTS = 3000
AT_ONCE = 16
CONTACTS = 10_000
SIZES = (10, 1_000, 100_000, 1_000_000)
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
TRUNK = "trk_00000000000000000000000001"
_BARE_TABLES = """
    create table bare_keys (hash bytea primary key, workspace_id text not null);
    insert into bare_keys select hash, workspace_id from api_keys;
    create unlogged table bare_rates
        (workspace_id text, minute int, n int not null, primary key (workspace_id, minute));
    create table bare_campaigns (id text primary key, workspace_id text not null, name text);
    create table bare_contacts (id text primary key, workspace_id text not null,
        campaign_id text not null references bare_campaigns, position int not null,
        phone text not null, name text, variables jsonb not null);
    create index on bare_contacts (workspace_id, phone)
"""
_TRUNK = """
    insert into trunks (id, workspace_id, name, server, caller_ids)
    select $1, id, 'phones', 'sip.example.com', '{+911140000000}' from workspaces
"""
_CALLS = """
    insert into calls (id, workspace_id, campaign_id, script_id, script_version, phone, name,
        language, status, disposition, started_at, answered_at, ended_at, duration_seconds)
    select 'cal_' || lpad(n::text, 26, '0'), $1, $2, $3, 1, '+9198' || lpad(n::text, 8, '0'),
        'Asha', 'en-IN', 'completed', 'interested', now() - n * interval '1 second',
        now() - n * interval '1 second', now() - n * interval '1 second', 42
    from generate_series($4::int, $5::int) n
"""


@dataclass
class Server:
    """A server process and how it is asked."""

    name: str
    pid: int
    session: aiohttp.ClientSession
    url: str

    def cpu_s(self) -> float:
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_S

    async def get(self, path: str) -> bytes:
        async with self.session.get(self.url + path) as reply:
            assert reply.status == 200, (reply.status, await reply.text())
            return await reply.read()

    async def post(self, path: str, body: bytes) -> None:
        kind = {"content-type": "application/json"}
        async with self.session.post(self.url + path, data=body, headers=kind) as reply:
            assert reply.status < 300, (reply.status, await reply.text())


class Backends:
    """The database's processes."""

    def __init__(self, one_of_them: int) -> None:
        self._postmaster = self._fields(one_of_them)[1:2]

    def cpu_s(self) -> float:
        """CPU that those which live have used."""
        pids = (int(it.name) for it in Path("/proc").iterdir() if it.name.isdigit())
        found = (self._fields(pid) for pid in pids)
        used = (int(it[11]) + int(it[12]) for it in found if it[1:2] == self._postmaster)
        return sum(used) / TICKS_PER_S

    @staticmethod
    def _fields(pid: int) -> list[str]:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return []


async def cpu_us(server: Server, path: str) -> float:
    """CPU of the server per GET, in microseconds."""
    left = iter(range(REQUESTS))

    async def ask() -> None:
        for _ in left:
            await server.get(path)

    before = server.cpu_s()
    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(ask())
    return (server.cpu_s() - before) / REQUESTS * 1e6


@asynccontextmanager
async def installation() -> AsyncGenerator[tuple[str, Path]]:
    """A migrated database of the product, as it is configured by default."""
    data_dir = make_data_dir()
    server = await pg.start(data_dir)
    try:
        await migrate(server.dsn, files("vinfer.app") / "migrations")
        yield server.dsn, data_dir
    finally:
        await server.stop()
        shutil.rmtree(data_dir)


async def vinfer(*arguments: str, env: dict[str, str]) -> str:
    """Run an operator's command; what it prints."""
    process = await asyncio.create_subprocess_exec(
        *platforms.VINFER, *arguments, env=env, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert process.returncode == 0, arguments
    return out.decode()


async def grow(conn: Any, campaign: dict[str, Any], first: int, last: int) -> None:
    """Calls number `first` to `last` of a campaign."""
    workspace = await conn.fetchval(
        "select workspace_id from campaigns where id = $1", campaign["id"]
    )
    await conn.execute(_CALLS, workspace, campaign["id"], campaign["script_id"], first, last)
    await conn.execute("vacuum analyze calls")


async def compare_gets(asked: Sequence[Server], rounds: int) -> None:
    """Print CPU per one-row GET and per list of 20."""
    for title, path in (("one row", f"/v1/trunks/{TRUNK}"), ("list of 20", "/v1/calls")):
        found: dict[str, list[float]] = {server.name: [] for server in asked}
        for server in asked:
            await cpu_us(server, path)  # connections, caches
        for _ in range(rounds):
            for server in asked:
                found[server.name].append(await cpu_us(server, path))
        print_ratio(f"GET {title}, CPU us", *(median(values) for values in found.values()))


async def compare_posts(
    asked: Sequence[Server], script_id: str, rounds: int, database: Backends
) -> None:
    """Print wall time and CPU of a POST of a campaign with 10,000 contacts."""
    body = json.dumps(big_campaign(script_id)).encode()
    found = {title: {server.name: list[float]() for server in asked} for title in _POST_ROWS}
    for turn in range(rounds + 1):
        for server in asked:
            before, used, began = server.cpu_s(), database.cpu_s(), perf_counter()
            await server.post("/v1/campaigns", body)
            wall = perf_counter() - began
            spent, taken = server.cpu_s() - before, database.cpu_s() - used
            if turn:  # the first warms
                for title, value in zip(_POST_ROWS, (wall, spent, taken), strict=True):
                    found[title][server.name].append(value * 1000)
    for title, by_server in found.items():
        print_ratio(f"POST {CONTACTS:,} contacts, {title}", *map(median, by_server.values()))


_POST_ROWS = ("wall ms", "CPU ms", "CPU of the database ms")


def big_campaign(script_id: str) -> dict[str, Any]:
    """The body of a campaign with 10,000 contacts."""
    people = [
        {"phone": f"+9198{n:08d}", "name": f"Name {n}", "amount": n, "due_date": "2026-10-05"}
        for n in range(CONTACTS)
    ]
    return {"name": "bench", "script_id": script_id, "language": "en-IN", "contacts": people}


async def parts_of_a_post(conn: Any, campaign: dict[str, Any], rounds: int) -> None:
    """Print what reading a body, judging its contacts and a COPY of them cost by themselves."""
    body = json.dumps(big_campaign(campaign["script_id"])).encode()
    people = schema.decode_body(body, CampaignBody).contacts
    script = parsing.parse(reminder.REMINDER)
    read = [cpu_ms(lambda: schema.decode_body(body, CampaignBody)) for _ in range(rounds)]
    judge = [cpu_ms(lambda: [reading.read(it, script) for it in people]) for _ in range(rounds)]
    print(f"{'its body read and bounded, CPU ms':38} {min(read):9.1f}")
    print(f"{'its contacts judged, CPU ms':38} {min(judge):9.1f}")
    await prepare_connection(conn)
    workspace = await conn.fetchval(
        "select workspace_id from campaigns where id = $1", campaign["id"]
    )
    now = datetime.now(UTC)
    wide = [
        (id, workspace, campaign["id"], at, it["phone"], it["name"], it, now, now)
        for at, (id, it) in enumerate(zip(Series("ctc").take(CONTACTS), people, strict=True))
    ]
    await conn.execute(
        "insert into bare_campaigns values ($1, $2, 'bench')", campaign["id"], workspace
    )
    for table, records, columns in (
        ("contacts", wide, (*_COPIED, "next_at", "created_at")),
        ("bare_contacts", [it[:7] for it in wide], _COPIED),
    ):
        took = [await copy_ms(conn, table, records, columns) for _ in range(rounds)]
        print(f"{'COPY into ' + table + ', wall ms':38} {min(took):9.1f}", flush=True)


_COPIED = ("id", "workspace_id", "campaign_id", "position", "phone", "name", "variables")


def cpu_ms(step: Callable[[], object]) -> float:
    """CPU that a step takes."""
    began = process_time()
    step()
    return (process_time() - began) * 1000


async def copy_ms(conn: Any, table: str, records: Any, columns: Sequence[str]) -> float:
    """Wall time of a COPY that is then undone."""
    transaction = conn.transaction()
    await transaction.start()
    began = perf_counter()
    await conn.copy_records_to_table(table, records=records, columns=columns)
    took = (perf_counter() - began) * 1000
    await transaction.rollback()
    return took


def print_ratio(title: str, product: float, *others: float) -> None:
    """One line of the table."""
    parts = "".join(f" {other:9.0f} {product / other:7.2f}" for other in others)
    print(f"{title:38} {product:9.0f}{parts}", flush=True)


async def pages_while_growing(product: Server, conn: Any, campaign: dict[str, Any]) -> None:
    """Print how long pages take as calls become many."""
    print(f"\n{'calls':>10} {'first page ms':>14} {'cursor page ms':>15} {'campaign page ms':>17}")
    there = 10
    for size in SIZES:
        if size > there:
            await grow(conn, campaign, there + 1, size)
            there = size
        first = json.loads(await product.get("/v1/calls?limit=5"))
        assert first["total"] == size, first["total"]
        cursor = f"/v1/calls?limit=5&cursor={first['next_cursor']}"
        of_campaign = f"/v1/campaigns/{campaign['id']}/calls?limit=5&disposition=interested"
        times = [
            await wall_ms(product, path) for path in ("/v1/calls?limit=5", cursor, of_campaign)
        ]
        print(f"{size:10,} {times[0]:14.2f} {times[1]:15.2f} {times[2]:17.2f}", flush=True)


async def wall_ms(server: Server, path: str) -> float:
    """Median time of a GET, alone."""
    found = list[float]()
    for _ in range(60):
        began = perf_counter()
        await server.get(path)
        found.append((perf_counter() - began) * 1000)
    return median(found)


async def bench(rounds: int, parts: Sequence[str]) -> None:
    """These parts, in one run."""
    async with installation() as (dsn, data_dir):
        env = platforms.environment(DATA_DIR=str(data_dir), DATABASE_URL=dsn)
        key = (
            await vinfer("keys", "create", "--name", "bench", "--scope", "admin", env=env)
        ).split()[-1]
        conn: Any = await asyncpg.connect(dsn)
        await conn.execute("update workspaces set requests_per_minute = 1000000000")
        await conn.execute(_BARE_TABLES)
        async with servers(env, dsn, data_dir, key) as asked:
            product = asked[0]
            campaign = await a_campaign(product)
            await conn.execute(_TRUNK, TRUNK)
            print(f"{'':38} {'product':>9} {'bare':>9} {'ratio':>7} {'cached':>9} {'ratio':>7}")
            await grow(conn, campaign, 1, 1000)
            if "gets" in parts:
                await compare_gets(asked, rounds)
            if "posts" in parts:
                database = Backends(await conn.fetchval("select pg_backend_pid()"))
                await compare_posts(asked, campaign["script_id"], rounds, database)
                await parts_of_a_post(conn, campaign, rounds)
            if "pages" in parts:
                await conn.execute("delete from calls where id > 'cal_' || lpad('10', 26, '0')")
                await pages_while_growing(product, conn, campaign)
        await conn.close()


async def a_campaign(product: Server) -> dict[str, Any]:
    """A scheduled campaign of the reminder script."""

    async def post(path: str, body: Any) -> Any:
        async with product.session.post(product.url + path, json=body) as reply:
            assert reply.status == 201, await reply.text()
            return await reply.json()

    script = await post("/v1/scripts", reminder.REMINDER)
    body = {"name": "bench", "script_id": script["id"], "language": "en-IN", "contacts": []}
    return await post("/v1/campaigns", body)


@asynccontextmanager
async def servers(
    env: dict[str, str], dsn: str, data_dir: Path, key: str
) -> AsyncGenerator[list[Server]]:
    """One process of each, ready."""
    ports = [platforms.free_port() for _ in range(3)]
    bare = [
        sys.executable,
        "-m",
        "uvicorn",
        "--app-dir",
        str(Path(__file__).parent),
        "bare_api:app",
    ]
    bare += ["--loop", "uvloop", "--no-access-log", "--port"]
    commands = {
        "product": [*platforms.VINFER, "api", "--port", str(ports[0])],
        "bare": [*bare, str(ports[1])],
        "cached": [*bare, str(ports[2])],
    }
    log = (data_dir / "bench.log").open("wb")
    processes = [
        await asyncio.create_subprocess_exec(
            *command,
            env=env | {"BARE_DSN": dsn, "BARE_CACHED": str(int(name == "cached"))},
            stdout=log,
            stderr=log,
        )
        for name, command in commands.items()
    ]
    try:
        async with aiohttp.ClientSession(headers={"authorization": f"Bearer {key}"}) as session:
            made = [
                Server(name, process.pid, session, f"http://127.0.0.1:{port}")
                for name, process, port in zip(commands, processes, ports, strict=True)
            ]
            for server in made:
                await until_up(lambda server=server: server.get("/v1/calls"))
            yield made
    finally:
        for process in processes:
            process.terminate()
            await process.wait()
        log.close()


async def until_up(ask: Callable[[], Awaitable[bytes]]) -> None:
    """Wait until a server answers."""
    async with asyncio.timeout(30):
        while True:
            try:
                await ask()
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)
            else:
                return


if __name__ == "__main__":
    numbers = [int(it) for it in sys.argv[1:] if it.isdigit()]
    named = [it for it in sys.argv[1:] if not it.isdigit()]
    asyncio.run(bench((numbers or [5])[0], named or ("gets", "posts", "pages")))
