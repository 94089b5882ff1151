"""Requests: authentication, idempotency, second attempts, errors."""

import contextlib
import random
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import IO, Any, Final, Self

import httpx

from vinfer_client.errors import ApiError, NoAnswer

_FIRST_PAUSE_S: Final = 0.5
_LONGEST_PAUSE_S: Final = 8.0
_LONGEST_WAIT_S: Final = 120.0  # what a server may ask for; longer is the caller's decision
_TRY_AGAIN: Final = frozenset({429, 500, 502, 503, 504})
_PAGE: Final = 100
_NO_ID: Final = frozenset({"", ".", ".."})


class Transport:
    """Sends requests, and sends them again when that is safe.

    `attempts` counts the first one. `http` brings proxies, certificates or a test's transport;
    a client that was passed in is left open.
    """

    def __init__(
        self,
        key: str,
        *,
        url: str = "http://127.0.0.1:8080",
        timeout_s: float = 30.0,
        attempts: int = 5,
        http: httpx.Client | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._timeout_s = timeout_s
        self._attempts = attempts
        self._http = http or httpx.Client()
        self._owns_http = http is None
        self._sleep = sleep

    def __enter__(self) -> Self:
        """Close on leaving the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """See `close`."""
        self.close()

    def close(self) -> None:
        """Close the connections."""
        if self._owns_http:
            self._http.close()

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        idempotency_key: str | None = None,
    ) -> Any:
        """The parsed answer, or None where there is no body; a text as `body` is CSV.

        Raises `ApiError` and `NoAnswer`, and `ValueError` for an id that would ask for another
        path: none, or dots.
        """
        if _NO_ID.intersection(path[1:].split("/")):
            raise ValueError(f"{path} holds no id where it needs one")
        headers = self._headers(method, idempotency_key)
        text = body.encode() if isinstance(body, str) else None
        if text is not None:
            headers["Content-Type"] = "text/csv"
        prepared = self._http.build_request(
            method,
            self._url + path,
            params={name: value for name, value in (query or {}).items() if value is not None},
            headers=headers,
            timeout=self._timeout_s,
            content=text,
            json=None if text is not None else body,
        )
        return self._attempt(prepared, self._attempts)

    def send_form(
        self,
        path: str,
        *,
        fields: Mapping[str, bytes],
        file: tuple[str, str, IO[bytes]],
        timeout_s: float,
        idempotency_key: str | None = None,
    ) -> Any:
        """POST a form of JSON fields and one file: its field, its name and its bytes.

        The file is read while it is sent, from its beginning at each attempt; one that cannot be
        read twice is sent once. `timeout_s` is for each wait, not for the whole. Raises `ApiError`
        and `NoAnswer`.
        """
        field, name, content = file
        parts: dict[str, Any] = {
            key: (f"{key}.json", value, "application/json") for key, value in fields.items()
        }
        prepared = self._http.build_request(
            "POST",
            self._url + path,
            headers=self._headers("POST", idempotency_key),
            timeout=timeout_s,
            files=parts | {field: (name, content)},
        )
        return self._attempt(prepared, self._attempts if content.seekable() else 1)

    def _headers(self, method: str, idempotency_key: str | None) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self._key}", "Accept": "application/json"}
        if method == "POST":
            headers["Idempotency-Key"] = idempotency_key or str(uuid.uuid4())
        return headers

    def walk(self, path: str, query: Mapping[str, Any]) -> Iterator[Any]:
        """Every row of a list, page after page."""
        cursor: str | None = None
        while True:
            page = self.request("GET", path, query={"limit": _PAGE, **query, "cursor": cursor})
            yield from page["data"]
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def _attempt(self, request: httpx.Request, attempts: int) -> Any:
        for number in range(1, attempts + 1):
            last = number == attempts
            try:
                response = self._http.send(request)
            except httpx.TransportError as error:
                if last:
                    raise NoAnswer(f"{request.method} {request.url.path}: {error}") from error
                self._sleep(_pause_s(number))
                continue
            if response.is_success:
                return response.json() if response.content else None
            if request.method == "DELETE" and response.status_code == 404 and number > 1:
                return None  # an attempt whose answer was lost has deleted it
            error = _api_error(response)
            wait_s = _pause_s(number) if (asked := _asked_s(response)) is None else asked
            if last or wait_s > _LONGEST_WAIT_S or not _may_try_again(error):
                raise error
            self._sleep(wait_s)
        raise AssertionError("attempts must be at least 1")


def _may_try_again(error: ApiError) -> bool:
    return error.status in _TRY_AGAIN or error.code == "idempotency_in_progress"


def _pause_s(number: int) -> float:
    """A random part of a bound that doubles."""
    bound_s = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2 ** (number - 1))
    return random.uniform(bound_s / 2, bound_s)  # noqa: S311  # jitter, not a secret


def _asked_s(response: httpx.Response) -> float | None:
    """What `Retry-After` asks for, in seconds; None without one."""
    header = response.headers.get("Retry-After")
    if header is None:
        return None
    if header.isascii() and header.isdecimal():
        return float(header[:9])
    try:
        seconds = parsedate_to_datetime(header).timestamp() - time.time()  # noqa: TID251  # no kit here
        return max(seconds, 0.0)
    except (TypeError, ValueError, OverflowError):
        return None


def _api_error(response: httpx.Response) -> ApiError:
    code, message = "unknown", response.reason_phrase  # what a proxy's page says
    details: dict[str, Any] = {}
    with contextlib.suppress(ValueError, KeyError, TypeError):
        error = response.json()["error"]
        code, message, details = str(error["code"]), str(error["message"]), error["details"]
    return ApiError(
        status=response.status_code,
        code=code,
        message=message,
        details=details,
        request_id=response.headers.get("X-Request-Id"),
    )
