"""What a contact and a do-not-call entry look like, outside and inside."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from vinfer.kit import schema

MAX_CONTACTS: Final = 10_000
MAX_REASONS_SHOWN: Final = 1_000
CSV_BYTES: Final = 100 * 2**20
MAX_ATTRIBUTES: Final = 200
MAX_ATTRIBUTES_BYTES: Final = 64 * 1024
MAX_ATTRIBUTE_NAME: Final = 255

Disposition = Literal[
    "interested", "not_interested", "callback", "not_reachable", "dnd", "escalated"
]
ContactStatus = Literal["pending", "in_progress", "retry_scheduled", "completed", "skipped"]
DISPOSITIONS: Final[tuple[Disposition, ...]] = (
    "interested",
    "not_interested",
    "callback",
    "not_reachable",
    "dnd",
    "escalated",
)


class NewContact(Struct, frozen=True):
    """A person to call: a valid phone, and the values the script speaks."""

    phone: str
    name: str | None = None
    variables: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one value of a contact; `field` is relative to it."""

    field: str
    provided: Any
    expected: str


class Rejected(schema.Resource):
    """A row that was not taken. The first row of a JSON list is 1; a CSV's header is row 1."""

    row: int
    reason: str


class Intake(schema.Resource):
    """What came of many rows: all that are good are taken. `rejected` shows the first 1,000."""

    accepted: int
    rejected: list[Rejected]
    rejected_total: int


class Progress(schema.Resource):
    """A campaign's contacts by state; the parts sum to `total`."""

    total: int = 0
    pending: int = 0
    in_progress: int = 0
    retry_scheduled: int = 0
    completed: int = 0
    skipped: int = 0


class ContactQuery(schema.Query, frozen=True):
    """Filters of `GET /contacts`."""

    campaign_id: str | None = None
    status: ContactStatus | None = None
    disposition: Disposition | None = None
    phone: schema.LoosePhone | None = None


class Contact(schema.Resource):
    """A person in a campaign, and how far their calls are. An erased person has no phone."""

    id: str
    campaign_id: str
    phone: str | None
    name: str | None
    attributes: dict[str, Any]
    status: ContactStatus
    disposition: Disposition | None
    attempts: int
    next_attempt_at: datetime | None
    created_at: datetime


class ContactPatch(schema.Body):
    """`PATCH /contacts/{phone}`: null takes a value away; what is not named stays."""

    name: Annotated[str, Meta(max_length=255)] | UnsetType | None = UNSET
    attributes: Annotated[dict[str, Any], Meta(max_length=MAX_ATTRIBUTES)] | UnsetType = UNSET

    example = {"name": "Asha Rao", "attributes": {"city": "Pune", "old_plan": None}}

    def __post_init__(self) -> None:
        """Refuse attributes that have a field of their own, or a name that none can have."""
        for name in {} if self.attributes is UNSET else self.attributes:
            if name in ("phone", "name") or not 1 <= len(name) <= MAX_ATTRIBUTE_NAME:
                expected = f"named in 1 to {MAX_ATTRIBUTE_NAME} characters, not 'phone' or 'name'"
                raise schema.Invalid(expected, field="attributes")


class DncBody(schema.Body):
    """`POST /dnc`: one phone, or many."""

    phone: schema.Phone | None = None
    phones: Annotated[list[str], Meta(max_length=MAX_CONTACTS)] | None = None
    reason: Annotated[str, Meta(min_length=1, max_length=255)] = "manual"

    example = {"phone": "+919876543219", "reason": "asked by letter"}
    rules = schema.one_only("phone", "phones")


class DncEntry(schema.Resource):
    """A phone that is never called."""

    phone: str
    reason: str
    created_at: datetime


class DoNotCall(schema.Resource):
    """Whether a phone may be called, and if not why and since when."""

    listed: bool
    reason: str | None = None
    since: datetime | None = None


class Person(schema.Resource):
    """Everything known of a phone, its calls aside; `named` says that the name was set by hand."""

    phone: str
    name: str | None
    named: bool
    attributes: dict[str, Any]
    do_not_call: DoNotCall
