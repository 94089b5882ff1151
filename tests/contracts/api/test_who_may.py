"""Every route under every kind of key, and the order in which a request is judged."""

import asyncio

import pytest
import pytest_asyncio
from tests.contracts.api.surface import Operation, by_name, closed
from tests.contracts.api.tenants import Stage
from tests.contracts.api.wire import Header, Wire

from vinfer.domains.identity import service as identity
from vinfer.kit.access import Scope
from vinfer.kit.http import MAX_JSON_BYTES

pytestmark = pytest.mark.asyncio(loop_scope="module")

ADMIN_PATHS = ("/v1/api-keys",)
"""What the contract gives to admin keys alone."""
RANKS: tuple[Scope, ...] = ("read_only", "read_write", "admin")
OTHER_METHODS = ("PUT", "TRACE", "HEAD", "PURGE")
RUBBISH = b"\xff not JSON"
UNAUTHORIZED = {
    "code": "unauthorized",
    "message": "The API key is missing or not valid. Send 'Authorization: Bearer <key>'.",
    "details": {},
}


def needed(operation: Operation) -> Scope:
    """The scope that the contract asks for."""
    if operation.path.startswith(ADMIN_PATHS):
        return "admin"
    return "read_only" if operation.method == "GET" else "read_write"


def nowhere(operation: Operation) -> str:
    """The operation's path with ids of nothing."""
    return operation.path.format(**{name: "none_1" for name, _ in operation.ids})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def keys(stage: Stage) -> dict[str, str]:
    """One key of each scope, a revoked one and an expired one."""
    made = {scope: await stage.api.key(scope) for scope in RANKS}
    for end, change in {
        "revoked": "revoked_at = now()",
        "expired": "expires_at = now() - interval '1 second'",
        "about_to_expire": "expires_at = now() + interval '1 hour'",
    }.items():
        made[end] = await stage.api.key("admin")
        async with stage.api.db.begin() as tx:
            await tx.conn.execute(f"update api_keys set {change} where prefix = $1", made[end][:8])
    return made


def strangers(keys: dict[str, str]) -> dict[str, tuple[Header, ...]]:
    """Headers with which nobody gets in."""
    live = keys["admin"].encode()

    def header(*values: bytes) -> tuple[Header, ...]:
        return tuple((b"authorization", value) for value in values)

    return {
        "no key": (),
        "an empty header": header(b""),
        "no token": header(b"Bearer"),
        "an empty token": header(b"Bearer "),
        "the key alone": header(live),
        "another scheme": header(b"Basic " + live),
        "a token of another kind": header(b"Bearer sk_" + live),
        "a wrong key": header(b"Bearer vk_" + b"0" * 43),
        "a part of a key": header(b"Bearer " + live[:-1]),
        "more than a key": header(b"Bearer " + live + b"0"),
        "two words": header(b"Bearer " + live + b" " + live),
        "bytes that are no text": header(b"Bearer \xff\xfe"),
        "a very long token": header(b"Bearer vk_" + b"0" * 10_000),
        "the key twice": header(b"Bearer " + live, b"Bearer " + live),
        "another header beside the key": header(b"Bearer " + live, b"Basic eA=="),
        "revoked": header(b"Bearer " + keys["revoked"].encode()),
        "expired": header(b"Bearer " + keys["expired"].encode()),
    }


@pytest.mark.parametrize("operation", **by_name(closed()))
async def test_nobody_gets_in_without_a_live_key(
    stage: Stage, keys: dict[str, str], operation: Operation
):
    wires = {why: Wire(stage.api.app, headers) for why, headers in strangers(keys).items()}
    asked = [(why, operation.method) for why in wires]
    asked += [("no key", method) for method in OTHER_METHODS]
    replies = await asyncio.gather(
        *(wires[why].ask(method, nowhere(operation), RUBBISH, kind=b"x/y") for why, method in asked)
    )
    for (why, _), reply in zip(asked, replies, strict=True):
        assert reply.error(401, "unauthorized") == UNAUTHORIZED, why
        assert reply.headers["www-authenticate"] == "Bearer"
        assert reply.headers["x-ratelimit-limit"] == "1000000"


@pytest.mark.parametrize("operation", **by_name(closed()))
async def test_a_key_may_what_its_scope_says(
    stage: Stage, keys: dict[str, str], operation: Operation
):
    required = needed(operation)
    for granted in RANKS:
        reply = await Wire.of(stage.api.app, keys[granted]).ask(
            operation.method, nowhere(operation), RUBBISH, kind=b"x/y"
        )
        if RANKS.index(granted) < RANKS.index(required):
            details = reply.error(403, "insufficient_scope")["details"]
            assert details == {"required": required, "granted": granted}
        else:
            assert reply.status not in (401, 403), granted
            assert reply.status < 500
    reply = await Wire.of(stage.api.app, keys["about_to_expire"]).ask(
        operation.method, nowhere(operation), RUBBISH, kind=b"x/y"
    )
    assert reply.status not in (401, 403), "a key that expires later lives"


async def test_the_scheme_is_written_as_one_likes(stage: Stage, keys: dict[str, str]):
    for text in (f"bearer {keys['read_only']}", f"BEARER   {keys['read_only']} "):
        wire = Wire(stage.api.app, ((b"authorization", text.encode()),))
        assert (await wire.ask("GET", "/v1/workspace")).status == 200


@pytest.mark.parametrize("path", ["/v1/health", "/v1/openapi.json", "/v1/docs"])
async def test_what_is_open_asks_for_nothing(stage: Stage, path: str):
    for headers in ((), ((b"authorization", b"Bearer wrong"),)):
        reply = await Wire(stage.api.app, headers).ask("GET", path)
        assert reply.status == 200
        assert reply.headers["x-ratelimit-limit"] == "1000000"


async def test_a_request_is_judged_in_the_order_of_the_contract(stage: Stage, keys: dict[str, str]):
    """Authentication, route, method, scope, rate limit, type, size, body."""
    await identity.create_workspace(stage.api.db, "Spent")
    await identity.set_limits(stage.api.db, "Spent", requests_per_minute=1)
    reader = Wire.of(stage.api.app, await stage.api.key("read_only", "Spent"))
    writer = Wire.of(stage.api.app, await stage.api.key("read_write", "Spent"))
    nobody = Wire.of(stage.api.app, keys["revoked"])
    free = Wire.of(stage.api.app, keys["read_write"])
    huge = MAX_JSON_BYTES + 1
    await writer.ask("GET", "/v1/campaigns")
    (await nobody.ask("PUT", "/v1/nowhere", RUBBISH, kind=b"x/y")).error(401, "unauthorized")
    (await reader.ask("PUT", "/v1/nowhere", RUBBISH, kind=b"x/y")).error(404, "resource_not_found")
    refused = await reader.ask("PUT", "/v1/campaigns", RUBBISH, kind=b"x/y")
    assert refused.error(405, "method_not_allowed")["details"] == {"allowed": ["GET", "POST"]}
    assert refused.headers["allow"] == "GET, POST"
    refused = await reader.ask("POST", "/v1/campaigns", RUBBISH, kind=b"x/y", announce=huge)
    refused.error(403, "insufficient_scope")
    for _ in range(3):  # the minute is spent, unless a new one begins right here
        await writer.ask("GET", "/v1/campaigns")
        refused = await writer.ask("POST", "/v1/campaigns", RUBBISH, kind=b"x/y", announce=huge)
        if refused.status == 429:
            break
    refused.error(429, "rate_limit_exceeded")
    refused = await free.ask("POST", "/v1/campaigns", RUBBISH, kind=b"x/y", announce=huge)
    refused.error(415, "unsupported_media_type")
    refused = await free.ask("POST", "/v1/campaigns", RUBBISH, announce=huge)
    refused.error(413, "payload_too_large")
    refused = await free.ask("POST", "/v1/campaigns", RUBBISH)
    assert refused.error(400, "invalid_parameter")["details"]["field"] == "body"
    refused = await free.ask("POST", "/v1/campaigns/cmp_none/contacts", {"contacts": 1})
    refused.error(400, "invalid_parameter")
    refused = await free.ask("PATCH", "/v1/campaigns/cmp_none", {})
    refused.error(404, "resource_not_found")
