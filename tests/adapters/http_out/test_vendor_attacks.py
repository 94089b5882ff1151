"""Engines that hang, flood, lie about their size or speak another alphabet."""

import gzip
import socket
from contextlib import ExitStack

import pytest
from structlog.testing import capture_logs
from tests.adapters.http_out.test_hostile_answers import (
    CHUNKED,
    OK,
    Handler,
    endlessly,
    says,
    serving,
)

from replaying import KEY
from vinfer.adapters.http_out import refusals
from vinfer.adapters.http_out.vendor import vendor
from vinfer.ports.audio import EngineUnavailable
from vinfer.ports.engines import EngineBusy, EngineRefused


async def asked(handler: Handler, *, timeout_s: float = 5) -> object:
    """What one request brings: its answer, or how it fails."""
    headers = {"Authorization": f"Bearer {KEY}"}
    async with serving(handler) as port:
        url = f"http://127.0.0.1:{port}"
        async with vendor(name="far", url=url, headers=headers, timeout_s=timeout_s) as far:
            try:
                return await far.post("/x", {})
            except EngineUnavailable as error:
                return error


def answer(body: bytes, *headers: str, status: str = "200 OK") -> Handler:
    lines = (f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", "")
    return says("\r\n".join(lines).encode() + body)


HANGING = {
    "before the head": endlessly(b"", b"", pause_s=0.05),
    "in the head": endlessly(OK + b"X-A: ", b"a", pause_s=0.05),
    "in the body": endlessly(OK + b"Content-Length: 100\r\n\r\n", b"1", pause_s=0.05),
}


@pytest.mark.parametrize("handler", HANGING.values(), ids=HANGING)
async def test_an_engine_that_hangs_costs_its_time(handler: Handler) -> None:
    found = await asked(handler, timeout_s=0.2)
    assert isinstance(found, EngineBusy)
    assert "in time" in str(found)


async def test_an_engine_that_takes_no_connection_costs_its_time() -> None:
    with ExitStack() as stack:
        full = stack.enter_context(socket.socket())
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(3):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)  # the socket's own name for it
            waiting.connect_ex(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}"
        async with vendor(name="far", url=url, headers={}, timeout_s=0.3) as far:
            with pytest.raises(EngineBusy, match="in time"):
                await far.get("/x")


FLOODS = {
    "a gigabyte": (b"Content-Length: 1000000000\r\n\r\n", b"1" * 65_536),
    "without length": (b"\r\n", b"1" * 65_536),
    "chunks": (CHUNKED.partition(b"\r\n")[2], b"10000\r\n" + b"1" * 65_536 + b"\r\n"),
}


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS)
async def test_an_answer_without_end_ends(flood: tuple[bytes, bytes]) -> None:
    head, piece = flood
    assert isinstance(await asked(endlessly(OK + head, piece)), EngineBusy)
    refused = await asked(endlessly(b"HTTP/1.1 401 No\r\n" + head, piece))
    assert isinstance(refused, EngineRefused)


async def test_a_refusal_counts_whatever_becomes_of_its_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A wrong key would be tried again, and again, if it were taken for a passing trouble."""
    monkeypatch.setattr(refusals, "PATIENCE_S", 0.2)
    head = b"HTTP/1.1 401 No\r\nContent-Length: 100\r\n\r\n"
    for handler in (
        says(head + b"{", end=True),
        endlessly(head, b"", pause_s=0.05),
        answer('{"error": "clé"}'.encode("latin-1"), status="401 No"),
        answer('{"error": "key"}'.encode("utf-16"), status="401 No"),
        answer(gzip.compress(b"{}"), "Content-Encoding: gzip", status="401 No"),
    ):
        found = await asked(handler)
        assert isinstance(found, EngineRefused)
        assert found.status == 401


async def test_a_wait_is_known_though_the_words_are_cut() -> None:
    head = b"HTTP/1.1 429 Slow\r\nRetry-After: 9\r\nContent-Length: 100\r\n\r\n"
    found = await asked(says(head + b"{", end=True))
    assert isinstance(found, EngineBusy)
    assert found.after_s == 9


OTHERWISE = {
    "latin": answer(
        '{"text": "café"}'.encode("latin-1"), "Content-Type: text/json; charset=latin1"
    ),
    "utf-16": answer('{"text": "cafe"}'.encode("utf-16")),
    "half a character": answer(b'{"text": "\\ud800"}'),
    "a bomb": answer(gzip.compress(bytes(20_000_000)), "Content-Encoding: gzip"),
    "nothing": answer(b""),
}


@pytest.mark.parametrize("handler", OTHERWISE.values(), ids=OTHERWISE)
async def test_what_is_no_json_in_utf_8_is_no_answer(handler: Handler) -> None:
    found = await asked(handler)
    assert isinstance(found, EngineBusy)
    assert str(found) == "far answered with something else than JSON"


async def test_a_mark_of_byte_order_is_passed_over() -> None:
    assert await asked(answer(b'\xef\xbb\xbf{"text": "caf\xc3\xa9"}')) == {"text": "café"}


NAMES = [
    ('{"error": {"code": 400, "type": "exceed_context_size_error"}}', "exceed_context_size_error"),
    ('{"error": {"code": null, "type": "requests"}}', "requests"),
    ('{"err_code": "INVALID_AUTH", "err_msg": "no"}', "INVALID_AUTH"),
    ('{"category": "INVALID_JSON", "message": "no", "details": "x"}', "INVALID_JSON"),
    ('{"error": {"message": "no", "code": "invalid_api_key_error"}}', "invalid_api_key_error"),
    ('{"error": "Authentication error"}', None),
    ('{"detail": "Unauthorized"}', None),
    ('"Unauthorized"', None),
    ('{"code": "my card is 4539"}', None),
]


@pytest.mark.parametrize(("body", "name"), NAMES)
async def test_vendors_put_the_name_of_an_error_in_their_own_places(
    body: str, name: str | None
) -> None:
    found = await asked(answer(body.encode(), status="400 No"))
    assert isinstance(found, EngineRefused)
    assert found.name == name


SPENT = ["insufficient_quota", "insufficient_quota_error"]


@pytest.mark.parametrize("code", SPENT)
async def test_credits_that_are_spent_are_not_waited_for(code: str) -> None:
    body = f'{{"error": {{"code": "{code}", "message": "spent"}}}}'.encode()
    found = await asked(answer(body, "Retry-After: 1", status="429 Slow"))
    assert isinstance(found, EngineRefused)


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        (["Retry-After-Ms: 350", "Retry-After: 1"], 0.35),
        (["Retry-After-Ms: soon", "Retry-After: 2"], 2.0),
        (["Retry-After-Ms: nan"], None),
        ([], None),
    ],
)
async def test_a_wait_may_be_told_in_milliseconds(headers: list[str], wait_s: float | None) -> None:
    found = await asked(answer(b"{}", *headers, status="503 Away"))
    assert isinstance(found, EngineBusy)
    assert found.after_s == wait_s


async def test_who_says_not_to_ask_again_is_not_asked_again() -> None:
    found = await asked(answer(b"{}", "X-Should-Retry: false", status="503 Away"))
    assert isinstance(found, EngineRefused)


async def test_no_key_is_told_by_whatever_fails() -> None:
    with capture_logs() as logs:
        for status in ("401 No", "429 Slow", "500 Away"):
            found = await asked(answer(f'{{"error": "{KEY} {KEY}"}}'.encode(), status=status))
            assert KEY not in repr(found)
    assert len(logs) == 3
    assert KEY not in str(logs)
