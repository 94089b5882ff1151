"""Features that judge a transcript by rows of their own and keep what they find."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest
from tests.domains.transcription.conftest import TALK, Bench

from vinfer.domains.campaigns.schemas import Feature
from vinfer.domains.transcription.analysis import Analyser, Facts, Finding
from vinfer.domains.transcription.held import Ears
from vinfer.kit.db import Connection, Tx
from vinfer.lens.transcript import Transcript


@dataclass
class Counting:
    """Judges by the number of the workspace's jobs, and keeps how it judged."""

    feature: Feature = "qa_scoring"
    applies: bool = True
    kept: list[tuple[Facts, Mapping[str, Any]]] = field(
        default_factory=list[tuple[Facts, Mapping[str, Any]]]
    )

    async def prepare(self, conn: Connection, facts: Facts) -> Analyser | None:
        jobs = await conn.fetchval(
            "select count(*) from transcriptions where workspace_id = $1", facts.workspace_id
        )

        def judge(transcript: Transcript) -> Finding:
            return Finding({"jobs": jobs, "segments": len(transcript.segments)})

        return judge if self.applies else None

    async def record(self, tx: Tx, facts: Facts, result: Mapping[str, Any]) -> Mapping[str, Any]:
        self.kept.append((facts, result))
        return {**result, "id": "qar_1"}


@dataclass
class Refusing(Counting):
    """A judge whose rows cannot be written, once."""

    async def record(self, tx: Tx, facts: Facts, result: Mapping[str, Any]) -> Mapping[str, Any]:
        await super().record(tx, facts, result)
        if len(self.kept) == 1:
            raise RuntimeError("the table is away")
        return result


async def _done(
    bench: Bench, client: httpx.AsyncClient, features: Sequence[str], judge: Counting
) -> dict[str, Any]:
    bench.ears = replace(bench.ears, judges=[judge])

    async def load() -> Ears:
        return bench.ears

    body = {"audio_url": bench.files.put("talk.wav", TALK), "language": "en-IN"}
    taken = (await client.post("/v1/transcription", json=body)).json()
    await bench.rows("update transcriptions set features = $1 returning id", list(features))
    await bench.turn("light")
    while await bench.turn("heavy", ears=load) is not None:
        bench.clock.pass_time(60)
    return (await client.get(f"/v1/transcription/{taken['job_id']}")).json()


async def test_what_a_judge_keeps_is_shown_where_it_was_asked_for(
    bench: Bench, client: httpx.AsyncClient
):
    judge = Counting()
    done = await _done(bench, client, ["transcription", "qa_scoring"], judge)
    assert done["qa"] == {"jobs": 1, "segments": 3, "id": "qar_1"}
    ((facts, _),) = judge.kept
    assert facts.job_id == done["job_id"]
    assert facts.call_id is None


async def test_a_judge_keeps_what_nobody_asked_for_and_shows_nothing(
    bench: Bench, client: httpx.AsyncClient
):
    judge = Counting()
    done = await _done(bench, client, ["transcription"], judge)
    assert done["status"] == "completed"
    assert "qa" not in done
    assert len(judge.kept) == 1


@pytest.mark.parametrize("asked", [True, False])
async def test_a_judge_with_nothing_to_judge_by_keeps_nothing(
    bench: Bench, client: httpx.AsyncClient, asked: bool
):
    judge = Counting(applies=False)
    features = ["transcription", "qa_scoring"] if asked else ["transcription"]
    done = await _done(bench, client, features, judge)
    assert judge.kept == []
    assert ("qa" in done) == asked  # with its error


async def test_a_job_is_published_with_its_judges_rows_or_not_yet(
    bench: Bench, client: httpx.AsyncClient
):
    judge = Refusing()
    done = await _done(bench, client, ["transcription", "qa_scoring"], judge)
    assert done["status"] == "completed"
    assert len(judge.kept) == 2
    assert bench.transcriber.heard == 3  # no piece twice
