"""The delivery log, tests, redelivery, replay, rotation and the log of events, over HTTP."""

import hashlib
import hmac
import json
from typing import Any

import httpx
import pytest
from aiohttp import web
from standardwebhooks import Webhook as StandardWebhook

from vinfer.domains.webhooks import tasks
from vinfer.domains.webhooks.queries import log
from vinfer.domains.webhooks.schemas import Webhook


@pytest.fixture
async def hook(post: Any, receiver: Any) -> Webhook:
    return await post.register(receiver.url)


async def found(client: httpx.AsyncClient, path: str, **params: Any) -> Any:
    answer = await client.get(f"/v1{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def sequences(receiver: Any) -> list[int]:
    return [json.loads(body)["sequence"] for _, body in receiver.got]


async def run_tests(post: Any) -> None:
    """Do what a worker does with the test events that wait."""
    for (payload,) in await post.rows("select payload from pgqueuer where entrypoint = $1", *TESTS):
        await tasks.send_test(tasks.DeliveryRef(**json.loads(payload)), post)


TESTS = ("webhooks.send_test",)


async def test_the_log_shows_request_response_and_next_attempt(
    post: Any, receiver: Any, hook: Webhook, reader: httpx.AsyncClient
) -> None:
    receiver.answer = lambda n: web.Response(status=500, text="broken by अनीता")
    await post.happen(("call.started", "cal_a"), ("call.completed", "cal_b"))
    await post.deliver()
    listed = await found(reader, f"/webhooks/{hook.id}/deliveries")
    assert listed["total"] == 2
    shown = next(it for it in listed["data"] if it["event"] == "call.started")
    assert shown["id"].startswith("dlv_")
    assert (shown["sequence"], shown["attempt"], shown["status"]) == (1, 1, "failed")
    assert (shown["status_code"], shown["error"]) == (500, "HTTP 500")
    assert shown["response"] == "broken by अनीता"
    assert shown["next_attempt_at"] > shown["created_at"]
    headers, _ = next(it for it in receiver.got if it[1] == shown["request"]["body"].encode())
    assert shown["request"]["headers"] == {
        "Content-Type": "application/json",
        "X-VInfer-Signature": "sha256=***",
        "webhook-id": headers["webhook-id"],
        "webhook-timestamp": headers["webhook-timestamp"],
        "webhook-signature": "v1,***",
    }
    assert await found(reader, f"/webhooks/{hook.id}/deliveries/{shown['id']}") == shown
    sealed = await post.rows("select response_sealed from deliveries")
    assert not any(b"broken" in it for (it,) in sealed)


async def test_the_log_is_filtered_by_status_and_event(
    post: Any, receiver: Any, hook: Webhook, reader: httpx.AsyncClient
) -> None:
    receiver.answer = lambda n: web.Response(status=500 if n == 0 else 200)
    await post.happen(("call.started", "cal_a"))
    await post.deliver()
    await post.happen(("call.started", "cal_b"), ("call.completed", "cal_c"))
    await post.deliver()
    path = f"/webhooks/{hook.id}/deliveries"
    failed = await found(reader, path, status="failed")
    assert [it["sequence"] for it in failed["data"]] == [1]
    started = await found(reader, path, event="call.started")
    assert (started["total"], {it["sequence"] for it in started["data"]}) == (2, {1, 2})
    page = await found(reader, path, limit=2)
    rest = await found(reader, path, limit=2, cursor=page["next_cursor"])
    assert len({it["id"] for it in page["data"] + rest["data"]}) == 3
    assert (await reader.get(f"/v1{path}?status=lost")).status_code == 400


async def test_a_test_event_is_sent_once_and_is_no_part_of_the_log(
    post: Any, receiver: Any, hook: Webhook, client: httpx.AsyncClient
) -> None:
    other = await post.register(receiver.url)
    receiver.answer = lambda n: web.Response(status=500)
    answer = await client.post(f"/v1/webhooks/{hook.id}/test")
    assert answer.status_code == 202
    begun = answer.json()
    assert (begun["event"], begun["status"], begun["sequence"]) == ("webhook.test", "sending", 0)
    await run_tests(post)
    await run_tests(post)  # a second run of the job finds it sent
    await post.deliver()
    ((headers, body),) = receiver.got
    envelope = StandardWebhook(hook.secret).verify(body, headers)
    assert (envelope["event"], envelope["id"]) == ("webhook.test", begun["event_id"])
    assert envelope["data"]["id"] == hook.id
    assert "secret" not in envelope["data"]
    ended = await found(client, f"/webhooks/{hook.id}/deliveries/{begun['id']}")
    assert (ended["status"], ended["status_code"]) == ("failed", 500)
    assert ended["next_attempt_at"] is None
    assert (await found(client, "/events"))["data"] == []
    assert (await found(client, f"/webhooks/{other.id}/deliveries"))["data"] == []
    await client.post(f"/v1/webhooks/{hook.id}/deliveries/{begun['id']}/redeliver")
    await run_tests(post)
    assert receiver.got[1][0]["webhook-id"] == begun["event_id"]


async def test_a_test_that_waited_long_is_not_sent(
    post: Any, receiver: Any, hook: Webhook, client: httpx.AsyncClient
) -> None:
    begun = (await client.post(f"/v1/webhooks/{hook.id}/test")).json()
    post.clock.pass_time(61)
    await run_tests(post)
    ended = await found(client, f"/webhooks/{hook.id}/deliveries/{begun['id']}")
    assert (ended["status"], ended["error"]) == ("failed", "it has waited too long")
    assert receiver.got == []


async def test_redelivery_keeps_the_id_and_counts_from_one(
    post: Any, receiver: Any, hook: Webhook, client: httpx.AsyncClient
) -> None:
    await post.happen(("call.started", "cal_a"), ("call.completed", "cal_a"))
    await post.deliver()
    (first,) = (await found(client, f"/webhooks/{hook.id}/deliveries", event="call.started"))[
        "data"
    ]
    path = f"/v1/webhooks/{hook.id}/deliveries/{first['id']}/redeliver"
    for _ in range(2):  # asked for twice before it is sent: sent once
        answer = await client.post(path)
        assert answer.status_code == 202
    assert answer.json() == {
        "webhook_id": hook.id,
        "event_id": first["event_id"],
        "sequence": 1,
    }
    await post.deliver()
    assert sequences(receiver) == [1, 2, 1]
    assert receiver.got[2][1] == receiver.got[0][1]


async def test_redelivery_of_what_is_still_owed_brings_it_forward(
    post: Any, receiver: Any, hook: Webhook, client: httpx.AsyncClient
) -> None:
    receiver.answer = lambda n: web.Response(status=500 if n == 0 else 200)
    await post.happen(("call.started", "cal_a"), ("call.completed", "cal_a"))
    await post.deliver()
    (failed,) = (await found(client, f"/webhooks/{hook.id}/deliveries"))["data"]
    await client.post(f"/v1/webhooks/{hook.id}/deliveries/{failed['id']}/redeliver")
    await post.deliver()
    assert sequences(receiver) == [1, 1, 2]
    assert await post.rows("select 1 from webhook_chains") == []


async def test_a_replay_repeats_what_was_wanted_in_order_and_lets_live_events_pass(
    post: Any, receiver: Any, client: httpx.AsyncClient
) -> None:
    hook = await post.register(receiver.url, "call.started", "call.completed")
    early = post.clock.now().isoformat()
    for n in range(20):
        await post.happen(("call.started", f"cal_{n}"), ("call.escalated", "cal_x"))
        await post.happen(("call.completed", f"cal_{n}"))
    await post.deliver()
    first = {json.loads(body)["sequence"]: body for _, body in receiver.got}
    receiver.got.clear()
    receiver.answer = lambda n: web.Response(status=500 if n < 2 else 200)
    answer = await client.post(f"/v1/webhooks/{hook.id}/replay", json={"since": early})
    assert answer.status_code == 202
    told = answer.json()
    assert (told["first_sequence"], told["last_sequence"], told["events"]) == (1, 60, 40)
    await post.record(await post.send(await post.claim()))
    await post.happen(("call.started", "cal_new"))
    held = await post.claim()
    assert held[0].envelope.sequence == 61  # live goes first
    await post.record(await post.send(held))
    await post.deliver()
    post.clock.pass_time(60)
    await post.deliver()
    again = [json.loads(body) for _, body in receiver.got if json.loads(body)["sequence"] < 61]
    assert {it["sequence"] for it in again} == set(first)
    for n in range(20):
        own = [it["sequence"] for it in again if it["data"]["id"] == f"cal_{n}"]
        assert own == sorted(own)
    assert all(
        body == first[json.loads(body)["sequence"]]
        for _, body in receiver.got
        if json.loads(body)["sequence"] < 61
    )
    assert await post.rows("select replay_cursor, replay_until from webhooks") == [(None, None)]


async def test_a_replay_starts_at_its_moment(
    post: Any, receiver: Any, hook: Webhook, client: httpx.AsyncClient
) -> None:
    await post.emit("call.started", "call.completed")
    await post.deliver()
    await post.rows("update events set created_at = now() - interval '1 hour' where sequence = 1")
    since = post.clock.now().replace(microsecond=0)
    told = (
        await client.post(
            f"/v1/webhooks/{hook.id}/replay", json={"since": f"{since:%Y-%m-%dT%H:%M:%S}-00:30"}
        )
    ).json()
    assert told["events"] == 0
    told = (
        await client.post(
            f"/v1/webhooks/{hook.id}/replay", json={"since": f"{since:%Y-%m-%dT%H:%M:%S}+00:30"}
        )
    ).json()
    assert (told["first_sequence"], told["events"]) == (2, 1)


async def test_both_secrets_sign_for_a_day_after_a_rotation(
    post: Any, receiver: Any, client: httpx.AsyncClient
) -> None:
    hook = await post.register(receiver.url, secret="the first")
    answer = await client.post(f"/v1/webhooks/{hook.id}/rotate-secret", json={"secret": "second"})
    assert answer.status_code == 200
    rotated = answer.json()
    assert rotated["secret"] == "second"
    assert rotated["previous_secret_expires_at"] is not None
    await post.emit("call.started")
    await post.deliver()
    ((headers, body),) = receiver.got
    for secret, name in (("second", ""), ("the first", "-Previous")):
        own = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        assert headers[f"X-VInfer-Signature{name}"] == f"sha256={own}"
        assert StandardWebhook(secret.encode()).verify(body, headers)
    with pytest.raises(Exception, match="No matching signature"):
        StandardWebhook(b"second").verify(body + b" ", headers)
    post.clock.pass_time(24 * 3600 + 1)
    await post.emit("call.started")
    await post.deliver()
    headers, body = receiver.got[1]
    assert "X-VInfer-Signature-Previous" not in headers
    assert " " not in headers["webhook-signature"]
    await tasks.prune(post)
    assert await post.rows("select previous_sealed from webhooks") == [(None,)]
    shown = await found(client, f"/webhooks/{hook.id}")
    assert shown["previous_secret_expires_at"] is None
    assert "secret" not in shown


async def test_a_rotation_without_a_secret_makes_one(
    hook: Webhook, client: httpx.AsyncClient
) -> None:
    made = (await client.post(f"/v1/webhooks/{hook.id}/rotate-secret")).json()["secret"]
    assert made.startswith("whsec_")
    assert made != hook.secret


async def test_events_are_pulled_in_order_from_a_place(
    post: Any, reader: httpx.AsyncClient
) -> None:
    await post.emit("call.started", "call.completed", "campaign.paused")
    everything = await found(reader, "/events")
    assert [it["sequence"] for it in everything["data"]] == [1, 2, 3]
    assert everything["next_after"] == 3
    assert everything["data"][0]["event"] == "call.started"
    assert everything["data"][0]["data"]["id"] == "cal_0"
    part = await found(reader, "/events", after=1, limit=1)
    assert [it["sequence"] for it in part["data"]] == [2]
    assert part["next_after"] == 2
    assert await found(reader, "/events", after=3) == {"data": [], "next_after": 3}
    for query in ("after=4", "after=-1", "after=x", "limit=0", "limit=101"):
        assert (await reader.get(f"/v1/events?{query}")).status_code == 400


async def test_a_part_of_the_log_is_bounded_in_bytes_too(
    post: Any, reader: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "PAGE_BYTES", 100)
    await post.emit(*["call.started"] * 9)
    sizes: list[int] = []
    while sum(sizes) < 9:
        part = await found(reader, "/events", after=sum(sizes))
        assert part["data"][0]["sequence"] == sum(sizes) + 1
        sizes.append(len(part["data"]))
        assert part["next_after"] == sum(sizes)
    assert len(sizes) > 1


async def test_events_older_than_retention_go_unless_they_are_owed(
    post: Any, receiver: Any, reader: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    receiver.answer = lambda n: web.Response(status=500)
    dead = await post.register(receiver.url, "call.completed")
    await post.emit("call.started", "call.started", "call.completed", "call.started")
    await post.deliver()
    post.clock.pass_time(31 * 86_400)
    await tasks.prune(post)
    assert await post.rows("select sequence from events order by 1") == [(3,), (4,)]
    refused = await reader.get("/v1/events?after=0")
    assert refused.status_code == 400
    details = refused.json()["error"]["details"]
    assert (details["field"], details["expected"]) == ("after", "a sequence from 2 to 4")
    fresh = await found(reader, "/events")
    assert [it["sequence"] for it in fresh["data"]] == [3, 4]
    since = {"since": "2020-01-01T00:00:00Z"}
    old = await client.post(f"/v1/webhooks/{dead.id}/replay", json=since)
    assert (old.status_code, old.json()["error"]["details"]["field"]) == (400, "since")
    await client.patch(f"/v1/webhooks/{dead.id}", json={"status": "disabled"})
    await tasks.prune(post)
    assert await post.rows("select sequence from events") == []
    assert await post.rows("select 1 from deliveries") == []
    assert await found(reader, "/events") == {"data": [], "next_after": 4}
    assert (await reader.get("/v1/events?after=3")).status_code == 400
    await post.emit("call.started")
    assert [it["sequence"] for it in (await found(reader, "/events", after=4))["data"]] == [5]


async def test_events_that_go_while_they_are_pulled_are_not_skipped_silently(
    post: Any, reader: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post.emit(*["call.started"] * 4)
    real = log.bounds

    async def slow(*args: Any) -> tuple[int, int]:
        found = await real(*args)
        await post.rows("delete from events where sequence < 3")
        return found

    monkeypatch.setattr(log, "bounds", slow)
    refused = await reader.get("/v1/events?after=0")
    assert refused.status_code == 400
    assert refused.json()["error"]["details"]["expected"] == "a sequence from 2 to 4"
    assert [it["sequence"] for it in (await found(reader, "/events"))["data"]] == [3, 4]


async def test_what_is_left_of_a_deleted_webhook_goes_with_its_deliveries(
    post: Any, receiver: Any, hook: Webhook, client: httpx.AsyncClient
) -> None:
    await post.emit("call.started")
    await post.deliver()
    await client.delete(f"/v1/webhooks/{hook.id}")
    await tasks.prune(post)
    assert await post.rows("select 1 from webhooks") == [(1,)]
    post.clock.pass_time(31 * 86_400)
    await tasks.prune(post)
    await tasks.prune(post)
    assert await post.rows("select 1 from webhooks") == []


async def test_a_chain_whose_event_is_gone_stops_neither_pruning_nor_its_call(
    post: Any, receiver: Any, hook: Webhook
) -> None:
    await post.happen(("call.started", "cal_a"), ("call.completed", "cal_a"))
    (first, *_) = await post.claim()
    await post.rows("delete from events where sequence = 1")
    receiver.answer = lambda n: web.Response(status=500 if n == 0 else 200)
    await post.record(await post.send([first]))
    post.clock.pass_time(60)
    await post.deliver()
    assert sequences(receiver) == [1]
    await tasks.prune(post)
    await post.deliver()
    assert sequences(receiver) == [1, 2]
    assert await post.rows("select 1 from webhook_chains") == []


async def test_pruning_goes_batch_by_batch(post: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vinfer.domains.webhooks.upkeep.BATCH", 3)
    await post.emit(*["call.started"] * 8)
    post.clock.pass_time(31 * 86_400)
    await post.rows("update events set created_at = now() + interval '60 days' where sequence = 8")
    await tasks.prune(post)
    assert await post.rows("select sequence from events") == [(8,)]


async def test_a_disabled_webhook_takes_no_orders(
    post: Any, receiver: Any, hook: Webhook, client: httpx.AsyncClient
) -> None:
    await post.emit("call.started")
    await post.deliver()
    (made,) = (await found(client, f"/webhooks/{hook.id}/deliveries"))["data"]
    disabled = await client.patch(f"/v1/webhooks/{hook.id}", json={"status": "disabled"})
    assert disabled.json()["disabled_reason"] == "requested"
    for path, body in (
        ("test", {}),
        ("replay", {"since": "2026-01-01T00:00:00Z"}),
        (f"deliveries/{made['id']}/redeliver", {}),
    ):
        answer = await client.post(f"/v1/webhooks/{hook.id}/{path}", json=body)
        assert answer.status_code == 409, path
        assert answer.json()["error"]["details"]["current"] == "disabled"
    rotated = await client.post(f"/v1/webhooks/{hook.id}/rotate-secret", json={})
    assert rotated.status_code == 200


async def test_strangers_and_readers_are_refused(
    clients: Any, post: Any, receiver: Any, hook: Webhook, reader: httpx.AsyncClient
) -> None:
    await post.emit("call.started")
    await post.deliver()
    (made,) = (await found(reader, f"/webhooks/{hook.id}/deliveries"))["data"]
    await post.rows("insert into workspaces (id, name) values ('wsp_2', 'two')")
    posts = {
        "test": {},
        "rotate-secret": {},
        "replay": {"since": "2026-01-01T00:00:00Z"},
        f"deliveries/{made['id']}/redeliver": {},
    }
    async with await clients.client(workspace="two") as stranger:
        for path, body in posts.items():
            url = f"/v1/webhooks/{hook.id}/{path}"
            assert (await stranger.post(url, json=body)).status_code == 404, path
            assert (await reader.post(url, json=body)).status_code == 403, path
        for path in ("deliveries", f"deliveries/{made['id']}"):
            assert (await stranger.get(f"/v1/webhooks/{hook.id}/{path}")).status_code == 404
        assert (await found(stranger, "/events"))["data"] == []
        own = (
            await stranger.post("/v1/webhooks", json={"url": receiver.url, "events": ["*"]})
        ).json()
        url = f"/v1/webhooks/{own['id']}/deliveries/{made['id']}"
        assert (await stranger.get(url)).status_code == 404
        assert (await stranger.post(f"{url}/redeliver")).status_code == 404
