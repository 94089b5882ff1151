"""`/v1/docs`: the API description as one plain page, without scripts and without other hosts."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

CONTENT_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "h2{margin:2rem 0 0;font-size:1rem}code,h2{font-family:ui-monospace,monospace}"
    "table{border-collapse:collapse}td{padding:0 1rem .2rem 0;vertical-align:top}"
    "@media(prefers-color-scheme:dark){body{background:#111;color:#ddd}a{color:#8bf}}"
)


def page(document: Mapping[str, Any]) -> str:
    """HTML of an OpenAPI document: each operation, its parameters, its body and its answer."""
    title = escape(f"{document['info']['title']} {document['info']['version']}")
    return "".join(
        (
            f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title>",
            "<meta name=viewport content='width=device-width'>",
            f"<style>{_STYLE}</style><h1>{title}</h1>",
            "<p>Machine-readable: <a href=/v1/openapi.json>openapi.json</a></p>",
            *_operations(document),
        )
    )


def _operations(document: Mapping[str, Any]) -> Iterator[str]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield f"<h2>{method.upper()} {escape(path)}</h2>"
            yield f"<p>{escape(operation.get('description', ''))}</p><table>"
            for parameter in operation.get("parameters", ()):
                yield _row(parameter["in"], parameter["name"], parameter.get("schema", {}))
            yield from _body(document, operation)
            yield "</table>"


def _body(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[str]:
    content: Mapping[str, Any] = operation.get("requestBody", {}).get("content", {})
    for media in content.values():
        schema = _resolved(document, media.get("schema", {}))
        required = schema.get("required", ())
        for name, kind in schema.get("properties", {}).items():
            yield _row("body, required" if name in required else "body", name, kind)


def _row(place: str, name: str, schema: Mapping[str, Any]) -> str:
    return (
        f"<tr><td><code>{escape(name)}</code><td>{escape(_words(schema))}<td>{escape(place)}</tr>"
    )


def _words(schema: Mapping[str, Any]) -> str:
    """A type in words."""
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if "$ref" in schema:
        return schema["$ref"].rpartition("/")[2]
    arms = schema.get("oneOf") or schema.get("anyOf")
    if arms:
        return " or ".join(_words(arm) for arm in arms)
    if schema.get("type") == "array":
        return f"list of {_words(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "any")


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return document["components"]["schemas"].get(name, {}) if name else schema
