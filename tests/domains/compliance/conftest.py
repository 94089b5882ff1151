"""A workspace with a call and its job, and what transcription does with a judge."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.domains.worlds import NOON, SEAL, World, make_world, phone

from vinfer.domains.compliance.judging import ComplianceJudge
from vinfer.domains.compliance.schemas import RuleBody
from vinfer.domains.compliance.service import rules
from vinfer.domains.transcription.analysis import Facts
from vinfer.kit import schema
from vinfer.kit.db import Database
from vinfer.kit.ids import new_id
from vinfer.lens.compliance.engine import Compliance
from vinfer.lens.language.hinglish import Normaliser
from vinfer.lens.transcript import Segment, Transcript

RECORDING: dict[str, Any] = {
    "name": "Recording notice",
    "type": "required_disclosure",
    "condition": {"phrases": ["call is recorded"], "match": "literal"},
    "within_seconds": 20,
    "severity": "high",
}
THREATS: dict[str, Any] = {
    "type": "prohibited_language",
    "condition": {"phrases": ["arrest you", "police"], "match": "literal"},
    "severity": "critical",
}


def transcript(*said: str) -> Transcript:
    """`A: words` and `C: words`, three seconds each."""
    names = {"A": "agent", "C": "customer"}
    segments = tuple(
        Segment(names[text[0]], 3.0 * at, 3.0 * at + 2.5, text[3:], 0.9, "en-IN", ())
        for at, text in enumerate(said)
    )
    return Transcript(segments, ("agent", "customer"), "en-IN", 60.0, damaged=False)


@dataclass
class Bench:
    """One workspace and its judge."""

    world: World
    judge: ComplianceJudge
    calls: list[str] = field(default_factory=list[str])

    def now(self) -> datetime:
        """The clock of the judge."""
        return self.world.now

    async def rule(self, body: dict[str, Any]) -> str:
        """Publish a rule; its id."""
        async with self.world.db.begin() as tx:
            decoded = schema.decode_value(body, RuleBody)
            return (await rules.create(tx, self.world.actor, decoded)).id

    async def call(self, **fields: Any) -> str:
        """An ended call of now, to a number of its own."""
        id = new_id("cal")
        values: dict[str, Any] = {
            "id": id,
            "workspace_id": self.world.actor.workspace_id,
            "script_id": self.world.script_id,
            "script_version": 1,
            "phone": phone(len(self.calls)),
            "language": "en-IN",
            "status": "completed",
            "disposition": "interested",
            "end_reason": "agent_hangup",
            "started_at": self.world.now,
            "ended_at": self.world.now + timedelta(minutes=1),
            **fields,
        }
        marks = ", ".join(f"${n}" for n in range(1, len(values) + 1))
        await self.world.run(
            f"insert into calls ({', '.join(values)}) values ({marks})",
            *values.values(),
        )
        self.calls.append(id)
        return id

    async def job(
        self, call_id: str | None = None, features: Sequence[str] = (), metadata: str = "{}"
    ) -> Facts:
        """A transcription job, of a call or of a recording of others."""
        facts = Facts(
            job_id=new_id("job"),
            workspace_id=self.world.actor.workspace_id,
            call_id=call_id,
            language="en-IN",
            features=["transcription", *features],
            qa_scorecard_id=None,
        )
        await self.world.run(
            "insert into transcriptions (id, workspace_id, call_id, due_at, language, speakers,"
            " features, metadata, created_at) values ($1, $2, $3, $4, 'en-IN', 2, $5, $6, $4)",
            facts.job_id,
            facts.workspace_id,
            call_id,
            self.world.now,
            facts.features,
            metadata,
        )
        return facts

    async def run(self, facts: Facts, *said: str) -> dict[str, Any] | None:
        """What transcription does: prepare, judge, record; what the job's field shows."""
        async with self.world.db.read() as conn:
            analyse = await self.judge.prepare(conn, facts)
        if analyse is None:
            return None
        found = analyse(transcript(*said))
        async with self.world.db.begin() as tx:
            return dict(await self.judge.record(tx, facts, found.result))


class _Clock:
    """The bench's clock."""

    bench: Bench

    def now(self) -> datetime:
        return self.bench.world.now

    def monotonic(self) -> float:
        return self.now().timestamp()


@pytest.fixture
async def bench(db: Database) -> Bench:
    """A workspace without rules."""
    world = await make_world(db)
    clock = _Clock()
    judge = ComplianceJudge(Compliance(Normaliser()), SEAL, clock)
    clock.bench = Bench(world, judge)
    world.now = NOON
    return clock.bench
