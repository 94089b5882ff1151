"""Reports by the real processes: a worker is killed while it makes one, and the mail comes once."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from platforms import Program, create_key, environment, free_port, start_program
from tests.mail_server import MailServer, mail_server

from vinfer.kit.db import Database

ROWS = 20_000
CALLS = """
insert into calls (id, workspace_id, script_id, script_version, phone, language, status,
    disposition, end_reason, started_at, answered_at, ended_at, duration_seconds)
select 'cal_' || lpad(n::text, 26, '0'), id, 'scr_1', 1, '+919810000000', 'en-IN', 'completed',
    'interested', 'agent_hangup', '2026-03-02T06:00:00Z', '2026-03-02T06:00:05Z',
    '2026-03-02T06:01:05Z', 60
from workspaces, generate_series(1, $1::int) as n
"""
BODY = {"type": "call_summary", "from": "2026-03-01", "to": "2026-03-07", "format": "csv"}
DAILY = {"frequency": "daily", "email": "asha@example.com"}


class Site:
    """An API process, a way to start workers, and a mail server."""

    def __init__(self, db: Database, box: MailServer, env: dict[str, str], folder: Path) -> None:
        self.db = db
        self.box = box
        self.env = env
        self.folder = folder
        self.url = ""
        self.session: aiohttp.ClientSession

    async def worker(self) -> Program:
        return await start_program("worker", env=self.env, log=self.folder / "worker.log")

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        async with self.session.request(method, f"{self.url}/v1{path}", json=body) as reply:
            assert reply.status < 400, await reply.text()
            return await reply.json()

    async def until(self, id: str, status: str) -> Any:
        return await self.polled(f"/reports/{id}", lambda report: report["status"] == status)

    async def polled(self, path: str, holds: Callable[[Any], bool]) -> Any:
        async with asyncio.timeout(60):
            while not holds(found := await self.ask("GET", path)):  # noqa: ASYNC110  # a process
                await asyncio.sleep(0.02)
        return found

    async def run(self, statement: str, *args: Any) -> None:
        async with self.db.begin() as tx:
            await tx.conn.execute(statement, *args)

    async def val(self, query: str, *args: Any) -> Any:
        async with self.db.read() as conn:
            return await conn.fetchval(query, *args)


@asynccontextmanager
async def site_of(db: Database, dsn: str, data_dir: Path) -> AsyncIterator[Site]:
    async with mail_server() as box, aiohttp.ClientSession() as session:
        port = free_port()
        env = environment(
            DATA_DIR=str(data_dir),
            DATABASE_URL=dsn,
            PUBLIC_URL=f"http://127.0.0.1:{port}",
            SMTP_HOST="localhost",
            SMTP_PORT=str(box.port),
            SMTP_SENDER="reports@bank.example",
            SMTP_CA_FILE=str(box.ca_file),
            WORKER_LANES="light",
        )
        site = Site(db, box, env, data_dir)
        api = await start_program("api", "--port", str(port), env=env, log=data_dir / "api.log")
        try:
            key = await create_key(data_dir, env)
            session.headers["authorization"] = f"Bearer {key}"
            site.url, site.session = f"http://127.0.0.1:{port}", session
            yield site
        finally:
            await api.stop()


@pytest.mark.slow
async def test_a_killed_workers_report_is_made_by_another_and_mailed_once(
    db: Database, dsn: str, data_dir: Path
):
    async with site_of(db, dsn, data_dir) as site:
        await site.run(CALLS, ROWS)
        asked = await site.ask("POST", "/reports", BODY)
        first = await site.worker()
        await site.until(asked["report_id"], "processing")
        await first.kill()
        assert (await site.ask("GET", f"/reports/{asked['id']}"))["status"] == "processing"
        await site.run("update reports set due_at = now()")  # its lease runs out
        second = await site.worker()
        try:
            done = await site.until(asked["id"], "completed")
            async with site.session.get(done["download_url"], headers={"authorization": ""}) as got:
                text = (await got.read()).decode("utf-8-sig")
            rows = list(csv.DictReader(io.StringIO(text, newline="")))
            assert len({row["call_id"] for row in rows}) == len(rows) == ROWS
            named = "select count(*) from events where name = 'report.completed'"
            assert await site.val(named) == 1
            await _mailed_once(site)
        finally:
            await second.stop()


async def _mailed_once(site: Site) -> None:
    schedule = await site.ask(
        "POST", "/reports", {"type": "call_summary", "format": "pdf", "schedule": DAILY}
    )
    await site.run("update reports set next_run_at = now() where id = $1", schedule["id"])
    listed = f"/reports?schedule_id={schedule['id']}"
    await site.polled(listed, lambda page: [it["mail_status"] for it in page["data"]] == ["sent"])
    (mail,) = site.box.received
    link = next(line for line in mail.text.splitlines() if "/files/" in line)
    async with site.session.get(link, headers={"authorization": ""}) as got:
        assert got.headers["content-type"] == "application/pdf"
        assert (await got.read()).startswith(b"%PDF")
