"""What we send and read, held to what the vendors' own clients send and read.

Their side was recorded by tools/vendor_clients.py from the clients that stand in each record.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, Literal, cast

import msgspec
import pytest

from replaying import KEY, TRAFFIC, exchanges, replay
from vinfer.adapters.http_out.vendor import Vendor, vendor
from vinfer.adapters.llm import openai as chat
from vinfer.adapters.stt import assemblyai, deepgram, openai, sarvam
from vinfer.ports.engines import EngineRefused
from vinfer.ports.llm import Message

LOUD = b"\x00\x20" * 32_000  # 2 s


class Shade(msgspec.Struct):
    name: str
    light: bool


class Colour(msgspec.Struct):
    colour: str
    shades: list[Shade]


class Verdict(msgspec.Struct):
    verdict: Literal["met", "not_met"]
    line: int
    score: float
    note: str | None = None


async def no_pause(_pause_s: float) -> None:
    await asyncio.sleep(0)


def record(name: str) -> dict[str, Any]:
    return json.loads((TRAFFIC / "clients" / f"{name}.json").read_text())


Asking = Callable[[Vendor], Awaitable[object]]


def whisper(language: str, model: str = "whisper-1") -> Asking:
    return lambda far: openai.OpenAiTranscriber(far, model=model).hear(LOUD, language=language)


def nova(language: str) -> Asking:
    return lambda far: deepgram.DeepgramTranscriber(far).hear(LOUD, language=language)


def saaras(language: str) -> Asking:
    return lambda far: sarvam.SarvamTranscriber(far).hear(LOUD, language=language)


def universal(far: Vendor) -> Awaitable[object]:
    made = assemblyai.AssemblyAiTranscriber(far, patience_s=3, sleep=no_pause)
    return made.hear(LOUD, language="en-IN")


def small_chat(kind: type[Any]) -> Asking:
    asked = (Message("system", "Name a colour."), Message("user", "Any."))

    async def ask(far: Vendor) -> object:
        model = chat.OpenAiModel(far, model="small-chat", url=far.url)
        return await model.complete(asked, kind, most_tokens=50)

    return ask


HEADERS = {
    "openai": openai.headers(KEY),
    "deepgram": deepgram.headers(KEY),
    "sarvam": sarvam.headers(KEY),
    "assemblyai": assemblyai.headers(KEY),
}
# a client, which of its requests, whose answers, and what of ours asks the same
SAME: dict[str, tuple[str, slice, str, Asking]] = {
    "openai, English or Hindi": ("openai", slice(0, 1), "openai/said", whisper("en-IN")),
    "openai, Tamil": ("openai", slice(1, 2), "openai/said", whisper("ta-IN")),
    "gpt, English or Hindi": (
        "openai",
        slice(2, 3),
        "gpt/said",
        whisper("en-IN", "gpt-transcribe"),
    ),
    "gpt, Tamil": ("openai", slice(3, 4), "gpt/said", whisper("ta-IN", "gpt-4o-transcribe")),
    "a chat": ("openai", slice(4, 5), "chat/schema", small_chat(Colour)),
    "a choice": ("openai", slice(5, 6), "chat/schema", small_chat(Verdict)),
    "deepgram, English and Hindi": ("deepgram", slice(0, 1), "deepgram/said", nova("hi-IN")),
    "deepgram, Tamil": ("deepgram", slice(1, 2), "deepgram/said", nova("ta-IN")),
    "sarvam, English": ("sarvam", slice(0, 1), "sarvam/said", saaras("en-IN")),
    "sarvam, Tamil": ("sarvam", slice(1, 2), "sarvam/said", saaras("ta-IN")),
    "assemblyai": ("assemblyai", slice(None), "assemblyai/said", universal),
}


@pytest.mark.parametrize("name", SAME)
async def test_we_ask_as_the_vendors_own_client_asks(name: str) -> None:
    client, which, told, asking = SAME[name]
    answers = [{"response": each["response"]} for each in exchanges(told)]
    async with (
        replay(answers) as far,
        vendor(name=client, url=far.url, headers=HEADERS[client], timeout_s=5) as http,
    ):
        try:
            await asking(http)
        except EngineRefused:
            assert name == "a choice"  # the answer is a colour
            del far.requests[1:]
    theirs = record(client)["requests"][which]
    assert [ours_of(each) for each in far.requests] == [theirs_of(client, each) for each in theirs]


def ours_of(request: dict[str, Any]) -> dict[str, Any]:
    told = {name.lower(): value.partition(";")[0] for name, value in request["headers"].items()}
    names = ("authorization", "api-subscription-key", "content-type")
    bare = {name: value for name, value in request.items() if name not in ("headers", "audio")}
    if (audio := request.get("audio")) and "form" not in request:
        bare["audio_bytes"] = len(audio)
    return compared(bare | {"headers": {name: told[name] for name in names if name in told}})


def theirs_of(client: str, request: dict[str, Any]) -> dict[str, Any]:
    if client == "sarvam":  # its client writes this field of another model, as `null`
        del request["form"]["keyterms"]
    if "response_format" in request.get("json", {}):
        assert request["json"].pop("stream") is False  # as without it
    return compared(request)


def compared(request: dict[str, Any]) -> dict[str, Any]:
    """A request without what is ours to name: a schema, its parts, the type of bytes of sound."""
    if "json" not in request and "form" not in request:
        request["headers"].pop("content-type", None)
    if form := request.get("json", {}).get("response_format"):
        wanted = form["json_schema"]
        wanted["name"] = "answer"
        wanted["schema"] = flat(wanted["schema"], wanted["schema"].get("$defs", {}))
    return request


def flat(node: Any, parts: dict[str, Any]) -> Any:
    """A schema with its parts in their places, without titles."""
    if isinstance(node, list):
        return [flat(each, parts) for each in cast("list[Any]", node)]
    if not isinstance(node, dict):
        return node
    found = cast("dict[str, Any]", node)
    if "$ref" in found:
        return flat(parts[found["$ref"].rpartition("/")[2]], parts)
    left_out = ("title", "$defs", "description")
    return {name: flat(each, parts) for name, each in found.items() if name not in left_out}


# a client, its model, our struct; what of ours stands elsewhere; what we cannot do without
READ: list[tuple[str, str, Any, str, set[str], set[str]]] = [
    ("openai", "TranscriptionVerbose", openai, "_Answer", {"languages"}, set()),
    ("openai", "Transcription", openai, "_Answer", {"language", "segments", "words"}, set()),
    ("openai", "TranscriptionSegment", openai, "_Segment", {"words"}, set()),
    ("openai", "TranscriptionWord", openai, "_Word", {"probability"}, set()),
    ("openai", "ChatCompletion", chat, "_Answer", set(), set()),
    ("openai", "Choice", chat, "_Choice", set(), set()),
    ("openai", "ChatCompletionMessage", chat, "_Said", set(), set()),
    ("openai", "CompletionUsage", chat, "_Usage", set(), set()),
    ("deepgram", "ListenV1Response", deepgram, "_Answer", set(), set()),
    ("deepgram", "ListenV1ResponseResults", deepgram, "_Results", set(), set()),
    ("deepgram", "ListenV1ResponseResultsChannelsItem", deepgram, "_Channel", set(), set()),
    (
        "deepgram",
        "ListenV1ResponseResultsChannelsItemAlternativesItem",
        deepgram,
        "_Alternative",
        set(),
        set(),
    ),
    (
        "deepgram",
        "ListenV1ResponseResultsChannelsItemAlternativesItemWordsItem",
        deepgram,
        "_Word",
        {"punctuated_word"},  # which its client knows in utterances
        {"word", "start", "end"},
    ),
    ("sarvam", "SpeechToTextResponse", sarvam, "_Answer", set(), set()),
    ("sarvam", "TimestampsModel", sarvam, "_Times", set(), set()),
    ("assemblyai", "TranscriptResponse", assemblyai, "_Transcript", set(), {"id"}),
    ("assemblyai", "Word", assemblyai, "_Word", set(), set()),
]


@pytest.mark.parametrize(("client", "model", "module", "struct", "elsewhere", "needed"), READ)
def test_we_read_what_the_vendors_own_client_reads(
    client: str, model: str, module: Any, struct: str, elsewhere: set[str], needed: set[str]
) -> None:
    theirs = record(client)["models"][model]
    ours = {each.name: each.required for each in msgspec.structs.fields(getattr(module, struct))}
    assert ours.keys() - theirs.keys() == elsewhere
    demanded = {name for name, required in ours.items() if required and not theirs.get(name)}
    assert demanded == needed
