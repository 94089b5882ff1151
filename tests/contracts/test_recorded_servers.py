"""Traffic with real servers, recorded while they heard real speech and wrote real answers.

What recognisers and models say is not ours to want: it is what it was. Ours is to read it, to make
no more of it than it tells, and to ask as we asked then.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from replaying import KEY, Far, exchanges, replay
from vinfer.adapters.http_out.vendor import Vendor, vendor
from vinfer.adapters.llm import openai as chat
from vinfer.adapters.stt import openai
from vinfer.lens.analysis.lines import Line
from vinfer.lens.prompting.criterion import judge_criterion
from vinfer.lens.prompting.recap import recap
from vinfer.ports.engines import EngineBusy, EngineRefused
from vinfer.ports.llm import LanguageModel, Message
from vinfer.ports.stt import HeardSegment

SAID = [
    "Go forward 10 meters.",
    "And Mr. John Dashwood had then leisure to consider how much there might be prudently in his "
    "power to do for them.",
    "Unless to be rather cold-hearted and rather selfish is to be ill-disposed.",
]
LAST = {"faster-whisper-server": "10 of cloves.", "open-asr-server": "10 of clothes"}
MODELS = {"faster-whisper-server": "base", "open-asr-server": "openai/whisper-base"}
SERVERS = list(MODELS)


@asynccontextmanager
async def far_server(
    told: list[dict[str, Any]], *, key: str | None = None
) -> AsyncGenerator[tuple[Vendor, Far]]:
    async with (
        replay(told) as far,
        vendor(name="own", url=far.url, headers=openai.headers(key), timeout_s=5) as http,
    ):
        yield http, far


async def heard_by(server: str) -> list[HeardSegment]:
    """What each of its four answers becomes."""
    told = exchanges(f"{server}/heard")
    heard: list[HeardSegment] = []
    async with far_server(told) as (http, far):
        made = openai.OpenAiTranscriber(http, model=MODELS[server])
        for each in told:
            samples = round(each["request"]["wav_seconds"] * 16_000)
            (segment,) = await made.hear(b"\x00\x20" * samples, language="en-IN")
            heard.append(segment)
    assert far.amiss == []
    return heard


@pytest.mark.parametrize("server", SERVERS)
async def test_what_a_server_heard_is_what_it_says(server: str) -> None:
    heard = await heard_by(server)
    assert [each.text for each in heard] == [*SAID, LAST[server]]
    assert {each.language for each in heard} == {"en-IN"}


async def test_words_in_pieces_are_words_as_they_are_written() -> None:
    """The server tells "cold", "-hearted"."""
    heard = await heard_by("open-asr-server")
    for each in heard:
        assert [word.text for word in each.words] == each.text.split()
        edges = [edge for word in each.words for edge in (word.start_s, word.end_s)]
        assert edges == sorted(edges)
    (cold,) = [word for word in heard[2].words if word.text == "cold-hearted"]
    assert (cold.start_s, cold.end_s) == (1.16, 2.0)


async def test_a_figure_that_a_server_has_not_is_no_certainty() -> None:
    """It writes 0 for the mean logarithm of the certainty, which would be all of it."""
    heard = await heard_by("open-asr-server")
    assert {each.confidence for each in heard} == {None}
    assert {word.confidence for each in heard for word in each.words} == {None}


async def test_a_server_without_words_tells_times_of_segments() -> None:
    heard = await heard_by("faster-whisper-server")
    assert [each.words for each in heard] == [(), (), (), ()]
    assert [each.span for each in heard] == [(0, 2.0), (0, 7.0), (0, 5.0), (0, 1.095375)]
    assert [round(each.confidence or 0, 2) for each in heard] == [0.57, 0.87, 0.75, 0.45]


async def test_errors_of_a_server_are_told_apart() -> None:
    expected = [(EngineRefused, 401), (EngineRefused, 403), (EngineBusy, 500), (EngineBusy, 429)]
    for told, (kind, status) in zip(exchanges("open-asr-server/refused"), expected, strict=True):
        async with far_server([told], key=KEY) as (http, _):
            with pytest.raises(kind) as raised:
                await openai.OpenAiTranscriber(http).hear(b"\x00\x20" * 32_000, language="en-IN")
        assert getattr(raised.value, "status", None) == status


class Shade(msgspec.Struct):
    name: str
    light: bool


class Colour(msgspec.Struct):
    colour: str
    shades: list[Shade]


ASKED = (
    Message("system", "Name a colour and two shades of it."),
    Message("user", "The sky at noon."),
)
CALL = (
    Line(0, "agent", "agent", "This is Asha from Acme.", "this is asha from acme.", "", 5, False),
    Line(1, "customer", "customer", "I pay 500 on Friday.", "i pay 500 on friday.", "", 5, False),
)


def small(http: Vendor) -> LanguageModel:
    return chat.OpenAiModel(http, model="qwen2.5-coder-0.5b-instruct", url=http.url)


async def test_a_small_model_answers_in_its_schema_or_not_at_all() -> None:
    async with far_server(exchanges("llama.cpp/answered")) as (http, far):
        model = small(http)
        found = await model.complete(ASKED, Colour, most_tokens=80)
        assert found.value == Colour("blue", [Shade("morning", True), Shade("afternoon", False)])
        assert found.usage is not None
        assert (found.usage.input_tokens, found.usage.output_tokens) == (27, 59)
        with pytest.raises(EngineRefused, match="cut off"):
            await model.complete(ASKED, Colour, most_tokens=5)
        with pytest.raises(EngineRefused, match=r"400 \(exceed_context_size_error\)"):
            await model.complete(ASKED, Colour, most_tokens=5)
    assert far.amiss == []
    assert far.asked == 3


async def test_what_a_small_model_makes_of_a_call_stands_nowhere() -> None:
    """It cites line 340 without end, and proves its verdict by a line that is not there."""
    async with far_server(exchanges("llama.cpp/call")) as (http, _):
        model = small(http)
        with pytest.raises(EngineRefused, match="cut off"):
            await recap(model, CALL)
        found = await judge_criterion(model, "Says who calls", CALL)
    assert (found.outcome, found.fraction, found.segment) == ("unsure", None, None)
