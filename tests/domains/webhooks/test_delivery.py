"""Deliveries on a real database to a real receiver: in order, signed, retried, never lost."""

import asyncio
import contextlib
import hashlib
import hmac
import json
import random
from dataclasses import replace

import msgspec
import pytest
from aiohttp import web
from standardwebhooks import Webhook as StandardWebhook

from vinfer.domains.webhooks import delivery, pacing, service, turn
from vinfer.domains.webhooks.engine import Engine
from vinfer.domains.webhooks.queries import chains
from vinfer.domains.webhooks.schemas import WebhookPatch
from vinfer.domains.webhooks.turn import Room


def sequences(receiver) -> list[int]:
    return [json.loads(body)["sequence"] for _, body in receiver.got]


async def attempts_made(post) -> list[tuple[int, int, str, int | None]]:
    return await post.rows(
        "select sequence, attempt, status, status_code from deliveries order by created_at, id"
    )


async def owed(post) -> list[tuple[int, int]]:
    return await post.rows("select sequence, attempts from webhook_chains order by sequence")


async def mails(post) -> list[dict]:
    rows = await post.rows("select payload from pgqueuer where entrypoint = 'mail.operator'")
    return [json.loads(payload) for (payload,) in rows]


@contextlib.asynccontextmanager
async def working(*engines: Engine):
    async with asyncio.TaskGroup() as group:
        running = [group.create_task(engine.run()) for engine in engines]
        try:
            yield
        finally:
            for task in running:
                task.cancel()


async def until(receiver, count: int) -> None:
    async with asyncio.timeout(20):
        while len(receiver.got) < count:
            receiver.changed.clear()
            await receiver.changed.wait()


async def test_events_travel_from_commit_to_receiver_in_the_order_of_their_calls(
    post, receiver
) -> None:
    await post.register(receiver.url, "call.completed", "campaign.paused")
    async with working(Engine(post), Engine(post)):
        for _ in range(5):
            await post.emit("call.completed", "call.started", "campaign.paused")
        await until(receiver, 10)
    assert sorted(sequences(receiver)) == [1, 3, 4, 6, 7, 9, 10, 12, 13, 15]
    for call in (0, 2):
        told = [json.loads(body) for _, body in receiver.got]
        own = [it["sequence"] for it in told if it["data"]["id"] == f"cal_{call}"]
        assert own == sorted(own)
    assert {status for _, _, status, _ in await attempts_made(post)} == {"delivered"}
    assert await owed(post) == []


async def test_the_envelope_and_both_signatures(post, receiver) -> None:
    webhook = await post.register(receiver.url)
    await post.emit("call.completed")
    await post.deliver()
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
    assert "X-VInfer-Signature-Previous" not in headers
    assert StandardWebhook(secret).verify(body, headers) == envelope


async def test_what_an_event_tells_is_not_taken_apart_on_its_way(post, receiver) -> None:
    await post.register(receiver.url)
    await post.emit("call.completed")
    (attempt,) = await post.claim()
    assert isinstance(attempt.envelope.data, msgspec.Raw)  # decoded, it may take ten times as much
    await post.record(await post.send([attempt]))
    assert json.loads(receiver.got[0][1])["data"] == {"id": "cal_0", "name": "अनीता"}


async def test_a_users_own_secret_signs_as_text(post, receiver) -> None:
    webhook = await post.register(receiver.url, secret="correct horse")
    assert webhook.secret == "correct horse"
    await post.emit("call.completed")
    await post.deliver()
    ((headers, body),) = receiver.got
    own = hmac.new(b"correct horse", body, hashlib.sha256).hexdigest()
    assert headers["X-VInfer-Signature"] == f"sha256={own}"
    assert StandardWebhook(b"correct horse").verify(body, headers)


async def test_a_secret_that_only_looks_standard_signs_as_text(post, receiver) -> None:
    secret = "whsec_" + "गुप्त" * 8
    await post.register(receiver.url, secret=secret)
    await post.emit("call.completed")
    await post.deliver()
    ((headers, body),) = receiver.got
    assert StandardWebhook(secret.encode()).verify(body, headers)


async def test_the_secret_is_not_in_the_database(post, receiver) -> None:
    webhook = await post.register(receiver.url, secret="correct horse")
    ((sealed,),) = await post.rows("select secret_sealed from webhooks")
    assert b"horse" not in sealed
    assert post.seal.open(sealed, context=f"webhook:{webhook.id}") == b"correct horse"


async def test_a_failing_event_holds_up_its_own_call_alone(post, receiver) -> None:
    receiver.answer = lambda n: web.Response(status=500 if n == 0 else 204)
    await post.register(receiver.url)
    await post.happen(("call.started", "cal_a"), ("call.completed", "cal_a"))
    await post.deliver()
    await post.happen(("call.started", "cal_b"), ("call.escalated", "cal_a"))
    await post.happen(("call.completed", "cal_b"))
    await post.deliver()
    assert sequences(receiver) == [1, 3, 5]
    post.clock.pass_time(7)
    await post.deliver()
    assert sequences(receiver) == [1, 3, 5, 1, 2, 4]
    assert await owed(post) == []


async def test_quick_retries_keep_the_bytes_and_come_in_time(post, receiver) -> None:
    receiver.answer = lambda n: web.Response(status=500 if n < 3 else 204)
    await post.register(receiver.url)
    await post.happen(("call.started", "cal_a"), ("call.completed", "cal_a"))
    for attempt in range(1, 4):
        await post.deliver()
        assert len(receiver.got) == attempt
        await post.deliver()  # too early: nothing is sent
        assert len(receiver.got) == attempt
        post.clock.pass_time(pacing.FIRST_RETRY_S * 2**attempt)
    await post.deliver()
    assert sequences(receiver) == [1, 1, 1, 1, 2]
    assert len({body for _, body in receiver.got[:4]}) == 1
    assert [row[1:] for row in await attempts_made(post)] == [
        (1, "failed", 500),
        (2, "failed", 500),
        (3, "failed", 500),
        (4, "delivered", 204),
        (1, "delivered", 204),
    ]


async def fail_quickly(post) -> None:
    """Use up the quick attempts of what is due."""
    for _ in range(pacing.QUICK_ATTEMPTS):
        await post.deliver()
        post.clock.pass_time(60)


async def test_after_four_attempts_an_event_lets_the_later_ones_go_on(post, receiver) -> None:
    receiver.answer = lambda n: web.Response(status=503 if n < 4 else 200)
    await post.register(receiver.url)
    await post.happen(("call.started", "cal_a"), ("call.completed", "cal_a"))
    await fail_quickly(post)
    await post.deliver()
    assert sequences(receiver) == [1, 1, 1, 1, 2]
    assert await owed(post) == [(1, 4)]
    post.clock.pass_time(pacing.SLOW_PAUSES_S[0] * 1.2)
    await post.deliver()
    assert sequences(receiver) == [1, 1, 1, 1, 2, 1]
    assert await owed(post) == []


async def test_an_exhausted_schedule_disables_the_webhook_and_tells(post, receiver) -> None:
    assert 2.5 < pacing.SCHEDULE.total_seconds() / 86_400 < 3.5
    other = await post.register(receiver.url, "webhook.disabled")
    receiver.answer = lambda n: web.Response(status=500 if n < pacing.MAX_ATTEMPTS else 200)
    webhook = await post.register(receiver.url, "call.started")
    await post.emit("call.started")
    await fail_quickly(post)
    for pause_s in pacing.SLOW_PAUSES_S:
        post.clock.pass_time(pause_s * 1.2)
        await post.deliver()
    assert len(receiver.got) == pacing.MAX_ATTEMPTS + 1
    told = json.loads(receiver.got[-1][1])
    assert (told["event"], told["data"]["id"]) == ("webhook.disabled", webhook.id)
    assert told["data"]["disabled_reason"] == "exhausted"
    assert "secret" not in told["data"]
    (mail,) = await mails(post)
    assert webhook.id in mail["subject"]
    assert mail["workspace_id"] == post.actor.workspace_id
    statuses = dict(await post.rows("select id, status from webhooks"))
    assert statuses == {other.id: "active", webhook.id: "disabled"}
    assert await owed(post) == []


async def test_an_event_that_is_never_taken_ends_alone_while_others_are_taken(
    post, receiver
) -> None:
    receiver.answer = lambda n: web.Response(status=500 if sequences(receiver)[n] == 1 else 200)
    await post.register(receiver.url)
    await post.happen(("call.started", "cal_a"))
    await fail_quickly(post)
    for pause_s in pacing.SLOW_PAUSES_S:
        await post.happen(("call.started", "cal_b"))
        post.clock.pass_time(pause_s * 1.2)
        await post.deliver()
    assert sequences(receiver).count(1) == pacing.MAX_ATTEMPTS
    assert await post.rows("select status from webhooks") == [("active",)]
    assert await owed(post) == []
    assert await mails(post) == []


async def test_events_that_are_refused_do_not_keep_the_others_from_an_endpoint(
    post, receiver
) -> None:
    def answer(n: int) -> web.Response:
        start = json.loads(receiver.got[n][1])["event"] == "call.started"
        return web.Response(status=400 if start else 200)

    receiver.answer = answer
    await post.register(receiver.url)
    await post.happen(*(("call.started", f"cal_{n}") for n in range(30)))
    await post.happen(*(("call.completed", f"cal_{n}") for n in range(30, 60)))
    for _ in range(6):
        await post.deliver()
        post.clock.pass_time(10)
    assert set(sequences(receiver)) >= set(range(31, 61))


async def test_what_was_taken_among_failures_counts(post, receiver) -> None:
    receiver.answer = lambda n: web.Response(status=200 if n == 5 else 500)
    await post.register(receiver.url)
    await post.happen(*(("call.started", f"cal_{n}") for n in range(16)))
    attempts = await post.claim(Room(free=16, per_endpoint=16))
    ended = await post.send(attempts)
    ended.sort(key=lambda it: it[1].delivered)
    await post.record(ended[:8])
    await post.record(ended[8:])
    assert await post.rows("select resume_at from webhooks") == [(None,)]


async def test_a_webhook_that_moved_is_not_judged_by_where_it_was(post, receiver) -> None:
    receiver.answer = lambda n: web.Response(status=410)
    webhook = await post.register(receiver.url)
    await post.emit("call.started")
    ended = await post.send(await post.claim())
    async with post.db.begin() as tx:
        moved = WebhookPatch(url=f"{receiver.url}?new")
        await service.update(tx, post.actor, webhook.id, moved, outbound=post.outbound)
    await post.record(ended)
    assert await post.rows("select status, failures from webhooks") == [("active", 0)]
    receiver.answer = lambda n: web.Response()
    post.clock.pass_time(7)
    await post.deliver()
    assert await owed(post) == []


async def test_attempts_that_were_forgotten_judge_nobody(post, receiver) -> None:
    receiver.answer = lambda n: web.Response(status=410)
    webhook = await post.register(receiver.url)
    await post.emit("call.started")
    ended = await post.send(await post.claim())
    for status in ("disabled", "active"):
        async with post.db.begin() as tx:
            patch = WebhookPatch(status=status)
            await service.update(tx, post.actor, webhook.id, patch, outbound=post.outbound)
    await post.record(ended)
    assert await post.rows("select status, failures from webhooks") == [("active", 0)]


async def test_one_workspace_with_many_silent_endpoints_leaves_room_for_others(
    post, receiver
) -> None:
    async with working(Engine(post, slots=20, reserved=8)), _silent_server() as url:
        for _ in range(30):
            await post.register(url)
        await post.emit("call.started")
        async with asyncio.timeout(5):
            while len(await post.rows("select 1 from webhook_chains")) < 16:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        await asyncio.sleep(0.5)
        await post.rows("insert into workspaces (id, name) values ('wsp_2', 'two')")
        post.actor = replace(post.actor, workspace_id="wsp_2")
        await post.register(receiver.url)
        await post.emit("call.completed", "call.completed")
        await until(receiver, 2)
        assert await post.rows("select 1 from deliveries where status = 'failed'") == []


async def test_retry_after_is_honoured_for_the_whole_endpoint_up_to_an_hour(post, receiver) -> None:
    receiver.answer = lambda n: web.Response(status=429, headers={"Retry-After": "9999"})
    await post.register(receiver.url)
    await post.emit("call.started")
    await post.deliver()
    await post.emit("call.started", "call.started")
    post.clock.pass_time(3599)
    await post.deliver()
    assert len(receiver.got) == 1
    post.clock.pass_time(2)
    receiver.answer = lambda n: web.Response()
    await post.deliver()
    assert sorted(sequences(receiver)) == [1, 1, 2, 3]


async def test_gone_disables_at_once_and_says_so(post, receiver) -> None:
    receiver.answer = lambda n: web.Response(status=410)
    webhook = await post.register(receiver.url)
    await post.happen(("call.started", "cal_a"), ("call.completed", "cal_a"))
    await post.deliver()
    assert sequences(receiver) == [1]
    ((name, data),) = await post.rows("select name, data from events where sequence = 3")
    assert name == "webhook.disabled"
    assert (data["id"], data["status"]) == (webhook.id, "disabled")
    assert data["disabled_reason"] == "gone"
    assert await mails(post) == []


async def test_a_redirect_is_a_failure_and_is_not_followed(post, receiver) -> None:
    receiver.answer = lambda n: web.Response(status=302, headers={"Location": receiver.url})
    await post.register(receiver.url)
    await post.emit("call.started")
    await post.deliver()
    assert [row[1:] for row in await attempts_made(post)] == [(1, "failed", 302)]
    assert len(receiver.got) == 1


async def test_the_breaker_sends_probes_one_by_one_and_waiting_events_lose_nothing(
    post, receiver
) -> None:
    receiver.answer = lambda n: web.Response(status=500)
    await post.register(receiver.url)
    await post.happen(*(("call.started", f"cal_{n}") for n in range(10)))
    await post.deliver()
    assert len(receiver.got) == pacing.BREAK_AFTER
    await post.happen(*(("call.started", f"cal_{n}") for n in range(10, 30)))
    for probes in range(1, 4):
        await post.deliver()  # resting
        post.clock.pass_time(pacing.FIRST_PROBE_S * 2 ** (probes - 1) * 1.2)
        await post.deliver()
        assert len(receiver.got) == pacing.BREAK_AFTER + probes
    assert await post.rows("select max(attempts) from webhook_chains") == [(2,)]
    receiver.answer = lambda n: web.Response()
    receiver.got.clear()
    post.clock.pass_time(pacing.FIRST_PROBE_S * 16)
    await post.deliver()
    assert sorted(sequences(receiver)) == list(range(1, 31))
    assert await post.rows("select failures, resume_at from webhooks") == [(0, None)]


async def test_a_new_url_is_tried_at_once(post, receiver) -> None:
    receiver.answer = lambda n: web.Response(status=500)
    webhook = await post.register(receiver.url)
    await post.happen(*(("call.started", f"cal_{n}") for n in range(20)))
    await post.deliver()
    assert await post.claim() == []
    receiver.answer = lambda n: web.Response()
    async with post.db.begin() as tx:
        moved = WebhookPatch(url=f"{receiver.url}?new")
        await service.update(tx, post.actor, webhook.id, moved, outbound=post.outbound)
    await post.deliver()
    post.clock.pass_time(7)
    await post.deliver()
    assert sorted(set(sequences(receiver))) == list(range(1, 21))
    assert await owed(post) == []


async def test_workspaces_take_turns_however_many_webhooks_each_has(post, receiver) -> None:
    for _ in range(8):
        await post.register(receiver.url)
    await post.rows("insert into workspaces (id, name) values ('wsp_2', 'two')")
    crowd, post.actor = post.actor, replace(post.actor, workspace_id="wsp_2")
    await post.register(receiver.url)
    await post.emit("call.started")
    post.actor = crowd
    await post.emit("call.started")
    first = await post.claim(Room(free=2))
    assert {it.envelope.workspace_id for it in first} == {"wsp_1", "wsp_2"}


async def test_an_endpoint_that_takes_nothing_for_three_days_is_disabled(post, receiver) -> None:
    receiver.answer = lambda n: web.Response(status=500)
    await post.register(receiver.url)
    await post.happen(*(("call.started", f"cal_{n}") for n in range(200)))
    await post.deliver()
    post.clock.pass_time(pacing.SCHEDULE.total_seconds())
    await post.deliver()
    assert await post.rows("select status, disabled_reason from webhooks") == [
        ("disabled", "exhausted")
    ]
    assert len(receiver.got) == pacing.BREAK_AFTER + 1


async def test_hanging_endpoints_do_not_hold_up_a_healthy_one(post, receiver) -> None:
    async with working(Engine(post, slots=30, reserved=10)), _silent_server() as url:
        for _ in range(12):
            await post.register(url)
        await post.emit(*["call.started"] * 30)
        async with asyncio.timeout(5):
            while len(await post.rows("select 1 from webhook_chains")) < 20:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        await post.register(receiver.url)
        await post.emit(*["call.completed"] * 20)
        await until(receiver, 20)
        assert await post.rows("select 1 from deliveries where status = 'failed'") == []


async def test_a_deleted_webhook_gets_nothing_more(post, receiver) -> None:
    receiver.answer = lambda n: web.Response(status=500)
    webhook = await post.register(receiver.url)
    await post.emit("call.started")
    await post.deliver()
    async with post.db.begin() as tx:
        await service.delete(tx, post.actor, webhook.id)
    post.clock.pass_time(60)
    await post.deliver()
    assert len(receiver.got) == 1
    assert await owed(post) == []
    assert await post.rows("select secret_sealed, url from webhooks") == [(b"", "")]


async def test_an_enabled_webhook_hears_only_of_what_follows(post, receiver) -> None:
    receiver.answer = lambda n: web.Response(status=500 if n == 0 else 200)
    webhook = await post.register(receiver.url)
    await post.emit("call.started")
    await post.deliver()
    for status in ("disabled", "active"):
        await post.emit("call.started")
        async with post.db.begin() as tx:
            await service.update(
                tx, post.actor, webhook.id, WebhookPatch(status=status), outbound=post.outbound
            )
    await post.emit("call.completed")
    post.clock.pass_time(60)
    await post.deliver()
    assert sequences(receiver) == [1, 4]


async def test_no_answer_in_time_is_a_failure(post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "TIMEOUT_S", 0.2)
    async with _silent_server() as url:
        await post.register(url)
        await post.emit("call.started")
        await post.deliver()
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


async def test_workers_side_by_side_claim_nothing_twice_and_keep_to_the_limit(
    post, receiver
) -> None:
    await post.register(receiver.url)
    await post.emit(*["call.started"] * 15)
    claimed = await asyncio.gather(*(post.claim() for _ in range(4)))
    first = [attempt for attempts in claimed for attempt in attempts]
    assert sorted(it.envelope.sequence for it in first) == list(range(1, 11))
    assert await post.claim() == []
    await post.record(await post.send(first))
    await post.deliver()
    assert sorted(sequences(receiver)) == list(range(1, 16))


async def test_what_a_dead_worker_held_is_taken_over_in_order(post, receiver) -> None:
    await post.register(receiver.url)
    await post.happen(("call.started", "cal_a"), ("call.completed", "cal_a"))
    (lost,) = await post.claim()  # and then it is killed
    await post.deliver()
    assert receiver.got == []
    post.clock.pass_time(chains.LEASE_S + 1)
    await post.deliver()
    assert sequences(receiver) == [1, 2]
    late = await post.send([lost])  # it was not dead but slow: the same id again
    await post.record(late)
    assert sequences(receiver) == [1, 2, 1]
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 2
    assert await owed(post) == []


async def test_a_late_record_changes_nothing_of_a_chain_that_others_hold(post, receiver) -> None:
    await post.register(receiver.url)
    await post.emit("call.started")
    (first,) = await post.claim()
    post.clock.pass_time(chains.LEASE_S + 1)
    (second,) = await post.claim()
    receiver.answer = lambda n: web.Response(status=500)
    await post.record(await post.send([first]))
    assert await post.rows("select attempts, claim from webhook_chains") == [(0, second.held.claim)]
    receiver.answer = lambda n: web.Response()
    await post.record(await post.send([second]))
    assert await owed(post) == []


async def test_the_same_record_twice_is_the_same(post, receiver) -> None:
    await post.register(receiver.url)
    await post.emit("call.started")
    ended = await post.send(await post.claim())
    await post.record(ended)
    await post.record(ended)
    assert len(await attempts_made(post)) == 1


async def test_an_engine_outlives_a_failing_database(post, receiver, monkeypatch) -> None:
    real, failures = turn.record, iter([OSError("away"), ValueError("a defect")])

    async def broken(tx, ended, now) -> None:
        for error in failures if ended else ():
            raise error
        await real(tx, ended, now)

    monkeypatch.setattr(turn, "record", broken)
    monkeypatch.setattr("vinfer.domains.webhooks.engine.AFTER_TROUBLE_S", 0.01)
    await post.register(receiver.url)
    await post.happen(("call.started", "cal_a"), ("call.completed", "cal_b"))
    async with working(Engine(post)):
        await until(receiver, 2)
        await asyncio.sleep(0.3)
        post.clock.pass_time(chains.LEASE_S + 1)  # the defect cost the outcomes, not the events
        await until(receiver, 4)
    assert await owed(post) == []


async def test_an_engine_that_is_stopped_ends_what_it_began(post, receiver) -> None:
    await post.register(receiver.url)
    await post.emit("call.started")
    async with working(Engine(post)):
        await until(receiver, 1)
    assert await owed(post) == []
    assert [row[2] for row in await attempts_made(post)] == ["delivered"]


async def test_an_attempt_that_breaks_counts_as_failed(post, receiver, monkeypatch) -> None:
    async def broken(*_args: object, **_options: object) -> None:
        raise RuntimeError("a defect")

    await post.register(receiver.url)
    await post.emit("call.started")
    monkeypatch.setattr(type(post.outbound), "post", broken)
    await post.deliver()
    assert await post.rows("select status, error from deliveries") == [("failed", "internal error")]
    assert await owed(post) == [(1, 1)]


async def test_a_window_of_one_busy_call_lets_the_others_pass(post, receiver, monkeypatch) -> None:
    monkeypatch.setattr(chains, "WINDOW", 5)
    receiver.answer = lambda n: web.Response(status=500 if n == 0 else 200)
    await post.register(receiver.url)
    await post.happen(*[("call.started", "cal_a")] * 4, ("call.started", "cal_b"))
    await post.happen(*[("call.started", "cal_a")] * 8, ("call.started", "cal_c"))
    await post.deliver()
    assert sequences(receiver) == [1, 5]
    post.clock.pass_time(7)
    await post.deliver()
    assert sorted(sequences(receiver)[2:]) == [1, 2, 3, 4, *range(6, 15)]


async def test_unwanted_events_do_not_stay_before_a_cursor(post, receiver) -> None:
    await post.register(receiver.url, "report.failed")
    await post.emit(*["call.started"] * 3)
    await post.deliver()
    async with post.db.begin() as tx:
        await chains.skip_unwanted(tx.conn)
    assert await post.rows("select cursor from webhooks") == [(3,)]


async def test_a_worker_with_no_room_claims_nothing(post, receiver) -> None:
    await post.register(receiver.url)
    await post.emit("call.started")
    assert await post.claim(Room(free=0)) == []


async def test_whatever_is_lost_or_refused_every_event_arrives_and_in_order(post, receiver) -> None:
    chance = random.Random(20260304)  # the same course every time
    receiver.answer = lambda n: web.Response(status=chance.choice((200, 200, 500)))
    await post.register(receiver.url)
    await post.happen(*(("call.started", f"cal_{chance.randrange(9)}") for _ in range(60)))
    held: list[list[turn.Ended]] = []
    for _ in range(60):
        held.append(await post.send(await post.claim(Room(free=chance.randrange(8)))))
        if chance.random() < 0.7:  # else its worker dies with what it knows
            await post.record(held.pop(chance.randrange(len(held))))
        post.clock.pass_time(chance.choice((0, 1, 10, chains.LEASE_S + 1)))
    receiver.answer = lambda n: web.Response()
    post.clock.pass_time(7200)
    await post.deliver()
    assert await owed(post) == []
    arrived = [json.loads(body) for _, body in receiver.got]
    assert {it["sequence"] for it in arrived} == set(range(1, 61))
    late = {row[0] for row in await attempts_made(post) if row[1] > pacing.QUICK_ATTEMPTS}
    for call in {it["data"]["id"] for it in arrived}:
        own = [it["sequence"] for it in arrived if it["data"]["id"] == call]
        first = [it for it in dict.fromkeys(own) if it not in late]
        assert first == sorted(first)
