"""The OpenAPI 3.1 document: made from the routes, what they take and what they answer."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from litestar import Litestar, Router
from litestar.di import Dependency, Provide

import vinfer
from vinfer.app.openapi import examples, failures, headers, links
from vinfer.app.openapi.operations import Operation, describe
from vinfer.app.openapi.schemas import JsonSchema, Schemas
from vinfer.kit import http

_METHODS: Final = ("GET", "POST", "PATCH", "PUT", "DELETE", "HEAD")
_ABOUT: Final = """\
JSON in, JSON out. `Authorization: Bearer <key>` on every request.

**Errors** have one shape at every status: `{"error": {"code", "message", "details"}}`. An unknown
path is 404 `resource_not_found`, a wrong method 405 `method_not_allowed` with `Allow`. All that is
wrong with a request is named at once, by its field.

**Lists** run newest first: `limit` and `offset`, or `cursor`, which stays exact while rows are
being added.

**Retries**: send an `Idempotency-Key` with any POST. The same request under the same key gives the
first answer again for 24 hours, and one resource.

**Limits**: the `X-RateLimit-*` headers are on every answer; a 429 says when to come back.
"""


def document(routers: Sequence[Router]) -> dict[str, Any]:
    """The document, as plain values. Raises `TypeError` for a type that has no schema."""
    schemas = Schemas()
    operations = sorted(_operations(routers), key=_place)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = describe(
            operation, schemas
        )
    links.add(paths, schemas.components)
    examples.add(paths)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "VInfer",
            "version": vinfer.__version__,
            "summary": "AI phone calls: campaigns, conversations, call records, webhooks.",
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": _tags(operations),
        "security": [{"key": []}],
        "paths": paths,
        "components": _components(schemas.components),
    }


def _operations(routers: Sequence[Router]) -> Iterator[Operation]:
    """Every operation; a twin of the application knows its paths and what each route is given."""
    twin = Litestar(
        routers,
        dependencies={**_stubs(routers), **http.DEPENDENCIES},
        request_class=http.Request,
        openapi_config=None,
        logging_config=None,
    )
    for route in twin.routes:
        for handler in getattr(route, "route_handlers", ()):
            for method in sorted(handler.http_methods - {"OPTIONS"}):
                yield Operation(route.path_format, method, handler)


def _place(operation: Operation) -> tuple[str, str, int]:
    return operation.tag, operation.path, _METHODS.index(operation.method)


def _stubs(routers: Sequence[Router]) -> dict[str, Provide]:
    """What routes are given: the twin does not run, so that anything will do."""
    handlers = [
        handler
        for router in routers
        for route in router.routes
        for handler in getattr(route, "route_handlers", ())
    ]
    return {
        name: Provide(lambda: None, sync_to_thread=False)
        for handler in handlers
        for name, parameter in handler.parsed_fn_signature.parameters.items()
        if any(isinstance(mark, Dependency) for mark in parameter.metadata)
    }


def _tags(operations: Sequence[Operation]) -> list[dict[str, str]]:
    return [{"name": name} for name in dict.fromkeys(operation.tag for operation in operations)]


def _components(schemas: Mapping[str, JsonSchema]) -> dict[str, Any]:
    return {
        "schemas": dict(sorted(schemas.items())),
        "responses": failures.components(headers.references(headers.EVERYWHERE)),
        "headers": headers.COMPONENTS,
        "securitySchemes": {
            "key": {
                "type": "http",
                "scheme": "bearer",
                "description": "A key of the workspace. `read_only` may GET, `read_write` may"
                " change everything but keys, `admin` may do all. See `POST /v1/api-keys`.",
            }
        },
    }
