"""The description of the whole API."""

import json

import pytest
from litestar import Router
from litestar.di import Provide

from vinfer.app import catalog, openapi
from vinfer.app.api import Services, health
from vinfer.kit import http


@pytest.fixture(scope="module")
def document() -> dict:
    """The document of every router in the catalog."""
    unused = {name: Provide(lambda: None, sync_to_thread=False) for name in NAMES}
    routes = [Router("/v1", route_handlers=[health, *catalog.ROUTERS])]
    return json.loads(openapi.document(routes, {**http.DEPENDENCIES, **unused}))


NAMES = {*Services.__dataclass_fields__, "outbound"}


def test_every_operation_is_described(document: dict) -> None:
    operations = [
        (path, method, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]
    assert {"/v1/campaigns", "/v1/scripts", "/v1/trunks/{id}", "/v1/api-keys"} <= set(
        document["paths"]
    )
    for path, method, operation in operations:
        where = f"{method} {path}"
        assert operation["description"], where
        assert "default" in operation["responses"], where
        names = [parameter["name"] for parameter in operation["parameters"]]
        assert len(names) == len(set(names)), where
        assert ("Idempotency-Key" in names) == (method == "post"), where
        assert (operation.get("security") == []) == (path == "/v1/health"), where


def test_every_reference_leads_somewhere(document: dict) -> None:
    text = json.dumps(document)
    names = {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}
    assert names <= set(document["components"]["schemas"])
    assert '"#/' not in text.replace('"#/components/schemas/', "")
