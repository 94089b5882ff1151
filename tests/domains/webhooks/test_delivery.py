"""Deliveries on a real database to a real receiver: in order, signed, retried, never lost."""

import asyncio
import contextlib
import hashlib
import hmac
import json

import pytest
from aiohttp import web
from standardwebhooks import Webhook as StandardWebhook

from vinfer.domains.webhooks import delivery, service, tasks
from vinfer.domains.webhooks.schemas import WebhookPatch
from vinfer.kit.jobs import run_worker


def sequences(receiver) -> list[int]:
    return [json.loads(body)["sequence"] for _, body in receiver.got]


async def deliveries(post) -> list[tuple[int, int, str, int | None]]:
    return await post.rows(
        "select sequence, attempt, status, status_code from deliveries order by created_at, id"
    )


async def jobs(post, name: str) -> list[dict]:
    rows = await post.rows("select payload from pgqueuer where entrypoint = $1 order by id", name)
    return [json.loads(payload) for (payload,) in rows]


@contextlib.asynccontextmanager
async def working(post, dsn: str):
    worker = asyncio.ensure_future(run_worker(dsn, tasks.JOBS, deps=post, ticks=tasks.TICKS))
    try:
        yield
    finally:
        worker.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await worker


async def test_events_travel_from_commit_to_receiver_in_order(post, receiver, dsn: str) -> None:
    await post.register(receiver.url, "call.completed", "campaign.paused")
    async with working(post, dsn):
        for _ in range(5):
            await post.emit("call.completed", "call.started", "campaign.paused")
        async with asyncio.timeout(20):
            while len(receiver.got) < 10:
                receiver.changed.clear()
                await receiver.changed.wait()
    assert sequences(receiver) == [1, 3, 4, 6, 7, 9, 10, 12, 13, 15]
    assert {status for _, _, status, _ in await deliveries(post)} == {"delivered"}


async def test_the_envelope_and_both_signatures(post, receiver) -> None:
    webhook = await post.register(receiver.url)
    await post.emit("call.completed")
    await delivery.pump(webhook.id, post)
    ((headers, body),) = receiver.got
    assert headers["Content-Type"] == "application/json"
    envelope = json.loads(body)
    assert list(envelope) == ["id", "event", "created_at", "workspace_id", "sequence", "data"]
    assert envelope["id"].startswith("evt_")
    assert envelope["id"] == headers["webhook-id"]
    assert envelope["created_at"].endswith("Z")
    assert len(envelope["created_at"]) == len("2026-01-01T00:00:00Z")
    assert envelope["data"] == {"id": "cal_0", "name": "अनीता"}
    secret = webhook.secret
    assert secret.startswith("whsec_")
    own = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    assert headers["X-VInfer-Signature"] == f"sha256={own}"
    assert StandardWebhook(secret).verify(body, headers) == envelope


async def test_a_users_own_secret_signs_as_text(post, receiver) -> None:
    webhook = await post.register(receiver.url, secret="correct horse")
    assert webhook.secret == "correct horse"
    await post.emit("call.completed")
    await delivery.pump(webhook.id, post)
    ((headers, body),) = receiver.got
    own = hmac.new(b"correct horse", body, hashlib.sha256).hexdigest()
    assert headers["X-VInfer-Signature"] == f"sha256={own}"
    assert StandardWebhook(b"correct horse").verify(body, headers)


async def test_the_secret_is_not_in_the_database(post, receiver) -> None:
    webhook = await post.register(receiver.url, secret="correct horse")
    ((sealed,),) = await post.rows("select secret_sealed from webhooks")
    assert b"horse" not in sealed
    assert post.seal.open(sealed, context=f"webhook:{webhook.id}") == b"correct horse"


async def test_quick_retries_hold_the_order_and_keep_the_bytes(post, receiver) -> None:
    receiver.answer = lambda n: web.Response(status=500 if n < 3 else 204)
    webhook = await post.register(receiver.url)
    await post.emit("call.started", "call.completed")
    for attempt in range(1, 4):
        await delivery.pump(webhook.id, post)
        assert len(receiver.got) == attempt
        await delivery.pump(webhook.id, post)  # too early: nothing is sent
        assert len(receiver.got) == attempt
        post.clock.pass_time(delivery.FIRST_RETRY_S * 2**attempt)
    await delivery.pump(webhook.id, post)
    assert sequences(receiver) == [1, 1, 1, 1, 2]
    assert len({body for _, body in receiver.got[:4]}) == 1
    assert [row[1:] for row in await deliveries(post)] == [
        (1, "failed", 500),
        (2, "failed", 500),
        (3, "failed", 500),
        (4, "delivered", 204),
        (1, "delivered", 204),
    ]
    assert len(await jobs(post, service.DELIVER)) == 3  # one per retry, at its time


async def test_after_four_attempts_an_event_goes_to_the_slow_lane(post, receiver) -> None:
    receiver.answer = lambda n: web.Response(status=503 if n < 5 else 200)
    webhook = await post.register(receiver.url)
    await post.emit("call.started")
    for _ in range(delivery.QUICK_ATTEMPTS):
        await delivery.pump(webhook.id, post)
        post.clock.pass_time(3600)
    await post.emit("call.completed")
    (late,) = await jobs(post, delivery.DELIVER_SLOWLY)
    assert late == {"webhook_id": webhook.id, "sequence": 1, "attempt": 5}
    await delivery.deliver_slowly(webhook.id, 1, 5, post)
    await delivery.deliver_slowly(webhook.id, 1, 5, post)  # a second run adds no second chain
    assert len(receiver.got) == 5
    assert [job["attempt"] for job in await jobs(post, delivery.DELIVER_SLOWLY)] == [5, 6]
    await delivery.pump(webhook.id, post)
    await delivery.deliver_slowly(webhook.id, 1, 6, post)
    assert sequences(receiver) == [1, 1, 1, 1, 1, 2, 1]
    assert len(await jobs(post, delivery.DELIVER_SLOWLY)) == 2


async def test_the_slow_lane_ends_after_about_three_days(post, receiver) -> None:
    assert 2.5 < sum(delivery.SLOW_PAUSES_S) / 86_400 < 3.5
    receiver.answer = lambda n: web.Response(status=500)
    webhook = await post.register(receiver.url)
    await post.emit("call.started")
    for _ in range(delivery.QUICK_ATTEMPTS):
        await delivery.pump(webhook.id, post)
        post.clock.pass_time(3600)
    for _ in range(20):
        *_, last = await jobs(post, delivery.DELIVER_SLOWLY)
        await delivery.deliver_slowly(webhook.id, 1, last["attempt"], post)
    assert len(receiver.got) == delivery.QUICK_ATTEMPTS + len(delivery.SLOW_PAUSES_S)


async def test_retry_after_is_honoured(post, receiver) -> None:
    receiver.answer = lambda n: web.Response(status=429, headers={"Retry-After": "1800"})
    webhook = await post.register(receiver.url)
    await post.emit("call.started")
    await delivery.pump(webhook.id, post)
    post.clock.pass_time(1799)
    await delivery.pump(webhook.id, post)
    assert len(receiver.got) == 1
    post.clock.pass_time(2)
    await delivery.pump(webhook.id, post)
    assert len(receiver.got) == 2


async def test_gone_disables_and_says_so(post, receiver) -> None:
    receiver.answer = lambda n: web.Response(status=410)
    webhook = await post.register(receiver.url)
    await post.emit("call.started", "call.completed")
    await delivery.pump(webhook.id, post)
    await delivery.pump(webhook.id, post)
    assert sequences(receiver) == [1]
    ((name, data),) = await post.rows("select name, data from events where sequence = 3")
    assert name == "webhook.disabled"
    assert (data["id"], data["status"]) == (webhook.id, "disabled")
    assert "secret" not in data


async def test_a_deleted_webhook_gets_nothing_more(post, receiver) -> None:
    webhook = await post.register(receiver.url)
    await post.emit("call.started")
    async with post.db.begin() as tx:
        await service.delete(tx, post.actor, webhook.id)
    await delivery.pump(webhook.id, post)
    await delivery.deliver_slowly(webhook.id, 1, 5, post)
    assert receiver.got == []
    assert await post.rows("select secret_sealed from webhooks") == [(b"",)]


async def test_an_enabled_webhook_hears_only_of_what_follows(post, receiver) -> None:
    webhook = await post.register(receiver.url)
    for status in ("disabled", "active"):
        await post.emit("call.started")
        async with post.db.begin() as tx:
            await service.update(
                tx, post.actor, webhook.id, WebhookPatch(status=status), outbound=post.outbound
            )
    await post.emit("call.completed")
    await delivery.pump(webhook.id, post)
    assert sequences(receiver) == [3]


async def test_no_answer_in_time_is_a_failure(post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "TIMEOUT_S", 0.2)
    async with _silent_server() as url:
        webhook = await post.register(url)
        await post.emit("call.started")
        await delivery.pump(webhook.id, post)
    ((status, error),) = await post.rows("select status, error from deliveries")
    assert (status, error) == ("failed", "no answer within 0.2 s")


@contextlib.asynccontextmanager
async def _silent_server():
    """Accepts, and never says a word."""
    closing = asyncio.Event()

    async def hold(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await closing.wait()
        writer.close()

    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    closing.set()
    server.close()
    await asyncio.sleep(0.05)


async def test_two_workers_never_deliver_side_by_side(post, receiver) -> None:
    webhook = await post.register(receiver.url)
    await post.emit(*["call.started"] * 10)
    await asyncio.gather(*(delivery.pump(webhook.id, post) for _ in range(4)))
    assert sequences(receiver) == list(range(1, 11))


async def test_a_dead_workers_lease_runs_out_and_the_sweep_finds_it(post, receiver) -> None:
    webhook = await post.register(receiver.url)
    await post.emit("call.started")
    async with post.db.begin() as tx:
        assert await delivery._claim(tx, webhook.id, post.clock.now())  # and then it is killed
    await delivery.pump(webhook.id, post)
    await tasks.sweep(post)
    assert (receiver.got, await jobs(post, service.DELIVER)) == ([], [])
    post.clock.pass_time(delivery.LEASE_S + 1)
    await tasks.sweep(post)
    assert await jobs(post, service.DELIVER) == [{"webhook_id": webhook.id}]
    await delivery.pump(webhook.id, post)
    assert sequences(receiver) == [1]


async def test_a_late_record_does_not_move_the_cursor_back(post, receiver) -> None:
    webhook = await post.register(receiver.url)
    await post.emit("call.started", "call.completed")
    async with post.db.begin() as tx:
        first = await delivery._claim(tx, webhook.id, post.clock.now())
    assert first is not None
    post.clock.pass_time(delivery.LEASE_S + 1)
    await delivery.pump(webhook.id, post)
    async with post.db.begin() as tx:
        failed = delivery.Outcome(delivered=False, latency_ms=1, error="late")
        await delivery._record(tx, first, failed, post.clock.now())
    assert await post.rows("select cursor, attempts, retry_at from webhooks") == [(2, 0, None)]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 0),
        ("120", 120),
        ("-5", 0),
        ("inf", 0),
        ("soon", 0),
        ("Wed, 01 Jan 2020 00:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 -2359", 0),
    ],
)
def test_retry_after_forms(post_clock, header: str | None, seconds: float) -> None:
    assert delivery.retry_after_s(header, post_clock.now()) == seconds


async def test_an_attempt_that_breaks_counts_as_failed(post, receiver, monkeypatch) -> None:
    async def broken(*_args: object, **_options: object) -> None:
        raise RuntimeError("a defect")

    webhook = await post.register(receiver.url)
    await post.emit("call.started")
    monkeypatch.setattr(type(post.outbound), "post", broken)
    await delivery.pump(webhook.id, post)
    assert await post.rows("select status, error from deliveries") == [("failed", "internal error")]
    assert (await post.rows("select attempts from webhooks")) == [(1,)]
