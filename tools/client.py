"""Write the Python client's types and operations from docs/reference/openapi.json.

`--check` only compares.
"""

import json
import keyword
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SOURCE = Path("docs/reference/openapi.json")
PACKAGE = Path("sdk/python/src/vinfer_client")
MADE = "Made by `python tools/client.py` from the OpenAPI document."
SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
SHARED = "shared"  # what several nouns use
FORM = "multipart/form-data"  # the client sends none
METHODS = ("get", "post", "put", "patch", "delete")
PAGING = {"limit", "offset", "cursor"}


def types_modules(document: Any) -> dict[str, str]:
    """Typed dictionaries of the schemas: a module a noun, and one for what nouns share."""
    schemas = document["components"]["schemas"]
    homes = _homes(document)
    made = {
        noun: _types_module({name: schemas[name] for name in schemas if homes[name] == noun}, homes)
        for noun in sorted(set(homes.values()))
    }
    imports = "\n".join(
        f"from vinfer_client.types.{noun} import {', '.join(names)}"
        for noun in made
        for names in (sorted(name for name in homes if homes[name] == noun),)
    )
    everything = ", ".join(f'"{name}"' for name in sorted(homes))
    head = f'"""Bodies and answers of the API. {MADE}"""\n\n'
    return made | {"__init__": f"{head}{imports}\n\n__all__ = [{everything}]\n"}


def _types_module(schemas: dict[str, Any], homes: dict[str, str]) -> str:
    used = {ref for schema in schemas.values() for ref in _refs(schema)} - set(schemas)
    shared = sorted(name for name in used if homes[name] == SHARED)
    head = (
        f'"""Bodies and answers of the API. {MADE}"""\n\n'
        "from __future__ import annotations\n\n"
        "from typing import Any, Literal, NotRequired, TypedDict\n"
    )
    imports = f"from vinfer_client.types.{SHARED} import {', '.join(shared)}\n" if shared else ""
    dicts = sorted((_typed_dict(*item) for item in schemas.items()), key=_is_call)
    return "\n\n".join([head + "\n" + imports, *dicts])


def _is_call(made: str) -> bool:
    return not made.startswith("class ")  # evaluated where it stands, after what it names


def _homes(document: Any) -> dict[str, str]:
    """The module of every schema: its noun's, or `SHARED` for what several nouns use."""
    schemas = document["components"]["schemas"]
    users: dict[str, set[str]] = {name: set() for name in schemas}
    for path, item in document["paths"].items():
        waiting = list(_refs(item))
        while waiting:
            name = waiting.pop()
            if _noun(path) not in users[name]:
                users[name].add(_noun(path))
                waiting += _refs(schemas[name])
    return {name: nouns.pop() if len(nouns) == 1 else SHARED for name, nouns in users.items()}


def _refs(part: Any) -> Iterator[str]:
    """The names of the schemas that a part of the document points to."""
    if isinstance(part, dict):
        if isinstance(ref := part.get("$ref"), str) and "/schemas/" in ref:
            yield ref.rpartition("/")[2]
        for value in part.values():
            yield from _refs(value)
    elif isinstance(part, list):
        for value in part:
            yield from _refs(value)


def _noun(path: str) -> str:
    """What a path is about: `/v1/qa/results` is about `qa`."""
    return path.strip("/").split("/")[1].partition(".")[0].replace("-", "_")


def _typed_dict(name: str, schema: Any) -> str:
    required = schema.get("required", ())
    fields = {
        field: kind if field in required else f"NotRequired[{kind}]"
        for field, part in schema.get("properties", {}).items()
        for kind in (_type(part),)
    }
    words = _docstring(schema.get("description", name), 4)
    if all(field.isidentifier() and not keyword.iskeyword(field) for field in fields):
        lines = [f"    {field}: {kind}" for field, kind in fields.items()]
        return "\n".join([f"class {name}(TypedDict):", f"    {words}", "", *lines])
    entries = ", ".join(f'"{field}": {kind}' for field, kind in fields.items())
    return f'{name} = TypedDict("{name}", {{{entries}}})\n{words}'


def _type(schema: Any, prefix: str = "") -> str:
    if "$ref" in schema:
        return prefix + schema["$ref"].rpartition("/")[2]
    if "enum" in schema:
        return f"Literal[{', '.join(repr(value) for value in schema['enum'])}]".replace('"', "'")
    if "properties" not in schema and (arms := schema.get("anyOf") or schema.get("oneOf")):
        return " | ".join(dict.fromkeys(_type(arm, prefix) for arm in arms))
    kinds = schema.get("type", "any")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return " | ".join(_one_type(kind, schema, prefix) for kind in kinds)


def _one_type(kind: str, schema: Any, prefix: str) -> str:
    if kind == "array":
        return f"list[{_type(schema.get('items', {}), prefix)}]"
    if kind == "object":
        values = schema.get("additionalProperties")
        inner = _type(values, prefix) if isinstance(values, dict) and values else "Any"
        return f"dict[str, {inner}]"
    return SCALARS.get(kind, "Any")


def operations_modules(document: Any) -> dict[str, str]:
    """One method an operation, and one more a list: a class a noun, and one of them all."""
    methods: dict[str, list[str]] = {}
    for path, item in document["paths"].items():
        for verb, operation in item.items():
            if verb in METHODS:
                found = methods.setdefault(_noun(path), [])
                found += _methods(document, path, verb, operation)
    made = {noun: _operations_module(noun, found) for noun, found in sorted(methods.items())}
    imports = "\n".join(
        f"from vinfer_client.operations.{noun} import {_class(noun)}" for noun in made
    )
    bases = ", ".join(_class(noun) for noun in made)
    together = (
        f'"""Operations of the API. {MADE}"""\n\n{imports}\n\n\n'
        f'class Operations({bases}):\n    """Methods are named as the operations are."""\n'
    )
    return made | {"__init__": together}


def _operations_module(noun: str, methods: list[str]) -> str:
    return (
        f'"""Operations on `/{noun.replace("_", "-")}`. {MADE}"""\n\n'
        "from collections.abc import Iterator\nfrom typing import Any, Literal\n"
        "from urllib.parse import quote\n\n"
        "from vinfer_client import types as t\nfrom vinfer_client.transport import Transport\n\n\n"
        f'class {_class(noun)}(Transport):\n    """Methods are named as the operations are."""\n\n'
        + "\n".join(methods)
    )


def _class(noun: str) -> str:
    return "".join(part.title() for part in noun.split("_")) + "Operations"


def _methods(document: Any, path: str, verb: str, operation: Any) -> Iterator[str]:
    name = operation["operationId"]
    query = [p for p in operation.get("parameters", ()) if p["in"] == "query"]
    answer = _answer(operation)
    content = operation.get("requestBody", {}).get("content", {})
    body = [
        _type(media["schema"], "t.")
        for kind, media in content.items()
        if media.get("schema") and kind != FORM
    ]
    words = operation.get("summary") or name
    yield _method(name, path, verb, query, body, answer, words)
    row = _row_of(document, operation)
    if row is not None and PAGING.issubset(p["name"] for p in query):
        filters = [p for p in query if p["name"] not in PAGING]
        yield _walker(name, path, filters, row)


def _method(
    name: str, path: str, verb: str, query: Any, body: list[str], answer: str, words: str
) -> str:
    keyed = verb == "post"
    options = [f"{_argument(p)}: {_query_type(p)}" for p in query]
    options += ["idempotency_key: str | None = None"] if keyed else []
    arguments = ["self", *(f"{part}: str" for part in _places(path))]
    arguments += [f"body: {' | '.join(dict.fromkeys(body))}"] if body else []
    arguments += ["*", *options] if options else []
    passed = [f'"{verb.upper()}"', _path(path)]
    passed += [f"query={_query(query)}"] if query else []
    passed += ["body=body"] if body else []
    passed += ["idempotency_key=idempotency_key"] if keyed else []
    call = f"self.request({', '.join(passed)})"
    return (
        f"    def {name}({', '.join(arguments)}) -> {answer}:\n"
        f"        {_docstring(words, 8)}\n"
        f"        {'' if answer == 'None' else 'return '}{call}\n"
    )


def _walker(listing: str, path: str, filters: Any, row: str) -> str:
    options = [f"{_argument(p)}: {_query_type(p)}" for p in filters]
    arguments = ["self", *(f"{part}: str" for part in _places(path))]
    arguments += ["*", *options] if options else []
    return (
        f"    def all_{listing.removeprefix('list_')}({', '.join(arguments)}) -> Iterator[{row}]:\n"
        f'        """Every row of `{listing}`, page after page."""\n'
        f"        return self.walk({_path(path)}, {_query(filters)})\n"
    )


def _answer(operation: Any) -> str:
    for status, response in operation["responses"].items():
        if status.startswith("2"):
            content = response.get("content", {}).get("application/json")
            return _type(content["schema"], "t.") if content else "None"
    return "Any"


def _row_of(document: Any, operation: Any) -> str | None:
    name = _answer(operation).removeprefix("t.")
    schema = document["components"]["schemas"].get(name, {}).get("properties", {})
    return _type(schema["data"]["items"], "t.") if {"data", "next_cursor"} <= set(schema) else None


def _places(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


def _path(path: str) -> str:
    text = path
    for place in _places(path):
        text = text.replace(f"{{{place}}}", f"{{quote({place}, safe='')}}")
    return f'f"{text}"' if text != path else f'"{path}"'


def _argument(parameter: Any) -> str:
    name = str(parameter["name"])
    return name + "_" if keyword.iskeyword(name) else name


def _query_type(parameter: Any) -> str:
    kind = _type(parameter["schema"], "t.")
    return kind if parameter.get("required") else f"{kind} | None = None"


def _query(parameters: Any) -> str:
    return "{" + ", ".join(f'"{p["name"]}": {_argument(p)}' for p in parameters) + "}"


def _docstring(text: str, indent: int) -> str:
    plain = text.replace("\\", "\\\\").replace('"""', "'''")
    width = 94 - indent
    lines = [part for line in plain.splitlines() for part in textwrap.wrap(line, width) or [""]]
    first, *rest = lines or [""]
    first = first if first.endswith((".", ":", "?")) or rest else first + "."
    if not rest:
        return f'"""{first}"""'
    inner = "\n".join(" " * indent + line if line else "" for line in rest)
    return f'"""{first}\n{inner}\n{" " * indent}"""'


def formatted(text: str) -> str:
    """As the formatter of the project has it."""
    command = (sys.executable, "-m", "ruff")
    name = ("--stdin-filename", str(PACKAGE / "made.py"))
    fix = (*command, "check", "-q", "--fix", "--select", "I,F401", *name, "-")
    for step in (fix, (*command, "format", *name, "-")):
        text = subprocess.run(step, input=text, capture_output=True, text=True, check=True).stdout
    return text


def main() -> int:
    """Write the modules, or with `--check` say whether they are up to date."""
    document = json.loads(SOURCE.read_text())
    made = {
        PACKAGE / folder / f"{noun}.py": formatted(text)
        for folder, modules in (
            ("types", types_modules(document)),
            ("operations", operations_modules(document)),
        )
        for noun, text in modules.items()
    }
    there = {path for folder in ("types", "operations") for path in (PACKAGE / folder).glob("*.py")}
    gone = there - set(made)
    if "--check" in sys.argv:
        stale = [path for path, text in made.items() if not path.exists()] or [
            path for path, text in made.items() if path.read_text() != text
        ]
        stale += gone
        print(f"Client: {stale[0]} is stale: run {__file__}" if stale else "Client: up to date")
        return bool(stale)
    for path, text in made.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    for path in gone:
        path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
