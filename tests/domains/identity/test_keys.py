"""Keys and workspaces through the API."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from tests.harness import Api

from vinfer.domains.identity import service
from vinfer.kit.errors import InvalidParameter, NotFound


async def test_a_new_key_works_and_is_shown_once(api: Api, admin: httpx.AsyncClient) -> None:
    made = await admin.post("/v1/api-keys", json={"name": "ci", "scope": "read_write"})
    assert made.status_code == 201, made.text
    body = made.json()
    assert body["key"].startswith("vk_")
    assert body["key"].startswith(body["prefix"])
    assert body["created_at"].endswith("Z")
    assert "." not in body["created_at"]
    listed = (await admin.get("/v1/api-keys")).json()
    assert listed["limit"] == 100
    assert listed["total"] == 2
    assert all("key" not in item for item in listed["data"])
    async with api.client(body["key"]) as client:
        workspace = (await client.get("/v1/workspace")).json()
    assert workspace["name"] == "default"
    assert workspace["limits"] == {"requests_per_minute": 1000, "max_concurrent_calls": 100}


async def test_a_key_is_stored_as_a_hash_only(api: Api, admin: httpx.AsyncClient) -> None:
    made = (await admin.post("/v1/api-keys", json={"name": "x", "scope": "admin"})).json()
    async with api.db.read() as conn:
        stored = await conn.fetchval("select k::text from api_keys k where id = $1", made["id"])
    assert made["key"][len(made["prefix"]) :] not in stored


async def test_a_revoked_key_is_dead_in_every_process(api: Api, admin: httpx.AsyncClient) -> None:
    made = (await admin.post("/v1/api-keys", json={"name": "x", "scope": "read_only"})).json()
    async with api.client(made["key"]) as here, api.twin().client(made["key"]) as there:
        for client in (here, there):
            assert (await client.get("/v1/workspace")).status_code == 200
        assert (await admin.delete(f"/v1/api-keys/{made['id']}")).status_code == 204
        for client in (here, there):
            assert (await client.get("/v1/workspace")).status_code == 401
    assert (await admin.delete(f"/v1/api-keys/{made['id']}")).status_code == 204
    revoked = (await admin.get("/v1/api-keys")).json()["data"][0]
    assert revoked["revoked_at"] is not None


async def test_keys_are_for_admins_of_their_own_workspace(
    api: Api, admin: httpx.AsyncClient, reader: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    refused = await reader.get("/v1/api-keys")
    assert refused.status_code == 403
    assert refused.json()["error"]["details"] == {"required": "admin", "granted": "read_only"}
    made = (await admin.post("/v1/api-keys", json={"name": "x", "scope": "admin"})).json()
    other = await stranger.delete(f"/v1/api-keys/{made['id']}")
    assert other.status_code == 404
    assert other.json()["error"]["details"] == {"resource_type": "api_key", "id": made["id"]}
    assert (await stranger.get("/v1/api-keys")).json()["total"] == 1


async def test_an_expired_key_is_unknown(api: Api, admin: httpx.AsyncClient) -> None:
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    body = {"name": "x", "scope": "admin", "expires_at": past}
    refused = await admin.post("/v1/api-keys", json=body)
    assert refused.json()["error"]["details"]["field"] == "expires_at"
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    made = (await admin.post("/v1/api-keys", json=body | {"expires_at": soon})).json()
    async with api.db.begin() as tx:
        await tx.conn.execute("update api_keys set expires_at = now() where id = $1", made["id"])
    async with api.client(made["key"]) as client:
        assert (await client.get("/v1/workspace")).status_code == 401


async def test_every_wrong_key_gets_the_same_words(api: Api) -> None:
    good = await api.key()
    wrong = ["", "Bearer", "Bearer ", "Bearer vk_unknown", f"Basic {good}", f"Bearer {good}x", good]
    bodies: set[str] = set()
    async with api.client() as client:
        for header in wrong:
            response = await client.get("/v1/workspace", headers={"authorization": header})
            assert response.status_code == 401, header
            assert response.headers["www-authenticate"] == "Bearer"
            bodies.add(response.text)
        bodies.add((await client.get("/v1/workspace")).text)
        twice = [("authorization", f"Bearer {good}")] * 2
        bodies.add((await client.get("/v1/workspace", headers=twice)).text)
    assert len(bodies) == 1


async def test_last_use_is_written_when_the_process_ends(api: Api) -> None:
    async with api.app.lifespan(), api.client(await api.key()) as client:
        await client.get("/v1/workspace")
    async with api.db.read() as conn:
        assert await conn.fetchval(
            "select last_used_at > now() - interval '1 minute' from api_keys"
        )


async def test_the_operator_makes_workspaces_and_keys(api: Api) -> None:
    made = await service.create_workspace(api.db, "bank")
    with pytest.raises(InvalidParameter, match="name"):
        await service.create_workspace(api.db, "bank")
    by_name = await service.create_operator_key(
        api.db, workspace="bank", name="a", scope="read_only"
    )
    by_id = await service.create_operator_key(
        api.db, workspace=made.id, name="b", scope="read_only"
    )
    for key in (by_name, by_id):
        async with api.client(str(key.key)) as client:
            assert (await client.get("/v1/workspace")).json()["id"] == made.id
    with pytest.raises(NotFound):
        await service.create_operator_key(api.db, workspace="none", name="c", scope="admin")
    assert [it.name for it in await service.list_workspaces(api.db)] == ["default", "bank"]
    assert (await service.ensure_default(api.db)).id == api.workspace_id
