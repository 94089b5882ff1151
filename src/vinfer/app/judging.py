"""What judges transcripts by rows of its own: scorecards, and rules of compliance."""

from collections.abc import Mapping
from typing import Final

from vinfer.domains.campaigns.schemas import Feature
from vinfer.domains.compliance.judging import COMPLIANCE, ComplianceJudge
from vinfer.domains.compliance.service import rules
from vinfer.domains.qa.judging import QA, QaJudge
from vinfer.domains.qa.service import scorecards
from vinfer.domains.transcription.analysis import Judge
from vinfer.domains.transcription.service import Wanted
from vinfer.kit.clock import SystemClock
from vinfer.kit.seal import Seal
from vinfer.lens.analysis.lines import Vectors
from vinfer.lens.compliance.engine import Compliance
from vinfer.lens.language.hinglish import Normaliser
from vinfer.lens.scoring.engine import Scoring
from vinfer.lens.scoring.judging import CriterionJudge

FEATURES: Final[tuple[Feature, ...]] = (QA, COMPLIANCE)
"""What the API takes besides analyses: each has its judge below."""
SCOPES: Final[Mapping[Feature, Wanted]] = {
    QA: scorecards.wants,
    COMPLIANCE: rules.wants,
}
"""What may want a call analysed of which nothing was asked."""


def judges(
    normaliser: Normaliser,
    vectors: Vectors | None,
    model: CriterionJudge | None = None,
    *,
    seal: Seal,
) -> tuple[Judge, ...]:
    """The judges of a worker; without `vectors` only words prove anything.

    `model` judges what is written in plain words alone.
    """
    return (
        QaJudge(Scoring(normaliser, vectors, model)),
        ComplianceJudge(Compliance(normaliser, vectors, model), seal, SystemClock()),
    )
