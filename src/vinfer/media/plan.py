"""What a call is given and what it gives back: the whole contract between media and the rest."""

import math
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, Protocol

Disposition = Literal[
    "interested", "not_interested", "callback", "not_reachable", "dnd", "escalated"
]
Speaker = Literal["agent", "customer"]


TriggerType = Literal[
    "explicit_request", "keyword", "sentiment", "max_duration", "compliance_alert", "custom"
]


@dataclass(frozen=True, slots=True)
class Trigger:
    """A rule that hands a call to a person. Each type looks at its own fields only."""

    type: TriggerType
    priority: int = 0
    phrases: tuple[str, ...] = ()
    match: Literal["any", "all"] = "any"
    threshold: float = -1.0
    seconds: float = math.inf
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Fired:
    """The rule that fired, and what of the call it matched: a phrase, a figure, an intent."""

    type: TriggerType
    priority: int
    matched: str | float


@dataclass(frozen=True, slots=True)
class CallPlan:
    """Everything an answered call needs. `script` is the published script version, as JSON."""

    call_id: str
    phone: str
    language: str
    voice: str
    script_key: str  # "scr_…:version", the classifier key
    script: dict[str, Any]
    variables: dict[str, Any]  # the contact's values, `name` and `phone` included
    timezone: str
    transfer_to: str | None = None
    triggers: tuple[Trigger, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """One spoken line, seconds from the answer.

    For the agent, `text` is what was really spoken before a barge-in; `latency_ms` has the keys
    endpointing, recognition, dialog, synthesis, transport and total.
    """

    index: int
    speaker: Speaker
    start_s: float
    end_s: float
    text: str
    interrupted: bool = False
    latency_ms: dict[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome and the turn that proves it; `trigger` is the rule that handed the call over."""

    disposition: Disposition
    tag: str | None
    evidence_turn: int | None
    reason: str
    trigger: Fired | None = None


@dataclass(frozen=True, slots=True)
class CallResult:
    """What an answered call came to."""

    end_reason: str
    duration_s: float
    verdict: Verdict
    turns: tuple[Turn, ...]
    captured: dict[str, Any] = field(default_factory=dict[str, Any])
    do_not_call: bool = False


WITHDRAWN: Final = "withdrawn"  # the end reason of a call that was certainly never dialled


@dataclass(frozen=True, slots=True)
class NotAnswered:
    """What an unanswered call came to; `sip_status` is 0 when the network gave none."""

    # a `ports.telephony.Failed` value, agent_hangup when it was called off, interrupted, withdrawn
    end_reason: str
    sip_status: int = 0
    detail: str = ""


class CallSink(Protocol):
    """Hears of a live call as it happens. A sink must never block or fail the audio."""

    def answered(self, call_id: str, at: datetime) -> None:
        """Somebody, or something, picked up at this moment (aware, UTC)."""
        ...

    def turn(self, call_id: str, turn: Turn) -> None:
        """A line was spoken. Numbers follow completion; those of `CallResult.turns` are final."""
        ...

    def do_not_call(self, call_id: str, at: datetime) -> None:
        """The customer wishes never to be called again: told at once, for the call may break."""
        ...
