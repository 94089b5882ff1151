"""Bodies and answers of the API. Made by `python tools/client.py` from the OpenAPI document."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class Monologue(TypedDict):
    """The longest stretch of one speaker that no other speaker's words part."""

    speaker: str
    seconds: float


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
    error: TranscriptionTrouble | None
    progress: TranscriptionProgress | None
    transcript: NotRequired[SpokenText]
    talk: NotRequired[Talk]
    topics: NotRequired[list[SpokenTopic]]
    summary: NotRequired[dict[str, Any]]
    sentiment: NotRequired[dict[str, Any]]
    intent: NotRequired[dict[str, Any]]
    qa: NotRequired[dict[str, Any]]
    compliance: NotRequired[dict[str, Any]]
    redaction: NotRequired[dict[str, Any]]


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
    error: TranscriptionTrouble | None
    progress: TranscriptionProgress | None


class TranscriptionJobPage(TypedDict):
    """One page of a list."""

    data: list[TranscriptionJob]
    total: int
    limit: int
    offset: int
    next_cursor: str | None


class TranscriptionProgress(TypedDict):
    """How far a job is: its step, and the share of the recording that is transcribed."""

    step: Literal["fetch", "survey", "hear"]
    percent: int


class TranscriptionTrouble(TypedDict):
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
