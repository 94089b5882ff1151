"""Transcription jobs as the API takes and gives them."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from msgspec import UNSET, Meta, UnsetType, field

from vinfer.domains.campaigns.schemas import Feature, require_metadata
from vinfer.kit import schema
from vinfer.lens.quality import Quality

Status = Literal["queued", "processing", "completed", "failed"]
Step = Literal["fetch", "survey", "hear"]
Lane = Literal["light", "heavy"]
ErrorCode = Literal[
    "audio_unreachable",
    "audio_address_refused",
    "audio_too_large",
    "audio_too_long",
    "audio_not_decodable",
    "audio_empty",
    "audio_protected",
    "internal_error",
]
MOST_FEATURES: Final = 7
AUDIO_BYTES: Final = 2 << 30  # unless the operator sets another limit

Url = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=2048,
        extra_json_schema={
            "format": "public-url",
            "examples": ["https://files.example.com/call-1042.wav"],
        },
    ),
]


def _transcription_alone() -> list[Feature]:
    return ["transcription"]


class UploadBody(schema.Body):
    """The JSON part of a form to `POST /transcription`."""

    language: schema.Language
    speakers: Annotated[int, Meta(ge=1, le=10)] = 2
    features: Annotated[list[Feature], Meta(max_length=MOST_FEATURES)] = field(
        default_factory=_transcription_alone
    )
    qa_scorecard_id: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
    metadata: dict[str, Any] | None = None

    example = {"language": "en-IN", "speakers": 2, "metadata": {"loan": "L-1042"}}

    def __post_init__(self) -> None:
        """Refuse scoring without a scorecard, and metadata that is too large to be echoed."""
        require_metadata(self.metadata)
        if "qa_scoring" in self.features and self.qa_scorecard_id is None:
            words = "the id of a scorecard, which the feature 'qa_scoring' needs"
            raise schema.Invalid(words, field="qa_scorecard_id")


class TranscriptionBody(UploadBody, kw_only=True):
    """`POST /transcription`."""

    audio_url: Url

    example = {
        "audio_url": "https://files.example.com/call-1042.wav",
        "language": "en-IN",
        "speakers": 2,
        "features": ["transcription"],
        "metadata": {"loan": "L-1042"},
    }


class AnalysisBody(schema.Body):
    """`POST /calls/{id}/analyze`.

    `features` are those of the call's `analyze` where they are left out.
    """

    features: Annotated[list[Feature], Meta(max_length=MOST_FEATURES)] | None = None
    qa_scorecard_id: Annotated[str, Meta(min_length=1, max_length=64)] | None = None

    example = {"features": ["transcription"]}


class TranscriptionQuery(schema.Query, frozen=True, rename={"from_": "from"}):
    """Filters of `GET /transcription`; both times inclusive, on `created_at`."""

    status: Status | None = None
    from_: schema.Timestamp | None = None
    to: schema.Timestamp | None = None
    call_id: str | None = None


class Trouble(schema.Resource):
    """Why a job failed."""

    code: ErrorCode
    message: str


class Progress(schema.Resource):
    """How far a job is: its step, and the share of the recording that is transcribed."""

    step: Step
    percent: Annotated[int, Meta(ge=0, le=100)]


class SpokenWord(schema.Resource):
    """One word; seconds from the start of the recording, confidence 0 to 1.

    `confidence` is null where the engine does not say how sure it is of a word.
    """

    word: str
    start: float
    end: float
    confidence: float | None


class SpokenSegment(schema.Resource):
    """What one speaker says without a longer pause.

    `speaker` is `agent`, `customer` or `speaker_N`. `words` is empty and `confidence` null for
    engines that give none. `engine` is the one that heard it, by its id in `GET /models`; null in
    transcripts of releases that did not note it.
    """

    speaker: str
    start: float
    end: float
    text: str
    confidence: float | None
    language: str
    words: list[SpokenWord]
    engine: str | None = None
    sentiment: dict[str, Any] | UnsetType = UNSET
    scripts: dict[str, str] | UnsetType = UNSET
    """`text` in every script it is known in, by ISO 15924 code: Hindi that the engine writes in
    Roman letters (`Latn`, the same as `text`) in Devanagari too (`Deva`), where English words stay
    Latin. Absent where there is one script."""
    quality: Quality | UnsetType = UNSET
    """What was measured of this engine in this language: `rough`, about half of the words are as
    they were said (Hindi); `gist`, the letters follow the sounds and are not to be read as words
    (other Indian languages). Absent where no such doubt was measured; figures in `GET /models`."""


class SpokenText(schema.Resource):
    """The whole transcript; `damaged` says that parts of the recording could not be decoded."""

    text: str
    segments: list[SpokenSegment]
    damaged: bool


class SpeakerTalk(schema.Resource):
    """One speaker's part: `share` is of all talk, 0 to 1.

    `interruptions` counts how often they break into another's words.
    """

    seconds: float
    share: float
    words: int
    words_per_minute: float | None
    """While they speak; null for less than three seconds of speech."""
    interruptions: int


class Monologue(schema.Resource):
    """The longest stretch of one speaker that no other speaker's words part."""

    speaker: str
    seconds: float


class Talk(schema.Resource):
    """Who talks how much, by speaker; `silence_share` is of the recording, 0 to 1."""

    speakers: dict[str, SpeakerTalk]
    silence_share: float
    longest_monologue: Monologue | None


class SpokenTopic(schema.Resource):
    """What is spoken of, and the segments that speak of it, counted from 0."""

    topic: str
    evidence: list[int]


class TranscriptionJob(schema.Resource):
    """A transcription job as lists show it: `id` and `job_id` are the same."""

    id: str
    job_id: str
    status: Status
    language: str
    duration_seconds: float | None
    """Known once the recording was decoded."""
    speakers: int
    """How many may be told apart, as asked for."""
    features: list[Feature]
    qa_scorecard_id: str | None
    metadata: dict[str, Any]
    call_id: str | None
    created_at: datetime
    completed_at: datetime | None
    error: Trouble | None
    progress: Progress | None
    """Null when the job has ended."""


class TranscriptionDetail(TranscriptionJob):
    """A job with its results: those of features that were not asked for are absent.

    A feature that failed is `{"error": {"code", "message"}}` in a job that is completed all the
    same; without its redaction a transcript is withheld. `talk` and `topics` come with every
    transcript.
    """

    transcript: SpokenText | UnsetType = UNSET
    talk: Talk | UnsetType = UNSET
    topics: list[SpokenTopic] | UnsetType = UNSET
    summary: dict[str, Any] | UnsetType = UNSET
    sentiment: dict[str, Any] | UnsetType = UNSET
    intent: dict[str, Any] | UnsetType = UNSET
    qa: dict[str, Any] | UnsetType = UNSET
    compliance: dict[str, Any] | UnsetType = UNSET
    redaction: dict[str, Any] | UnsetType = UNSET
