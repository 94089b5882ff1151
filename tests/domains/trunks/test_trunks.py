"""Trunks through the API."""

from typing import Any

import httpx
import pytest
from tests.harness import Api

from vinfer.domains.trunks import service
from vinfer.kit.seal import Seal, SealError

TRUNK: dict[str, Any] = {
    "name": "Main",
    "server": "sip.example.com:5060",
    "transport": "tls",
    "username": "919876543210",
    "password": "s3cret pass",
    "caller_ids": ["+911140000000"],
    "channels": 4,
    "calls_per_second": 2,
}


async def test_the_first_trunk_is_the_default_and_the_default_moves(
    admin: httpx.AsyncClient,
) -> None:
    first = (await admin.post("/v1/trunks", json=TRUNK)).json()
    second = (await admin.post("/v1/trunks", json=TRUNK | {"name": "Second"})).json()
    assert (first["is_default"], second["is_default"]) == (True, False)
    moved = await admin.patch(f"/v1/trunks/{second['id']}", json={"is_default": True})
    assert moved.json()["is_default"] is True
    assert (await admin.get(f"/v1/trunks/{first['id']}")).json()["is_default"] is False
    kept = await admin.patch(f"/v1/trunks/{second['id']}", json={"is_default": False})
    assert kept.json()["error"]["details"]["field"] == "is_default"
    assert (await admin.delete(f"/v1/trunks/{second['id']}")).status_code == 204
    assert (await admin.get(f"/v1/trunks/{first['id']}")).json()["is_default"] is True
    assert (await admin.delete(f"/v1/trunks/{second['id']}")).status_code == 404


async def test_a_password_goes_in_sealed_and_never_comes_out(
    api: Api, admin: httpx.AsyncClient, seal: Seal
) -> None:
    made = await admin.post("/v1/trunks", json=TRUNK)
    assert made.status_code == 201
    assert "s3cret" not in made.text
    assert "password" not in made.json()
    assert made.json()["has_password"] is True
    changed = await admin.patch(f"/v1/trunks/{made.json()['id']}", json={"channels": 9})
    assert changed.json() == made.json() | {"channels": 9}
    async with api.db.read() as conn:
        sealed = await conn.fetchval("select password_sealed from trunks")
    assert b"s3cret" not in sealed
    assert service.unsealer(seal)(made.json()["id"], sealed) == "s3cret pass"
    with pytest.raises(SealError):
        service.unsealer(seal)("trk_another", sealed)
    old = seal.seal(b"of old", context="trunk.password")
    assert service.unsealer(seal)(made.json()["id"], old) == "of old"
    cleared = await admin.patch(f"/v1/trunks/{made.json()['id']}", json={"password": None})
    assert cleared.json()["has_password"] is False


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("server", "sip:example.com"),
        ("server", "example.com\r\nVia: x"),
        ("server", "example.com:99999"),
        ("server", "a b"),
        ("username", "a;transport=tcp"),
        ("username", "a>b"),
        ("username", "a%0d%0aContact: x"),
        ("username", "a%0D%0AX"),
        ("auth_username", "a%00"),
        ("username", "a%7f"),
        ("username", "a%9b"),
        ("username", "100%"),
        ("username", "%zz"),
        ("password", "line\nbreak"),
        ("password", 'a";regint=1'),
        ("password", "back\\slash"),
        ("caller_ids", ["+911"]),
        ("channels", 0),
        ("channels", "4"),
        ("transport", "ws"),
        ("surprise", 1),
    ],
)
async def test_values_that_could_harm_a_call_are_refused(
    admin: httpx.AsyncClient, field: str, value: object
) -> None:
    refused = await admin.post("/v1/trunks", json=TRUNK | {field: value})
    assert refused.status_code == 400
    assert refused.json()["error"]["details"]["field"].startswith(field)


async def test_a_server_may_be_inside_the_bank_and_is_checked_when_it_changes(
    admin: httpx.AsyncClient,
) -> None:
    made = await admin.post("/v1/trunks", json=TRUNK | {"server": "10.0.0.5"})
    assert made.status_code == 201
    path = f"/v1/trunks/{made.json()['id']}"
    inward = ("127.0.0.1:5060", "[::1]", "localhost", "127.1", "2130706433", "169.254.169.254")
    for server in (*inward, "10.0.0.5:6379"):
        refused = await admin.post("/v1/trunks", json=TRUNK | {"server": server})
        assert refused.json()["error"]["details"]["field"] == "server", server
    refused = await admin.patch(path, json={"server": "10.0.0.5:22"})
    assert refused.json()["error"]["details"] == {
        "field": "server",
        "provided": "10.0.0.5:22",
        "expected": "an address and port that the operator admits (VINFER_TRUNK_ALLOW)",
    }


async def test_trunks_of_others_do_not_exist(
    admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    made = (await admin.post("/v1/trunks", json=TRUNK)).json()
    path = f"/v1/trunks/{made['id']}"
    for response in (
        await stranger.get(path),
        await stranger.patch(path, json={"name": "mine"}),
        await stranger.delete(path),
    ):
        assert response.status_code == 404
        assert response.json()["error"]["details"] == {"resource_type": "trunk", "id": made["id"]}
    assert (await stranger.get("/v1/trunks")).json()["data"] == []


async def test_a_trunk_in_use_stays(api: Api, admin: httpx.AsyncClient) -> None:
    made = (await admin.post("/v1/trunks", json=TRUNK)).json()
    async with api.db.begin() as tx:
        await tx.conn.execute(
            "insert into scripts (id, workspace_id, name, language) values ('scr_1', $1, 's', 'x')",
            api.workspace_id,
        )
        await tx.conn.execute(
            "insert into campaigns (id, workspace_id, name, script_id, script_version, language,"
            " timezone, status) values ('cmp_1', $1, 'c', 'scr_1', 1, 'x', 'UTC', 'running')",
            api.workspace_id,
        )
    refused = await admin.delete(f"/v1/trunks/{made['id']}")
    assert refused.status_code == 409
    assert refused.json()["error"]["code"] == "resource_in_use"
    assert refused.json()["error"]["details"]["used_by"] == "campaign cmp_1"
    async with api.db.begin() as tx:
        await tx.conn.execute("update campaigns set status = 'stopped', trunk_id = $1", made["id"])
    assert (await admin.delete(f"/v1/trunks/{made['id']}")).status_code == 204


async def test_a_password_goes_to_no_other_server(admin: httpx.AsyncClient) -> None:
    path = f"/v1/trunks/{(await admin.post('/v1/trunks', json=TRUNK)).json()['id']}"
    refused = await admin.patch(path, json={"server": "sip.attacker.example"})
    assert refused.status_code == 400
    assert refused.json()["error"]["details"]["field"] == "password"
    for given in (
        {"server": "SIP.example.com:5070", "transport": "udp"},
        {"server": "sip.other.example", "password": "another"},
        {"server": "sip.third.example", "password": None},
        {"server": "sip.fourth.example"},  # there is none any more
    ):
        assert (await admin.patch(path, json=given)).status_code == 200
