"""Whatever is sent to whichever route, the answer is the contract's, and never a crash."""

import copy
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_from_bytes, unquote

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.domains.worlds import SCRIPT
from tests.harness import Api, open_api

from vinfer.kit.addresses import AddressPolicy
from vinfer.kit.db import Database
from vinfer.kit.seal import open_seal
from vinfer.ports.outbound import Answer, Unreachable

PHONE = "+919810000001"
CAMPAIGN: dict[str, Any] = {
    "name": "Q1",
    "script_id": "{script}",
    "language": "hi-IN",
    "contacts": [{"phone": PHONE, "name": "Asha", "amount": 5200, "city": "Pune"}],
    "schedule": {
        "start_time": "2030-01-01T09:00:00+05:30",
        "end_time": "2030-02-01T09:00:00Z",
        "timezone": "Asia/Kolkata",
        "daily_window": {"start": "09:00", "end": "18:00"},
        "days": ["mon"],
    },
    "max_attempts": 2,
    "retry_interval_minutes": 10,
    "trunk_id": "{trunk}",
    "concurrency": 5,
    "metadata": {"a": [1]},
    "analyze": ["transcription"],
    "fallback": {
        "transfer_to": "+912261550001",
        "mode": "cold",
        "triggers": [{"type": "keyword", "phrases": ["x"], "priority": 1}],
    },
    "dedupe": "keep",
}
TRUNK: dict[str, Any] = {
    "name": "T",
    "server": "sip.example.com:5060",
    "transport": "udp",
    "username": "u",
    "auth_username": "u",
    "password": "p",
    "register": False,
    "caller_ids": ["+912261550001"],
    "channels": 2,
    "calls_per_second": 2,
    "is_default": False,
}
CALL: dict[str, Any] = {
    "phone": PHONE,
    "language": "hi-IN",
    "name": "A",
    "script_id": "{script}",
    "variables": {"amount": 5},
    "trunk_id": "{trunk}",
    "metadata": {"agent_id": "x"},
}
WEBHOOK: dict[str, Any] = {
    "url": "https://hooks.example.com/x",
    "events": ["call.completed"],
    "secret": "s",
}
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/v1/scripts"): SCRIPT,
    ("PATCH", "/v1/scripts/{script}"): SCRIPT,
    ("POST", "/v1/trunks"): TRUNK,
    ("PATCH", "/v1/trunks/{trunk}"): TRUNK,
    ("POST", "/v1/campaigns"): CAMPAIGN,
    ("PATCH", "/v1/campaigns/{campaign}"): {
        "action": "pause",
        **{name: CAMPAIGN[name] for name in ("name", "schedule", "max_attempts", "metadata")},
    },
    ("POST", "/v1/campaigns/{campaign}/contacts"): {"contacts": CAMPAIGN["contacts"]},
    ("POST", "/v1/campaigns/{campaign}/start"): {},
    ("POST", "/v1/campaigns/{campaign}/pause"): {},
    ("POST", "/v1/calls"): CALL,
    ("POST", "/v1/calls/{call}/hangup"): {},
    ("POST", "/v1/webhooks"): WEBHOOK,
    ("PATCH", "/v1/webhooks/{webhook}"): {"url": WEBHOOK["url"], "status": "active"},
    ("POST", "/v1/dnc"): {"phones": [PHONE], "reason": "asked"},
    ("POST", "/v1/api-keys"): {
        "name": "n",
        "scope": "read_only",
        "expires_at": "2999-01-01T00:00:00Z",
    },
}
LISTS = ("scripts", "trunks", "campaigns", "calls", "webhooks", "dnc", "api-keys")
FILTERS = (
    *("limit", "offset", "cursor", "from", "to", "status", "campaign_id"),
    *("language", "disposition", "phone"),
)
ROOTS = (*LISTS, "contacts", "workspace", "health", "docs", "x")
TAILS = ("", "/calls", "/contacts", "/start", "/hangup", "/x")
HOSTILE: tuple[Any, ...] = (
    *(None, True, 0, -1, 2**31, 2**63, 2**64, 10**30, 0.5, -1e308, 1e308),
    *("", " ", "\0", "a\0b", "\u2028", "\u202e", "é", "\U0001f600", "x" * 300, "y" * 100_001),
    *("\n", "sip:a@b\r\nX: y", "sip:a@b\n", "09:00\n", "24:00", "99:99", "en-IN\n", "i-x", "x-"),
    *("१२३", "+९१९८१००००००१", "+919810000001\n", "{{name}}", "{{name|" + "x" * 50, "../..", "%00"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2024-03-31T02:30:00", "1e999"),
    *("2024-W01-1T00:00", "0001-01-01", "9999-12-31", "Factory", "localtime", "posix/UTC", "UTC0"),
    *("https://[::1]/", "https://127.1/", "https://a:b@c/", "https://\u2100.com", "http://[", "*"),
    *([], [[]], [None], ["\0"], {}, {"": ""}, {"\0": 1}, {"a": {"b": [{}]}}),
)
TEXTS = st.text(max_size=30)
VALUES = st.sampled_from(HOSTILE) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
QUICK = settings(
    max_examples=700,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


@dataclass
class Target:
    """The API, a key, and an id of each thing."""

    api: Api
    key: str
    ids: dict[str, str]

    async def ask(
        self,
        method: str,
        target: bytes,
        body: bytes = b"",
        content_type: bytes = b"application/json",
        more: tuple[tuple[bytes, bytes], ...] = (),
    ) -> tuple[int, bytes]:
        """One request as the server hands it over, whatever bytes it has."""
        path, _, query = target.partition(b"?")
        status, parts = 0, list[bytes]()
        waiting = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> dict[str, Any]:
            return waiting.pop() if waiting else {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            nonlocal status
            status = message.get("status", status)
            parts.append(message.get("body", b""))

        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(path.decode("latin-1")),
            "raw_path": path,
            "root_path": "",
            "query_string": query,
            "headers": [
                (b"authorization", f"Bearer {self.key}".encode()),
                (b"content-type", content_type),
                (b"content-length", str(len(body)).encode()),
                *more,
            ],
            "client": ("127.0.0.1", 1),
            "server": ("test", 80),
        }
        await self.api.app(scope, receive, send)  # type: ignore[arg-type]
        return status, b"".join(parts)

    def fill(self, value: Any) -> Any:
        """Replace `{script}` and the like by ids."""
        if isinstance(value, dict):
            return {key: self.fill(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.fill(item) for item in value]
        if isinstance(value, str) and value.startswith("{") and value[1:-1] in self.ids:
            return self.ids[value[1:-1]]
        return value

    def path(self, template: str) -> bytes:
        """A path with ids in their places."""
        return template.format(**self.ids).encode()


class _Outbound:
    """Judges URLs, and reaches nothing."""

    async def check(self, url: str) -> None:
        AddressPolicy().check_url(url)

    async def post(self, url: str, **_: Any) -> Answer:
        raise Unreachable(url)


@pytest.fixture
async def target(db: Database, tmp_path: Any) -> Target:
    """An API with one of each."""
    api = await open_api(db, open_seal(tmp_path / "keys"), more={"outbound": _Outbound()})
    async with db.begin() as tx:
        await tx.conn.execute("update workspaces set requests_per_minute = 1000000")
    made = Target(api, await api.key(), {})
    for name, (root, body) in {
        "script": ("scripts", SCRIPT),
        "trunk": ("trunks", TRUNK),
        "campaign": ("campaigns", CAMPAIGN),
        "call": ("calls", CALL | {"phone": "+919810000002"}),
        "webhook": ("webhooks", WEBHOOK),
    }.items():
        encoded = json.dumps(made.fill(body)).encode()
        status, answer = await made.ask("POST", f"/v1/{root}".encode(), encoded)
        assert status == 201, answer
        made.ids[name] = json.loads(answer)["id"]
    return made


def check(status: int, answer: bytes, sent: Any) -> None:
    """No crash, and every error in the envelope."""
    assert status not in (0, 500), (sent, answer)
    if status >= 400:
        error = json.loads(answer)["error"]
        assert set(error) == {"code", "message", "details"}, (sent, error)
        if error["code"] == "invalid_parameter":
            assert {"field", "provided", "expected"} <= set(error["details"]), (sent, error)


def places(value: Any) -> list[tuple[Any, ...]]:
    """Where something can be put in a body: every key and index."""
    found: list[tuple[Any, ...]] = []
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        found.append((key,))
        if isinstance(item, dict | list):
            found += [(key, *rest) for rest in places(item)]
    return found


@st.composite
def bent_bodies(draw: st.DrawFn) -> tuple[str, str, Any]:
    """A good body of some route with one or two values replaced."""
    (method, template), good = draw(st.sampled_from(sorted(BODIES.items(), key=str)))
    body = copy.deepcopy(good)
    for _ in range(draw(st.integers(1, 2))):
        where = draw(st.sampled_from([*places(body), ("surplus",)]))
        *way, last = where
        inner = body
        for step in way:
            inner = inner[step]
        inner[last] = copy.deepcopy(draw(VALUES))
    return method, template, body


@QUICK
@given(bent=bent_bodies())
async def test_bent_bodies(target: Target, bent: tuple[str, str, Any]) -> None:
    """One or two wrong values in a good body."""
    method, template, body = bent
    encoded = json.dumps(target.fill(body)).encode()
    check(*await target.ask(method, target.path(template), encoded), bent)


@QUICK
@given(
    route=st.sampled_from(sorted(BODIES)),
    body=st.binary(max_size=60) | VALUES.map(lambda value: json.dumps(value).encode()),
    kind=st.sampled_from((b"application/json", b"text/csv", b"\xff", b"application/json;x=\xff")),
    key=st.none() | st.binary(max_size=8),
)
async def test_bodies_of_rubbish(
    target: Target, route: tuple[str, str], body: bytes, kind: bytes, key: bytes | None
) -> None:
    """Bytes that are no JSON, JSON that is no body, types and keys that are none."""
    method, template = route
    more = () if key is None else ((b"idempotency-key", key),)
    answer = await target.ask(method, target.path(template), body, kind, more)
    check(*answer, (route, body, kind, key))


@QUICK
@given(
    route=st.sampled_from(("/v1/dnc", "/v1/campaigns/{campaign}/contacts")),
    header=st.sampled_from(
        (
            b"phone",
            b"\xef\xbb\xbfphone,name",
            b'"phone',
            b"phone,a\0b",
            b"phone,\xff",
            b"phone,phone",
        )
    )
    | st.binary(max_size=20),
    cells=st.lists(
        st.sampled_from((PHONE.encode(), b"=1+1", b"{{name}}", b'"', b"\0", b"\xed\xa0\x80", b"\r"))
        | st.binary(max_size=10),
        max_size=4,
    ),
)
async def test_csv_of_rubbish(
    target: Target, route: str, header: bytes, cells: list[bytes]
) -> None:
    """Headers and cells that no spreadsheet writes."""
    body = header + b"\n" + b",".join(cells) + b"\n"
    check(*await target.ask("POST", target.path(route), body, b"text/csv"), (route, body))


@QUICK
@given(
    method=st.sampled_from(("GET", "DELETE", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "TRACE")),
    root=st.sampled_from(ROOTS),
    id=st.sampled_from(("", "/", "//", "/..", "/{campaign}", "/{call}", "/+919810000001"))
    | st.binary(max_size=12).map(lambda raw: "/" + quote_from_bytes(raw)),
    tail=st.sampled_from(TAILS),
    query=st.lists(
        st.tuples(
            st.sampled_from(FILTERS),
            st.sampled_from([it.encode() for it in HOSTILE if isinstance(it, str) and len(it) < 99])
            | st.sampled_from((b"10" * 40, b"1e3", b"-0", b"AAAA", b"\xff\xfe"))
            | st.binary(max_size=24),
        ),
        max_size=3,
    ),
)
async def test_paths_and_queries_of_rubbish(
    target: Target, method: str, root: str, id: str, tail: str, query: list[tuple[str, bytes]]
) -> None:
    """Ids, methods and filters that nobody documents."""
    path = f"/v1/{root}{id}{tail}"
    for name, value in target.ids.items():
        path = path.replace("{" + name + "}", value)
    pairs = "&".join(f"{name}={quote_from_bytes(value)}" for name, value in query)
    status, answer = await target.ask(method, f"{path}?{pairs}".encode())
    if method != "HEAD":
        check(status, answer, (method, path, query))
