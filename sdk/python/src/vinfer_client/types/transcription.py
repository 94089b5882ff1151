"""Bodies and answers of the API. Made by `python tools/client.py` from the OpenAPI document."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from vinfer_client.types.shared import Progress, Trouble


class TranscriptionBody(TypedDict):
    """`POST /transcription`."""

    language: str
    speakers: NotRequired[int]
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
    ]
    qa_scorecard_id: NotRequired[str | None]
    metadata: NotRequired[dict[str, Any] | None]
    audio_url: str


class TranscriptionJob(TypedDict):
    """A transcription job as lists show it: `id` and `job_id` are the same."""

    id: str
    job_id: str
    status: Literal["queued", "processing", "completed", "failed"]
    language: str
    duration_seconds: float | None
    speakers: int
    features: list[
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
    qa_scorecard_id: str | None
    metadata: dict[str, Any]
    call_id: str | None
    created_at: str
    completed_at: str | None
    error: Trouble | None
    progress: Progress | None


class TranscriptionJobPage(TypedDict):
    """One page of a list."""

    data: list[TranscriptionJob]
    total: int
    limit: int
    offset: int
    next_cursor: str | None


class UploadBody(TypedDict):
    """The JSON part of a form to `POST /transcription`."""

    language: str
    speakers: NotRequired[int]
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
    ]
    qa_scorecard_id: NotRequired[str | None]
    metadata: NotRequired[dict[str, Any] | None]
