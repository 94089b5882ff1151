"""JSON schemas as servers with constrained output want them: flat, closed, everything required.

Rules: OpenAI's guide "Structured Outputs", which llama.cpp, vLLM and others follow.
"""

from typing import Any, cast

import msgspec


def schema_of(kind: type) -> dict[str, Any]:
    """The schema of a type without references, titles and further properties."""
    (schema,), parts = msgspec.json.schema_components([kind])
    return cast("dict[str, Any]", _flat(schema, parts))


def _flat(node: Any, parts: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_flat(each, parts) for each in cast("list[Any]", node)]
    if not isinstance(node, dict):
        return node
    found = cast("dict[str, Any]", node)
    if "$ref" in found:
        return _flat(parts[str(found["$ref"]).rpartition("/")[2]], parts)
    flat = {name: _flat(value, parts) for name, value in found.items() if name != "title"}
    if flat.get("type") == "object" and "properties" in flat:
        flat |= {"additionalProperties": False, "required": list(flat["properties"])}
    return flat
