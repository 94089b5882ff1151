"""One operation: what a route takes, what it answers, and who may use it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from litestar.handlers import HTTPRouteHandler

from vinfer.app.openapi import failures, headers
from vinfer.app.openapi.schemas import JsonSchema, Schemas
from vinfer.kit import http, schema

_WRITES: Final = ("POST", "PATCH", "PUT")
_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Repeat the request under the same key within 24 hours to get its answer again.",
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": 255,
        "pattern": "^[!-~]([ -~]*[!-~])?$",
    },
    "example": "7c1f0c9e-order-17",
}
_PATH_KINDS: Final[dict[str, Any]] = {"phone": schema.LoosePhone}
"""Path parameters that are more than an id."""
_ID: Final = {"type": "string", "minLength": 1}


@dataclass(frozen=True, slots=True)
class Operation:
    """A method of a path, and the route behind it."""

    path: str
    method: str
    handler: HTTPRouteHandler

    @property
    def id(self) -> str:
        """The operation's id: the name of its route."""
        return self.handler.handler_name

    @property
    def tag(self) -> str:
        """The noun that the operation is filed under."""
        return self.path.split("/")[2]

    @property
    def public(self) -> bool:
        """Whether it needs no key."""
        return bool(self.handler.opt.get("public"))

    @property
    def writes(self) -> bool:
        """Whether its body is read."""
        return self.method in _WRITES and not self.public

    @property
    def body(self) -> Any:
        """The type of its JSON body; None without one."""
        field = self.handler.parsed_data_field
        return self.said.get("body") or (field and field.annotation)

    @property
    def answer(self) -> Any:
        """The type of what it answers; `NoneType` for nothing."""
        annotation = self.handler.parsed_fn_signature.return_type.annotation
        return self.said.get("answer") or annotation

    @property
    def said(self) -> Mapping[str, Any]:
        """What the route's option `describes` says."""
        return self.handler.opt.get("describes", {})

    def queries(self) -> Iterator[tuple[type[Any], Mapping[str, Any]]]:
        """The structs that its query parameters are decoded into, and defaults of its own."""
        used = self.handler.parsed_fn_signature.parameters
        for name, provide in self.handler.resolve_dependencies().items():
            kind = http.query_kind(provide)
            if name in used and kind is not None:
                yield kind


def describe(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    """The operation object; its types become components of `schemas`."""
    words = " ".join((operation.handler.fn.__doc__ or "").split())
    made: dict[str, Any] = {
        "operationId": operation.id,
        "summary": words.partition(". ")[0].removesuffix("."),
        "description": words,
        "tags": [operation.tag],
        "parameters": list(_parameters(operation, schemas)),
    }
    if operation.public:
        made["security"] = []
    else:
        scope = http.required_scope(operation.method, operation.handler.opt)
        made["security"] = [{"key": [scope]}]
        made["x-required-scope"] = scope
    if operation.handler.opt.get("deprecated"):
        made["deprecated"] = True
    if operation.writes and (operation.body or operation.handler.opt.get("accepts")):
        made["requestBody"] = _request_body(operation, schemas)
    made["responses"] = {
        str(operation.handler.status_code): _success(operation, schemas),
        **failures.references(_failing_statuses(operation)),
    }
    return made


def _parameters(operation: Operation, schemas: Schemas) -> Iterator[dict[str, Any]]:
    for part in operation.path.split("/"):
        if part.startswith("{"):
            name = part.strip("{}")
            kind = _PATH_KINDS.get(name)
            shape = schemas.of(kind) if kind else _ID
            yield {"name": name, "in": "path", "required": True, "schema": shape}
    for kind, defaults in operation.queries():
        required = {it.encode_name for it in msgspec.structs.fields(kind) if it.required}
        for name, shape in schemas.properties(kind).items():
            yield _query_parameter(name, shape, defaults, required=name in required)
    if operation.method == "POST" and not operation.public:
        yield _KEY


def _query_parameter(
    name: str, shape: JsonSchema, defaults: Mapping[str, Any], *, required: bool
) -> dict[str, Any]:
    given = {name: word for name, word in shape.items() if name != "description"}
    if name in defaults:
        given["default"] = defaults[name]
    words = {"description": shape["description"]} if "description" in shape else {}
    return {
        "name": name,
        "in": "query",
        "required": required,
        **words,
        "schema": _without_null(given),
    }


def _without_null(shape: JsonSchema) -> JsonSchema:
    """A query cannot say null; leaving a parameter out says it."""
    made = dict(shape)
    if isinstance(made.get("type"), list):
        (made["type"],) = (name for name in made["type"] if name != "null")
    if "enum" in made:
        made["enum"] = [value for value in made["enum"] if value is not None]
    return made


def _request_body(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    content: dict[str, Any] = {}
    limits = {http.JSON: http.MAX_JSON_BYTES, **operation.handler.opt.get("accepts", {})}
    if operation.body:
        content[http.JSON] = {
            "schema": schemas.of(operation.body),
            "example": operation.said.get("example") or getattr(operation.body, "example", None),
        }
    for kind in operation.handler.opt.get("accepts", {}):
        content[kind] = {
            "schema": {"type": "string"},
            "example": operation.said.get("examples", {}).get(kind),
        }
    if "form" in operation.handler.opt:
        content[http.FORM] = _form(operation, schemas)
    sizes = (f"{kind}: at most {limits[kind] / 2**20:g} MiB" for kind in content)
    return {
        "required": not _all_optional(operation.body),
        "description": "; ".join(sizes) + ".",
        "content": {kind: _without_nothing(media) for kind, media in content.items()},
    }


def _form(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    """A form of a file and JSON."""
    names, body = operation.handler.opt["form"], operation.handler.opt["form_body"]
    parts = {names.file: {"type": "string", "format": "binary"}, names.json: schemas.of(body)}
    return {
        "schema": {
            "type": "object",
            "required": list(parts),
            "properties": parts,
            "additionalProperties": False,
        },
        "encoding": {names.json: {"contentType": http.JSON}},
        "example": {names.file: "RIFF…", names.json: body.example},
    }


def _without_nothing(media: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in media.items() if value is not None}


def _all_optional(kind: Any) -> bool:
    """Whether `{}` decodes, and with it an absent body."""
    if getattr(kind, "rules", None):
        return False
    try:
        return not any(field.required for field in msgspec.structs.fields(kind))
    except TypeError:
        return False


def _success(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    names = [*headers.EVERYWHERE]
    if operation.method == "POST" and not operation.public:
        names.append("Idempotency-Replayed")
    made: dict[str, Any] = {
        "description": _outcome(operation.handler.status_code),
        "headers": headers.references(names),
    }
    if operation.answer not in (None, type(None)):
        made["content"] = {http.JSON: {"schema": schemas.of(operation.answer)}}
    return made


def _outcome(status: int) -> str:
    return {201: "Made.", 202: "Taken.", 204: "Gone; there is no body."}.get(status, "Done.")


def _failing_statuses(operation: Operation) -> set[int]:
    """Every status that the layers around a route and the domains give to such an operation."""
    statuses = {429, 500, 503}
    if operation.public:
        return statuses
    statuses.add(401)
    if http.required_scope(operation.method, operation.handler.opt) != "read_only":
        statuses.add(403)
    names = [part for part in operation.path.split("/") if part.startswith("{")]
    if names:
        statuses.add(404)
    if operation.writes or any(operation.queries()) or names not in ([], ["{id}"]):
        statuses.add(400)
    if operation.writes:
        statuses |= {413, 415}
    if operation.method == "POST":
        statuses |= {409, 422}  # of an Idempotency-Key
    elif names and operation.method != "GET":
        statuses.add(409)  # of what the resource is doing
    return statuses
