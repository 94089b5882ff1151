"""Jobs judged by scorecards without a sentence model: by words alone."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio
from tests.harness import Api, open_api
from tests.lens.analysis.talking import conversation

from vinfer.adapters.nlu.offline import english_words
from vinfer.domains.identity import service as identity
from vinfer.domains.qa.judging import QaJudge
from vinfer.domains.qa.service import scorecards
from vinfer.domains.transcription.analysis import Facts
from vinfer.domains.transcription.queries import rows
from vinfer.domains.transcription.service import Intake
from vinfer.kit.clock import SystemClock
from vinfer.kit.db import Database
from vinfer.kit.ids import new_id
from vinfer.kit.seal import open_seal
from vinfer.lens.language.hinglish import Normaliser
from vinfer.lens.scoring.engine import Scoring

CALL = (
    "agent: Good morning, this is Asha from Example Bank.",
    "customer: I cannot pay today.",
    "agent: This call is recorded.",
    "agent: Thank you, goodbye.",
)


def parameter(name: str, *phrases: str, **more: Any) -> dict[str, Any]:
    """A parameter that looks for words."""
    return {"name": name, "method": "keyword", "phrases": list(phrases), **more}


@dataclass
class Shared:
    """What a module's tests share."""

    api: Api
    judge: QaJudge


@dataclass
class Qa:
    """The API, and a judge that a test calls, in a workspace."""

    api: Api
    client: httpx.AsyncClient
    judge: QaJudge
    workspace_id: str

    async def card(self, *parameters: dict[str, Any], **more: Any) -> dict[str, Any]:
        """A new scorecard."""
        body = {"name": "Card", "parameters": list(parameters), **more}
        answer = await self.client.post("/v1/qa/scorecards", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def job(self, **fields: Any) -> Facts:
        """A job that is about to be published."""
        facts = Facts(
            job_id=new_id("job"),
            workspace_id=self.workspace_id,
            call_id=fields.get("call_id"),
            language="en-IN",
            features=fields.get("features", ("transcription", "qa_scoring")),
            qa_scorecard_id=fields.get("qa_scorecard_id"),
        )
        row = {
            "id": facts.job_id,
            "workspace_id": facts.workspace_id,
            "call_id": facts.call_id,
            "language": facts.language,
            "speakers": 2,
            "features": list(facts.features),
            "qa_scorecard_id": facts.qa_scorecard_id,
            "metadata": "{}",
        }
        async with self.api.db.begin() as tx:
            await rows.insert(tx.conn, row, now=SystemClock().now())
        return facts

    async def judged(self, facts: Facts, lines: Sequence[str] = CALL) -> dict[str, Any]:
        """What the job shows as `qa`, stored as transcription stores it."""
        async with self.api.db.read() as conn:
            analyser = await self.judge.prepare(conn, facts)
        assert analyser is not None
        found = analyser(conversation(*lines))
        async with self.api.db.begin() as tx:
            shown = await self.judge.record(tx, facts, found.result)
            await tx.conn.execute(
                "update transcriptions set result = jsonb_build_object('qa', $2::jsonb),"
                " status = 'completed', step = null where id = $1",
                facts.job_id,
                dict(shown),
            )
        return dict(shown)

    async def scored(
        self, *parameters: dict[str, Any], lines: Sequence[str] = CALL, **more: Any
    ) -> dict[str, Any]:
        """The result of a new card on a call, as the API gives it."""
        card = await self.card(*parameters, **more)
        shown = await self.judged(await self.job(qa_scorecard_id=card["id"]), lines)
        return await self.get(f"/results/{shown['id']}")

    async def get(self, path: str) -> dict[str, Any]:
        """What a path under `/qa` gives."""
        answer = await self.client.get(f"/v1/qa{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def override(self, result: dict[str, Any], **body: Any) -> httpx.Response:
        """Put a result right."""
        path = f"/v1/qa/results/{result['id']}/override"
        return await self.client.post(path, json={"reason": "I listened.", **body})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(module_db: Database, tmp_path_factory: pytest.TempPathFactory) -> Shared:
    """The application of a module's tests; jobs may name scorecards."""
    intake = Intake(features=("transcription", "qa_scoring"), scorecards=scorecards.check)
    seal = open_seal(tmp_path_factory.mktemp("qa") / "keys")
    api = await open_api(module_db, seal, intake=intake)
    return Shared(api, QaJudge(Scoring(Normaliser(english_words()))))


@pytest_asyncio.fixture(loop_scope="module")
async def qa(shared: Shared) -> AsyncIterator[Qa]:
    """A workspace of the test's own, and a judge without a sentence model."""
    made = await identity.create_workspace(shared.api.db, new_id("wsp"))
    async with shared.api.client(await shared.api.key("admin", made.name)) as client:
        yield Qa(shared.api, client, shared.judge, made.id)


@pytest_asyncio.fixture(loop_scope="module")
async def stranger(shared: Shared) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the default workspace."""
    async with shared.api.client(await shared.api.key("admin")) as client:
        yield client
