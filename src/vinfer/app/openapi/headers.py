"""The headers of every answer, and of some."""

from collections.abc import Iterable
from typing import Any, Final

_COUNT: Final = {"type": "integer", "minimum": 0}
COMPONENTS: Final[dict[str, dict[str, Any]]] = {
    "X-Request-Id": {
        "description": "Names this request in the server's log.",
        "required": True,
        "schema": {"type": "string", "pattern": "^req_[0-9A-Z]{26}$"},
    },
    "X-RateLimit-Limit": {
        "description": "Requests a minute that the workspace may make.",
        "required": True,
        "schema": _COUNT,
    },
    "X-RateLimit-Remaining": {
        "description": "What is left of this minute.",
        "required": True,
        "schema": _COUNT,
    },
    "X-RateLimit-Reset": {
        "description": "When the next minute begins, in Unix seconds.",
        "required": True,
        "schema": _COUNT,
    },
    "Idempotency-Replayed": {
        "description": "The answer was given before, to the first request with this key.",
        "schema": {"const": "true"},
    },
}
EVERYWHERE: Final = tuple(name for name in COMPONENTS if name.startswith("X-"))


def references(names: Iterable[str]) -> dict[str, Any]:
    """The `headers` of an answer that has these."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
