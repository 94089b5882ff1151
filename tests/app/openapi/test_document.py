"""The OpenAPI document: complete for every route of the catalog, and for those to come."""

import base64
import hashlib
import json
import re
from typing import Any

import pytest
import schemathesis

from conformance import contract
from vinfer.app import reference
from vinfer.app.openapi import failures
from vinfer.kit import errors

DOCUMENT = contract().document
OPERATIONS = list(contract().operations())
each_operation = pytest.mark.parametrize(
    ("method", "path", "operation"), OPERATIONS, ids=[it[2]["operationId"] for it in OPERATIONS]
)


@each_operation
def test_every_operation_says_what_it_is_and_who_may_use_it(
    method: str, path: str, operation: dict[str, Any]
) -> None:
    assert operation["summary"]
    assert operation["description"].startswith(operation["summary"])
    assert operation["tags"] == [path.split("/")[2]]
    public = path == "/v1/health"
    scope = operation.get("x-required-scope")
    assert operation["security"] == ([] if public else [{"key": [scope]}])
    if not public:
        admin = "/api-keys" in path
        reads = "read_only" if method == "GET" else "read_write"
        assert scope == ("admin" if admin else reads)


@each_operation
def test_every_operation_names_its_errors(
    method: str, path: str, operation: dict[str, Any]
) -> None:
    statuses = {status for status in operation["responses"] if int(status) >= 400}
    assert {"429", "500", "503"} <= statuses
    if operation["security"]:
        assert "401" in statuses
    if "{" in path:
        assert "404" in statuses
    if method in ("POST", "PATCH"):
        assert {"400", "403", "413", "415"} <= statuses
    assert ("422" in statuses) == (method == "POST")
    (success,) = operation["responses"].keys() - statuses
    assert 200 <= int(success) < 300


@each_operation
def test_parameters_are_named_once_and_typed(
    method: str, path: str, operation: dict[str, Any]
) -> None:
    names = [(it["in"], it["name"]) for it in operation["parameters"]]
    assert len(names) == len(set(names))
    assert {name for place, name in names if place == "path"} == set(re.findall(r"\{(\w+)\}", path))
    assert (("header", "Idempotency-Key") in names) == (method == "POST")
    for parameter in operation["parameters"]:
        assert {"type", "anyOf"} & parameter["schema"].keys(), parameter
        assert parameter["in"] != "path" or parameter["example"], parameter


@each_operation
def test_every_body_and_answer_has_a_real_example(
    method: str, path: str, operation: dict[str, Any]
) -> None:
    for kind, media in operation.get("requestBody", {}).get("content", {}).items():
        assert "example" in media, f"give the body an `example`, or the route one ({kind})"
    for status, answer in operation["responses"].items():
        for media in answer.get("content", {}).values() if int(status) < 400 else ():
            assert "example" in media, "python tools/openapi_reference.py --record"


def test_the_document_is_openapi() -> None:
    schemathesis.openapi.from_dict(json.loads(json.dumps(DOCUMENT))).validate()


def test_operation_ids_are_unique() -> None:
    ids = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(ids) == len(set(ids))


def test_every_reference_leads_somewhere() -> None:
    for reference_ in set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(DOCUMENT))):
        thing = DOCUMENT
        for step in reference_.split("/"):
            thing = thing[step]


def test_every_failure_is_described_under_its_status() -> None:
    described = {(failure.status, failure.code) for failure in failures.FAILURES}
    waiting, found = [errors.Failure], set()
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if not kind.__module__.startswith("vinfer.domains.recordings"):  # outside of /v1
            found.add((kind.status, kind.code))
    assert found - {(405, "method_not_allowed")} == described  # no operation answers 405


def test_lists_keep_their_own_default_limit() -> None:
    limits = {
        path: parameter["schema"]["default"]
        for method, path, operation in OPERATIONS
        for parameter in operation["parameters"]
        if parameter["name"] == "limit"
    }
    assert limits["/v1/campaigns"] == 20
    assert limits["/v1/api-keys"] == limits["/v1/webhooks"] == 100


def test_what_a_post_makes_leads_to_what_can_be_done_with_it() -> None:
    links = DOCUMENT["paths"]["/v1/campaigns"]["post"]["responses"]["201"]["links"]
    assert links["start_campaign"]["parameters"] == {"id": "$response.body#/id"}
    links = DOCUMENT["paths"]["/v1/scripts"]["post"]["responses"]["201"]["links"]
    assert links["create_campaign"]["requestBody"] == {"script_id": "$response.body#/id"}
    ids = {operation["operationId"] for _, _, operation in OPERATIONS}
    named = re.findall(r'"links": (\{.*?\}\})', json.dumps(DOCUMENT))
    assert all(it in ids for text in named for it in re.findall(r'"operationId": "(\w+)"', text))


def test_fields_carry_their_formats_and_limits() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    body = schemas["CampaignBody"]["properties"]
    assert body["max_attempts"] == {"type": "integer", "minimum": 1, "maximum": 5, "default": 1}
    assert body["contacts"]["maxItems"] == 10_000
    assert body["contacts"]["items"]["properties"]["phone"]["format"] == "e164"
    assert schemas["CampaignBody"]["additionalProperties"] is False
    assert schemas["Campaign"]["properties"]["ended_at"] == {
        "type": ["string", "null"],
        "format": "date-time",
    }
    contacts = DOCUMENT["paths"]["/v1/campaigns/{id}/contacts"]["post"]["requestBody"]
    assert set(contacts["content"]) == {"application/json", "text/csv"}
    assert "100 MiB" in contacts["description"]


def test_the_text_below_a_field_describes_it() -> None:
    key = DOCUMENT["components"]["schemas"]["Key"]["properties"]["key"]
    assert key["description"].startswith("The secret")


def test_the_page_shows_every_operation_and_runs_nothing() -> None:
    page = reference.page(DOCUMENT)
    for method, path, operation in OPERATIONS:
        assert f'id="{operation["operationId"]}"' in page, (method, path)
    places = set(re.findall(r"""id=["']?([\w-]+)""", page))
    assert set(re.findall(r"""href='#([\w-]+)'""", page)) <= places
    assert "calls_per_second" in page
    assert "contacts[].phone" in page
    assert "<script" not in page
    assert not re.search(r"(src|href)=[\"']?(https?:)?//", page)


def test_the_policy_of_the_page_admits_its_own_style_and_nothing_else() -> None:
    (style,) = re.findall(r"<style>(.*?)</style>", reference.page(DOCUMENT), re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in reference.CONTENT_POLICY
    assert "unsafe" not in reference.CONTENT_POLICY
    assert " style=" not in reference.page(DOCUMENT)


def test_the_page_escapes_what_it_shows() -> None:
    hostile = "<script>&'\""
    operation = {
        "operationId": hostile,
        "summary": hostile,
        "description": hostile,
        "tags": [hostile],
        "parameters": [
            {"name": hostile, "in": hostile, "description": hostile, "schema": {"enum": [hostile]}}
        ],
        "requestBody": {
            "description": hostile,
            "content": {hostile: {"schema": {"format": hostile}, "example": hostile}},
        },
        "responses": {hostile: {"description": hostile}},
    }
    page = reference.page(
        {
            "info": {"title": hostile, "version": hostile, "description": hostile},
            "tags": [{"name": hostile}],
            "paths": {f"/v1/{hostile}": {"get": operation}},
            "components": {"schemas": {}, "responses": {}},
        }
    )
    assert "<script" not in page
    assert "&'" not in page
