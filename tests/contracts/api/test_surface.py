"""The suites beside this one find out for themselves what there is to test: that they can."""

from tests.contracts.api.surface import Operation, closed, operations
from tests.contracts.api.tenants import FACTORIES, collections, creator


def test_the_routes_are_those_of_the_product():
    found = {it.name for it in operations()}
    assert {"POST /v1/campaigns", "GET /v1/calls", "DELETE /v1/api-keys/{id}"} <= found
    assert [it.name for it in operations() if it.public] == [
        "GET /v1/docs",
        "GET /v1/health",
        "GET /v1/openapi.json",
    ]


def test_every_kind_of_id_has_a_factory():
    """A route with an id of a new kind needs a way to make one."""
    without = [it for it in collections() if it not in FACTORIES and creator(it) is None]
    assert without == []
    assert collections() >= {"campaigns", "calls", "scripts", "trunks", "webhooks", "api-keys"}


def test_every_body_is_declared():
    """A route that reads the body itself says in its options as what."""
    undeclared = [it.name for it in closed() if reads_body_itself(it) and it.body is None]
    assert undeclared == []


def reads_body_itself(operation: Operation) -> bool:
    return operation.takes_body and "request" in operation.handler.parsed_fn_signature.parameters
