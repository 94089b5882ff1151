"""Figures as people ask for them, and the work that keeps them."""

from vinfer.domains.analytics.service.breakdown import qa as qa_in_full
from vinfer.domains.analytics.service.figures import rate
from vinfer.domains.analytics.service.keeping import Wrong, fold, rebuild, verify
from vinfer.domains.analytics.service.requests import agents, calls, campaign, compliance, qa
from vinfer.domains.analytics.service.shipping import ship, ship_anew, unsent

__all__ = [
    "Wrong",
    "agents",
    "calls",
    "campaign",
    "compliance",
    "fold",
    "qa",
    "qa_in_full",
    "rate",
    "rebuild",
    "ship",
    "ship_anew",
    "unsent",
    "verify",
]
