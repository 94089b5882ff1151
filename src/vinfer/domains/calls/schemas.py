"""What a call looks like, outside and inside."""

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta

from vinfer.domains.agents.schemas import Fallback, Notice
from vinfer.domains.campaigns.schemas import Feature, Metadata, require_metadata
from vinfer.domains.contacts.schemas import Disposition, DoNotCall
from vinfer.kit import schema

CallStatus = Literal["in_progress", "completed", "failed"]


class CallBody(schema.Body):
    """`POST /calls`: one call, placed as soon as a seat is free."""

    phone: schema.Phone
    language: schema.Language
    name: Annotated[str, Meta(max_length=255)] | None = None
    script_id: str | None = None
    agent_id: str | None = None
    variables: dict[str, Any] | None = None
    trunk_id: str | None = None
    metadata: Metadata | None = None
    analyze: Annotated[list[Feature], Meta(max_length=7)] | None = None
    fallback: Fallback | None = None

    example = {
        "phone": "+919876543210",
        "name": "Ravi",
        "script_id": "scr_01HNJ7Z9K2QV4T8M3X6B1C5D01",
        "language": "en-IN",
        "variables": {"amount": 5200},
        "metadata": {"loan": "L-1042"},
    }
    rules = schema.one_needed("script_id", "agent_id")

    def __post_init__(self) -> None:
        require_metadata(self.metadata)


class CallQuery(schema.Query, frozen=True, rename={"from_": "from"}):
    """Filters of the lists of calls; both times inclusive, on `started_at`."""

    campaign_id: str | None = None
    from_: schema.Timestamp | None = None
    to: schema.Timestamp | None = None
    disposition: Disposition | None = None
    language: schema.Language | None = None
    status: CallStatus | None = None
    phone: schema.LoosePhone | None = None
    agent_id: str | None = None


class Callee(schema.Resource):
    """Who was called; nobody, in stored answers and events of a call that is erased."""

    phone: str | None
    name: str | None


class Call(schema.Resource):
    """A call as lists show it."""

    id: str
    campaign_id: str | None
    campaign_name: str | None
    contact: Callee
    status: CallStatus
    disposition: Disposition | None
    tag: str | None
    end_reason: str | None
    duration_seconds: int
    language: str
    attempt: int
    script_id: str
    voice_agent_id: str | None
    agent_id: str | None
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None


class Line(schema.Resource):
    """One spoken line; seconds from the answer."""

    speaker: str
    start: float
    end: float
    text: str
    interrupted: bool


class CallDetail(Call):
    """A call in full. `evidence` names the turn that proves the disposition.

    For a call that was handed over it also names the `trigger` that fired (its `type`, `priority`
    and what of the call `matched`) and the `mode` in which it was really handed over.
    """

    script_version: int
    recording_url: str | None
    recording_withheld: bool
    """Whether there is a recording that nobody may hear: `analyze` asks for its redaction, which is
    still to be done, or has failed: `POST /calls/{id}/analyze` has it done anew. `transcript` is
    empty as long, and where nothing was recorded; so it is in every event of such a call.
    `captured` is redacted from the start."""
    transcript_job_id: str | None
    captured: dict[str, Any]
    evidence: dict[str, Any] | None
    transcript: list[Line]
    latency_ms: dict[str, Any] | None
    warnings: list[Notice]
    metadata: dict[str, Any]


class Profile(schema.Resource):
    """A person, by phone: what is known, whether they may be called, and their newest 100 calls."""

    phone: str
    name: str | None
    attributes: dict[str, Any]
    do_not_call: DoNotCall
    calls: list[Call]
