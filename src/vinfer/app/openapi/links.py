"""Links: what can be done next with what an operation has made."""

from collections.abc import Iterator, Mapping
from typing import Any

from vinfer.app.openapi.schemas import REF, JsonSchema


def add(paths: Mapping[str, Mapping[str, Any]], schemas: Mapping[str, JsonSchema]) -> None:
    """Link each creating operation to those that take the id of what it made, in path or body."""
    for path, item in paths.items():
        made = item.get("post", {}).get("responses", {}).get("201")
        if made is None:
            continue
        fields = _fields(made, schemas)
        found = dict(_links(path, fields, paths, schemas))
        if found:
            made["links"] = found


def _links(
    path: str,
    fields: Mapping[str, Any],
    paths: Mapping[str, Mapping[str, Any]],
    schemas: Mapping[str, JsonSchema],
) -> Iterator[tuple[str, dict[str, Any]]]:
    named = path.rpartition("/")[2].removesuffix("s").replace("-", "_") + "_id"
    for other, item in paths.items():
        parameter = other.removeprefix(path + "/").partition("/")[0].strip("{}")
        below = other.startswith(path + "/{") and other.count("{") == 1
        for operation in item.values():
            target = {"operationId": operation["operationId"]}
            if below and parameter in fields:
                value = {parameter: f"$response.body#/{parameter}"}
                yield operation["operationId"], {**target, "parameters": value}
            elif "id" in fields and named in _body_fields(operation, schemas):
                yield (
                    operation["operationId"],
                    {**target, "requestBody": {named: "$response.body#/id"}},
                )


def _body_fields(
    operation: Mapping[str, Any], schemas: Mapping[str, JsonSchema]
) -> Mapping[str, Any]:
    return _fields(operation.get("requestBody", {}), schemas)


def _fields(holder: Mapping[str, Any], schemas: Mapping[str, JsonSchema]) -> Mapping[str, Any]:
    """Fields of the JSON of a body or an answer."""
    shape = holder.get("content", {}).get("application/json", {}).get("schema", {})
    found: dict[str, Any] = {}
    for arm in shape.get("anyOf", (shape,)):
        found |= schemas.get(arm.get("$ref", "").removeprefix(REF), arm).get("properties", {})
    return found
