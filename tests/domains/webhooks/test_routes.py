"""`/v1/webhooks` over HTTP."""

from typing import Any

import httpx
import pytest

from vinfer.domains.identity import service as identity

HOOK = {"url": "https://93.184.215.14/hook", "events": ["call.completed", "*", "call.completed"]}


async def test_the_secret_is_shown_once(client: httpx.AsyncClient) -> None:
    made = await client.post("/v1/webhooks", json=HOOK)
    assert made.status_code == 201
    body = made.json()
    assert body["id"].startswith("whk_")
    assert body["secret"].startswith("whsec_")
    assert body["events"] == ["call.completed", "*"]
    assert (body["status"], body["last_delivery"]) == ("active", None)
    shown = await client.get(f"/v1/webhooks/{body['id']}")
    assert shown.json() == {name: value for name, value in body.items() if name != "secret"}
    listed = (await client.get("/v1/webhooks")).json()
    assert (listed["data"], listed["total"], listed["limit"]) == ([shown.json()], 1, 100)


async def test_a_workspace_has_a_bounded_number_of_webhooks(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vinfer.domains.webhooks.service.endpoints.MOST", 2)
    made = [await client.post("/v1/webhooks", json=HOOK) for _ in range(3)]
    assert [it.status_code for it in made] == [201, 201, 409]
    assert made[2].json()["error"]["code"] == "invalid_state"
    await client.delete(f"/v1/webhooks/{made[0].json()['id']}")
    assert (await client.post("/v1/webhooks", json=HOOK)).status_code == 201


async def test_the_last_delivery_is_shown(clients: Any, post: Any, receiver: Any) -> None:
    webhook = await post.register(receiver.url)
    await post.emit("call.started")
    await post.deliver()
    async with await clients.client("read_only") as client:
        last = (await client.get(f"/v1/webhooks/{webhook.id}")).json()["last_delivery"]
    assert last["status"] == "delivered"
    assert last["status_code"] == 200
    assert last["attempt"] == 1
    assert last["event_id"].startswith("evt_")
    assert last["created_at"].endswith("Z")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"url": "http://93.184.215.14/hook"}, None),
        ({"url": "ftp://93.184.215.14/hook"}, "url"),
        ({"url": "https://10.0.0.1/hook"}, "url"),
        ({"url": "https://[::ffff:169.254.169.254]/"}, "url"),
        ({"url": "https://user:pw@93.184.215.14/"}, "url"),
        ({"url": 5}, "url"),
        ({"events": []}, "events"),
        ({"events": ["call.finished"]}, "events[0]"),
        ({"secret": ""}, "secret"),
        ({"secret": "a\nb"}, "secret"),
        ({"secret": "x" * 256}, "secret"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_refusals_name_the_field(
    client: httpx.AsyncClient, change: dict[str, Any], field: str | None
) -> None:
    answer = await client.post("/v1/webhooks", json={**HOOK, **change})
    if field is None:  # this bench admits plain HTTP
        assert answer.status_code == 201
        return
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert (error["code"], error["details"]["field"]) == ("invalid_parameter", field)


async def test_a_change_and_its_refusal(client: httpx.AsyncClient) -> None:
    id = (await client.post("/v1/webhooks", json=HOOK)).json()["id"]
    changed = await client.patch(
        f"/v1/webhooks/{id}", json={"events": ["call.started"], "status": "disabled"}
    )
    assert changed.status_code == 200
    assert (changed.json()["events"], changed.json()["status"]) == (["call.started"], "disabled")
    assert changed.json()["url"] == HOOK["url"]
    refused = await client.patch(f"/v1/webhooks/{id}", json={"url": "https://192.168.0.1/"})
    assert refused.status_code == 400
    active = await client.patch(f"/v1/webhooks/{id}", json={"status": "active"})
    assert active.json()["status"] == "active"


async def test_a_deleted_webhook_is_gone(client: httpx.AsyncClient) -> None:
    id = (await client.post("/v1/webhooks", json=HOOK)).json()["id"]
    assert (await client.delete(f"/v1/webhooks/{id}")).status_code == 204
    for answer in (
        await client.delete(f"/v1/webhooks/{id}"),
        await client.get(f"/v1/webhooks/{id}"),
        await client.patch(f"/v1/webhooks/{id}", json={"status": "active"}),
    ):
        assert answer.status_code == 404
        assert answer.json()["error"]["details"] == {"resource_type": "webhook", "id": id}
    assert (await client.get("/v1/webhooks")).json()["total"] == 0


async def test_another_workspaces_webhook_does_not_exist(
    clients: Any, client: httpx.AsyncClient, post: Any
) -> None:
    id = (await client.post("/v1/webhooks", json=HOOK)).json()["id"]
    await identity.create_workspace(post.db, "two")
    async with await clients.client(workspace="two") as stranger:
        assert (await stranger.get(f"/v1/webhooks/{id}")).status_code == 404
        assert (await stranger.patch(f"/v1/webhooks/{id}", json={})).status_code == 404
        assert (await stranger.delete(f"/v1/webhooks/{id}")).status_code == 404
        assert (await stranger.get("/v1/webhooks")).json()["data"] == []


async def test_reading_does_not_write(clients: Any) -> None:
    async with await clients.client("read_only") as reader:
        assert (await reader.post("/v1/webhooks", json=HOOK)).status_code == 403
