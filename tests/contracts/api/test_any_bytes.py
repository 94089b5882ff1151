"""Whatever bytes a request is made of, no route answers 500, and every error is the contract's."""

import json
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.contracts.api.shapes import fields
from tests.contracts.api.surface import Operation, operations
from tests.contracts.api.tenants import Stage, collections
from tests.contracts.api.wire import Header, Reply, encode

pytestmark = pytest.mark.asyncio(loop_scope="module")

LONG = settings.default is not None and settings.default.max_examples > 1000
BOUNDED = settings(
    max_examples=10_000 if LONG else 400,
    deadline=None,
    derandomize=not LONG,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
METHODS = ("GET", "POST", "PATCH", "DELETE", "PUT", "HEAD", "OPTIONS", "TRACE", "CONNECT", "\x7f")
KINDS = (None, b"application/json", b"text/csv", b"multipart/form-data; boundary=x", b"\xff", b"")
OWN = "own"
SEGMENTS = st.just(OWN) | st.binary(max_size=12).map(quote_from_bytes)
TEXTS = st.binary(max_size=16) | st.sampled_from((b"null", b"1e9", b"-1", b"\0", b"%", b"\xed\xa0"))
HEADERS = st.lists(
    st.tuples(
        st.sampled_from(
            (
                *(b"idempotency-key", b"content-encoding", b"transfer-encoding", b"content-type"),
                *(b"authorization", b"host", b"origin", b"range", b"accept", b"x-forwarded-for"),
                *(b"forwarded", b"cookie", b"expect", b"content-length", b"x-http-method-override"),
            )
        ),
        st.binary(max_size=20),
    ),
    max_size=2,
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stocked(stage: Stage) -> Stage:
    """One of each thing, by the collection it is in."""
    for collection in sorted(collections() - {"deliveries"}):
        stage.ours.ids[f"a {collection}"] = await stage.ours.make(collection)
    parent = stage.ours.ids["a webhooks"]
    stage.ours.ids["a deliveries"] = await stage.ours.make("deliveries", parent)
    return stage


@st.composite
def bent(draw: st.DrawFn) -> list[tuple[str, float, bytes]]:
    """What happens to the bytes of a good body: cut, replaced, added, each at a part of it."""
    steps = st.tuples(
        st.sampled_from(("cut", "replace", "add", "end")), st.floats(0, 1), st.binary(max_size=4)
    )
    return draw(st.lists(steps, max_size=3))


def bend(body: bytes, steps: list[tuple[str, float, bytes]]) -> bytes:
    """Do it."""
    for step, where, more in steps:
        at = int(where * len(body))
        kept = {"cut": at + len(more), "replace": at + 1, "add": at, "end": len(body)}[step]
        body = body[:at] + (b"" if step in ("cut", "end") else more) + body[kept:]
    return body


def check(reply: Reply, sent: Any) -> None:
    """No crash, and every error in the envelope."""
    assert reply.status not in (0, 500), sent
    assert reply.headers["x-request-id"], sent
    if reply.status >= 400 and reply.body:
        error = json.loads(reply.body)["error"]
        assert set(error) == {"code", "message", "details"}, sent
        if error["code"] == "invalid_parameter":
            assert {"field", "provided", "expected"} <= set(error["details"]), sent


def filled(stage: Stage, operation: Operation, segments: list[str], *, deletes: bool) -> str:
    """The path with an own id or with rubbish in each place; deletions spare what there is."""
    own = {name: OWN if deletes else stage.ours.ids[f"a {kind}"] for name, kind in operation.ids}
    chosen = zip(own.items(), segments, strict=False)
    return operation.path.format(
        **own | {name: id if it == OWN else it for (name, id), it in chosen}
    )


@BOUNDED
@given(
    operation=st.sampled_from(operations()),
    method=st.just("") | st.sampled_from(METHODS),
    segments=st.lists(SEGMENTS, min_size=2, max_size=2),
    values=st.lists(st.tuples(st.integers(0, 20), TEXTS), max_size=3),
    raw=st.none() | st.binary(max_size=60),
    steps=bent(),
    kind=st.sampled_from((b"application/json", *KINDS)),
    more=HEADERS,
)
async def test_no_bytes_bring_a_route_down(
    stocked: Stage,
    operation: Operation,
    method: str,
    segments: list[str],
    values: list[tuple[int, bytes]],
    raw: bytes | None,
    steps: list[tuple[str, float, bytes]],
    kind: bytes | None,
    more: list[Header],
) -> None:
    names = [name for query in operation.queries for name in fields(query)] or ["x"]
    query = "&".join(f"{names[at % len(names)]}={quote_from_bytes(it)}" for at, it in values)
    method = method or operation.method
    target = f"{filled(stocked, operation, segments, deletes=method == 'DELETE')}?{query}"
    body = raw
    if body is None and operation.takes_body:
        body = bend(encode(stocked.ours.body(operation) if operation.body else {}), steps)
    reply = await stocked.ours.ask(method, target, body, kind=kind, more=more)
    check(reply, (method, target, body, kind, more))
