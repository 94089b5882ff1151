"""JSON schemas as servers with constrained output want them: flat, closed, everything required.

Rules: OpenAI's guide "Structured Outputs", which llama.cpp, vLLM and others follow.
"""

from typing import Any, Final, cast

import msgspec

_SPECIAL: Final = frozenset({"title", "default", "properties", "required"})  # all is required


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
    named = {name: _flat(each, parts) for name, each in found.get("properties", {}).items()}
    flat = {name: _flat(each, parts) for name, each in found.items() if name not in _SPECIAL}
    if all(isinstance(each, str) for each in flat.get("enum", [0])):
        flat = {"type": "string"} | flat  # OpenAI refuses values without a type
    if flat.get("type") == "object" and named:
        flat |= {"properties": named, "additionalProperties": False, "required": list(named)}
    return flat
