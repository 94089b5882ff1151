"""Answers of a real server to the requests of the examples, by operation.

`python tools/openapi_reference.py --record` writes `examples.json`; a test compares it with what
the server answers.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from vinfer.kit import http


def add(paths: Mapping[str, Mapping[str, Any]]) -> None:
    """Put the recorded answers into the operations that have one."""
    for item in paths.values():
        for operation in item.values():
            answer = recorded().get(operation["operationId"], {})
            made = operation["responses"].get(str(answer.get("status")), {})
            if http.JSON in made.get("content", {}):
                made["content"][http.JSON]["example"] = answer["body"]


@cache
def recorded() -> Mapping[str, Any]:
    """Status and body of each answer, by operation id."""
    return msgspec.json.decode((files("vinfer.app.openapi") / "examples.json").read_bytes())
