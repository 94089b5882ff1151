"""Answers of a real server to the requests of the examples, by operation.

`python tools/openapi_reference.py --record` writes `examples.json`; a test compares it with what
the server answers.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

import msgspec

from vinfer.kit import http

_PHONE: Final = "+919876543210"  # of the contacts in the examples
_Paths = Mapping[str, Mapping[str, Any]]


def add(paths: _Paths) -> None:
    """Put the recorded answers into the operations that have one, and their ids into paths."""
    for path, item in paths.items():
        for operation in item.values():
            answer = recorded().get(operation["operationId"], {})
            made = operation["responses"].get(str(answer.get("status")), {})
            if http.JSON in made.get("content", {}):
                made["content"][http.JSON]["example"] = answer["body"]
            for parameter in operation["parameters"]:
                if parameter["in"] == "path":
                    _add_value(parameter, path, paths)


def _add_value(parameter: dict[str, Any], path: str, paths: _Paths) -> None:
    """Name what the collection before a path parameter holds."""
    name = parameter["name"]
    above = path.partition(f"/{{{name}}}")[0]
    collection = paths.get(above) or paths.get(f"/v1/{above.rpartition('/')[2]}", {})
    value = _body(collection.get("post")).get(name)
    rows: list[Mapping[str, Any]] | None = _body(collection.get("get")).get("data")
    if value is None and rows:
        value = rows[0].get(name, rows[0].get("id"))
    if value is None and name == "phone":
        value = _PHONE
    if value is not None:
        parameter["example"] = value


def _body(operation: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """What an operation was recorded to answer; empty if it was nothing."""
    if operation is None:
        return {}
    body: Mapping[str, Any] | None = recorded().get(operation["operationId"], {}).get("body")
    return body or {}


@cache
def recorded() -> Mapping[str, Mapping[str, Any]]:
    """Status and body of each answer, by operation id."""
    return msgspec.json.decode((files("vinfer.app.openapi") / "examples.json").read_bytes())
