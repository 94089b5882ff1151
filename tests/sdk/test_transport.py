"""When a request is sent again, and when it is not."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from vinfer_client import ApiError, Client, NoAnswer

TRUNK = {"id": "trk_1"}
BUSY = {"error": {"code": "rate_limit_exceeded", "message": "m", "details": {"limit": 1}}}
Answer = httpx.Response | Exception


class Far:
    """Answers in turn, and keeps what it was asked and how long the client waited."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.waits: list[float] = []
        http = httpx.Client(transport=httpx.MockTransport(self._answer))
        self.client = Client("vk_1", url="http://far/", http=http, sleep=self.waits.append)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def keys(self) -> set[str]:
        return {request.headers["Idempotency-Key"] for request in self.requests}


def busy(status: int = 429, **headers: str) -> httpx.Response:
    return httpx.Response(status, json=BUSY, headers=headers)


def create(far: Far) -> object:
    return far.client.create_trunk({"name": "t", "server": "s", "caller_ids": []})


@pytest.mark.parametrize(
    "trouble",
    [
        lambda: busy(),
        lambda: busy(500),
        lambda: busy(503),
        lambda: httpx.Response(502, text="<html>"),
        lambda: httpx.ConnectError("refused"),
        lambda: httpx.ReadTimeout("slow"),
        lambda: httpx.RemoteProtocolError("closed"),
    ],
)
def test_a_post_is_sent_again_under_the_same_key(trouble: Callable[[], Answer]) -> None:
    far = Far(trouble(), trouble(), httpx.Response(201, json=TRUNK))
    assert create(far) == TRUNK
    assert len(far.keys) == 1
    assert len({request.content for request in far.requests}) == 1
    assert 0.25 <= far.waits[0] <= 0.5 <= far.waits[1] <= 1.0


def test_every_post_has_a_key_of_its_own() -> None:
    far = Far(httpx.Response(201, json=TRUNK), httpx.Response(201, json=TRUNK))
    create(far)
    create(far)
    assert len(far.keys) == 2
    assert far.requests[0].headers["Authorization"] == "Bearer vk_1"


def test_retry_after_is_honoured() -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    far = Far(busy(**{"Retry-After": "7"}), busy(**{"Retry-After": moment}), httpx.Response(204))
    far.client.delete_trunk("trk_1")
    assert far.waits[0] == 7
    assert 50 < far.waits[1] <= 60


def test_a_wait_that_is_too_long_is_the_callers_to_decide() -> None:
    far = Far(busy(**{"Retry-After": "3600"}))
    with pytest.raises(ApiError) as caught:
        create(far)
    assert (caught.value.status, caught.value.details, far.waits) == (429, {"limit": 1}, [])


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 409, 413, 422])
def test_what_would_be_refused_again_is_not_sent_again(status: int) -> None:
    far = Far(busy(status))
    with pytest.raises(ApiError):
        create(far)
    assert len(far.requests) == 1


def test_a_request_that_still_runs_is_waited_for() -> None:
    running = {"error": {"code": "idempotency_in_progress", "message": "m", "details": {}}}
    far = Far(
        httpx.Response(409, json=running, headers={"Retry-After": "1"}),
        httpx.Response(201, json=TRUNK),
    )
    assert create(far) == TRUNK
    assert far.waits == [1]


def test_a_delete_whose_answer_was_lost_has_deleted() -> None:
    far = Far(httpx.ReadError("lost"), busy(404))
    far.client.delete_trunk("trk_1")
    assert len(far.requests) == 2


def test_it_gives_up() -> None:
    far = Far(*[httpx.ConnectError("refused")] * 5)
    with pytest.raises(NoAnswer, match="POST /v1/trunks"):
        create(far)
    assert (len(far.requests), len(far.waits)) == (5, 4)


def test_a_proxys_page_is_an_error_too() -> None:
    far = Far(httpx.Response(404, text="<html>secret</html>"))
    with pytest.raises(ApiError, match="404 unknown: Not Found"):
        far.client.get_trunk("x/../y")
    assert far.requests[0].url.raw_path == b"/v1/trunks/x%2F..%2Fy"


@pytest.mark.parametrize("id", ["", ".", ".."])
def test_an_id_that_is_none_asks_for_nothing(id: str) -> None:
    far = Far()
    with pytest.raises(ValueError, match="holds no id"):
        far.client.delete_webhook(id)
    assert far.requests == []
