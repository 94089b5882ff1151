"""The OpenAPI document: made from the routes, their bodies, queries and answers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
from litestar import Litestar, Router
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme

import vinfer
from vinfer.kit import http

_ERROR: Final = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "details"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "details": {"type": "object"},
            },
        }
    },
}
_KEY_HEADER: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Repeat a request under the same key within 24 hours to get its answer again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}


def document(routers: Sequence[Router], dependencies: Mapping[str, Provide]) -> dict[str, Any]:
    """The document. The framework describes a twin of the application."""
    twin = Litestar(
        routers,
        dependencies=dict(dependencies),
        request_class=http.Request,
        openapi_config=_config(),
        logging_config=None,
    )
    made = twin.openapi_schema.to_schema()
    made["components"].setdefault("schemas", {})["Error"] = _ERROR
    for path, method, handler in _operations(twin):
        operation = made["paths"].get(path, {}).get(method)
        if operation:
            _complete(operation, method, handler)
    return made


def _config() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="VInfer",
        version=vinfer.__version__,
        use_handler_docstrings=True,
        security=[{"key": []}],
        components=Components(
            security_schemes={"key": SecurityScheme(type="http", scheme="bearer")}
        ),
    )


def _operations(app: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            for method in handler.http_methods:
                yield route.path_format, method.lower(), handler


def _complete(operation: dict[str, Any], method: str, handler: HTTPRouteHandler) -> None:
    """Add what the framework does not know: query parameters, the key's header, the envelope."""
    extra = [*_query_parameters(handler), *([_KEY_HEADER] if method == "post" else [])]
    operation["parameters"] = [*operation.get("parameters", ()), *extra]
    if handler.opt.get("public"):
        operation["security"] = []
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    operation["responses"].pop("400", None)
    operation["responses"]["default"] = {"description": "Any error", "content": content}


def _query_parameters(handler: HTTPRouteHandler) -> Iterator[dict[str, Any]]:
    used = handler.parsed_fn_signature.parameters
    for name, provide in handler.resolve_dependencies().items():
        kind = http.query_kind(provide)
        if name in used and kind is not None:
            for field, schema in _properties(kind).items():
                yield {"name": field, "in": "query", "required": False, "schema": schema}


def _properties(kind: type[Any]) -> dict[str, Any]:
    _, components = msgspec.json.schema_components([kind], ref_template="#/{name}")
    return components[kind.__name__]["properties"]
