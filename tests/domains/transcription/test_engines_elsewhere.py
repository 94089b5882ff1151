"""A job whose words come from a service over HTTP, from the API to the API."""

import copy
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import httpx
from tests.domains.transcription.conftest import TALK, Bench
from tests.domains.transcription.test_transcription_jobs import job, submit

from replaying import KEY, exchanges, replay
from vinfer.adapters.llm.fake import OwnPurse
from vinfer.adapters.stt.fake import ScriptedTranscriber
from vinfer.app import engines, settings
from vinfer.domains.transcription.analysis import Outline
from vinfer.domains.transcription.held import Ears
from vinfer.lens.transcript import Transcript

AWAY = {"response": {"status": 403, "json": {"error": {"code": "quota_exceeded"}}}}


def said() -> dict[str, Any]:
    """What the service hears, with a character that no database takes."""
    (told,) = copy.deepcopy(exchanges("openai/said"))
    answer = told["response"]["json"]
    answer["words"][-1]["word"] += "\0"
    answer["segments"][-1]["text"] += "\0"
    return {"response": told["response"]}


def outlined(transcript: Transcript) -> Outline:
    return Outline({"topics": [{"topic": transcript.text, "evidence": [0]}]})


async def test_each_segment_tells_who_heard_it(bench: Bench, client: httpx.AsyncClient) -> None:
    """The service answers once, then refuses: what ships hears the rest."""
    async with replay([said(), AWAY]) as far:
        named = {"STT": "openai", "STT_URL": far.url, "STT_KEY": KEY}
        config = settings.load({f"VINFER_{name}": value for name, value in named.items()})
        shipped = ScriptedTranscriber(["hello who is this", "i am asha"])
        async with engines.engines(config, purse=OwnPurse(per_day=1, clock=bench.clock)) as others:
            with ThreadPoolExecutor(1) as pool:
                made = others.transcriber(
                    config, lambda: shipped, pool, workers=1, clock=bench.clock
                )
            ears = replace(bench.ears, transcriber=made, outliner=outlined)

            async def load() -> Ears:
                return ears

            bench.shop = replace(bench.shop, ears=load)
            taken = await submit(client, bench.files.put("talk.wav", TALK))
            await bench.finish()
    done = await job(client, taken["id"])
    assert done["status"] == "completed"
    assert [(each["text"], each["engine"]) for each in done["transcript"]["segments"]] == [
        ("Please call me tomorrow morning.", "openai/whisper-1"),
        ("hello who is this", "scripted"),
        ("i am asha", "scripted"),
    ]
    assert far.asked == 2
