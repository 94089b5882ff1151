"""What every transcriber of finished recordings must do, near or far."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from structlog.testing import capture_logs

import speech_models as models
from replaying import KEY, Far, exchanges, replay, wav_seconds
from transcribing import executor, transcriber
from vinfer.adapters.dsp import from_pcm, resample, to_pcm
from vinfer.adapters.http_out.vendor import Vendor, vendor
from vinfer.adapters.models.catalog import WHISPER_BASE
from vinfer.adapters.stt import assemblyai, deepgram, openai, sarvam
from vinfer.adapters.stt.fake import ScriptedTranscriber
from vinfer.adapters.stt.folder import FolderTranscriber
from vinfer.adapters.stt.wrappers import AtOnce, Fallback, Retry, Timeout
from vinfer.app.engines import OFFERED
from vinfer.kit.clock import SystemClock
from vinfer.ports.audio import EngineUnavailable
from vinfer.ports.engines import EngineBusy, EngineRefused
from vinfer.ports.stt import HeardSegment, Transcriber

SAID = "Please call me tomorrow morning."
_speech: list[bytes] = []  # one synthesis for all tests
_heard: dict[str, tuple[HeardSegment, ...]] = {}
LOUD = b"\x00\x20" * 32_000  # 2 s


async def at_once(_pause_s: float) -> None:
    await asyncio.sleep(0)


def an_assemblyai(far: Vendor) -> Transcriber:
    return assemblyai.AssemblyAiTranscriber(far, patience_s=9, sleep=at_once)


def a_wrapped(far: Vendor) -> Transcriber:
    inner = AtOnce(openai.OpenAiTranscriber(far), most=1)
    return Fallback(
        Retry(Timeout(inner, limit_s=5)), ScriptedTranscriber(["amiss"]), clock=SystemClock()
    )


Made = Callable[[Vendor], Transcriber]
FAR: dict[str, tuple[str, dict[str, str], Made]] = {
    "openai": ("openai", openai.headers(KEY), openai.OpenAiTranscriber),
    "speaches": (
        "speaches",
        openai.headers(None),
        lambda far: openai.OpenAiTranscriber(far, model="Systran/faster-whisper-small"),
    ),
    "gpt": (
        "gpt",
        openai.headers(KEY),
        lambda far: openai.OpenAiTranscriber(far, model="gpt-transcribe"),
    ),
    "deepgram": ("deepgram", deepgram.headers(KEY), deepgram.DeepgramTranscriber),
    "sarvam": ("sarvam", sarvam.headers(KEY), sarvam.SarvamTranscriber),
    "assemblyai": ("assemblyai", assemblyai.headers(KEY), an_assemblyai),
    "wrapped": ("openai", openai.headers(KEY), a_wrapped),
}
ENGINES = [
    "fake",
    pytest.param("whisper", marks=pytest.mark.slow),
    pytest.param("folder", marks=pytest.mark.slow),
    *FAR,
]
BARE = [name for name in FAR if name != "wrapped"]


@dataclass
class Engine:
    """A transcriber, speech that it hears `SAID` in, and the server behind it."""

    transcriber: Transcriber
    speech: bytes = LOUD
    far: Far | None = None

    async def heard(self) -> tuple[HeardSegment, ...]:
        """What it makes of the speech; models on this machine are asked once for all tests."""
        name = self.transcriber.capabilities.id
        if self.speech is LOUD:
            return await self.transcriber.hear(self.speech, language="en-IN")
        if name not in _heard:
            _heard[name] = await self.transcriber.hear(self.speech, language="en-IN")
        return _heard[name]


@asynccontextmanager
async def distant(name: str, told: list[dict[str, Any]]) -> AsyncGenerator[Engine]:
    """An engine whose server plays a conversation."""
    _, headers, made = FAR[name]
    async with (
        replay(told) as far,
        vendor(name=name, url=far.url, headers=headers, timeout_s=5) as http,
    ):
        yield Engine(made(http), far=far)


@cache
def a_folder() -> Transcriber:
    return FolderTranscriber(models.store().ensure(WHISPER_BASE), executor())


async def speech() -> bytes:
    if not _speech:
        spoken = from_pcm(await models.spoken(SAID))
        _speech.append(to_pcm(resample(spoken, from_hz=8000, to_hz=16_000)))
    return _speech[0]


@pytest.fixture(params=ENGINES)
async def engine(request: pytest.FixtureRequest) -> AsyncIterator[Engine]:
    name: str = request.param
    if name == "fake":
        yield Engine(ScriptedTranscriber([SAID]))
    elif name in FAR:
        async with distant(name, exchanges(f"{FAR[name][0]}/said")) as made:
            yield made
        assert made.far is not None
        assert made.far.amiss == []
    else:
        yield Engine(transcriber() if name == "whisper" else a_folder(), await speech())


async def test_speech_becomes_text(engine: Engine) -> None:
    heard = await engine.heard()
    assert " ".join(each.text for each in heard) == SAID
    assert {each.language for each in heard} == {"en-IN"}
    if not engine.transcriber.capabilities.confidence:
        assert {each.confidence for each in heard} == {None}
    else:
        assert all(0.5 < (each.confidence or 0) <= 1.0 for each in heard)


async def test_times_are_in_order_and_inside_the_audio(engine: Engine) -> None:
    heard = await engine.heard()
    words = [word for each in heard for word in each.words]
    if engine.transcriber.capabilities.words:
        assert [word.text for word in words] == SAID.split()
        edges = [edge for word in words for edge in (word.start_s, word.end_s)]
        assert all(0 <= (word.confidence or 0) <= 1 for word in words)
    else:
        assert words == []
        edges = [edge for each in heard for edge in each.span or ()]
    assert edges == sorted(edges)
    if edges:  # some tell no times at all
        assert edges[0] >= 0
        assert edges[-1] <= len(engine.speech) / 32_000 + 0.1


@pytest.mark.parametrize("pcm", [b"", bytes(100), bytes(64_000)], ids=["none", "short", "silence"])
async def test_silence_is_no_guess_and_asks_nobody(engine: Engine, pcm: bytes) -> None:
    assert await engine.transcriber.hear(pcm, language="en-IN") == ()
    assert engine.far is None or engine.far.asked == 0


async def test_a_language_it_lacks_is_refused(engine: Engine) -> None:
    with pytest.raises(EngineUnavailable):
        await engine.transcriber.hear(engine.speech, language="fr-FR")
    assert "en-IN" in engine.transcriber.capabilities.languages


# what a far engine may do

BUSY = {"status": 429, "headers": {"Retry-After": "7"}, "json": {"error": {"message": "slow"}}}
ODD = {
    "broken": {"status": 200, "text": '{"transcript": '},
    "html": {"status": 200, "text": "<html>sign in</html>"},
    "other": {"status": 200, "json": {"unexpected": SAID}},
    "list": {"status": 200, "json": [SAID]},
    "outage": {"status": 503, "text": "gone"},
}


@pytest.mark.parametrize("name", BARE)
async def test_a_busy_engine_says_when_to_come_back(name: str) -> None:
    async with distant(name, [{"response": BUSY}]) as engine:
        with pytest.raises(EngineBusy) as raised:
            await engine.transcriber.hear(LOUD, language="en-IN")
    assert raised.value.after_s == 7


@pytest.mark.parametrize("answer", ODD.values(), ids=ODD)
@pytest.mark.parametrize("name", BARE)
async def test_an_answer_that_is_none_is_no_transcript(name: str, answer: dict[str, Any]) -> None:
    async with distant(name, [{"response": answer}]) as engine:
        with pytest.raises(EngineBusy) as raised:
            await engine.transcriber.hear(LOUD, language="en-IN")
    assert SAID not in str(raised.value)


@pytest.mark.parametrize("name", BARE)
async def test_a_wrong_key_is_told_without_the_key(name: str) -> None:
    said = {"status": 401, "json": {"error": {"message": f"bad {KEY}", "code": "invalid_api_key"}}}
    async with distant(name, [{"response": said}]) as engine:
        with capture_logs() as logs, pytest.raises(EngineRefused) as raised:
            await engine.transcriber.hear(LOUD, language="en-IN")
    assert "401 (invalid_api_key)" in str(raised.value)
    assert KEY not in f"{raised.value!r} {raised.value.__cause__!r}"
    if name != "speaches":  # which has none
        assert KEY not in str(logs)


@pytest.mark.parametrize("name", BARE)
async def test_a_redirect_takes_the_key_nowhere(name: str) -> None:
    async with replay([{"response": {"status": 200, "json": {}}}]) as other:
        said = {"status": 307, "headers": {"Location": other.url}, "text": ""}
        async with distant(name, [{"response": said}]) as engine:
            with pytest.raises(EngineRefused):
                await engine.transcriber.hear(LOUD, language="en-IN")
    assert other.asked == 0


INVENTED = {
    "openai": "segments/0/text",
    "speaches": "segments/0/text",
    "gpt": "text",
    "deepgram": "results/channels/0/alternatives/0/transcript",
    "sarvam": "transcript",
    "assemblyai": "text",
}


@pytest.mark.parametrize("words", ["thank you " * 12, "नमस्ते " * 9, "x" * 200, "...", ""])
@pytest.mark.parametrize("name", BARE)
async def test_words_that_nobody_can_have_said_are_dropped(name: str, words: str) -> None:
    told = exchanges(f"{name}/said")
    answer = answer_of(told)
    *path, last = INVENTED[name].split("/")
    for step in path:
        answer = answer[int(step) if step.isdecimal() else step]
    answer[last] = words
    async with distant(name, told) as engine:
        assert await engine.transcriber.hear(LOUD, language="en-IN") == ()


def answer_of(told: list[dict[str, Any]]) -> Any:
    """The answer of a conversation that holds what was said."""
    (found,) = [each["response"]["json"] for each in told if SAID in str(each["response"]["json"])]
    return found


def words_of(name: str, answer: Any) -> list[dict[str, Any]]:
    match name:
        case "deepgram":
            return answer["results"]["channels"][0]["alternatives"][0]["words"]
        case "speaches":
            return answer["segments"][0]["words"]
        case _:
            return answer["words"]


WITH_TIMES = [name for name in BARE if name != "gpt"]
WITH_WORDS = [name for name in WITH_TIMES if name != "sarvam"]
TIMES = {
    "backwards": [(9, 8), (-5, -7), (1, 0), (0.5, 90), (-1, 1)],
    "beyond": [(0, 1), (1e9, 1e10), (3, 2), (2, 2), (1, 1e300)],
    "the same": [(1, 1)] * 5,
}


@pytest.mark.parametrize("times", TIMES.values(), ids=TIMES)
@pytest.mark.parametrize("name", WITH_WORDS)
async def test_times_that_cannot_be_are_put_inside(
    name: str, times: list[tuple[float, float]]
) -> None:
    told = exchanges(f"{name}/said")
    scale = 1000 if name == "assemblyai" else 1
    for word, (start_s, end_s) in zip(words_of(name, answer_of(told)), times, strict=True):
        word |= {"start": start_s * scale, "end": end_s * scale, "confidence": -7}
    async with distant(name, told) as engine:
        heard = await engine.transcriber.hear(LOUD, language="en-IN")
    words = [word for each in heard for word in each.words]
    edges = [edge for word in words for edge in (word.start_s, word.end_s)]
    assert edges
    assert edges == sorted(edges)
    assert 0 <= edges[0] <= edges[-1] <= 2
    assert all(word.confidence is None or 0 <= word.confidence <= 1 for word in words)


@pytest.mark.parametrize("text", ["thank you", "x" * 200])
@pytest.mark.parametrize("name", WITH_WORDS)
async def test_words_beside_a_text_are_held_to_the_same(name: str, text: str) -> None:
    """A transcript shows the words, so they may not be more than the text admits."""
    told = exchanges(f"{name}/said")
    words = words_of(name, answer_of(told))
    key = "text" if name == "assemblyai" else "word"
    words[:] = [words[0] | {key: text, "punctuated_word": text}] * 12
    async with distant(name, told) as engine:
        assert await engine.transcriber.hear(LOUD, language="en-IN") == ()


@pytest.mark.parametrize("moment", ["1" + "0" * 400, "1e999", "NaN", '"soon"', "null", "true"])
@pytest.mark.parametrize("name", WITH_TIMES)
async def test_a_time_that_is_none_is_no_transcript(name: str, moment: str) -> None:
    told = exchanges(f"{name}/said")
    answer = answer_of(told)
    if name == "sarvam":
        answer["timestamps"]["start_time_seconds"] = ["MOMENT"]
    else:
        words_of(name, answer)[2]["start"] = "MOMENT"
    place = next(each for each in told if each["response"].get("json") is answer)
    text = json.dumps(place["response"].pop("json")).replace('"MOMENT"', moment)
    place["response"]["text"] = text
    async with distant(name, told) as engine:
        with pytest.raises(EngineBusy):
            await engine.transcriber.hear(LOUD, language="en-IN")


async def test_times_of_phrases_are_put_inside_too() -> None:
    for span in [(-3, -1), (5, 4), (1, 0)]:
        told = exchanges("sarvam/said")
        times = answer_of(told)["timestamps"]
        times["start_time_seconds"], times["end_time_seconds"] = [span[0]], [span[1]]
        async with distant("sarvam", told) as engine:
            (heard,) = await engine.transcriber.hear(LOUD, language="en-IN")
        assert heard.span is not None
        assert 0 <= heard.span[0] <= heard.span[1] <= 2


@pytest.mark.parametrize(("name", "asked"), [("openai", "ta-IN"), ("deepgram", "hi-IN")])
async def test_a_language_that_is_none_of_ours_is_not_told(name: str, asked: str) -> None:
    told = exchanges(f"{name}/said")
    answer = answer_of(told)
    answer["language"] = "french"
    for word in words_of(name, answer):
        word["language"] = "fr\0"
    async with distant(name, [{"response": each["response"]} for each in told]) as engine:
        (heard,) = await engine.transcriber.hear(LOUD, language=asked)
    assert heard.language == asked


@pytest.mark.parametrize("fate", ["error", "processing", "abandoned"])
async def test_what_a_vendor_was_given_is_erased_whatever_becomes_of_it(fate: str) -> None:
    upload, made, *_ = exchanges("assemblyai/said")
    status = "processing" if fate == "abandoned" else fate
    left = {"status": 200, "json": made["response"]["json"] | {"status": status}}
    pause = asyncio.sleep if fate == "abandoned" else at_once
    async with (
        replay([upload, made, {"response": left}]) as far,
        vendor(name="a", url=far.url, headers=assemblyai.headers(KEY), timeout_s=5) as http,
    ):
        slow = assemblyai.AssemblyAiTranscriber(http, patience_s=3, sleep=pause)
        with pytest.raises(EngineUnavailable):
            await Timeout(slow, limit_s=0.3).hear(LOUD, language="en-IN")
    assert far.methods[-1] == "DELETE"


async def test_a_language_nobody_asked_for_is_asked_again() -> None:
    first, second = exchanges("openai/said"), exchanges("openai/said")
    first[0]["response"]["json"]["language"] = "welsh"
    second[0]["request"]["form"]["language"] = "en"
    async with distant("openai", first + second) as engine:
        (heard,) = await engine.transcriber.hear(LOUD, language="en-IN")
        assert engine.far is not None
        assert (heard.text, engine.far.asked, engine.far.amiss) == (SAID, 2, [])


# what differs from vendor to vendor

OWN = "https://api.openai.com/v1"
INDIAN = {"hi", "mr", "ta", "te", "kn", "bn", "gu", "ml", "pa"}
HEARS = [
    ("openai", OWN, "whisper-1", {"en", "hi", "kn", "mr", "ta"}),
    ("openai", OWN, "gpt-transcribe", {"en"} | INDIAN - {"pa"}),
    ("openai", OWN, "gpt-4o-transcribe", {"en"} | INDIAN - {"pa"}),
    ("openai", "http://gpu.internal:8000/v1", "whisper-1", {"en"} | INDIAN),
    ("openai", "http://notopenai.com/v1", "whisper-1", {"en"} | INDIAN),
    ("deepgram", deepgram.URL, "nova-3", {"en"} | INDIAN - {"ml"}),
    ("deepgram", deepgram.URL, "nova-2", {"en", "hi"}),
    ("deepgram", deepgram.URL, "nova-3-medical", {"en"}),
    ("sarvam", sarvam.URL, "saaras:v3", {"en"} | INDIAN),
    ("assemblyai", assemblyai.URL, "universal-2", {"en"} | INDIAN),
]


@pytest.mark.parametrize(("name", "url", "model", "codes"), HEARS)
async def test_an_engine_hears_what_its_vendor_says(
    name: str, url: str, model: str, codes: set[str]
) -> None:
    offered = OFFERED[name]
    assert set(offered.languages(url=url, model=model)) == codes
    async with vendor(name=name, url=url, headers={}, timeout_s=5) as http:
        made = offered.made(http, model)
    assert {tag.partition("-")[0] for tag in made.capabilities.languages} == codes


@pytest.mark.parametrize("name", BARE)
async def test_a_very_short_sound_is_sent_with_silence_after_it(name: str) -> None:
    """AssemblyAI takes nothing below 160 ms."""
    told = [{"response": each["response"]} for each in exchanges(f"{name}/said")]
    async with distant(name, told) as engine:
        heard = await engine.transcriber.hear(b"\x00\x20" * 1920, language="en-IN")
        assert engine.far is not None
        assert wav_seconds(engine.far.requests[0]["audio"]) == 0.5
    assert heard == ()  # nobody says five words in 0.12 s


@pytest.mark.parametrize("part", ["alternatives", "transcript", "words", "confidence"])
@pytest.mark.parametrize("way", ["left out", "null"])
async def test_what_deepgram_may_leave_out_may_be_missing(part: str, way: str) -> None:
    told = exchanges("deepgram/said")
    channel = answer_of(told)["results"]["channels"][0]
    place = channel if part == "alternatives" else channel["alternatives"][0]
    place[part] = None
    if way == "left out":
        del place[part]
    async with distant("deepgram", told) as engine:
        heard = await engine.transcriber.hear(LOUD, language="en-IN")
    assert [each.text for each in heard] == ([SAID] if part in ("words", "confidence") else [])


def looks(*statuses: int, **more: str) -> list[dict[str, Any]]:
    """AssemblyAI's conversation, with other looks at a transcript before the good one."""
    upload, made, waiting, done, erased = exchanges("assemblyai/said")
    done["response"]["json"] |= more
    troubled = [{"response": {"status": status, "json": {}}} for status in statuses]
    return [upload, {"response": made["response"]}, *troubled, waiting, done, erased]


async def test_a_transcript_is_not_lost_with_a_look_at_it() -> None:
    async with distant("assemblyai", looks(503, 502, 429)) as engine:
        (heard,) = await engine.transcriber.hear(LOUD, language="en-IN")
        assert engine.far is not None
        assert (heard.text, engine.far.methods.count("POST")) == (SAID, 2)


@pytest.mark.parametrize("statuses", [(503, 502, 500, 503), (401,)])
async def test_a_vendor_that_went_away_is_not_looked_at_for_ever(statuses: tuple[int, ...]) -> None:
    async with distant("assemblyai", looks(*statuses)) as engine:
        with pytest.raises(EngineUnavailable):
            await engine.transcriber.hear(LOUD, language="en-IN")
        assert engine.far is not None
        assert engine.far.methods.count("GET") == len(statuses)


async def test_the_model_that_stands_in_is_told() -> None:
    """Models of fewer languages are asked for with one of more behind them."""
    told = looks(speech_model_used="universal-2")
    async with (
        replay(told) as far,
        vendor(name="a", url=far.url, headers=assemblyai.headers(KEY), timeout_s=5) as http,
    ):
        made = assemblyai.AssemblyAiTranscriber(http, model="universal-3-5-pro", sleep=at_once)
        (heard,) = await made.hear(LOUD, language="ta-IN")
    assert far.requests[1]["json"]["speech_models"] == ["universal-3-5-pro", "universal-2"]
    assert (made.capabilities.id, heard.engine) == (
        "assemblyai/universal-3-5-pro",
        "assemblyai/universal-2",
    )


async def test_gpt_models_tell_the_language_they_heard() -> None:
    told = exchanges("gpt/said")
    answer_of(told)["languages"] = [{"code": "hi"}]
    async with distant("gpt", told) as engine:
        (heard,) = await engine.transcriber.hear(LOUD, language="en-IN")
    assert (heard.language, heard.confidence, heard.words) == ("hi-IN", None, ())
