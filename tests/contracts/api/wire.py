"""Requests as the server hands them to the application: any bytes, in any place."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from litestar import Litestar

JSON = b"application/json"
Header = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The parsed body."""
        return json.loads(self.body)

    def error(self, status: int, code: str) -> dict[str, Any]:
        """The inside of the envelope, once this is known to be that error and a proper one."""
        assert self.status == status, (self.status, self.body[:2000])
        assert self.headers["content-type"] == "application/json"
        assert self.headers["x-request-id"].startswith("req_")
        assert self.headers["x-content-type-options"] == "nosniff"
        for name in ("limit", "remaining", "reset"):
            assert self.headers[f"x-ratelimit-{name}"].isdigit()
        assert list(self.json) == ["error"]
        found = self.json["error"]
        assert list(found) == ["code", "message", "details"]
        assert found["code"] == code, found
        assert isinstance(found["message"], str)
        assert isinstance(found["details"], dict)
        return found


@dataclass(frozen=True, slots=True)
class Wire:
    """An application, and the headers that say who asks."""

    app: Litestar
    identity: tuple[Header, ...] = ()

    @classmethod
    def of(cls, app: Litestar, key: str | None) -> "Wire":
        """Requests under a key, or under none."""
        return cls(app, ((b"authorization", f"Bearer {key}".encode()),) if key else ())

    async def ask(
        self,
        method: str,
        target: str | bytes,
        body: Any = None,
        *,
        kind: bytes | None = JSON,
        more: Iterable[Header] = (),
        announce: int | None = None,
    ) -> Reply:
        """Send one request. `body` is bytes, or a value that is sent as JSON.

        `announce` is a Content-Length other than the body's.
        """
        raw = target.encode() if isinstance(target, str) else target
        path, _, query = raw.partition(b"?")
        data = body if isinstance(body, bytes) else b"" if body is None else encode(body)
        length = len(data) if announce is None else announce
        headers = [
            *self.identity,
            *(((b"content-type", kind),) if kind is not None and data else ()),
            (b"content-length", str(length).encode()),
            *more,
        ]
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
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "server": ("test", 80),
        }
        return await _exchange(self.app, scope, data)


async def _exchange(app: Any, scope: dict[str, Any], data: bytes) -> Reply:
    waiting = [{"type": "http.request", "body": data, "more_body": False}]
    taken: dict[str, Any] = {}
    parts: list[bytes] = []

    async def receive() -> dict[str, Any]:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            taken.update(message)
        parts.append(message.get("body", b""))

    await app(scope, receive, send)
    headers = {name.decode().lower(): value.decode() for name, value in taken["headers"]}
    return Reply(taken["status"], headers, b"".join(parts))


def encode(value: Any) -> bytes:
    """JSON; lone surrogates travel as escapes."""
    return json.dumps(value).encode()
