"""What every language model must do behind its port."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from structlog.testing import capture_logs

from harness import StoppedClock
from replaying import KEY, Far, exchanges, replay
from vinfer.adapters.http_out.vendor import vendor
from vinfer.adapters.llm import openai
from vinfer.adapters.llm.fake import OwnPurse, ScriptedModel
from vinfer.adapters.llm.wrappers import AtOnce, Budget, Retry, Timeout
from vinfer.ports.audio import EngineUnavailable
from vinfer.ports.engines import EngineBusy, EngineRefused
from vinfer.ports.llm import LanguageModel, Message, OverBudget


class Shade(msgspec.Struct):
    name: str
    light: bool


class Colour(msgspec.Struct):
    colour: str
    shades: list[Shade]


ASKED = (Message("system", "Name a colour."), Message("user", "Any."))
BLUE = Colour("blue", [Shade("sky", True)])


@asynccontextmanager
async def distant(
    told: list[dict[str, Any]], *, key: str | None = KEY
) -> AsyncGenerator[tuple[LanguageModel, Far]]:
    """A model whose server plays a conversation."""
    async with (
        replay(told) as far,
        vendor(name="llm", url=far.url, headers=openai.headers(key), timeout_s=5) as http,
    ):
        yield openai.OpenAiModel(http, model="small-chat", url=far.url, most_characters=1000), far


@pytest.fixture(params=["fake", "schema", "words", "wrapped"])
async def model(request: pytest.FixtureRequest) -> AsyncIterator[LanguageModel]:
    if request.param == "fake":
        yield ScriptedModel([BLUE])
        return
    name = "words" if request.param == "words" else "schema"
    async with distant(exchanges(f"chat/{name}"), key=None if name == "words" else KEY) as made:
        inner, far = made
        if request.param == "wrapped":
            budget = Budget(inner, OwnPurse(per_day=1000, clock=StoppedClock()))
            inner = AtOnce(Retry(Timeout(budget, limit_s=5)), most=1)
        yield inner
        assert far.amiss == []


async def test_an_answer_is_a_value_of_its_type(model: LanguageModel) -> None:
    found = await model.complete(ASKED, Colour, most_tokens=50)
    assert found.value == BLUE
    assert found.usage is not None
    assert found.usage.input_tokens > 0
    assert found.usage.tokens == found.usage.input_tokens + found.usage.output_tokens


def saying(content: Any, **more: Any) -> dict[str, Any]:
    choice = {"message": {"role": "assistant", "content": content}, "finish_reason": "stop"}
    return {"response": {"status": 200, "json": {"choices": [choice | more]}}}


NO_ANSWERS: dict[str, dict[str, Any]] = {
    "prose": saying("Blue."),
    "other shape": saying('{"colour": 3, "shades": []}'),
    "missing": saying('{"colour": "blue"}'),
    "nothing": saying(None),
    "refusal": saying(None, message={"content": None, "refusal": "I cannot"}),
    "cut off": saying('{"colour": "blue", "shades": []}', finish_reason="length"),
    "no choice": {"response": {"status": 200, "json": {"choices": []}}},
    "html": {"response": {"status": 200, "text": "<html>"}},
    "other json": {"response": {"status": 200, "json": {"result": "blue"}}},
    "outage": {"response": {"status": 502, "text": ""}},
    "moved": {"response": {"status": 302, "headers": {"Location": "/x"}, "text": ""}},
}


@pytest.mark.parametrize("answer", NO_ANSWERS.values(), ids=NO_ANSWERS)
async def test_what_is_no_answer_is_told_without_its_words(answer: dict[str, Any]) -> None:
    async with distant([answer]) as (model, _):
        with pytest.raises(EngineUnavailable) as raised:
            await model.complete(ASKED, Colour, most_tokens=50)
    assert "blue" not in str(raised.value).lower()


@pytest.mark.parametrize("answer", [{"colour": "blue"}, {"colour": 1, "shades": []}, "blue"])
async def test_a_fake_is_held_to_the_schema_too(answer: Any) -> None:
    with pytest.raises(EngineRefused):
        await ScriptedModel([answer]).complete(ASKED, Colour, most_tokens=50)


async def test_a_wrong_key_is_told_without_the_key_and_not_tried_otherwise() -> None:
    said = {"status": 401, "json": {"error": {"message": f"no {KEY}", "code": "invalid_api_key"}}}
    async with distant([{"response": said}]) as (model, far):
        with (
            capture_logs() as logs,
            pytest.raises(EngineRefused, match="invalid_api_key") as raised,
        ):
            await model.complete(ASKED, Colour, most_tokens=50)
        assert far.asked == 1
    assert KEY not in f"{raised.value!r} {logs}"


async def test_a_server_without_schemas_is_asked_in_words_from_then_on() -> None:
    refused, answered = exchanges("chat/words")
    async with distant([refused, answered, answered], key=None) as (model, far):
        await model.complete(ASKED, Colour, most_tokens=50)
        await model.complete(ASKED, Colour, most_tokens=50)
        forms = [json.loads(body)["response_format"]["type"] for body in far.bodies]
    assert forms == ["json_schema", "json_object", "json_object"]
    system = json.loads(far.bodies[1])["messages"][0]["content"]
    assert '"required":["colour","shades"]' in system


async def test_too_much_is_not_sent() -> None:
    async with distant(exchanges("chat/schema")) as (model, far):
        with pytest.raises(EngineRefused):
            await model.complete([Message("user", "x" * 1001)], Colour, most_tokens=50)
        assert far.asked == 0


async def test_busy_is_waited_for_as_long_as_it_says() -> None:
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    model = Retry(ScriptedModel([EngineBusy("", after_s=9), EngineBusy(""), BLUE]), sleep=pause)
    assert (await model.complete(ASKED, Colour, most_tokens=50)).value == BLUE
    assert pauses[0] == 9
    assert 1.6 <= pauses[1] <= 2.4


async def test_who_asks_for_too_much_patience_is_left() -> None:
    with pytest.raises(EngineBusy):
        await Retry(ScriptedModel([EngineBusy("", after_s=600), BLUE])).complete(
            ASKED, Colour, most_tokens=50
        )


async def test_a_model_that_hangs_costs_its_time() -> None:
    class Hanging(ScriptedModel):
        async def complete(self, *_args: Any, **_more: Any) -> Any:
            await asyncio.sleep(60)

    with pytest.raises(EngineBusy, match="within"):
        await Timeout(Hanging(), limit_s=0.01).complete(ASKED, Colour, most_tokens=50)


class Slow(ScriptedModel):
    async def complete(self, *args: Any, **more: Any) -> Any:
        await asyncio.sleep(0.01)
        return await super().complete(*args, **more)


async def answered(model: LanguageModel) -> bool:
    try:
        await model.complete(ASKED, Colour, most_tokens=50)
    except OverBudget:
        return False
    return True


async def test_a_budget_is_not_overspent_by_many_at_once() -> None:
    """Each may cost 56 tokens, and costs about 19: three of them fit into 200 together."""
    clock = StoppedClock()
    model = Budget(Slow([BLUE] * 20), OwnPurse(per_day=200, clock=clock))
    assert sum(await asyncio.gather(*(answered(model) for _ in range(10)))) == 3
    assert [await answered(model) for _ in range(8)].count(True) in range(3, 7)
    clock.time = clock.time.replace(day=2)
    assert await answered(model)


async def test_what_fails_with_a_price_is_paid_for() -> None:
    model = Budget(
        ScriptedModel([EngineBusy("late"), BLUE]), OwnPurse(per_day=100, clock=StoppedClock())
    )
    with pytest.raises(EngineBusy):
        await model.complete(ASKED, Colour, most_tokens=50)
    with pytest.raises(OverBudget):
        await model.complete(ASKED, Colour, most_tokens=50)
