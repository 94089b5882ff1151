"""Bodies and answers of the API. Made by `python tools/client.py` from the OpenAPI document."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from vinfer_client.types.shared import Callee, Fallback, Notice


class AnalysisBody(TypedDict):
    """`POST /calls/{id}/analyze`.

    `features` are those of the call's `analyze` where they are left out.
    """

    features: NotRequired[
        list[
            Literal[
                "transcription",
                "summary",
                "sentiment",
                "intent",
                "qa_scoring",
                "compliance",
                "redaction",
            ]
        ]
        | None
    ]
    qa_scorecard_id: NotRequired[str | None]


class CallBody(TypedDict):
    """`POST /calls`: one call, placed as soon as a seat is free."""

    phone: str
    language: str
    name: NotRequired[str | None]
    script_id: NotRequired[str | None]
    agent_id: NotRequired[str | None]
    variables: NotRequired[dict[str, Any] | None]
    trunk_id: NotRequired[str | None]
    metadata: NotRequired[dict[str, Any] | None]
    analyze: NotRequired[
        list[
            Literal[
                "transcription",
                "summary",
                "sentiment",
                "intent",
                "qa_scoring",
                "compliance",
                "redaction",
            ]
        ]
        | None
    ]
    fallback: NotRequired[Fallback | None]


class CallDetail(TypedDict):
    """A call in full. `evidence` names the turn that proves the disposition.

        For a call that was handed over it also names the `trigger` that fired (its `type`,
    `priority`
        and what of the call `matched`) and the `mode` in which it was really handed over.
    """

    id: str
    campaign_id: str | None
    campaign_name: str | None
    contact: Callee
    status: Literal["in_progress", "completed", "failed"]
    disposition: Literal[
        "interested", "not_interested", "callback", "not_reachable", "dnd", "escalated", None
    ]
    tag: str | None
    end_reason: str | None
    duration_seconds: int
    language: str
    attempt: int
    script_id: str
    voice_agent_id: str | None
    agent_id: str | None
    started_at: str
    answered_at: str | None
    ended_at: str | None
    script_version: int
    recording_url: str | None
    recording_withheld: bool
    transcript_job_id: str | None
    captured: dict[str, Any]
    evidence: dict[str, Any] | None
    transcript: list[Line]
    latency_ms: dict[str, Any] | None
    warnings: list[Notice]
    metadata: dict[str, Any]


class Line(TypedDict):
    """One spoken line; seconds from the answer."""

    speaker: str
    start: float
    end: float
    text: str
    interrupted: bool
