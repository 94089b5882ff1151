"""The engine: a transcript, and what is known of its call, judged by rules."""

from collections.abc import Sequence

from vinfer.lens.analysis.lines import Vectors, lines_of
from vinfer.lens.compliance import adherence, records, wording
from vinfer.lens.compliance.hearing import Heard
from vinfer.lens.compliance.rules import (
    NO_RECORD,
    CallRecord,
    Check,
    Rule,
    Violation,
    passed,
    unsure,
    violated,
)
from vinfer.lens.language.hinglish import Normaliser
from vinfer.lens.scoring.judging import CriterionJudge
from vinfer.lens.scoring.matching import Matcher
from vinfer.lens.scoring.meaning import Meaning
from vinfer.lens.scoring.scorecard import Parameter
from vinfer.lens.transcript import Transcript

_NO_MODEL = "A policy in plain words needs a language model, and none is installed."


class Compliance:
    """Judges transcripts by rules. One object per process; safe from several threads if `vectors`
    is."""

    def __init__(
        self,
        normaliser: Normaliser,
        vectors: Vectors | None = None,
        judge: CriterionJudge | None = None,
    ) -> None:
        """Without `vectors` only words prove anything; `judge` is for policies in plain words."""
        self._normaliser = normaliser
        self._matcher = Matcher(normaliser)
        self._meaning = None if vectors is None else Meaning(normaliser, vectors)
        self._judge = judge

    def check(
        self, rules: Sequence[Rule], transcript: Transcript, record: CallRecord = NO_RECORD
    ) -> list[Check]:
        """What becomes of each rule, in their order."""
        lines = lines_of(transcript, self._normaliser)
        heard = Heard(transcript, lines, self._matcher, self._meaning)
        return [self._check(rule, heard, record) for rule in rules]

    def _check(self, rule: Rule, heard: Heard, record: CallRecord) -> Check:
        match rule.type:
            case "required_disclosure":
                return wording.disclosed(rule, heard)
            case "prohibited_language":
                return wording.prohibited(rule, heard)
            case "script_adherence":
                return adherence.adhered(rule, heard, record, self._normaliser)
            case "dnc":
                return records.do_not_call(rule, heard, record)
            case "policy_deviation":
                return self._policy(rule, heard, record)

    def _policy(self, rule: Rule, heard: Heard, record: CallRecord) -> Check:
        if rule.hours is not None:
            return records.in_hours(rule, record)
        if rule.policy is not None:
            return self._asked(rule, rule.policy, heard)
        return wording.deviating(rule, heard)

    def _asked(self, rule: Rule, policy: str, heard: Heard) -> Check:
        """What a language model says; a violation must cite a line that is there."""
        if self._judge is None:
            return unsure(rule, _NO_MODEL)
        asked = f"The agent keeps to this policy throughout the call: {policy}"
        parameter = Parameter(name=rule.name, method="binary", description=asked)
        found = self._judge.judge(parameter, heard.lines)
        if found is None or found.fraction is None:
            return unsure(rule, "The language model is not sure.")
        if found.fraction >= 1:
            return passed(rule, found.explanation)
        at = next((at for at in found.segments if 0 <= at < len(heard.lines)), None)
        if at is None:
            return unsure(rule, "The language model cites no line that proves it.")
        proven = Violation(
            proof="model",
            confidence=round(min(max(found.confidence, 0.0), 1.0), 2),
            reason=found.explanation,
            evidence=heard.evidence(heard.lines[at]),
        )
        return violated(rule, proven)
