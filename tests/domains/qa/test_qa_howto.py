"""The examples of the page on QA are sent as they stand there."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.domains.qa.conftest import Qa

from vinfer.lens.scoring.library import LIBRARY

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGE = Path(__file__).parents[3] / "docs" / "howto" / "qa.md"
_REQUEST = re.compile(r"\$ api '?(/[^\s']+)'?(?: -X GET| -d '(\{.*?\})')?\n", re.DOTALL)
CALL = (
    "agent: This call is recorded. We can split it in three.",
    "agent: I will call you on Saturday.",
    "agent: We are there for you.",
)


async def test_the_examples_of_the_page_work(qa: Qa):
    text = PAGE.read_text("utf-8")
    requests = _REQUEST.findall(text)
    ids: dict[str, str] = {}
    answers: list[tuple[str, dict[str, Any]]] = []
    for path, body in requests:
        for name, id in ids.items():
            path, body = path.replace(name, id), body.replace(name, id)
        sent = json.loads(body) if body else None
        answer = await qa.client.request("POST" if sent else "GET", f"/v1{path}", json=sent)
        assert answer.status_code in (200, 201, 202), answer.text
        answers.append((path, answer.json()))
        if path == "/qa/scorecards":
            ids["qsc_…"] = answer.json()["id"]
        if path == "/transcription":
            shown = await qa.judged(await qa.job(qa_scorecard_id=ids["qsc_…"]), CALL)
            assert [each["score"] for each in shown["parameters"]] == [1, 10, None, 1]
            ids["qar_…"] = shown["id"]
    assert [path.partition("/qa")[2] or path for path, _ in answers] == [
        "/scorecards",
        "/transcription",
        "/results?needs_review=true",
        f"/results/{ids['qar_…']}",
        f"/results/{ids['qar_…']}/override",
        "/agreement",
    ]
    assert answers[2][1]["total"] == 1
    assert (answers[4][1]["score"], answers[4][1]["needs_review"]) == (100.0, False)
    assert all(f"`{id}`" in text for id in LIBRARY)
