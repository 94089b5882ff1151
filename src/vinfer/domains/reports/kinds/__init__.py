"""The types of reports."""

from collections.abc import Mapping
from typing import Final

from vinfer.domains.reports.content import Kind
from vinfer.domains.reports.kinds import (
    agent_coaching,
    call_summary,
    campaign_performance,
    compliance_audit,
    qa_performance,
)
from vinfer.domains.reports.schemas import ReportType

KINDS: Final[Mapping[ReportType, Kind]] = {
    "call_summary": call_summary.KIND,
    "qa_performance": qa_performance.KIND,
    "compliance_audit": compliance_audit.KIND,
    "agent_coaching": agent_coaching.KIND,
    "campaign_performance": campaign_performance.KIND,
}
