"""From JSON to a `Script`, with every problem found, each at its own field."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from vinfer.media.script.shape import Branch, Capture, Node, Objection, Script, Variable

Problem = tuple[str, str]  # the dotted field, what it must be
_MAX_PROBLEMS: Final = 100
_LISTS: Final[dict[str, type]] = {"branches": Branch, "objections": Objection}
_TABLES: Final[dict[str, type]] = {"variables": Variable, "captures": Capture, "nodes": Node}


class ScriptInvalid(ValueError):
    """The JSON is not a script. `problems` lists field and message."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{problems[0][0]}: {problems[0][1]}")
        self.problems = problems


def parse(body: Mapping[str, Any]) -> Script:
    """The script of a JSON object. Raises `ScriptInvalid` with at most 100 problems.

    Checks the shape only: see `validate` for what the parts mean together.
    """
    try:
        return msgspec.convert(dict(body), Script)
    except msgspec.ValidationError:
        raise ScriptInvalid(shape_problems(body)) from None


def shape_problems(body: Mapping[str, Any]) -> list[Problem]:
    """Every part converted by itself, since a conversion stops at its first error."""
    known = {field.name: field for field in msgspec.structs.fields(Script)}
    found: list[Problem] = [(str(name), "a known field") for name in body if name not in known]
    for name, field in known.items():
        if name in body:
            inner = [
                p
                for path, kind, part in _parts(name, body[name])
                for p in _problem(part, kind, path)
            ]
            found += inner or _problem(body[name], field.type, name)
        elif field.required:
            found.append((name, "present"))
    return found[:_MAX_PROBLEMS]


def _parts(name: str, value: Any) -> Iterator[tuple[str, Any, Any]]:
    if name in _LISTS and isinstance(value, list | tuple):
        parts: list[Any] = list(value)  # pyright: ignore[reportUnknownArgumentType]  # JSON
        yield from ((f"{name}[{i}]", _LISTS[name], part) for i, part in enumerate(parts[:200]))
    if name in _TABLES and isinstance(value, dict):
        table: dict[Any, Any] = value  # pyright: ignore[reportUnknownVariableType]  # JSON
        yield from (
            (f"{name}.{key}", _TABLES[name], part) for key, part in list(table.items())[:200]
        )


def _problem(value: Any, kind: Any, path: str) -> list[Problem]:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        return [_located(str(error), path)]
    return []


def _located(message: str, path: str) -> Problem:
    """A conversion error as (field, what is expected)."""
    text, _, inner = message.partition(" - at `")
    inner = inner.removesuffix("`").removeprefix("key in ").removeprefix("$")
    named = re.search(r"(?:unknown|required) field `([^`]+)`", text)
    if named:
        inner += f".{named[1]}"
        text = "a known field" if "unknown" in text else "present"
    field = (path + inner).lstrip(".") or "body"
    return field, _expectation(text)


def _expectation(text: str) -> str:
    text = re.sub(r"^Expected ", "", text).replace("`", "'")
    return re.sub(r"^Invalid enum value (.*)$", r"one of the allowed values, not \1", text)
