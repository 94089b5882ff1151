"""JSON Schemas in words, as rows of HTML tables."""

import json
import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

_LIMITS: Final = (
    ("minimum", "from {}"),
    ("maximum", "to {}"),
    ("minLength", "at least {} characters"),
    ("maxLength", "at most {} characters"),
    ("minItems", "at least {} items"),
    ("maxItems", "at most {} items"),
    ("pattern", "like {}"),
    ("default", "default {}"),
)


def field_rows(schema: Mapping[str, Any]) -> Iterator[str]:
    """A row for each field of an object."""
    for name, kind in schema.get("properties", {}).items():
        yield row(name, kind, required=name in schema.get("required", ()))
        for inner, part in kind.get("items", {}).get("properties", {}).items():
            needed = inner in kind["items"].get("required", ())
            yield row(f"{name}[].{inner}", part, required=needed)


def row(
    name: str, schema: Mapping[str, Any], *, required: bool, place: str = "", note: str = ""
) -> str:
    """One field or parameter: its name, its type with its limits, and what is said of it."""
    must = " <span class=must title=required>*</span>" if required else ""
    where = f" <small>{escape(place)}</small>" if place else ""
    said = note or schema.get("description", "")
    more = f"<br><small>{inline(said)}</small>" if said else ""
    return (
        f"<tr><td><code>{escape(name)}</code>{must}{where}<td>{words(schema)}"
        f"{_limits(schema)}{more}</tr>"
    )


def words(schema: Mapping[str, Any]) -> str:
    """A type, with links to the schemas that it names."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"<a href='#{anchor('schema', name)}'>{escape(name)}</a>"
    if "enum" in schema:
        return " | ".join(f"<code>{escape(json.dumps(it))}</code>" for it in schema["enum"])
    if arms := schema.get("anyOf"):
        return " or ".join(words(arm) for arm in arms)
    kinds = schema.get("type", "any")
    return " or ".join(
        _one(kind, schema) for kind in ([kinds] if isinstance(kinds, str) else kinds)
    )


def resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The component that a reference names, or the schema itself."""
    name = schema.get("$ref", "").rpartition("/")[2]
    return document["components"]["schemas"].get(name, {}) if name else schema


def inline(text: str) -> str:
    """Text with `code` and **bold** words."""
    made = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
    return re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", made)


def anchor(kind: str, name: str) -> str:
    """The id of a place in the page."""
    return f"{kind}-{re.sub('[^A-Za-z0-9_-]', '-', name)}"


def _one(kind: str, schema: Mapping[str, Any]) -> str:
    if kind == "array" and "items" in schema:
        return f"list of {words(schema['items'])}"
    if kind == "object" and "additionalProperties" in schema:
        values: Mapping[str, Any] | bool = schema["additionalProperties"]
        return "object" if isinstance(values, bool) else f"object of {words(values)}"
    name = {"array": "list"}.get(kind, kind)
    return escape(schema["format"] if kind == "string" and "format" in schema else name)


def _limits(schema: Mapping[str, Any]) -> str:
    said = [
        text.format(schema[name]) for name, text in _LIMITS if schema.get(name) not in (None, "")
    ]
    if examples := schema.get("examples"):
        said.append(f"e.g. {examples[0]}")
    return f" <small>{escape(', '.join(said))}</small>" if said else ""
