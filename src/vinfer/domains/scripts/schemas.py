"""Scripts as the API gives them: what was posted, and what the service adds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from vinfer.kit import schema
from vinfer.media import script as scripts


class ScriptWarning(schema.Resource):
    """Something that does not stop a script, and would be better otherwise."""

    field: str
    message: str


class Script(schema.Resource):
    """One version of a script."""

    id: str
    version: int
    body: dict[str, Any]
    warnings: list[ScriptWarning]
    created_at: datetime
    updated_at: datetime

    def as_answer(self) -> dict[str, Any]:
        """The script as posted, with the service's own fields beside it."""
        return self.body | {
            "id": self.id,
            "version": self.version,
            "warnings": self.warnings,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
        }


@dataclass(frozen=True, slots=True)
class Pinned:
    """A script at its newest version, as calls run it."""

    id: str
    version: int
    script: scripts.Script


class ScriptAnswer(scripts.Script, frozen=True, kw_only=True):
    """A version of a script: what was posted, and what the service adds."""

    id: str
    version: int
    warnings: list[ScriptWarning]
    created_at: datetime
    updated_at: datetime


ScriptPatch: Final = msgspec.defstruct(
    "ScriptPatch",
    [
        (it.encode_name, it.type | UnsetType | None, UNSET)
        for it in msgspec.structs.fields(scripts.Script)
    ],
    kw_only=True,
    forbid_unknown_fields=True,
)
"""What `PATCH /scripts/{id}` may name; null takes an optional field away."""

EXAMPLE: Final[dict[str, Any]] = {
    "name": "EMI reminder",
    "language": "en-IN",
    "company": "Example Bank",
    "agent_persona": "Asha",
    "opening": "Hello {{name}}, this is {{agent}} from {{company}}. Can you pay your EMI of"
    " {{amount|inr}} this week?",
    "variables": {"amount": {"type": "number", "required": True}},
    "branches": [
        {
            "id": "will_pay",
            "phrases": ["yes I will pay", "I will pay tomorrow", "haan kar dunga"],
            "say": "Thank you.",
            "disposition": "interested",
            "next": "close",
        },
        {
            "id": "refuse",
            "phrases": ["not interested", "I cannot pay"],
            "say": "I understand.",
            "disposition": "not_interested",
            "next": "close",
        },
    ],
    "closing": "Thank you for your time. Goodbye.",
}
