"""HTTP/1.1 with what uvicorn lacks: bounds of a request's head, our words for a bad one."""

import asyncio
from collections.abc import Callable
from typing import Any, Final, cast

import msgspec
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from vinfer.kit.edge import Headers
from vinfer.kit.errors import InvalidParameter
from vinfer.kit.seats import Doors

MAX_HEAD_BYTES: Final = 64 * 1024
HEAD_TIMEOUT_S: Final = 30.0
_JOINED_BYTES: Final = 64 * 1024


class JoinedWrites:
    """A transport whose writes of one step leave together.

    The server writes the head of an answer and its body apart, and each is a call of the system.
    """

    def __init__(self, transport: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._waiting: list[bytes] = []
        self._bytes = 0

    def __getattr__(self, name: str) -> Any:
        """All else is the transport's own."""
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send at the end of this step, or at once when much is waiting."""
        if not self._waiting:
            self._loop.call_soon(self._flush)
        self._waiting.append(data)
        self._bytes += len(data)
        if self._bytes > _JOINED_BYTES:
            self._flush()

    def close(self) -> None:
        """Close behind what was written."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        data = b"".join(self._waiting)
        self._waiting.clear()
        self._bytes = 0
        if data:
            self._transport.write(data)


class BoundedHttp(HttpToolsProtocol):
    """Closes connections whose request line and headers are too large or too slow to arrive.

    `headers_of_refusal` gives the headers of an answer to an address whose bytes were no request;
    `doors` counts connections, those of all protocols it is given to.
    """

    _timer: asyncio.TimerHandle | None = None
    _stray: asyncio.TimerHandle | None = None
    _head_bytes = 0

    def __init__(
        self,
        *args: Any,
        headers_of_refusal: Callable[[str], Headers] | None = None,
        doors: Doors | None = None,
        **others: Any,
    ) -> None:
        super().__init__(*args, **others)
        self._headers_of_refusal = headers_of_refusal
        self._doors = doors
        self._entered: str | None = None

    def connection_made(self, transport: Any) -> None:
        """Expect the first head, unless its sender holds connections enough."""
        super().connection_made(cast("Any", JoinedWrites(transport, self.loop)))
        if self._doors is not None and self.client:
            peer = self.client[0]
            if not self._doors.enter(peer):
                transport.abort()
                return
            self._entered = peer
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Expect no more."""
        if self._doors is not None and self._entered is not None:
            self._doors.leave(self._entered)
            self._entered = None
        self._stop_timer()
        if self._stray is not None:
            self._stray.cancel()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Expect the rest of a head: of the first or of a later request."""
        super().on_message_begin()
        if self._stray is not None:
            self._stray.cancel()
            self._stray = None
        self._expect_head()

    def on_headers_complete(self) -> None:
        """A body may take longer; its reader limits it."""
        self._stop_timer()
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Take bytes of heads and bodies."""
        awaited = self._timer is not None
        super().data_received(data)
        self._bound_stray_bytes()
        if not awaited or self._timer is None:
            return  # bytes of a body, or of a head that has just begun behind one
        self._head_bytes += len(data)
        if self._head_bytes > MAX_HEAD_BYTES:
            self.send_400_response(f"a head of at most {MAX_HEAD_BYTES} bytes")

    def _bound_stray_bytes(self) -> None:
        """Close soon unless a request begins: any byte at all ends uvicorn's wait between requests.

        It may belong to a body that was answered unread, or to none, as an empty line.
        """
        cycle = cast("RequestResponseCycle | None", self.cycle)
        answered = cycle is not None and cycle.response_complete
        if answered and self._timer is None and self._stray is None:
            self._stray = self.loop.call_later(HEAD_TIMEOUT_S, self.transport.close)

    def send_400_response(self, msg: str) -> None:
        """Answer what never became a request, in the envelope of every error."""
        self._stop_timer()
        if self.transport.is_closing():
            return
        expected = msg if msg.startswith("a ") else "a well-formed HTTP request"
        failure = InvalidParameter("request", provided=None, expected=expected)
        error = {"code": failure.code, "message": failure.message, "details": failure.details}
        body = msgspec.json.encode({"error": error})
        headers: Headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        if self._headers_of_refusal is not None:
            headers += self._headers_of_refusal(self.client[0] if self.client else "local")
        lines = [b"HTTP/1.1 400 Bad Request", *(b": ".join(header) for header in headers)]
        self.transport.write(b"\r\n".join([*lines, b"", body]))
        self.transport.close()

    def _expect_head(self) -> None:
        self._stop_timer()
        self._head_bytes = 0
        self._timer = self.loop.call_later(HEAD_TIMEOUT_S, self.transport.close)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
