"""What every request goes through, over real HTTP messages and a real database."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.harness import Api, StoppedClock, open_api
from tests.kit.things import ROUTER, Gate, gates

from vinfer.domains.identity import service as identity
from vinfer.kit.db import Database
from vinfer.kit.errors import IdempotencyInProgress
from vinfer.kit.http import MAX_JSON_BYTES
from vinfer.kit.idempotency import Claim, Ledger
from vinfer.kit.seal import open_seal


def error(response: httpx.Response, status: int) -> dict[str, Any]:
    """The envelope's inside, once the answer is known to be a proper error."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-request-id"].startswith("req_")
    assert response.headers["x-content-type-options"] == "nosniff"
    body = response.json()
    assert list(body) == ["error"]
    assert list(body["error"]) == ["code", "message", "details"]
    return body["error"]


class Killed(BaseException):
    """The end of a process, in the place where it matters."""


async def things(api: Api) -> int:
    async with api.db.read() as conn:
        return await conn.fetchval("select count(*) from dnc")


# the envelope


async def test_the_introduction_s_samples_word_for_word(client: httpx.AsyncClient) -> None:
    missing = await client.post("/v1/things", json={"name": "x", "trouble": "missing"})
    assert error(missing, 404) == {
        "code": "resource_not_found",
        "message": "Campaign 'cmp_unknownXYZ' does not exist or does not belong to your workspace.",
        "details": {"resource_type": "campaign", "id": "cmp_unknownXYZ"},
    }


async def test_paths_and_methods_that_do_not_exist(client: httpx.AsyncClient) -> None:
    nowhere = error(await client.get("/v1/nowhere"), 404)
    assert (nowhere["code"], nowhere["details"]) == ("resource_not_found", {})
    put = await client.put("/v1/things", json={})
    assert error(put, 405)["details"] == {"allowed": ["GET", "POST"]}
    assert put.headers["allow"] == "GET, POST"
    assert error(await client.get("/elsewhere"), 404)["details"] == {}
    assert error(await client.get("/v1/things/a%00b"), 404)["code"] == "resource_not_found"


async def test_options_names_every_method_of_the_path(client: httpx.AsyncClient) -> None:
    answer = await client.options("/v1/things")
    assert (answer.status_code, answer.headers["allow"]) == (204, "GET, OPTIONS, POST")
    assert "x-ratelimit-remaining" in answer.headers


async def test_a_crash_tells_nothing_and_changes_nothing(
    api: Api, client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    crash = await client.post("/v1/things", json={"name": "x", "trouble": "crash"})
    found = error(crash, 500)
    assert (found["code"], found["details"]) == ("internal_error", {})
    assert "secret" not in crash.text
    out = capsys.readouterr().out
    assert "a secret of the inside" in out
    assert crash.headers["x-request-id"] in out
    assert await things(api) == 0


@pytest.mark.parametrize(("trouble", "status"), [("commit", 500), ("lost", 503)])
async def test_a_commit_that_fails_is_never_a_success(
    api: Api, client: httpx.AsyncClient, trouble: str, status: int
) -> None:
    headers = {"idempotency-key": "k"}
    body = {"name": "x", "trouble": trouble}
    failed = await client.post("/v1/things", json=body, headers=headers)
    error(failed, status)
    assert await things(api) == 0
    again = await client.post("/v1/things", json={"name": "x"}, headers=headers)
    assert again.status_code == 201, "an error stores nothing"


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b'"x"', b"\xff"])
async def test_a_body_that_is_no_object(client: httpx.AsyncClient, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    refused = await client.post("/v1/things", content=body, headers=headers)
    assert error(refused, 400)["details"]["field"] == "body"


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/plain"},
        {"content-type": "text/csv"},
        {"content-type": "application/json; charset=latin-1"},
        {"content-type": "application/json", "content-encoding": "gzip"},
        {},
    ],
)
async def test_other_types_are_415(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    refused = await client.post("/v1/things", content=b'{"name": "x"}', headers=headers)
    assert error(refused, 415)["details"] == {"expected": "application/json"}


async def test_an_empty_body_needs_no_type_and_equals_an_object(client: httpx.AsyncClient) -> None:
    assert error(await client.post("/v1/things"), 400)["details"]["field"] == "name"
    named = await client.post("/v1/things", headers={"content-type": "application/octet-stream"})
    assert error(named, 400)["details"]["field"] == "name"


async def test_a_route_without_fields_takes_none(client: httpx.AsyncClient) -> None:
    assert (await client.post("/v1/things/touch", json={})).status_code == 201
    unknown = await client.post("/v1/things/touch", json={"x": 1})
    assert error(unknown, 400)["details"] == {
        "field": "x",
        "provided": 1,
        "expected": "an empty object",
    }
    headers = {"content-type": "application/json"}
    broken = await client.post("/v1/things/touch", content=b"{", headers=headers)
    assert error(broken, 400)["details"]["field"] == "body"


async def test_large_bodies_are_refused_before_they_are_parsed(client: httpx.AsyncClient) -> None:
    headers = {"content-type": "application/json"}
    large = b"x" * (MAX_JSON_BYTES + 1)
    refused = await client.post("/v1/things", content=large, headers=headers)
    assert error(refused, 413)["details"] == {"limit": MAX_JSON_BYTES}

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(11):
            yield b"x" * 2**20

    refused = await client.post("/v1/things", content=chunks(), headers=headers)
    assert error(refused, 413)["code"] == "payload_too_large"


async def test_a_route_takes_the_other_types_it_lists(client: httpx.AsyncClient) -> None:
    headers = {"content-type": "text/csv", "idempotency-key": "k"}
    taken = await client.post("/v1/things/upload", content=b"phone\n1", headers=headers)
    assert taken.json() == {"text": "phone\n1"}
    other = await client.post("/v1/things/upload", content=b"phone\n2", headers=headers)
    assert error(other, 422)["code"] == "idempotency_key_reused"
    large = await client.post("/v1/things/upload", content=b"x" * 1001, headers=headers)
    assert error(large, 413)["details"] == {"limit": 1000}


async def test_a_slow_body_holds_no_connection(db: Database, tmp_path: Path) -> None:
    api = await open_api(db, open_seal(tmp_path / "keys"), [ROUTER])
    key = await api.key("read_write")
    rest = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b'{"name":'
        await rest.wait()
        yield b'"x"}'

    headers = {"content-type": "application/json"}
    async with api.client(key) as client, asyncio.TaskGroup() as group:
        waiting = [
            group.create_task(client.post("/v1/things", content=slow(), headers=headers))
            for _ in range(20)
        ]
        assert (await client.get("/v1/things")).json()["total"] == 0
        rest.set()
    assert {task.result().status_code for task in waiting} == {201}


# who may


async def test_nothing_answers_without_a_key(api: Api) -> None:
    async with api.client() as client:
        for path in (
            "/v1/things",
            "//v1/things",
            "/v1//things/",
            "/v1/nowhere",
            "/v1",
            "/v1/health/x",
        ):
            refused = await client.get(f"http://test{path}")
            assert error(refused, 401)["details"] == {}, path
        health = await client.get("/v1/health")
        assert (health.status_code, health.json()["status"]) == (200, "ok")
        document = (await client.get("/v1/openapi.json")).json()
        assert document["openapi"].startswith("3.1")
        names = [it["name"] for it in document["paths"]["/v1/things"]["get"]["parameters"]]
        assert names == ["limit", "offset", "cursor"]
        page = await client.get("/v1/docs")
        assert page.headers["content-type"].startswith("text/html")
        assert "/v1/things" in page.text


async def test_scopes(api: Api) -> None:
    async with api.client(await api.key("read_only")) as client:
        assert (await client.get("/v1/things")).status_code == 200
        for response in (
            await client.post("/v1/things", content=b"not even JSON"),
            await client.delete("/v1/things/thg_1"),
        ):
            found = error(response, 403)
            assert found["code"] == "insufficient_scope"
            assert found["details"] == {"required": "read_write", "granted": "read_only"}


async def test_rows_of_another_workspace_do_not_exist(api: Api, client: httpx.AsyncClient) -> None:
    made = (await client.post("/v1/things", json={"name": "x"})).json()
    await identity.create_workspace(api.db, "other")
    async with api.client(await api.key("admin", "other")) as stranger:
        error(await stranger.delete(f"/v1/things/{made['id']}"), 404)
        assert (await stranger.get("/v1/things")).json()["total"] == 0
    assert (await client.delete(f"/v1/things/{made['id']}")).status_code == 204


# lists


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("limit=1.5", "limit"),
        ("limit=", "limit"),
        ("limit=1&limit=2", "limit"),
        ("offset=-1", "offset"),
        ("offset=99999999999999999999", "offset"),
        ("cursor=x", "cursor"),
        ("cursor=", "cursor"),
        ("cursor=%00", "cursor"),
        ("cursor=AAAA", "cursor"),
    ],
)
async def test_list_parameters_out_of_range(
    client: httpx.AsyncClient, query: str, field: str
) -> None:
    found = error(await client.get(f"/v1/things?{query}"), 400)
    assert found["code"] == "invalid_parameter"
    assert found["details"]["field"] == field


async def test_a_cursor_is_exact_while_rows_are_added(api: Api, client: httpx.AsyncClient) -> None:
    async with api.db.begin() as tx:
        for second in range(3):  # ties: five rows share each time
            await tx.conn.execute(
                "insert into dnc (workspace_id, phone, reason, created_at)"
                " select $1, 'thg_' || $2::int || g, '', timestamptz '2024-01-01 00:00:00.5+0'"
                " + $2::int * interval '1 us' from generate_series(1, 5) g",
                api.workspace_id,
                second,
            )
    seen: list[str] = []
    cursor: str | None = None
    while True:
        parameters: dict[str, Any] = {"limit": 4} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/v1/things", params=parameters)).json()
        seen += [thing["id"] for thing in page["data"]]
        await client.post("/v1/things", json={"name": "newer"})
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [f"thg_{second}{g}" for second in (2, 1, 0) for g in (5, 4, 3, 2, 1)]
    page = (await client.get("/v1/things?offset=18")).json()
    assert (page["total"], page["limit"], page["offset"]) == (19, 20, 18)
    assert (len(page["data"]), page["next_cursor"]) == (1, None)


# idempotency


async def test_a_repeated_post_gets_the_same_bytes_again(
    api: Api, client: httpx.AsyncClient
) -> None:
    headers = {"idempotency-key": "k 1"}
    first = await client.post("/v1/things", json={"name": "x"}, headers=headers)
    again = await client.post("/v1/things", json={"name": "x"}, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert await things(api) == 1
    async with api.twin().client(await api.key("read_write")) as other:
        elsewhere = await other.post("/v1/things", json={"name": "x"}, headers=headers)
    assert elsewhere.content == first.content, "another process and key of the workspace"
    async with api.db.read() as conn:
        stored = await conn.fetchval("select body_sealed from idempotency")
    assert first.json()["id"].encode() not in stored


async def test_another_body_or_place_is_another_request(
    api: Api, client: httpx.AsyncClient
) -> None:
    headers = {"idempotency-key": "k"}
    await client.post("/v1/things", json={"name": "x"}, headers=headers)
    reused = await client.post("/v1/things", json={"name": "y"}, headers=headers)
    assert error(reused, 422)["details"] == {"key": "k"}
    query = await client.post("/v1/things?a=1", json={"name": "y"}, headers=headers)
    assert query.status_code == 201
    await identity.create_workspace(api.db, "other")
    async with api.client(await api.key("admin", "other")) as stranger:
        theirs = await stranger.post("/v1/things", json={"name": "y"}, headers=headers)
    assert theirs.status_code == 201
    assert await things(api) == 3


async def test_a_path_written_otherwise_is_the_same_place(
    api: Api, client: httpx.AsyncClient
) -> None:
    for path in ("/v1/things", "/v1/things/", "/v1//things"):
        made = await client.post(path, json={"name": "x"}, headers={"idempotency-key": "k"})
        assert made.status_code == 201
    assert await things(api) == 1


async def test_errors_are_not_stored_and_keys_end_after_a_day(
    api: Api, client: httpx.AsyncClient
) -> None:
    headers = {"idempotency-key": "k"}
    error(await client.post("/v1/things", json={"name": 1}, headers=headers), 400)
    made = await client.post("/v1/things", json={"name": "x"}, headers=headers)
    async with api.db.begin() as tx:
        await tx.conn.execute("update idempotency set created_at = now() - interval '24 hours'")
    later = await client.post("/v1/things", json={"name": "y"}, headers=headers)
    assert (made.status_code, later.status_code) == (201, 201)
    repeated = await client.post("/v1/things", json={"name": "y"}, headers=headers)
    assert repeated.json() == later.json()


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there", "é"])
async def test_keys_that_are_none(client: httpx.AsyncClient, key: str) -> None:
    headers = {"idempotency-key": key.encode("latin-1")}
    refused = await client.post("/v1/things", json={"name": "x"}, headers=headers)
    assert error(refused, 400)["details"]["field"] == "Idempotency-Key"


async def test_a_hundred_identical_posts_make_one_thing(api: Api) -> None:
    key = await api.key("read_write")
    headers = {"idempotency-key": "k"}
    async with api.client(key) as here, api.twin().client(key) as there:
        responses = await asyncio.gather(
            *(
                client.post("/v1/things", json={"name": "x", "delay_s": 0.05}, headers=headers)
                for client in (here, there)
                for _ in range(50)
            )
        )
    assert {response.status_code for response in responses} == {201}
    assert len({response.content for response in responses}) == 1
    assert sum("idempotency-replayed" not in it.headers for it in responses) == 1
    assert await things(api) == 1


async def test_a_claim_ends_with_its_process(api: Api, client: httpx.AsyncClient) -> None:
    headers = {"idempotency-key": "k"}
    body = {"name": "x"}
    lost = await client.post("/v1/things", json=body | {"trouble": "lost"}, headers=headers)
    error(lost, 503)
    assert lost.headers["retry-after"] == "1"
    made = await client.post("/v1/things", json=body, headers=headers)
    assert made.status_code == 201
    assert await things(api) == 1


async def test_a_killed_process_between_write_and_reply_still_made_one(
    api: Api, client: httpx.AsyncClient
) -> None:
    headers = {"idempotency-key": "k", "authorization": client.headers["authorization"]}
    body = b'{"name":"x"}'

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def cut(_message: Any) -> None:
        raise Killed

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/things",
        "raw_path": b"/v1/things",
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "client": ("127.0.0.1", 1),
        "headers": [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            *((name.encode(), value.encode()) for name, value in headers.items()),
        ],
    }
    with pytest.raises(Killed):
        await api.app(scope, receive, cut)  # type: ignore[arg-type]
    assert await things(api) == 1
    again = await client.post(
        "/v1/things",
        content=body,
        headers={"content-type": "application/json", "idempotency-key": "k"},
    )
    assert again.headers["idempotency-replayed"] == "true"
    assert await things(api) == 1


async def test_a_request_that_the_end_of_its_process_cuts_off_is_told_so(
    api: Api, client: httpx.AsyncClient
) -> None:
    asked = asyncio.Event()
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        asked.set()
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/things",
        "raw_path": b"/v1/things",
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "client": ("127.0.0.1", 1),
        "headers": [
            (b"content-type", b"application/json"),
            (b"content-length", b"9"),
            (b"authorization", client.headers["authorization"].encode()),
        ],
    }
    async with asyncio.TaskGroup() as group:
        request = group.create_task(api.app(scope, receive, send))  # type: ignore[arg-type]
        await asked.wait()
        request.cancel()
    assert request.cancelled()
    start, body = sent
    assert start["status"] == 503
    assert (b"retry-after", b"1") in start["headers"]
    assert b'"service_unavailable"' in body["body"]


async def test_a_duplicate_gives_up_when_the_first_takes_too_long(
    db: Database, tmp_path: Path
) -> None:
    api = await open_api(db, open_seal(tmp_path / "keys"), [ROUTER], patience_s=0.2)
    key = await api.key()
    headers = {"idempotency-key": "k"}
    body = {"name": "x", "trouble": "gate"}
    gate = gates["x"] = Gate()
    async with (
        api.client(key) as here,
        api.twin().client(key) as there,
        asyncio.TaskGroup() as group,
    ):
        first = group.create_task(here.post("/v1/things", json=body, headers=headers))
        await gate.reached.wait()
        for client in (here, there):  # waiting in the process, and in the database
            busy = await client.post("/v1/things", json=body, headers=headers)
            found = error(busy, 409)
            assert (found["code"], found["details"]) == ("idempotency_in_progress", {"key": "k"})
            assert busy.headers["retry-after"] == "1"
        gate.opened.set()
    assert first.result().status_code == 201
    assert await things(api) == 1


async def test_a_duplicate_waits_once_in_the_process_and_for_others_together(
    db: Database, tmp_path: Path
) -> None:
    ledger = Ledger(open_seal(tmp_path / "keys"), patience_s=60)
    claim = Claim("w", b"scope", "k", b"digest")
    now = asyncio.get_running_loop().time
    async with db.begin() as first, db.begin() as second, asyncio.timeout(10):
        async with ledger.turn(claim) as until:
            assert now() + 55 < until <= now() + 60
            assert await ledger.recall(first, claim, until=until) is None
        with pytest.raises(IdempotencyInProgress):  # its patience was spent in the process
            await ledger.recall(second, claim, until=now() - 1)


# limits


async def test_two_processes_admit_exactly_the_limit(db: Database, tmp_path: Path) -> None:
    api = await open_api(db, open_seal(tmp_path / "keys"), [ROUTER], clock=StoppedClock())
    await identity.set_limits(api.db, "default", requests_per_minute=40)
    key = await api.key()
    async with api.client(key) as here, api.twin().client(key) as there:
        responses = await asyncio.gather(
            *(client.get("/v1/things") for client in (here, there) for _ in range(40))
        )
    refused = [response for response in responses if response.status_code == 429]
    assert len(refused) == 40
    assert {response.headers["x-ratelimit-limit"] for response in responses} == {"40"}
    assert error(refused[0], 429) == {
        "code": "rate_limit_exceeded",
        "message": "You have exceeded the request rate limit of 40 requests per minute. "
        "Retry after the time indicated in X-RateLimit-Reset.",
        "details": {"limit": 40, "reset_at": "2024-02-01T09:15:00Z"},
    }
    assert refused[0].headers["x-ratelimit-reset"] == "1706778900"
    assert refused[0].headers["retry-after"] == "30"


async def test_addresses_without_a_key_are_limited(db: Database, tmp_path: Path) -> None:
    api = await open_api(
        db,
        open_seal(tmp_path / "keys"),
        [ROUTER],
        clock=StoppedClock(),
        unauthenticated_per_minute=3,
    )
    key = await api.key()
    async with api.client() as nobody, api.client("vk_wrong") as guesser:
        statuses = [(await nobody.get("/v1/things")).status_code for _ in range(4)]
        assert statuses == [401, 401, 401, 429]
        limited = await guesser.get("/v1/things")
        assert error(limited, 429)["details"]["limit"] == 3, "a guess costs the same"
    async with api.client(key, "10.0.0.2") as known:
        statuses = [(await known.get("/v1/things")).status_code for _ in range(6)]
        assert statuses == [200] * 6, "a live key costs nothing"


async def test_every_answer_carries_the_headers(client: httpx.AsyncClient) -> None:
    for response in (
        await client.get("/v1/things"),
        await client.get("/v1/nowhere"),
        await client.get("/v1/health"),
        await client.get("/v1/things", headers={"authorization": "x"}),
    ):
        for name in ("limit", "remaining", "reset"):
            assert response.headers[f"x-ratelimit-{name}"].isdigit()
        assert response.headers["x-request-id"].startswith("req_")
        assert response.headers["cache-control"] == "no-store"


async def test_long_uploads_leave_connections_to_the_others(client: httpx.AsyncClient) -> None:
    names = [f"slow {n}" for n in range(9)]  # more than the pool has connections
    gates.update({name: Gate() for name in names})
    kind = {"content-type": "text/csv"}
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        sent = [
            group.create_task(client.post("/v1/things/upload", content=name, headers=kind))
            for name in names
        ]
        await asyncio.sleep(0.5)
        try:
            async with asyncio.timeout(3):
                assert (await client.get("/v1/things")).status_code == 200
        finally:
            for name in names:
                gates[name].opened.set()
    assert [task.result().json()["text"] for task in sent] == names
