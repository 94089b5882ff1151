"""Scripts as the API gives them: what was posted, and what the service adds."""

from datetime import datetime
from typing import Any

from vinfer.kit import schema


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
