"""Bodies and answers of the API. Made by `python tools/client.py` from the OpenAPI document."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class Call(TypedDict):
    """A call as lists show it."""

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


class CallPage(TypedDict):
    """One page of a list."""

    data: list[Call]
    total: int
    limit: int
    offset: int
    next_cursor: str | None


class Callee(TypedDict):
    """Who was called; nobody, in stored answers and events of a call that is erased."""

    phone: str | None
    name: str | None


class Fallback(TypedDict):
    """The handover: when, to whom, and how; `cold` unless said otherwise.

        `warm` is accepted and, until it is available, carried out cold; `warnings` then say
    so.
    """

    triggers: NotRequired[list[Trigger] | None]
    transfer_to: NotRequired[str | None]
    mode: NotRequired[Literal["warm", "cold", None]]


class Intake(TypedDict):
    """What came of many rows: all that are good are taken. `rejected` shows the first 1,000."""

    accepted: int
    rejected: list[Rejected]
    rejected_total: int


class Monologue(TypedDict):
    """The longest stretch of one speaker that no other speaker's words part."""

    speaker: str
    seconds: float


class Notice(TypedDict):
    """Something that is taken as given, and may not do what was meant."""

    field: str
    message: str


class Progress(TypedDict):
    """How far a job is: its step, and the share of the recording that is transcribed."""

    step: Literal["fetch", "survey", "hear"]
    percent: int


class Rejected(TypedDict):
    """A row that was not taken. The first row of a JSON list is 1; a CSV's header is row 1."""

    row: int
    reason: str


class SpeakerTalk(TypedDict):
    """One speaker's part: `share` is of all talk, 0 to 1.

    `interruptions` counts how often they break into another's words.
    """

    seconds: float
    share: float
    words: int
    words_per_minute: float | None
    interruptions: int


class SpokenSegment(TypedDict):
    """What one speaker says without a longer pause.

        `speaker` is `agent`, `customer` or `speaker_N`. `words` is empty and `confidence`
    null for
        engines that give none. `engine` is the one that heard it, by its id in `GET /models`;
    null in
        transcripts of releases that did not note it.
    """

    speaker: str
    start: float
    end: float
    text: str
    confidence: float | None
    language: str
    words: list[SpokenWord]
    engine: str | None
    sentiment: NotRequired[dict[str, Any]]
    scripts: NotRequired[dict[str, str]]
    quality: NotRequired[Literal["rough", "gist"]]


class SpokenText(TypedDict):
    """The whole transcript; `damaged` says that parts of the recording could not be decoded."""

    text: str
    segments: list[SpokenSegment]
    damaged: bool


class SpokenTopic(TypedDict):
    """What is spoken of, and the segments that speak of it, counted from 0."""

    topic: str
    evidence: list[int]


class SpokenWord(TypedDict):
    """One word; seconds from the start of the recording, confidence 0 to 1.

    `confidence` is null where the engine does not say how sure it is of a word.
    """

    word: str
    start: float
    end: float
    confidence: float | None


class Talk(TypedDict):
    """Who talks how much, by speaker; `silence_share` is of the recording, 0 to 1."""

    speakers: dict[str, SpeakerTalk]
    silence_share: float
    longest_monologue: Monologue | None


class TranscriptionDetail(TypedDict):
    """A job with its results: those of features that were not asked for are absent.

        A feature that failed is `{"error": {"code", "message"}}` in a job that is completed
    all the
        same; without its redaction a transcript is withheld. `talk` and `topics` come with
    every
        transcript.
    """

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
    transcript: NotRequired[SpokenText]
    talk: NotRequired[Talk]
    topics: NotRequired[list[SpokenTopic]]
    summary: NotRequired[dict[str, Any]]
    sentiment: NotRequired[dict[str, Any]]
    intent: NotRequired[dict[str, Any]]
    qa: NotRequired[dict[str, Any]]
    compliance: NotRequired[dict[str, Any]]
    redaction: NotRequired[dict[str, Any]]


class Trigger(TypedDict):
    """When a call is handed to a person; the lowest `priority` is looked at first.

        `keyword` needs `phrases` (and takes `match`), `sentiment` a `threshold`,
    `max_duration`
        `seconds`, `custom` a `condition`; a field of another type is refused.
    """

    type: Literal[
        "explicit_request", "keyword", "sentiment", "max_duration", "compliance_alert", "custom"
    ]
    priority: NotRequired[int]
    phrases: NotRequired[list[str] | None]
    match: NotRequired[Literal["any", "all", None]]
    threshold: NotRequired[float | None]
    seconds: NotRequired[int | None]
    condition: NotRequired[str | None]


class Trouble(TypedDict):
    """Why a job failed."""

    code: Literal[
        "audio_unreachable",
        "audio_address_refused",
        "audio_too_large",
        "audio_too_long",
        "audio_not_decodable",
        "audio_empty",
        "audio_protected",
        "internal_error",
    ]
    message: str
