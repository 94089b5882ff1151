"""What every database that is told facts of calls must do behind its port."""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from vinfer.adapters.facts import clickhouse
from vinfer.adapters.facts.fake import MemoryFacts
from vinfer.adapters.http_out.vendor import vendor
from vinfer.app import wiring
from vinfer.app.settings import Settings
from vinfer.ports.engines import EngineBusy, EngineRefused
from vinfer.ports.facts import CallFact, FactSink

USER, PASSWORD = "writer", "pass:wörd"
BASIC = "Basic d3JpdGVyOnBhc3M6d8O2cmQ="
FACT = CallFact(
    workspace_id="wsp_1",
    started_at=datetime(2026, 3, 1, 18, 30, 0, 250_000, tzinfo=UTC),
    call_id="cal_1",
    version=7,
    deleted=False,
    campaign_id="cmp_1",
    agent_id='desk "7"\n\\',
    language="hi-IN",
    disposition="interested",
    connected=True,
    seconds=61,
    intent="interested",
    qa_score_milli=87_500,
    type_dnc=1,
)


@dataclass
class Server:
    """A ClickHouse as its pages say it answers, with one table; `trouble` is what it has next."""

    url: str = ""
    exists: bool = True
    may_create: bool = True
    trouble: list[str] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)
    inserts: list[int] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != BASIC:
            return failed(403, 516, f"{USER}: Authentication failed")
        body = await request.read()
        if trouble := self.trouble.pop(0) if self.trouble else "":
            return await self.troubled(trouble, request, body)
        statement = request.query.get("query") or body.decode()
        self.statements.append(statement)
        if statement.startswith("EXISTS TABLE"):
            return web.json_response({"meta": [], "data": [[int(self.exists)]], "rows": 1})
        if statement.startswith("CREATE TABLE"):
            if not self.may_create:
                return failed(403, 497, "Not enough privileges")
            self.exists = True
            return web.Response()
        return self.inserted(statement, body)

    async def troubled(self, kind: str, request: web.Request, body: bytes) -> web.StreamResponse:
        if kind == "slow":
            await asyncio.sleep(0.6)
        if kind == "partial":  # written, and the answer is lost
            self.inserted(request.query["query"], body)
            assert request.transport is not None
            request.transport.abort()
        if kind == "late":  # a good status, and then an exception
            return web.Response(text="Code: 241. DB::Exception: Memory limit exceeded")
        return failed(500, 241, "Memory limit exceeded")

    def inserted(self, statement: str, body: bytes) -> web.Response:
        found = re.fullmatch(
            r"INSERT INTO calls\.call_facts \((.*)\) FORMAT JSONEachRow", statement
        )
        if not self.exists or found is None:
            return failed(404, 60, "Table does not exist")
        rows = [json.loads(line) for line in body.splitlines()]
        names = found[1].split(", ")
        if any(list(row) != names for row in rows):
            return failed(400, 117, "Unknown field found while parsing JSONEachRow format")
        self.rows += rows
        self.inserts.append(len(rows))
        return web.Response()

    def shown(self) -> dict[str, CallFact]:
        """What `SELECT … FINAL` would show."""
        memory = MemoryFacts()
        for row in self.rows:
            row["started_at"] = datetime.fromisoformat(str(row["started_at"]))
            memory.written.append(CallFact(**row))
        return memory.shown()


def failed(status: int, code: int, text: str) -> web.Response:
    return web.Response(
        status=status,
        text=f"Code: {code}. DB::Exception: {text}. (version 26.9.2.1)",
        headers={"X-ClickHouse-Exception-Code": str(code)},
    )


@asynccontextmanager
async def running(server: Server) -> AsyncGenerator[Server]:
    app = web.Application(client_max_size=1 << 24)
    app.router.add_post("/", server.answer)
    runner = web.AppRunner(app, shutdown_timeout=2.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()


@asynccontextmanager
async def distant(
    server: Server, *, password: str = PASSWORD, timeout_s: float = 5, scheme: str = "http"
) -> AsyncGenerator[FactSink]:
    async with (
        running(server),
        vendor(
            name="clickhouse",
            url=server.url.replace("http", scheme, 1),
            headers=clickhouse.headers(USER, password),
            timeout_s=timeout_s,
        ) as http,
    ):
        yield clickhouse.ClickHouseFacts(http, database="calls")


@dataclass
class Held:
    """A sink and what is seen behind it."""

    sink: FactSink
    behind: MemoryFacts | Server


@pytest.fixture(params=["fake", "clickhouse"])
async def held(request: pytest.FixtureRequest) -> AsyncIterator[Held]:
    if request.param == "fake":
        memory = MemoryFacts()
        yield Held(memory, memory)
        return
    server = Server(exists=False)
    async with distant(server) as sink:
        yield Held(sink, server)


async def test_a_fact_arrives_whole(held: Held) -> None:
    await held.sink.ensure()
    await held.sink.ensure()
    await held.sink.write([FACT])
    assert held.behind.shown() == {"cal_1": FACT}


async def test_the_highest_version_counts_in_any_order_and_any_number(held: Held) -> None:
    await held.sink.ensure()
    newer = replace(FACT, version=9, disposition="dnd")
    await held.sink.write([newer])
    for _ in range(2):
        await held.sink.write([FACT, newer])
        await held.sink.write([FACT])
    assert held.behind.shown() == {"cal_1": newer}


async def test_what_is_deleted_stays_deleted(held: Held) -> None:
    await held.sink.ensure()
    bare = {it.name: getattr(FACT, it.name) for it in fields(CallFact)[:3]}
    gone = CallFact(**bare, version=8, deleted=True)
    await held.sink.write([FACT, gone])
    await held.sink.write([FACT])
    assert held.behind.shown() == {}
    assert (gone.agent_id, gone.campaign_id, gone.language) == ("", "", "")


async def test_nothing_is_written_of_nothing(held: Held) -> None:
    await held.sink.ensure()
    await held.sink.write([])
    assert held.behind.shown() == {}


async def test_many_go_in_bounded_requests() -> None:
    server = Server()
    async with distant(server) as sink:
        await sink.write([replace(FACT, call_id=f"cal_{n}") for n in range(5_001)])
    assert server.inserts == [5_000, 1]


async def test_a_table_that_is_there_is_left_alone() -> None:
    server = Server(may_create=False)
    async with distant(server) as sink:
        await sink.ensure()
        await sink.write([FACT])
    assert not any(it.startswith("CREATE") for it in server.statements)
    assert len(server.rows) == 1


async def test_without_rights_an_operator_is_asked_for() -> None:
    async with distant(Server(exists=False, may_create=False)) as sink:
        with pytest.raises(EngineRefused, match="403"):
            await sink.ensure()
        with pytest.raises(EngineRefused, match="404"):
            await sink.write([FACT])


async def test_a_wrong_password_is_refused_and_told_to_nobody() -> None:
    async with distant(Server(), password="secret-of-test") as sink:
        with capture_logs() as logs, pytest.raises(EngineRefused, match="403") as raised:
            await sink.ensure()
    sent = clickhouse.headers(USER, "secret-of-test")["Authorization"]
    told = f"{raised.value!r} {logs}"
    assert "secret-of-test" not in told
    assert sent.rpartition(" ")[2] not in told


@pytest.mark.parametrize("trouble", ["500", "late", "slow", "partial"])
async def test_what_may_pass_is_repeated_without_harm(trouble: str) -> None:
    server = Server(trouble=[trouble])
    async with distant(server, timeout_s=0.3) as sink:
        with pytest.raises(EngineBusy):
            await sink.write([FACT])
        await sink.write([FACT])
    assert server.shown() == {"cal_1": FACT}
    assert len(server.rows) == (2 if trouble == "partial" else 1)


async def test_settings_lead_to_it(tmp_path: Path) -> None:
    async with wiring.fact_sink(Settings(data_dir=tmp_path)) as nowhere:
        assert nowhere is None
    async with running(Server()) as server:
        chosen = Settings(
            data_dir=tmp_path,
            clickhouse_url=server.url,
            clickhouse_database="calls",
            clickhouse_user=USER,
            clickhouse_password=PASSWORD,
        )
        async with wiring.fact_sink(chosen) as sink:
            assert sink is not None
            await sink.write([FACT])
    assert server.shown() == {"cal_1": FACT}


async def test_tls_is_not_given_up() -> None:
    async with distant(Server(), scheme="https") as sink:
        with pytest.raises(EngineBusy):
            await sink.write([FACT])


async def test_another_server_is_no_clickhouse() -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.json_response({"hello": "world"})

    server = Server()
    server.answer = answer  # type: ignore[method-assign]
    async with distant(server) as sink:
        with pytest.raises(EngineRefused, match="no ClickHouse"):
            await sink.ensure()


def test_the_table_has_a_column_for_each_field_and_no_other() -> None:
    assert [name for name, _ in clickhouse.COLUMNS] == list(asdict(FACT))
    made = clickhouse.ddl("calls")
    assert "ReplacingMergeTree(version, deleted)" in made
    assert not re.search(r"phone|name|metadata|text\b", made, re.IGNORECASE)


def test_the_page_shows_the_table_as_it_is_made() -> None:
    page = Path(__file__).parents[2] / "docs" / "howto" / "analytics.md"
    assert f"```sql\n{clickhouse.ddl('vinfer')}\n```" in page.read_text("utf-8")
