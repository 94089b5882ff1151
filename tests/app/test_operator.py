"""The operator's commands on a database: what they print, what they refuse, what they leave."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from harness import Api, open_api
from vinfer.app import operator
from vinfer.app.cli import build
from vinfer.app.settings import Settings
from vinfer.domains.calls import routes as calls
from vinfer.domains.contacts import routes as contacts
from vinfer.domains.identity import routes as identity
from vinfer.kit.db import Database
from vinfer.kit.errors import Failure
from vinfer.kit.seal import open_seal

PHONE = "+919876543210"

Vinfer = Callable[..., Awaitable[list[list[str]]]]


@pytest.fixture
async def api(db: Database, tmp_path: Path) -> Api:
    return await open_api(
        db, open_seal(tmp_path / "keys"), [contacts.router, calls.router, identity.router]
    )


@pytest.fixture
def vinfer(
    dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Vinfer:
    """Run a command; the fields of the lines it prints."""
    settings = Settings(database_url=dsn, data_dir=tmp_path)
    monkeypatch.setattr(operator, "settings_for", lambda **_: settings)

    async def run(*words: str) -> list[list[str]]:
        capsys.readouterr()
        await asyncio.to_thread(build(), words, result_action="return_value")
        lines = capsys.readouterr().out.splitlines()
        return [line.split("\t") for line in lines if "schema_migrated" not in line]

    return run


async def test_workspaces_and_keys_from_first_to_last(api: Api, vinfer: Vinfer) -> None:
    ((bank,),) = await vinfer("workspaces", "create", "--name", "bank", "--timezone", "UTC")
    found = await vinfer("workspaces", "list")
    assert found == [
        [api.workspace_id, "1000", "100", "Asia/Kolkata", "default"],
        [bank, "1000", "100", "UTC", "bank"],
    ]
    limits = ("--requests-per-minute", "50", "--max-concurrent-calls", "7")
    changed = await vinfer("workspaces", "limits", "bank", *limits, "--timezone", "Asia/Dubai")
    assert changed == await vinfer("workspaces", "limits", bank)
    assert [value for _, value in changed] == ["bank", "50", "7", "Asia/Dubai"]

    ((text,),) = await vinfer(
        *("keys", "create", "--workspace", "bank", "--name", "ci", "--scope", "read_only"),
        *("--expires-in-days", "30"),
    )
    async with api.client(text) as client:
        answer = await client.get("/v1/workspace")
        assert answer.json()["limits"] == {"requests_per_minute": 50, "max_concurrent_calls": 7}
        ((key_id, prefix, *shown),) = await vinfer("keys", "list", "--workspace", bank)
        assert text.startswith(prefix)
        assert shown == ["read_only", "live", "never used", "ci"]
        await vinfer("keys", "revoke", prefix)
        assert (await client.get("/v1/workspace")).status_code == 401
    ((*_, state, _, _),) = await vinfer("keys", "list", "--workspace", bank)
    assert state == "revoked"

    log = await vinfer("audit", "list", "--workspace", "bank")
    assert {who for _, _, who, *_ in log} == {operator.operator()}
    assert [(act, about) for _, _, _, act, _, about, _ in log] == [
        ("vinfer keys revoke", key_id),
        ("vinfer keys create", key_id),
        (
            "vinfer workspaces limits requests_per_minute=50 max_concurrent_calls=7"
            " timezone=Asia/Dubai",
            bank,
        ),
        ("vinfer workspaces create", bank),
    ]


async def test_the_log_answers_who_changed_what_about_whom(api: Api, vinfer: Vinfer) -> None:
    async with api.client(await api.key()) as client:
        made = await client.post("/v1/dnc", json={"phone": PHONE})
        assert made.status_code == 201
        assert (await client.delete(f"/v1/dnc/{PHONE}")).status_code == 204
        await client.post("/v1/dnc", json={"phone": "+919876543211"})
    found = await vinfer("audit", "list", "--about", PHONE)
    assert [(act, status) for _, _, _, act, status, _, _ in found] == [
        ("DELETE /v1/dnc/{phone}", "204"),
        ("POST /v1/dnc", "201"),
    ]
    *_, where = found[0]
    assert where.startswith("127.0.0.1 req_")
    newest, *_ = await vinfer("audit", "list", "--limit", "1")
    (next_one,) = await vinfer("audit", "list", "--limit", "1", "--before", newest[0])
    assert int(next_one[0]) < int(newest[0])
    await vinfer("jobs", "retry", "7")
    ((*_, act, _, about, _),) = await vinfer("audit", "list", "--installation")
    assert (act, about) == ("vinfer jobs retry 7", "jobs")


MISTAKES = {
    "workspaces limits nobody": "There is no workspace 'nobody'. There are: default.",
    "keys create --name a --workspace nobody": "There are: default.",
    "audit list --workspace nobody": "There are: default.",
    "keys revoke vk_nothing": "see 'vinfer keys list'",
    "workspaces create --name default": "a name that is not taken",
    "workspaces create --name x --timezone Mars": "an IANA time zone",
    "workspaces limits default --requests-per-minute 0": "from 1 to 1000000",
    "workspaces limits default --max-concurrent-calls -1": "from 0 to 100000",
}


async def test_mistakes_are_told_in_a_sentence_that_helps(api: Api, vinfer: Vinfer) -> None:
    for words, says in MISTAKES.items():
        with pytest.raises(Failure) as refused:
            await vinfer(*words.split())
        assert says in str(refused.value), words
    assert await vinfer("audit", "list") == []


async def test_figures_are_proven_and_made_anew(api: Api, vinfer: Vinfer) -> None:
    assert await vinfer("analytics", "verify") == [["wrong calls", "0"], ["wrong sums", "0"]]
    async with api.db.begin() as tx:
        await tx.conn.execute(
            "insert into calls (id, workspace_id, script_id, script_version, language, status,"
            " disposition, started_at) values ('cal_1', $1, 'scr_1', 1, 'en-IN', 'completed',"
            " 'interested', '2026-03-01T00:00:00Z')",
            api.workspace_id,
        )
        await tx.conn.execute("delete from call_facts_stale")  # as if it had been lost
    with pytest.raises(SystemExit, match="vinfer analytics rebuild"):
        await vinfer("analytics", "verify")
    assert await vinfer("analytics", "rebuild") == [["The figures of 1 months are made anew."]]
    assert await vinfer("analytics", "verify") == [["wrong calls", "0"], ["wrong sums", "0"]]
    assert (await vinfer("audit", "list"))[0][3] == "vinfer analytics rebuild"


async def test_facts_are_sent_anew_where_there_is_a_place_for_them(
    api: Api, vinfer: Vinfer, dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SystemExit, match="VINFER_CLICKHOUSE_URL"):
        await vinfer("analytics", "ship")
    settings = Settings(database_url=dsn, data_dir=tmp_path, clickhouse_url="http://127.0.0.1:9")
    monkeypatch.setattr(operator, "settings_for", lambda **_: settings)
    async with api.db.begin() as tx:
        await tx.conn.execute("select add_call_facts_month('2026-03-01')")
        await tx.conn.execute(
            "insert into call_facts (call_id, workspace_id, started_at, language, disposition,"
            " connected) values ('cal_1', $1, '2026-03-01T00:00:00Z', 'en-IN', 'dnd', false)",
            api.workspace_id,
        )
    for words, told in ((("--workspace", "default"), 1), (("--from", "2026-03-02"), 0)):
        found = await vinfer("analytics", "ship", *words)
        assert found == [[f"{told} facts are to be sent by the worker."]]
    assert (await vinfer("audit", "list"))[0][3] == "vinfer analytics ship"
