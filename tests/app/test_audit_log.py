"""`vinfer audit verify` and `export`, and the tick that seals: what they print and leave."""

import asyncio
import json
import re
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
import structlog

from vinfer.app import audit_log, worker
from vinfer.app.settings import Settings, SettingsError
from vinfer.app.wiring import Services
from vinfer.kit import audit, chain
from vinfer.kit.clock import SystemClock
from vinfer.kit.db import Database
from vinfer.kit.seal import Seal, open_seal

HOWTO = Path(__file__).parents[2] / "docs" / "howto" / "compliance.md"


class _Services:
    """What the tick asks for."""

    def __init__(self, db: Database, seal: Seal, settings: Settings) -> None:
        self.db, self.seal, self.settings, self.clock = db, seal, settings, SystemClock()


@pytest.fixture
def settings(dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Of a database that is there."""
    made = Settings(database_url=dsn, data_dir=tmp_path)
    monkeypatch.setattr(audit_log, "settings_for", lambda **_given: made)
    return made


@pytest.fixture
async def services(db: Database, settings: Settings) -> Services:
    """Seven entries, sealed by the worker's tick."""
    found = cast("Services", _Services(db, open_seal(settings.data_dir / "keys"), settings))
    for name in "abcdefg":
        async with db.begin() as tx:
            entry = audit.Entry(
                workspace_id=None, actor="operator:me", action=name, resource_type="x"
            )
            await audit.write(tx.conn, entry)
    await worker.seal_audit_log(found)
    return found


async def run(command: Callable[..., None], capsys: pytest.CaptureFixture[str], **more: Any) -> str:
    capsys.readouterr()
    await asyncio.to_thread(command, **more)
    return capsys.readouterr().out


def read(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def falsify(file: Path) -> None:
    file.write_text(file.read_text().replace("operator:me", "operator:us", 1))


async def test_a_whole_log(
    services: Services, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    (kept,) = chain.kept_anchors(chain.anchor_path(settings.data_dir))
    assert kept.number == 7
    out = await run(audit_log.verify, capsys, anchor=(str(kept),))
    assert "whole\t7 entries\t0 not sealed yet" in out
    assert f"anchor\t{kept}" in out
    assert "whole\t0 compliance checks" in out


async def test_a_broken_log_ends_with_status_1(
    services: Services, capsys: pytest.CaptureFixture[str]
) -> None:
    async with services.db.begin() as tx:
        await tx.conn.execute("set local session_replication_role = replica")
        await tx.conn.execute("update audit_log set actor = 'key_0' where action = 'c'")
    with pytest.raises(SystemExit) as ended:
        await run(audit_log.verify, capsys)
    assert ended.value.code == 1
    assert re.search(r"BROKEN\tentry 3\tposition \d+\t", capsys.readouterr().out)


async def test_a_log_that_was_put_back_to_an_earlier_state(
    services: Services, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    async with services.db.begin() as tx:
        await tx.conn.execute("set local session_replication_role = replica")
        await tx.conn.execute("truncate audit_log, audit_chain, audit_seals")
    with pytest.raises(SystemExit):
        await run(audit_log.verify, capsys)
    assert "cut short" in capsys.readouterr().out


REMADE = "update audit_log set actor = 'key_0' where action = 'c'"
CUT = "delete from audit_log where action in ('f', 'g')"


@pytest.mark.parametrize("statement", [REMADE, CUT])
async def test_a_worker_that_seals_what_was_tampered_with_hides_nothing(
    statement: str, services: Services, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    path = chain.anchor_path(settings.data_dir)
    known = chain.kept_anchors(path)
    async with services.db.begin() as tx:
        await tx.conn.execute("set local session_replication_role = replica")
        await tx.conn.execute("truncate audit_chain, audit_seals")
        await tx.conn.execute(statement)
    for name in "hi":
        async with services.db.begin() as tx:
            entry = audit.Entry(workspace_id=None, actor="me", action=name, resource_type="x")
            await audit.write(tx.conn, entry)
        with structlog.testing.capture_logs() as logs:
            await worker.seal_audit_log(services)
        assert logs[0]["event"] == "audit_log_contradicts_anchors"
    lost, end = chain.kept_anchors(path)
    assert ([lost], end.number > 6) == (known, True)
    with pytest.raises(SystemExit):
        await run(audit_log.verify, capsys)
    assert "BROKEN" in capsys.readouterr().out
    path.write_text("")
    await worker.seal_audit_log(services)  # a tick does not end with a file that is not whole


async def test_what_is_no_anchor(settings: Settings) -> None:
    with pytest.raises(SettingsError, match="--anchor"):
        audit_log.verify(anchor=("7",))
    chain.anchor_path(settings.data_dir).write_text("")
    with pytest.raises(SettingsError, match=r"audit\.anchor"):
        audit_log.verify()


async def test_an_export_is_checked_by_the_page_s_own_program(
    services: Services,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (program,) = re.findall(r"```python\n(.*?)```", HOWTO.read_text("utf-8"), re.DOTALL)
    (tmp_path / "check.py").write_text(program)
    monkeypatch.chdir(tmp_path)
    file = Path("audit.jsonl")
    await run(audit_log.export, capsys, output=file)
    runpy.run_path("check.py")
    lines = read(file)
    assert [json.loads(line["entry"])[7] for line in lines] == list("abcdefg")
    rest = await run(audit_log.export, capsys, after=5)
    assert [json.loads(line) for line in rest.splitlines() if '"entry"' in line] == lines[5:]
    falsify(file)
    with pytest.raises(AssertionError, match="broken at 1"):
        runpy.run_path("check.py")
