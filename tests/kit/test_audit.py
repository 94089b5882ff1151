"""The audit log: who changed what, in the transaction of the change."""

from typing import Any

import asyncpg
import httpx
import pytest
from litestar import Router, delete, post
from tests.harness import Api, open_api
from tests.kit.things import ROUTER

from vinfer.kit import audit, http
from vinfer.kit.access import Actor
from vinfer.kit.audit import Namer, type_of
from vinfer.kit.db import Database, Tx
from vinfer.kit.errors import NotFound
from vinfer.kit.ids import new_id
from vinfer.kit.seal import Seal, open_seal

PHONE = "+919876543210"


@post("/people", status_code=201)
async def add(tx: http.Given[Tx], actor: http.Given[Actor]) -> dict[str, str]:
    """Answer with a phone number."""
    return {"phone": PHONE, "reason": "asked"}


@delete("/people/{phone:str}")
async def remove(phone: http.Path[str], tx: http.Given[Tx]) -> None:
    """Find nobody."""
    raise NotFound("person", phone)


@post("/people/{id:str}/jobs")
async def work(id: http.Path[str], tx: http.Given[Tx]) -> dict[str, Any]:
    """Give an id of another name."""
    return {"job_id": "job_00000000000000000000000000", "id": None}


PEOPLE = Router("/", route_handlers=[add, remove, work])


@pytest.fixture
def seal(tmp_path: Any) -> Seal:
    return open_seal(tmp_path / "keys")


@pytest.fixture
async def api(db: Database, seal: Seal) -> Api:
    return await open_api(db, seal, [ROUTER, PEOPLE])


async def rows(api: Api, workspace_id: str | None = "") -> list[audit.Entry]:
    """What the log holds of requests, oldest first."""
    async with api.db.read() as conn:
        found = await audit.recent(conn, workspace_id=workspace_id or api.workspace_id)
    return [it.entry for it in reversed(found) if it.entry.request_id]


async def test_a_change_is_written_down_with_who_and_what(
    api: Api, client: httpx.AsyncClient
) -> None:
    made = await client.post("/v1/things", json={"name": "x"})
    gone = await client.delete(f"/v1/things/{made.json()['id']}")
    await client.get("/v1/things")
    first, second = await rows(api)
    async with api.db.read() as conn:
        key_id = await conn.fetchval("select id from api_keys")
    assert first == audit.Entry(
        workspace_id=api.workspace_id,
        actor=key_id,
        action="POST /v1/things",
        resource_type="things",
        resources=(made.json()["id"],),
        status=201,
        request_id=made.headers["x-request-id"],
        client="127.0.0.1",
    )
    assert (second.action, second.status) == ("DELETE /v1/things/{id}", 204)
    assert second.resources == (made.json()["id"],)
    assert second.request_id == gone.headers["x-request-id"]


async def test_what_was_refused_is_written_down_too(api: Api, client: httpx.AsyncClient) -> None:
    missing = new_id("thg")
    await client.delete(f"/v1/things/{missing}")
    await client.post("/v1/things", json={"name": 1})
    await client.post("/v1/things", json={"name": "x", "trouble": "crash"})
    found = [(it.action, it.status, it.resources) for it in await rows(api)]
    assert found == [
        ("DELETE /v1/things/{id}", 404, (missing,)),
        ("POST /v1/things", 400, ()),
    ]


async def test_what_never_got_past_the_door_or_never_came_to_be_costs_no_row(
    api: Api, client: httpx.AsyncClient
) -> None:
    failed = await client.post("/v1/things", json={"name": "x", "trouble": "commit"})
    assert failed.status_code == 500
    async with api.client(await api.key("read_only")) as reader, api.client() as nobody:
        assert (await reader.post("/v1/things", json={"name": "x"})).status_code == 403
        assert (await nobody.post("/v1/things", json={"name": "x"})).status_code == 401
    assert await rows(api) == []


async def test_a_replay_is_told_from_the_act(api: Api, client: httpx.AsyncClient) -> None:
    headers = {"idempotency-key": "k"}
    for _ in range(2):
        await client.post("/v1/things", json={"name": "x"}, headers=headers)
    await client.post("/v1/things", json={"name": "y"}, headers=headers)
    act, replay, reused = await rows(api)
    assert (act.replayed, replay.replayed) == (False, True)
    assert act.resources == replay.resources
    assert (reused.status, reused.replayed) == (422, False)


async def test_no_phone_number_gets_in(
    api: Api, client: httpx.AsyncClient, seal: Seal, capsys: pytest.CaptureFixture[str]
) -> None:
    await client.delete(f"/v1/people/{PHONE}")
    await client.delete("/v1/people/%2B919876543210")
    await client.delete("/v1/people/919876543210")
    await client.delete("/v1/people/%20919876543210")
    await client.post("/v1/people", json={})
    names = [it.resources for it in await rows(api)]
    assert names == [(Namer(seal).name(PHONE),)] * 5
    async with api.db.read() as conn:
        text = await conn.fetchval("select string_agg(a::text, ' ') from audit_log a")
        about = await audit.recent(
            conn, workspace_id=api.workspace_id, about=Namer(seal).names(PHONE)
        )
    assert len(about) == 5
    assert PHONE[1:] not in text
    lines = capsys.readouterr().out.splitlines()
    audited = [line for line in lines if "request_audited" in line]
    assert len(audited) == 5
    assert all(names[0][0] in line for line in audited)
    assert not [line for line in lines if PHONE[1:] in line]


async def test_the_id_of_an_answer_may_have_another_name(
    api: Api, client: httpx.AsyncClient
) -> None:
    campaign = new_id("cmp")
    await client.post(f"/v1/people/{campaign}/jobs", json={})
    (entry,) = await rows(api)
    assert entry.resource_type == "people"
    assert entry.resources == (campaign, "job_00000000000000000000000000")


async def test_rows_stay_as_they_are(api: Api, client: httpx.AsyncClient) -> None:
    await client.post("/v1/things", json={"name": "x"})
    for statement in (
        "update audit_log set actor = 'me'",
        "delete from audit_log",
        "truncate audit_log",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
            async with api.db.begin() as tx:
                await tx.conn.execute(statement)
    assert len(await rows(api)) == 1


async def test_an_act_that_cannot_be_written_down_does_not_happen(
    api: Api, client: httpx.AsyncClient
) -> None:
    async with api.db.begin() as tx:
        await tx.conn.execute("alter table audit_log add check (status <> 201)")
    assert (await client.post("/v1/things", json={"name": "x"})).status_code == 500
    async with api.db.read() as conn:
        assert await conn.fetchval("select count(*) from dnc") == 0


async def test_pages_and_workspaces(api: Api, client: httpx.AsyncClient) -> None:
    for name in "abc":
        await client.post("/v1/things", json={"name": name})
    async with api.db.read() as conn:
        newest = await audit.recent(conn, workspace_id=api.workspace_id, limit=2)
        older = await audit.recent(
            conn, workspace_id=api.workspace_id, before=newest[-1].position, limit=1
        )
        assert await audit.recent(conn, workspace_id=None) == []
        assert await audit.recent(conn, workspace_id="wsp_other") == []
    positions = [it.position for it in (*newest, *older)]
    assert positions == sorted(positions, reverse=True)


def test_a_route_s_resource_is_what_stands_before_its_ids() -> None:
    assert type_of("/v1/campaigns") == "campaigns"
    assert type_of("/v1/campaigns/{id}/start") == "campaigns"
    assert type_of("/v1/qa/scorecards/{id}") == "qa/scorecards"


@pytest.mark.parametrize("answer", [b"", b"{", b"[]", b'{"id": 5}', b"\xff", b'"x"', b"{}"])
def test_an_answer_that_names_nothing(seal: Seal, answer: bytes) -> None:
    assert Namer(seal).resources({}, answer) == ()
