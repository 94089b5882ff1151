"""JSON Schema of the types that requests and answers are made of."""

import types
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal, Union, cast, get_args, get_origin

import msgspec
from msgspec import NODEFAULT, UNSET, Meta, UnsetType

from vinfer.app.openapi import docstrings
from vinfer.kit.kinds import Scalar

JsonSchema = dict[str, Any]

REF: Final = "#/components/schemas/"
_PLAIN: Final[dict[Any, JsonSchema]] = {
    Any: {},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    type(None): {"type": "null"},
}
_LISTS: Final = (list, tuple, set, frozenset)
_BOUNDS: Final = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
    "multiple_of": "multipleOf",
    "title": "title",
    "description": "description",
    "examples": "examples",
}
_LENGTHS: Final = {"string": "Length", "array": "Items", "object": "Properties"}


class Schemas:
    """Turns types into schemas; structs become components, each under its own name."""

    def __init__(self) -> None:
        self.components: dict[str, JsonSchema] = {}
        self._names: dict[Any, str] = {}

    def of(self, kind: Any) -> JsonSchema:
        """The schema of a type, a reference where it is a struct. Raises `TypeError`."""
        origin, arguments = get_origin(kind), get_args(kind)
        if origin is Annotated:
            return _marked(self.of(arguments[0]), arguments[1:])
        if origin in (Union, types.UnionType):
            return self._union([arm for arm in arguments if arm is not UnsetType])
        if origin is Literal:
            return {"type": "string", "enum": list(arguments)}
        if kind in _PLAIN:
            return dict(_PLAIN[kind])
        base = origin or kind
        if isinstance(base, type) and issubclass(base, msgspec.Struct):
            return {"$ref": REF + self._component(kind)}
        return self._container(base, arguments)

    def properties(self, kind: Any) -> Mapping[str, JsonSchema]:
        """The schema of each field of a struct, by the name it has in JSON."""
        said = docstrings.of_fields(get_origin(kind) or kind)
        return {
            field.encode_name: self.of(field.type)
            | _default(field)
            | ({"description": said[field.name]} if field.name in said else {})
            for field in msgspec.structs.fields(kind)
        }

    def _container(self, base: Any, arguments: tuple[Any, ...]) -> JsonSchema:
        if base in _LISTS:
            items = self.of(arguments[0]) if arguments else {}
            return {"type": "array", "items": items} if items else {"type": "array"}
        if base in (dict, Mapping):
            return {"type": "object", **self._entries(*arguments)}
        raise TypeError(f"no schema is known for {base!r}")

    def _entries(self, key: Any = str, value: Any = Any) -> JsonSchema:
        names, values = self.of(key), self.of(value)
        names.pop("type", None)
        return {
            **({"propertyNames": names} if names else {}),
            **({"additionalProperties": values} if values else {}),
        }

    def _union(self, arms: list[Any]) -> JsonSchema:
        schemas = [self.of(arm) for arm in arms if arm is not type(None)]
        nullable = len(schemas) < len(arms)
        if len(schemas) == 1 and nullable and isinstance(schemas[0].get("type"), str):
            return _nullable(schemas[0])
        if nullable:
            schemas.append({"type": "null"})
        return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}

    def _component(self, kind: Any) -> str:
        if kind not in self._names:
            name = _name(kind)
            if name in self.components:
                name = _domain(kind) + name
            self._names[kind] = name
            self.components[name] = {}  # a type may hold itself
            self.components[name] = self._struct(kind)
        return self._names[kind]

    def _struct(self, kind: Any) -> JsonSchema:
        base = cast("type[msgspec.Struct]", get_origin(kind) or kind)
        closed = base.__struct_config__.forbid_unknown_fields
        required = [
            field.encode_name
            for field in msgspec.structs.fields(kind)
            # what is not a request is written whole, its defaults too
            if field.required or not (closed or UnsetType in get_args(field.type))
        ]
        made: JsonSchema = {"type": "object"}
        if base.__doc__:
            made["description"] = base.__doc__.strip()
        made["properties"] = dict(self.properties(kind))
        if required:
            made["required"] = required
        if closed:
            made["additionalProperties"] = False
        made |= getattr(base, "rules", {})
        if (example := getattr(base, "example", None)) is not None:
            made["examples"] = [example]
        return made


def _name(kind: Any) -> str:
    return (
        "".join(argument.__name__ for argument in get_args(kind))
        + (get_origin(kind) or kind).__name__
    )


def _domain(kind: Any) -> str:
    return (get_origin(kind) or kind).__module__.split(".")[-2].capitalize()


def _nullable(schema: JsonSchema) -> JsonSchema:
    enum = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, "type": [schema["type"], "null"], **enum}


def _default(field: Any) -> JsonSchema:
    value = field.default
    if value is NODEFAULT and field.default_factory is not NODEFAULT:
        value = cast("Callable[[], Any]", field.default_factory)()
    if value is NODEFAULT or value is UNSET or value is None:
        return {}
    return {"default": msgspec.to_builtins(value)}


def _marked(schema: JsonSchema, marks: tuple[Any, ...]) -> JsonSchema:
    for mark in marks:
        if isinstance(mark, Meta):
            schema = {
                **schema,
                **_bounds(mark, schema.get("type")),
                **(mark.extra_json_schema or {}),
            }
        elif isinstance(mark, Scalar):
            schema = {**schema, **_scalar(mark)}
    return schema


def _bounds(meta: Meta, kind: Any) -> JsonSchema:
    made = {
        keyword: getattr(meta, name)
        for name, keyword in _BOUNDS.items()
        if getattr(meta, name) is not None
    }
    if meta.pattern is not None:
        # Python's `$` also matches before a last newline; JSON Schema's does not
        made["pattern"] = meta.pattern.replace(r"(?!\n)$", "$")
    unit = _LENGTHS.get(str(kind), "Length")
    for name, value in (("min", meta.min_length), ("max", meta.max_length)):
        if value is not None:
            made[name + unit] = value
    return made


def _scalar(mark: Scalar) -> JsonSchema:
    given = {"format": mark.format, "pattern": mark.pattern}
    example = {"examples": [mark.example]} if mark.example else {}
    return {name: value for name, value in given.items() if value} | example
