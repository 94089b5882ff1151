"""The API as its code declares it: every operation with its ids, body, filters and scope."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from vinfer.app import catalog
from vinfer.app.api import Services, create_app
from vinfer.kit import http
from vinfer.kit.page import PageQuery
from vinfer.media.script.shape import Script

FREE_BODIES: dict[str, type[msgspec.Struct]] = {"/v1/scripts": Script, "/v1/scripts/{id}": Script}
"""Routes whose body is a plain object that the domain judges: what it is judged by."""

ALL_DAYS = {"from": "2020-01-01", "to": "2099-12-31"}


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one route."""

    method: str
    path: str
    handler: HTTPRouteHandler

    @property
    def name(self) -> str:
        """How tests call it."""
        return f"{self.method} {self.path}"

    @property
    def public(self) -> bool:
        """Whether it needs no key."""
        return bool(self.handler.opt.get("public"))

    @property
    def ids(self) -> list[tuple[str, str]]:
        """Path parameters as (parameter, the collection before it)."""
        return [
            (name, collection) for collection, name in re.findall(r"([^/{}]+)/\{(\w+)\}", self.path)
        ]

    @property
    def takes_body(self) -> bool:
        """Whether the method has a body."""
        return self.method in ("POST", "PATCH", "PUT")

    @property
    def body(self) -> type[msgspec.Struct] | None:
        """The type of the JSON body; None where the route takes none."""
        if self.path in FREE_BODIES:
            return FREE_BODIES[self.path]
        declared = self.handler.parsed_data_field
        if declared is None:
            return self.handler.opt.get("describes", {}).get("body")
        return declared.annotation

    @property
    def queries(self) -> list[type[msgspec.Struct]]:
        """The types that its query parameters are decoded as."""
        used = self.handler.parsed_fn_signature.parameters
        found = [
            http.query_kind(provide)
            for name, provide in self.handler.resolve_dependencies().items()
            if name in used
        ]
        return [kind for kind, _ in filter(None, found)]

    @property
    def needed(self) -> dict[str, str]:
        """Query parameters that must be there, with values that take in all there is."""
        found = {
            field.encode_name
            for kind in self.queries
            for field in msgspec.structs.fields(kind)
            if field.required
        }
        return {name: value for name, value in ALL_DAYS.items() if name in found}

    @property
    def is_figures(self) -> bool:
        """Whether it answers sums, which name nothing."""
        return self.path.startswith("/v1/analytics/")

    @property
    def is_of_installation(self) -> bool:
        """Whether it answers the same in every workspace, and names no row."""
        return self.path == "/v1/models"

    @property
    def is_list(self) -> bool:
        """Whether it answers pages."""
        return PageQuery in self.queries


@cache
def _application() -> Litestar:
    nothing = cast("Any", None)
    more = dict.fromkeys(("outbound", "storage", "file_links"))
    services = Services(db=nothing, seal=nothing, more=more)
    return create_app(services, unversioned=catalog.UNVERSIONED)


@cache
def operations() -> list[Operation]:
    """Every operation under `/v1`, in a fixed order."""
    return sorted(_operations(_application()), key=lambda it: (it.path, it.method))


def _operations(app: Litestar) -> Iterator[Operation]:
    for route in app.routes:
        for handler in cast("Any", route).route_handlers:
            for method in handler.http_methods - {"OPTIONS"}:
                if route.path_format.startswith("/v1/"):
                    yield Operation(method, route.path_format, handler)


def closed() -> list[Operation]:
    """Operations that need a key."""
    return [it for it in operations() if not it.public]


def with_body() -> list[Operation]:
    """Operations that take fields in a body."""
    return [it for it in closed() if it.takes_body and it.body is not None]


def by_name(found: list[Operation]) -> dict[str, Any]:
    """Arguments of `pytest.mark.parametrize` over operations."""
    return {"argvalues": found, "ids": [it.name for it in found]}
