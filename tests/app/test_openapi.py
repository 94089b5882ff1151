"""The description of the whole API."""

import json

import msgspec
import pytest
from litestar import Router
from litestar.di import Provide

from vinfer.app import catalog, openapi, reference
from vinfer.app.api import Services, health
from vinfer.kit import http


@pytest.fixture(scope="module")
def document() -> dict:
    """The document of every router in the catalog."""
    unused = {name: Provide(lambda: None, sync_to_thread=False) for name in NAMES}
    routes = [Router("/v1", route_handlers=[health, *catalog.ROUTERS])]
    made = openapi.document(routes, {**http.DEPENDENCIES, **unused})
    return json.loads(msgspec.json.encode(made))


NAMES = {*Services.__dataclass_fields__, "outbound", "pulse"}


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


def test_the_page_shows_every_operation_and_runs_nothing(document: dict) -> None:
    page = reference.page(document)
    for path, item in document["paths"].items():
        for method in item:
            assert f"<h2>{method.upper()} {path}</h2>" in page
    assert "calls_per_second" in page
    assert "<script" not in page
    hostile = {"info": {"title": "<script>", "version": ""}, "paths": {"/<b>": {"get": {}}}}
    assert "<script>" not in reference.page(hostile)
    assert "<b>" not in reference.page(hostile)
