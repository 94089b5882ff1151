"""Whether an answer is one that the OpenAPI document promises."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import jsonschema_rs
import msgspec

from vinfer.app import api

CLOSED = {"additionalProperties": False}


class Contract:
    """The document, read strictly: a field that it does not name is wrong too."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = json.loads(msgspec.json.encode(document))
        self._strict = _closed(self.document)
        self._paths = {
            re.compile(re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(path))): path
            for path in self.document["paths"]
        }
        self._validators: dict[str, jsonschema_rs.Validator] = {}

    def operations(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Every operation as (method, path, object)."""
        for path, item in self.document["paths"].items():
            for method, operation in item.items():
                yield method.upper(), path, operation

    def operation(self, method: str, path: str) -> dict[str, Any] | None:
        """The operation that a request reaches, whose path may be a template."""
        names = [name for pattern, name in self._paths.items() if pattern.fullmatch(path)]
        name = path if path in self.document["paths"] else next(iter(names), None)
        return self.document["paths"].get(name, {}).get(method.lower())

    def problems(
        self, method: str, path: str, status: int, headers: Mapping[str, str], body: bytes
    ) -> list[str]:
        """What the document does not allow in an answer; nothing is said of unknown operations."""
        operation = self.operation(method, path)
        if operation is None:
            return []
        answer = operation["responses"].get(str(status))
        if answer is None:
            return [f"{method} {path}: status {status} is not described"]
        answer = self._resolved(answer)
        return [
            f"{method} {path}: {status}: {problem}"
            for problem in (
                *self._header_problems(answer, headers),
                *self._body(answer, headers, body),
            )
        ]

    def _resolved(self, thing: dict[str, Any]) -> dict[str, Any]:
        where = thing.get("$ref")
        for step in where.split("/")[1:] if where else ():
            thing = self.document if step == "components" else thing
            thing = thing[step]
        return thing

    def _header_problems(self, answer: dict[str, Any], headers: Mapping[str, str]) -> Iterator[str]:
        for name, described in answer.get("headers", {}).items():
            header = self._resolved(described)
            if name.lower() in headers:
                value: Any = headers[name.lower()]
                value = int(value) if header["schema"].get("type") == "integer" else value
                if not self._validator(header["schema"]).is_valid(value):
                    yield f"{name}: {value!r}"
            elif header.get("required"):
                yield f"{name} is missing"

    def _body(
        self, answer: dict[str, Any], headers: Mapping[str, str], body: bytes
    ) -> Iterator[str]:
        content = answer.get("content")
        if not content:
            if body:
                yield "a body where none is described"
            return
        kind = headers.get("content-type", "").partition(";")[0]
        if kind not in content:
            yield f"content type {kind!r}"
            return
        for error in self._validator(content[kind]["schema"]).iter_errors(json.loads(body)):
            yield f"{'.'.join(map(str, error.instance_path))}: {error.message[:300]}"

    def _validator(self, schema: dict[str, Any]) -> jsonschema_rs.Validator:
        key = json.dumps(schema)
        if key not in self._validators:
            whole = {**schema, "components": self._strict["components"]}
            self._validators[key] = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
        return self._validators[key]


def _closed(value: Any) -> Any:
    """A copy in which objects have no properties but those that are named."""
    if isinstance(value, list):
        return [_closed(item) for item in value]
    if not isinstance(value, dict):
        return value
    made = {name: _closed(item) for name, item in value.items()}
    named = isinstance(value.get("properties"), dict) and value.get("type") == "object"
    return CLOSED | made if named else made


@cache
def contract() -> Contract:
    """The whole API's."""
    return Contract(api.description())
