"""`/v1/docs`: the API description as one plain page, without scripts and without other hosts."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from html import escape
from importlib.resources import files
from typing import Any, Final

from vinfer.app import schema_words
from vinfer.app.schema_words import anchor, field_rows, inline

_STYLE: Final = (files("vinfer.app") / "reference.css").read_text()
_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
CONTENT_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)
_Part = Mapping[str, Any]


def page(document: _Part) -> str:
    """HTML of an OpenAPI document: each operation, what it takes, what it answers, examples."""
    info = document["info"]
    title = escape(f"{info['title']} {info['version']}")
    return "".join(
        (
            f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title>",
            "<meta name=viewport content='width=device-width'>",
            f"<style>{_STYLE}</style><nav>",
            *_contents(document),
            f"</nav><main><h1>{title}</h1>",
            "<p>Machine-readable: <a href=openapi.json>openapi.json</a></p>",
            _text(info.get("description", "")),
            *_sections(document),
            *_errors(document),
            *_schemas(document),
            "</main></html>",
        )
    )


def _operations(document: _Part, tag: str) -> Iterator[tuple[str, str, _Part]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if tag in operation["tags"]:
                yield method, path, operation


def _contents(document: _Part) -> Iterator[str]:
    for tag in document["tags"]:
        yield f"<h2>{escape(tag['name'])}</h2>"
        for method, path, operation in _operations(document, tag["name"]):
            short = escape(re.sub(r"^/v[0-9]+", "", path))
            yield f"<a href='#{escape(operation['operationId'])}'>{_method(method)}"
            yield f"<span class=path>{short}</span></a>"
    yield "<h2>more</h2><a href='#errors'>Errors</a><a href='#schemas'>Schemas</a>"


def _sections(document: _Part) -> Iterator[str]:
    for tag in document["tags"]:
        yield f"<section><h2>{escape(tag['name'])}</h2>"
        for method, path, operation in _operations(document, tag["name"]):
            yield from _operation(document, method, path, operation)
        yield "</section>"


def _operation(document: _Part, method: str, path: str, operation: _Part) -> Iterator[str]:
    scope = operation.get("x-required-scope")
    yield f'<article id="{escape(operation["operationId"])}"><h3>{_method(method)}'
    yield f"<span class=path>{escape(path)}</span>"
    yield f"<span class=scope>{escape(scope) if scope else 'no key'}</span>"
    yield "<span class='scope old'>deprecated</span>" if operation.get("deprecated") else ""
    yield f"</h3>{_text(operation['description'])}"
    if operation.get("parameters"):
        yield "<h4>Parameters</h4><table>"
        for parameter in operation["parameters"]:
            yield schema_words.row(
                parameter["name"],
                parameter["schema"],
                place=parameter["in"],
                required=parameter.get("required", False),
                note=parameter.get("description", ""),
            )
        yield "</table>"
    yield from _body(document, operation.get("requestBody", {}))
    yield f"<details><summary>Request</summary><pre>{escape(_curl(method, path, operation))}</pre>"
    yield "</details>"
    yield from _answers(document, operation)
    yield "</article>"


def _body(document: _Part, body: _Part) -> Iterator[str]:
    for kind, media in body.get("content", {}).items():
        yield f"<h4>Body: {escape(kind)}</h4>"
        schema = schema_words.resolved(document, media["schema"])
        if "properties" in schema:
            yield f"<table>{''.join(field_rows(schema))}</table>"
    if "description" in body:
        yield f"<small>{escape(body['description'])}</small>"


def _answers(document: _Part, operation: _Part) -> Iterator[str]:
    failing = [status for status in operation["responses"] if not status.startswith("2")]
    for status, answer in operation["responses"].items():
        if status in failing:
            continue
        media = answer.get("content", {}).get("application/json", {})
        shape = schema_words.words(media["schema"]) if media else "no body"
        yield f"<details><summary>Answer {escape(status)}</summary><p>{shape}</p>"
        if media.get("example") is not None:
            yield f"<pre>{_json(media['example'])}</pre>"
        yield "</details>"
    named = ((status, operation["responses"][status].get("$ref", "")) for status in failing)
    links = (
        f"<a href='#{anchor('error', where.rpartition('/')[2])}'>{escape(status)}</a>"
        for status, where in named
    )
    yield f"<p><small>Errors: {' '.join(links)}</small></p>"


def _errors(document: _Part) -> Iterator[str]:
    yield "<section id=errors><h2>Errors</h2>"
    for name, answer in document["components"].get("responses", {}).items():
        yield f"<span id='{anchor('error', name)}'></span>"
        for code, example in answer["content"]["application/json"]["examples"].items():
            yield f"<article><h3><code>{escape(code)}</code></h3>"
            yield f"<pre>{_json(example['value'])}</pre></article>"
    yield "</section>"


def _schemas(document: _Part) -> Iterator[str]:
    yield "<section id=schemas><h2>Schemas</h2>"
    for name, schema in document["components"]["schemas"].items():
        yield f"<article id='{anchor('schema', name)}'><h3><code>{escape(name)}</code></h3>"
        yield _text(schema.get("description", ""))
        yield f"<table>{''.join(field_rows(schema))}</table></article>"
    yield "</section>"


def _curl(method: str, path: str, operation: _Part) -> str:
    lines = [f"curl -X {method.upper()} https://vinfer.example.com{path}"]
    if operation.get("security") != []:
        lines.append("  -H 'Authorization: Bearer vk_…'")
    for kind, media in operation.get("requestBody", {}).get("content", {}).items():
        example = media.get("example")
        text = example if isinstance(example, str) else json.dumps(example, indent=2)
        lines += [f"  -H 'Content-Type: {kind}'", f"  --data-binary '{text}'"]
        break
    return " \\\n".join(lines)


def _json(value: Any) -> str:
    return escape(json.dumps(value, indent=2, ensure_ascii=False))


def _method(method: str) -> str:
    return f"<span class='method {escape(method)}'>{escape(method.upper())}</span>"


def _text(text: str) -> str:
    """Paragraphs."""
    return "".join(f"<p>{inline(part)}</p>" for part in text.split("\n\n") if part.strip())
