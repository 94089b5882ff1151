"""QA as transcription runs it: the scorecards of a job, its verdicts, and rows of them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from msgspec import to_builtins

from vinfer.domains.campaigns.schemas import Feature
from vinfer.domains.qa.queries import results as result_queries
from vinfer.domains.qa.queries import scorecards as queries
from vinfer.domains.qa.service import results
from vinfer.domains.transcription.analysis import Analyser, Facts, Finding
from vinfer.kit.db import Connection, Row, Tx
from vinfer.kit.events import Event
from vinfer.kit.ids import new_id
from vinfer.lens.scoring.engine import Scoring
from vinfer.lens.scoring.scorecard import Parameter, Verdict
from vinfer.lens.scoring.totals import Mark, total_of
from vinfer.lens.transcript import Transcript

QA: Final[Feature] = "qa_scoring"
COMPLETED: Final = "qa.completed"
_NONE: Final = {"code": "no_scorecard", "message": "No scorecard applies to this call."}


class QaJudge:
    """Scores transcripts; see `transcription.analysis.Judge`."""

    feature: Feature = QA

    def __init__(self, engine: Scoring) -> None:
        self._engine = engine

    async def prepare(self, conn: Connection, facts: Facts) -> Analyser | None:
        """The scorecard that a job names, else those whose scope holds its call."""
        cards = await _cards(conn, facts)
        if not cards and QA not in facts.features:
            return None
        return lambda transcript: Finding(
            {"results": [self._result(it, transcript) for it in cards]}
        )

    def _result(self, card: Row, transcript: Transcript) -> dict[str, Any]:
        body: dict[str, Any] = card["body"]
        parameters = parameters_of(body)
        verdicts = self._engine.score(parameters, transcript)
        marks = [
            Mark(each.weight, each.fatal, verdict.fraction)
            for each, verdict in zip(parameters, verdicts, strict=True)
        ]
        total = total_of(marks, pass_mark=body["pass_mark"])
        return {
            "scorecard_id": card["id"],
            "scorecard_version": card["version"],
            "score": total.score,
            "passed": total.passed,
            "verdicts": [_kept(*pair) for pair in zip(parameters, verdicts, strict=True)],
        }

    async def record(self, tx: Tx, facts: Facts, result: Mapping[str, Any]) -> Mapping[str, Any]:
        """Keep the results, and tell of each; the job shows the first."""
        found: Sequence[Mapping[str, Any]] = result["results"]
        shown = [await self._keep(tx, facts, each) for each in found]
        return shown[0] if shown else {"error": _NONE}

    async def _keep(self, tx: Tx, facts: Facts, found: Mapping[str, Any]) -> Mapping[str, Any]:
        id = new_id("qar")
        verdicts: Sequence[Mapping[str, Any]] = found["verdicts"]
        fields: dict[str, Any] = {
            "id": id,
            "workspace_id": facts.workspace_id,
            "job_id": facts.job_id,
            "call_id": facts.call_id,
            "language": facts.language,
            "scorecard_id": found["scorecard_id"],
            "scorecard_version": found["scorecard_version"],
            "score": found["score"],
            "passed": found["passed"],
            "machine_score": found["score"],
            "machine_passed": found["passed"],
            "needs_review": any(each["machine_score"] is None for each in verdicts),
        }
        rows = [{**each, "result_id": id, "position": at} for at, each in enumerate(verdicts)]
        await result_queries.insert(tx.conn, fields, rows)
        row = await result_queries.get(tx.conn, facts.workspace_id, id)
        if row is None:  # the call is being erased, and this with it: nobody is told
            return {}
        data: dict[str, Any] = to_builtins(
            results.detail(row, await result_queries.verdicts(tx.conn, id))
        )
        tx.emit(Event(COMPLETED, facts.workspace_id, results.KIND, id, data))
        return data


async def _cards(conn: Connection, facts: Facts) -> Sequence[Row]:
    if facts.qa_scorecard_id is not None:
        named = await queries.get(conn, facts.workspace_id, facts.qa_scorecard_id)
        return [named] if named is not None and QA in facts.features else []
    return await queries.for_call(conn, facts.call_id) if facts.call_id is not None else []


def parameters_of(body: Mapping[str, Any]) -> list[Parameter]:
    """The parameters of a stored version."""
    return [
        msgspec.convert(
            {name: value for name, value in each.items() if value is not None}, Parameter
        )
        for each in body["parameters"]
    ]


def _kept(parameter: Parameter, verdict: Verdict) -> dict[str, Any]:
    best = parameter.max
    return {
        "name": parameter.name,
        "method": parameter.method,
        "weight": parameter.weight,
        "fatal": parameter.fatal,
        "machine_score": None if verdict.fraction is None else round(verdict.fraction * best, 1),
        "max": best,
        "confidence": verdict.confidence,
        "explanation": verdict.explanation.replace("\0", ""),
        "evidence": [
            {
                "segment": each.segment,
                "start": each.start_s,
                "end": each.end_s,
                "quote": each.quote.replace("\0", ""),
            }
            for each in verdict.evidence
        ],
    }
