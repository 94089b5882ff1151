"""Agents and handovers as the API takes and gives them."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from msgspec import UNSET, Meta, UnsetType, field

from vinfer.kit import schema
from vinfer.kit.kinds import Invalid
from vinfer.media.script.shape import Script

Voice = Literal["male", "female"]
TriggerType = Literal[
    "explicit_request", "keyword", "sentiment", "max_duration", "compliance_alert", "custom"
]

# without headers, which could add some to the transfer
_SIP_URI: Final = re.compile(
    r"sips?:(?:[A-Za-z0-9_.!~*'()&=+$-]|%(?!7[Ff])[2-9A-Fa-f][0-9A-Fa-f]){1,64}"
    r"@[A-Za-z0-9.-]{1,253}(?::([0-9]{1,5}))?(?:;transport=(?:udp|tcp|tls))?"
)


def parse_target(text: str) -> str:
    """A phone or a SIP URI to hand calls to; raises `Invalid`."""
    uri = _SIP_URI.fullmatch(text)
    if uri is not None and 0 < int(uri[1] or 5060) < 65536:
        return text
    try:
        return schema.parse_phone(text)
    except Invalid:
        raise Invalid("an E.164 phone or a SIP URI, e.g. sip:desk@pbx.example.com") from None


Name = Annotated[str, Meta(min_length=1, max_length=255)]
Target = Annotated[
    str, schema.Scalar(parse_target, format="call-target", example="sip:desk@pbx.example.com")
]
Phrase = Annotated[str, Meta(min_length=1, max_length=200), schema.Words]
Condition = Annotated[str, Meta(min_length=1, max_length=500), schema.Words]
Tag = Annotated[str, Meta(min_length=1, max_length=64), schema.Words]
Tags = Annotated[list[Tag], Meta(max_length=50)]

MAX_PHRASES: Final = 500  # each is looked for in every utterance
_NEEDS: Final[dict[TriggerType, str]] = {
    "keyword": "phrases",
    "sentiment": "threshold",
    "max_duration": "seconds",
    "custom": "condition",
}
_EXPECTED: Final = {
    "phrases": "a list of 1 to 100 phrases",
    "threshold": "a number from -1 to 1",
    "seconds": "an integer from 1 to 3600",
    "condition": "text of 1 to 500 characters",
}


class Trigger(schema.Body, omit_defaults=True):
    """When a call is handed to a person; the lowest `priority` is looked at first.

    `keyword` needs `phrases` (and takes `match`), `sentiment` a `threshold`, `max_duration`
    `seconds`, `custom` a `condition`; a field of another type is refused.
    """

    type: TriggerType
    priority: Annotated[int, Meta(ge=0, le=10_000)] = 0
    phrases: Annotated[list[Phrase], Meta(min_length=1, max_length=100)] | None = None
    match: Literal["any", "all"] | None = None
    threshold: Annotated[float, Meta(ge=-1, le=1)] | None = None
    seconds: Annotated[int, Meta(ge=1, le=3600)] | None = None
    condition: Condition | None = None

    def __post_init__(self) -> None:
        needed = _NEEDS.get(self.type)
        for name, expected in _EXPECTED.items():
            given = getattr(self, name) is not None
            if name == needed and not given:
                raise Invalid(
                    expected, f"is required for a trigger of type '{self.type}'", field=name
                )
            if name != needed and given:
                raise _unfit(name, self.type)
        if self.match is not None and self.type != "keyword":
            raise _unfit("match", self.type)


def _unfit(name: str, kind: TriggerType) -> Invalid:
    return Invalid("absent", f"does not belong to a trigger of type '{kind}'", field=name)


class Fallback(schema.Body, omit_defaults=True):
    """The handover: when, to whom, and how; `cold` unless said otherwise.

    `warm` is accepted and, until it is available, carried out cold; `warnings` then say so.
    """

    triggers: Annotated[list[Trigger], Meta(max_length=50)] | None = None
    transfer_to: Target | None = None
    mode: Literal["warm", "cold"] | None = None

    def __post_init__(self) -> None:
        if sum(len(each.phrases or ()) for each in self.triggers or ()) > MAX_PHRASES:
            raise Invalid(f"triggers of at most {MAX_PHRASES} phrases in all", field="triggers")


class AgentBody(schema.Body):
    """`POST /agents`."""

    agent_name: Name
    language: schema.Language
    voice: Voice
    script_id: str
    fallback: Fallback | None = None
    dispositions: Tags = field(default_factory=list[str])

    example = {
        "agent_name": "Asha",
        "language": "en-IN",
        "voice": "female",
        "script_id": "scr_01HNJ7Z9K2QV4T8M3X6B1C5D01",
        "fallback": {
            "triggers": [
                {"type": "explicit_request", "priority": 1},
                {"type": "keyword", "priority": 2, "phrases": ["lawyer", "court"]},
            ],
            "transfer_to": "sip:desk@pbx.example.com",
            "mode": "warm",
        },
        "dispositions": ["promise_to_pay", "disputed"],
    }


class AgentPatch(schema.Body):
    """`PATCH /agents/{id}`: what it names replaces what was there; null clears."""

    agent_name: Name | UnsetType = UNSET
    language: schema.Language | UnsetType = UNSET
    voice: Voice | UnsetType = UNSET
    script_id: str | UnsetType = UNSET
    fallback: Fallback | UnsetType | None = UNSET
    dispositions: Tags | UnsetType | None = UNSET

    example = {"voice": "male"}


class Notice(schema.Resource):
    """Something that is taken as given, and may not do what was meant."""

    field: str
    message: str


class Agent(schema.Resource):
    """An agent as the API returns it; `warnings` are of its last change."""

    id: str
    agent_name: str
    language: str
    voice: Voice
    script_id: str
    fallback: dict[str, Any] | None
    dispositions: list[str]
    warnings: list[Notice]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Cast:
    """What a campaign or a call speaks with: a script at its newest version, and its agent's part.

    `fallback` is the agent's with what the campaign or call itself says over it, as stored.
    """

    script_id: str
    version: int
    script: Script
    agent_id: str | None
    voice: Voice
    tags: tuple[str, ...]
    fallback: dict[str, Any] | None
    warnings: tuple[Notice, ...]
