"""How long an engine asks to be left alone, and what is told of its errors."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from structlog.testing import capture_logs

from replaying import KEY, replay
from vinfer.adapters.http_out.refusals import LONGEST_WAIT_S, wait_s
from vinfer.adapters.http_out.vendor import vendor
from vinfer.ports.audio import EngineUnavailable
from vinfer.ports.engines import EngineBusy, EngineRefused


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("1e9", LONGEST_WAIT_S),
        ("soon", None),
        ("", None),
        ("nan", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("Wed, 21 Oct 2015 07:28:00", None),
    ],
)
def test_a_wait_is_read_in_either_form(header: str | None, seconds: float | None) -> None:
    assert wait_s(header) == seconds


def test_a_date_ahead_is_a_wait() -> None:
    ahead = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    assert 55 < (wait_s(ahead) or 0) <= 60


async def test_an_error_is_told_by_its_name_and_not_by_its_sentence() -> None:
    error = {"error": {"code": "context_length", "message": "too long: my card is 4539"}}
    async with (
        replay([{"response": {"status": 400, "json": error}}]) as far,
        vendor(name="llm", url=far.url, headers={}, timeout_s=5) as http,
    ):
        with pytest.raises(EngineRefused) as raised:
            await http.post("/x", {})
    assert str(raised.value) == "llm answered with status 400 (context_length)"
    assert raised.value.status == 400


async def test_an_answer_without_end_is_cut() -> None:
    async with (
        replay([{"response": {"status": 200, "text": "[" + "1," * (5 << 20)}}]) as far,
        vendor(name="llm", url=far.url, headers={}, timeout_s=5) as http,
    ):
        with pytest.raises(EngineBusy, match="too large"):
            await http.get("/x")


async def test_answers_are_asked_for_as_they_are_read() -> None:
    """A compressed answer could hold any size, and would be no JSON."""
    asked = {"headers": {"Accept-Encoding": "identity"}}
    async with (
        replay([{"request": asked, "response": {"status": 200, "json": {}}}]) as far,
        vendor(name="llm", url=far.url, headers={}, timeout_s=5) as http,
    ):
        await http.post("/x", {})
    assert far.amiss == []


@pytest.mark.parametrize("status", [200, 400, 503])
async def test_an_answer_too_deep_to_read_is_an_error_like_any_other(status: int) -> None:
    async with (
        replay([{"response": {"status": status, "text": '{"error":' * 100_000}}]) as far,
        vendor(name="llm", url=far.url, headers={}, timeout_s=5) as http,
    ):
        with pytest.raises(EngineUnavailable):
            await http.post("/x", {})


@pytest.mark.parametrize("told", [{"code": KEY}, {"message": "x" * 2015 + KEY}])
async def test_a_key_that_is_told_back_is_not_told_on(told: dict[str, str]) -> None:
    async with (
        replay([{"response": {"status": 401, "json": {"error": told}}}]) as far,
        vendor(name="a", url=far.url, headers={"X": f"Token {KEY}"}, timeout_s=5) as http,
    ):
        with capture_logs() as logs, pytest.raises(EngineRefused) as raised:
            await http.post("/x", {})
    assert KEY[:6] not in f"{raised.value!r} {logs}"


async def test_nobody_there_is_busy() -> None:
    async with vendor(name="llm", url="http://127.0.0.1:9", headers={}, timeout_s=5) as http:
        with pytest.raises(EngineBusy):
            await http.get("/x")
