"""Compliance as transcription runs it: the rules about a job, what becomes of them, and rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from msgspec import to_builtins

from vinfer.domains.campaigns.schemas import Feature
from vinfer.domains.compliance.conditions import rule_of
from vinfer.domains.compliance.queries import findings as finding_queries
from vinfer.domains.compliance.queries import rules as queries
from vinfer.domains.compliance.service import findings, proof
from vinfer.domains.contacts import service as contacts
from vinfer.domains.contacts.numbers import digester
from vinfer.domains.transcription.analysis import Analyser, Facts, Finding
from vinfer.kit import audit
from vinfer.kit.clock import Clock
from vinfer.kit.db import Connection, Row, Tx
from vinfer.kit.events import Event
from vinfer.kit.ids import new_id
from vinfer.kit.seal import Seal
from vinfer.lens.compliance.engine import Compliance
from vinfer.lens.compliance.rules import NO_RECORD, CallRecord, Check, Violation
from vinfer.lens.scoring.scorecard import Evidence
from vinfer.lens.transcript import Transcript
from vinfer.media import script as scripts

COMPLIANCE: Final[Feature] = "compliance"
VIOLATED: Final = "compliance.violation"
_ACTOR: Final = "system"
_SAID_ALL: Final = "agent_hangup"  # otherwise the agent had no chance to say goodbye


@dataclass(frozen=True, slots=True)
class _Setting:
    """Whose call or recording it is."""

    campaign_id: str | None
    agent_id: str | None
    agents: tuple[str, ...]
    record: CallRecord


class ComplianceJudge:
    """Checks transcripts against rules; see `transcription.analysis.Judge`."""

    feature: Feature = COMPLIANCE

    def __init__(self, engine: Compliance, seal: Seal, clock: Clock) -> None:
        self._engine = engine
        self._seal = seal
        self._clock = clock

    async def prepare(self, conn: Connection, facts: Facts) -> Analyser | None:
        """The rules about a call; about a recording of others only where they are asked for."""
        asked = COMPLIANCE in facts.features
        if facts.call_id is None and not asked:
            return None
        setting = await self._setting(conn, facts)
        rows = await queries.applying(
            conn, facts.workspace_id, campaign_id=setting.campaign_id, agents=setting.agents
        )
        if not rows and not asked:
            return None
        rules = [rule_of(row["id"], row["version"], row["body"]) for row in rows]

        def analyse(transcript: Transcript) -> Finding:
            checks = self._engine.check(rules, transcript, setting.record)
            owner = {"campaign_id": setting.campaign_id, "agent_id": setting.agent_id}
            return Finding({"checks": [_plain(check) | owner for check in checks]})

        return analyse

    async def _setting(self, conn: Connection, facts: Facts) -> _Setting:
        if facts.call_id is None:
            agent = _agent_of(await queries.metadata(conn, facts.job_id))
            return _Setting(None, agent, (agent,) if agent else (), NO_RECORD)
        call = await queries.call(conn, facts.call_id)
        assert call is not None, "a job's call is never deleted"
        agents = tuple(it for it in (call["agent_id"], call["voice_agent_id"]) if it is not None)
        record = await self._record_of(conn, facts.workspace_id, call)
        return _Setting(call["campaign_id"], call["agent_id"], agents, record)

    async def _record_of(self, conn: Connection, workspace_id: str, call: Row) -> CallRecord:
        started: datetime = call["started_at"]
        known = CallRecord(started=started.astimezone(ZoneInfo(call["timezone"])))
        if call["phone"] is None:
            return known
        digests = digester(self._seal)
        now = await contacts.standing(conn, workspace_id, call["phone"], digests)
        return CallRecord(
            listed_before=now.since is not None and now.since < started,
            listed_after=now.listed,
            started=known.started,
            script=_script_of(call),
        )

    async def record(self, tx: Tx, facts: Facts, result: Mapping[str, Any]) -> Mapping[str, Any]:
        """Keep every check with its violations, tell of each violation, and put all of it into the
        audit log."""
        found: Sequence[Mapping[str, Any]] = result["checks"]
        violations: list[dict[str, Any]] = []
        checked: list[dict[str, Any]] = []
        for each in found:
            check, broken = await self._keep(tx, facts, each)
            checked.append(to_builtins(findings.check_of(check)))
            violations += [to_builtins(findings.violation_of(row)) for row in broken]
        for data in violations:
            tx.emit(Event(VIOLATED, facts.workspace_id, findings.KIND, data["id"], data))
        return {"violations": violations, "checked": checked}

    async def _keep(
        self, tx: Tx, facts: Facts, found: Mapping[str, Any]
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        common: dict[str, Any] = {name: found[name] for name in _COMMON} | {
            "job_id": facts.job_id,
            "workspace_id": facts.workspace_id,
            "call_id": facts.call_id,
            "language": facts.language,
            "created_at": self._clock.now(),
        }
        check = common | {name: found[name] for name in _OWN}
        broken: list[dict[str, Any]] = [
            {"id": new_id("vio"), **common, **each} for each in found["violations"]
        ]
        entry = audit.Entry(
            workspace_id=facts.workspace_id,
            actor=_ACTOR,
            action=f"compliance check: {check['outcome']}",
            resource_type=proof.RESOURCES,
            resources=(facts.job_id, check["rule_id"], *(each["id"] for each in broken)),
            content=proof.content(self._seal, check, broken)[0],
        )
        check["audit_position"] = await audit.write(tx.conn, entry)
        await finding_queries.insert_check(tx.conn, check)
        for each in broken:
            await finding_queries.insert_violation(tx.conn, each)
        return check, broken


_COMMON: Final = (
    *("rule_id", "rule_version", "rule_name", "type", "severity", "campaign_id", "agent_id"),
)
_OWN: Final = ("outcome", "percent", "reason", "detail")


class _Metadata(msgspec.Struct):
    agent_id: Any = None


def _agent_of(metadata: str) -> str | None:
    """The human agent that a recording's metadata names."""
    agent = msgspec.json.decode(metadata, type=_Metadata).agent_id
    return agent if isinstance(agent, str) else None


def _script_of(call: Row) -> tuple[str, ...]:
    """What the agent had to say whatever the customer answered: the opening and the closing.

    The closing only where the agent ended the call.
    """
    if call["script"] is None:
        return ()
    script = scripts.parse(call["script"])
    said = [script.opening, *([script.closing] if call["end_reason"] == _SAID_ALL else [])]
    return tuple(scripts.text_for(each, call["language"], script.language) for each in said if each)


def _plain(check: Check) -> dict[str, Any]:
    """A check as JSON values; PostgreSQL holds no NUL."""
    rule = check.rule
    doubts = [_place(each) for each in check.doubts]
    return {
        "rule_id": rule.id,
        "rule_version": rule.version,
        "rule_name": rule.name,
        "type": rule.type,
        "severity": rule.severity,
        "outcome": check.outcome,
        "percent": check.percent,
        "reason": check.reason.replace("\0", ""),
        "detail": {**check.detail, **({"doubts": doubts} if doubts else {})},
        "violations": [_broken(each) for each in check.violations],
    }


def _place(evidence: Evidence) -> dict[str, Any]:
    return {
        "segment": evidence.segment,
        "start": evidence.start_s,
        "end": evidence.end_s,
        "quote": evidence.quote.replace("\0", ""),
    }


def _broken(violation: Violation) -> dict[str, Any]:
    place = _place(violation.evidence) if violation.evidence else {}
    return {
        "segment": place.get("segment"),
        "start_s": place.get("start"),
        "end_s": place.get("end"),
        "quote": place.get("quote"),
        "match": violation.proof,
        "confidence": violation.confidence,
        "reason": violation.reason.replace("\0", ""),
    }
