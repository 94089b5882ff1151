"""The requests of the page on transcription, in its order, are sent as they stand there."""

import re
import shlex
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest
from tests.domains import campaigning
from tests.domains.transcription.conftest import TALK, Bench
from tests.domains.transcription.test_calls import world as world
from tests.domains.worlds import World

from vinfer.adapters.decoding import formats
from vinfer.adapters.nlu import embedder
from vinfer.app import insight, judging
from vinfer.app.settings import Settings
from vinfer.domains.calls import dialing
from vinfer.domains.campaigns.schemas import Feature
from vinfer.domains.qa.service import scorecards
from vinfer.domains.transcription.held import Ears
from vinfer.domains.transcription.schemas import ErrorCode, Status
from vinfer.ports.audio import EngineUnavailable

PAGE = (Path(__file__).parents[3] / "docs" / "howto" / "transcription.md").read_text("utf-8")
RECORDING = "recordings/w/call.wav"
CARD = "my card number is " + "four one one one " * 4
AGENT = "good morning this is asha calling from example bank this call is recorded"
LINES = (AGENT, CARD, "thank you for your time") * 3


def commands() -> list[list[str]]:
    """The words of each command, whose bodies run over several lines."""
    blocks = re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
    lines = [line for block in blocks for line in re.split(r"^\$ ", block, flags=re.MULTILINE)]
    return [shlex.split(line.replace("\\\n", "")) for line in lines if line]


async def send(client: httpx.AsyncClient, words: list[str]) -> httpx.Response:
    """Do what curl does with these words."""
    if words[0] == "curl":
        url = next(word for word in words if word.startswith("http://"))
        parts = dict(word.split("=", 1) for word in words[words.index(url) + 2 :: 2])
        assert parts["audio"] == "@call-1042.wav"
        files = {"audio": ("call-1042.wav", TALK), "request": (None, parts["request"])}
        return await client.post(httpx.URL(url).path, files=files)
    options = dict(zip(words[2::2], words[3::2], strict=True))
    body = options.get("-d")
    method = options.get("-X", "GET" if body is None else "POST")
    headers = {"content-type": "application/json"}
    return await client.request(method, f"/v1{words[1]}", content=body, headers=headers)


@pytest.fixture
def reading(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """The bench with the product's analyses, by rules alone, and lines that were said."""

    def unavailable(_store: Any) -> None:
        raise EngineUnavailable("this processor has no AVX2")

    monkeypatch.setattr(embedder, "Embedder", unavailable)
    bench.transcriber._lines[:] = LINES
    found = insight.readers(None, seal=bench.shop.seal)  # type: ignore[arg-type]
    ears = replace(
        bench.ears,
        analysers={str(name): each for name, each in found.analysers.items()},
        judges=found.judges,
        outliner=found.outliner,
    )

    async def load() -> Ears:
        return ears

    intake = bench.api.services.intake
    intake.features = ("transcription", *insight.FEATURES, *judging.FEATURES)
    intake.scorecards = scorecards.check
    return replace(bench, api=bench.api.twin(), shop=replace(bench.shop, ears=load))


class Reader:
    """Follows the page; between its requests the workers do what they do."""

    def __init__(self, bench: Bench, world: World, client: httpx.AsyncClient) -> None:
        self.bench = bench
        self.world = world
        self.client = client
        self.ids = {"scr": world.script_id}
        self.url = bench.files.put("call-1042.wav", TALK)

    async def follow(self, words: list[str]) -> Any:
        """Send one request; what it answers."""
        told = [re.sub(r"(\w{3})_…", lambda it: self.ids[it[1]], word) for word in words]
        told = [word.replace("https://files.example.com/call-1042.wav", self.url) for word in told]
        answer = await send(self.client, told)
        assert answer.is_success, (told, answer.text)
        found = answer.json() if answer.content else {}
        if "id" in found:
            self.ids[found["id"][:3]] = found["id"]
        return found

    async def call(self) -> None:
        """The call is made, and its recording cannot be read at first."""
        await campaigning.claim(self.world)
        call_id = self.ids["cal"]
        await campaigning.record(self.world, call_id, campaigning.answered())
        self.bench.storage.objects[RECORDING] = b"<html>" * 99
        async with self.world.db.begin() as tx:
            await dialing.attach_recording(tx, call_id, RECORDING)

    async def work(self) -> None:
        """All that waits is done."""
        await self.bench.run_jobs()
        await self.bench.finish()


async def test_the_page_works(reading: Bench, world: World) -> None:
    key = await reading.api.key("admin", world.actor.workspace_id)
    async with reading.api.client(key) as client:
        reader = Reader(reading, world, client)
        found = commands()
        answers: list[Any] = []
        for words in found:
            if words[-2:] == ["-d", "{}"]:
                reading.storage.objects[RECORDING] = TALK
            answers.append(await reader.follow(words))
            if words[1] == "/calls":
                await reader.call()
            await reader.work()
    assert [words[1] for words in found if words[0] == "api"] == [
        *("/transcription/job_…", "/qa/scorecards", "/transcription", "/transcription/job_…"),
        *("/calls", "/calls/cal_…", "/transcription?status=failed", "/calls/cal_…/analyze"),
        *("/calls/cal_…", "/transcription/job_…"),
    ]
    taken, first, _, _, full, _, withheld, failed, _, heard, _ = answers
    assert (taken["status"], first["status"], full["status"]) == ("queued", *["completed"] * 2)
    assert first["metadata"] == {"loan": "L-1042"}
    assert "four one one one" in first["transcript"]["text"]
    assert "[CARD]" in full["transcript"]["text"]
    assert (full["redaction"]["counts"], full["qa"]["score"]) == ({"CARD": 1}, 100.0)
    fields = re.findall(r"^\| `\w+` \| `(\w+)` \|", PAGE, re.MULTILINE)
    assert [name for name in fields if "error" in full[name]] == []
    assert (withheld["recording_withheld"], withheld["transcript"]) == (True, [])
    assert [job["call_id"] for job in failed["data"]] == [reader.ids["cal"]]
    assert heard["recording_withheld"] is False
    assert [line["text"] for line in heard["transcript"]] == ["Hello", "yes"]
    assert (
        await reading.rows("select id from transcriptions where id = $1", reader.ids["job"]) == []
    )


NAMED: tuple[tuple[str, Callable[[], set[str]]], ...] = (
    (r"^\| `(audio_\w+|internal_error)` \|", lambda: set(get_args(ErrorCode))),
    (r"^\| `(\w+)` \| `\w+` \|", lambda: {*get_args(Feature)} - {"transcription"}),
)


@pytest.mark.parametrize(("pattern", "there_are"), NAMED, ids=["errors", "features"])
def test_the_tables_name_all(pattern: str, there_are: Callable[[], set[str]]) -> None:
    assert set(re.findall(pattern, PAGE, re.MULTILINE)) == there_are()


def test_the_limits_are_those_of_the_settings() -> None:
    settings = Settings()
    assert f"`VINFER_AUDIO_MAX_BYTES` ({settings.audio_max_bytes >> 30} GiB)" in PAGE
    assert f"`VINFER_AUDIO_MAX_S` ({settings.audio_max_s / 3600:g} hours)" in PAGE
    assert set(re.findall(r"`\.(\w+)`", PAGE)) == set(formats.HEADERLESS)
    assert all(f"`{status}`" in PAGE for status in get_args(Status))
