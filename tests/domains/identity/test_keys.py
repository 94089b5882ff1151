"""Keys and workspaces through the API."""

import httpx

from tests.domains.conftest import Api


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
        assert (await client.get("/v1/workspace")).json()["name"] == "default"


async def test_a_revoked_key_is_dead_in_every_process(api: Api, admin: httpx.AsyncClient) -> None:
    made = (await admin.post("/v1/api-keys", json={"name": "x", "scope": "read_only"})).json()
    other = api.twin()
    async with api.client(made["key"]) as here, other.client(made["key"]) as there:
        for client in (here, there):
            assert (await client.get("/v1/workspace")).status_code == 200
        assert (await admin.delete(f"/v1/api-keys/{made['id']}")).status_code == 204
        for client in (here, there):
            assert (await client.get("/v1/workspace")).status_code == 401
    assert (await admin.delete(f"/v1/api-keys/{made['id']}")).status_code == 204
