"""The examples of the document are sent to the real server, and answered as they say."""

from pathlib import Path

import pytest
from example_requests import JSON, kept, operation_ids, visit

from closed_api import open_closed
from conformance import contract
from harness import Api
from vinfer.app.openapi import examples
from vinfer.kit.db import Database
from vinfer.kit.forms import FORM
from vinfer.kit.seal import open_seal


@pytest.fixture
async def api(db: Database, tmp_path: Path) -> Api:
    """The application on an empty database."""
    return await open_closed(db, open_seal(tmp_path / "keys"))


async def test_every_example_is_answered_as_recorded(api: Api) -> None:
    for operation_id in operation_ids():
        answer, problems = await visit(api, operation_id)
        assert answer.is_success, (operation_id, answer.text)
        assert problems == []
        expected = examples.recorded().get(operation_id)
        assert kept(answer) == expected, "python tools/openapi_reference.py --record"


async def test_every_example_of_another_type_is_taken(api: Api) -> None:
    sent = [
        (operation["operationId"], kind)
        for _, _, operation in contract().operations()
        for kind in operation.get("requestBody", {}).get("content", {})
        if kind not in (JSON, FORM)
    ]
    assert ("add_contacts", "text/csv") in sent
    for operation_id, kind in sent:
        answer, problems = await visit(api, operation_id, kind)
        assert answer.is_success, (operation_id, answer.text)
        assert problems == []
        assert answer.json()["accepted"] == 1, (operation_id, answer.text)
