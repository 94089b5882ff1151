"""Calls as tests write them, and what they come to when they are counted one by one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.domains.worlds import World, make_world

from vinfer.kit.db import Database
from vinfer.kit.ids import new_id

CAMPAIGNS = ("cmp_a", "cmp_b")
SCORECARDS = ("qas_1", "qas_2")
RULES = ("crl_1", "crl_2")
INTENTS = {
    "interested": "interested",
    "not_interested": "not_interested",
    "callback": "callback_requested",
    "dnd": "dnd_request",
    "escalated": "escalation",
    "not_reachable": "other",
}


@dataclass
class Told:
    """A call as the test knows it: what the figures are to be made of."""

    id: str
    started_at: datetime
    campaign_id: str | None
    agent_id: str | None
    language: str
    ended: bool = True
    answered: bool = True
    end_reason: str = "agent_hangup"
    disposition: str | None = "interested"
    seconds: int = 0
    job_id: str | None = None
    intent: str | None = None
    sentiment: str | None = None
    scores: dict[str, tuple[float | None, bool | None]] = field(default_factory=dict)
    violations: list[tuple[str, str]] = field(default_factory=list)

    @property
    def connected(self) -> bool:
        return self.answered and self.end_reason != "voicemail"

    @property
    def outcome(self) -> str:
        return self.disposition or ("callback" if self.connected else "not_reachable")

    @property
    def meant(self) -> str | None:
        """The one intent of a connected call."""
        if not self.connected:
            return None
        if self.job_id is None or self.intent is None:
            return INTENTS[self.outcome]
        return self.intent if self.intent in (*INTENTS.values(), "complaint") else "other"

    def group(self, by: str, zone: str) -> str | None:
        """Which group a call belongs to."""
        if by in ("agent", "campaign"):
            return self.agent_id if by == "agent" else self.campaign_id
        if by == "language":
            return self.language
        day = self.day(zone)
        monday = date.fromordinal(day.toordinal() - day.weekday())
        return (monday if by == "week" else day).isoformat()

    def day(self, zone: str) -> date:
        return self.started_at.astimezone(ZoneInfo(zone)).date()


@dataclass
class Book:
    """A workspace whose calls a test writes, and remembers."""

    world: World
    calls: list[Told] = field(default_factory=list)

    async def keep(self, zone: str) -> None:
        """Have the days of a zone summed from now on."""
        await self.world.run(
            "insert into call_figures_zones (workspace_id, zone, summed) values ($1, $2, true)",
            self.world.actor.workspace_id,
            zone,
        )

    async def write(self, told: Told) -> None:
        """A call with all that is known of it."""
        self.calls.append(told)
        metadata = {"agent_id": told.agent_id} if told.agent_id else {}
        await self.world.run(
            "insert into calls (id, workspace_id, campaign_id, script_id, script_version, language,"
            " phone, status, disposition, end_reason, started_at, answered_at, duration_seconds,"
            " metadata) values ($1, $2, $3, $4, 1, $5, $1, $6, $7, $8, $9, $10, $11, $12)",
            told.id,
            self.world.actor.workspace_id,
            told.campaign_id,
            self.world.script_id,
            told.language,
            "completed" if told.ended else "in_progress",
            told.disposition if told.ended else None,
            told.end_reason if told.ended else None,
            told.started_at,
            told.started_at if told.answered else None,
            told.seconds,
            metadata,
        )
        if told.job_id is not None:
            await self.analyse(told)

    async def analyse(self, told: Told) -> None:
        """Publish the analysis of a call, as the worker does: a job, done in one transaction."""
        assert told.job_id is not None
        found: dict[str, Any] = {"transcript": {"text": "x", "segments": [], "damaged": False}}
        if told.intent:
            found["intent"] = {"label": told.intent, "confidence": 0.9, "evidence": []}
        if told.sentiment:
            found["sentiment"] = {
                "overall": {"label": told.sentiment, "score": 0.1},
                "speakers": {},
            }
        await self.world.run(
            "insert into transcriptions (id, workspace_id, call_id, status, due_at, language,"
            " speakers, features, metadata, created_at)"
            " values ($1, $2, $3, 'processing', now(), 'en-IN', 2, '{}', '{}', now())",
            told.job_id,
            self.world.actor.workspace_id,
            told.id,
        )
        await self.world.run(
            "update transcriptions set status = 'completed', result = $2 where id = $1",
            told.job_id,
            found,
        )
        await self.judge(told)

    async def judge(self, told: Told) -> None:
        """Write the results of scorecards and rules."""
        for scorecard, (score, passed) in told.scores.items():
            await self.world.run(
                "insert into qa_results (id, workspace_id, job_id, call_id, language, scorecard_id,"
                " scorecard_version, score, passed, needs_review)"
                " values ($1, $2, $3, $4, 'en-IN', $5, 1, $6, $7, false)",
                new_id("qar"),
                self.world.actor.workspace_id,
                told.job_id,
                told.id,
                scorecard,
                score,
                passed,
            )
        for rule in {rule for rule, _ in zip(RULES, told.violations, strict=False)}:
            await self.world.run(
                "insert into compliance_checks (job_id, rule_id, rule_version, workspace_id,"
                " call_id, language, rule_name, type, severity, outcome, reason, audit_position)"
                " values ($1, $2, 1, $3, $4, 'en-IN', 'r', 'dnc', 'low', 'violated', '', 0)",
                told.job_id,
                rule,
                self.world.actor.workspace_id,
                told.id,
            )
        for rule, (severity, kind) in zip(RULES, told.violations, strict=False):
            await self.world.run(
                "insert into compliance_violations (id, job_id, rule_id, rule_version,"
                " workspace_id, call_id, language, rule_name, type, severity, match, confidence,"
                " reason) values ($1, $2, $3, 1, $4, $5, 'en-IN', 'r', $6, $7, '', 1, '')",
                new_id("vio"),
                told.job_id,
                rule,
                self.world.actor.workspace_id,
                told.id,
                kind,
                severity,
            )

    def selected(
        self, first: date, last: date, zone: str, filters: Mapping[str, str | None]
    ) -> list[Told]:
        """The ended calls that a question is about, one by one."""
        return [
            it
            for it in self.calls
            if it.ended
            and first <= it.day(zone) <= last
            and all(value is None or getattr(it, name) == value for name, value in filters.items())
        ]


async def open_book(db: Database) -> Book:
    """A new workspace, its campaigns, scorecards and rules."""
    world = await make_world(db)
    book = Book(world)
    workspace = world.actor.workspace_id
    for id in CAMPAIGNS:
        await world.run(
            "insert into campaigns (id, workspace_id, name, script_id, script_version, language,"
            " timezone) values ($1 || $2, $2, $1, $3, 1, 'en-IN', 'UTC')",
            id,
            workspace,
            world.script_id,
        )
    for id in SCORECARDS:
        await world.run(
            "insert into qa_scorecards (id, workspace_id, name) values ($1, $2, $1)"
            " on conflict do nothing",
            id,
            workspace,
        )
    for id in RULES:
        await world.run(
            "insert into compliance_rules (id, workspace_id, name, type, severity)"
            " values ($1, $2, $1, 'dnc', 'low') on conflict do nothing",
            id,
            workspace,
        )
    return book


@pytest.fixture
async def book(db: Database) -> Book:
    """A workspace without calls."""
    return await open_book(db)
