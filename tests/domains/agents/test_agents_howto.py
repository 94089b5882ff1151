"""The examples of the page on agents are sent as they stand there."""

import json
import re
from pathlib import Path

import httpx

PAGE = Path(__file__).parents[3] / "docs" / "howto" / "agents.md"
TUTORIAL = Path(__file__).parents[3] / "docs" / "tutorial" / "first-campaign.md"
_REQUEST = re.compile(r"\$ api (/\S+) (?:-H \S+ \S+ )?-d '(\{.*?\})'\n", re.DOTALL)


def requests(page: Path) -> list[tuple[str, str]]:
    return _REQUEST.findall(page.read_text("utf-8"))


async def test_the_examples_of_the_page_work(admin: httpx.AsyncClient) -> None:
    script = next(body for path, body in requests(TUTORIAL) if path == "/scripts")
    ids = {"scr_…": (await admin.post("/v1/scripts", json=json.loads(script))).json()["id"]}
    await admin.post("/v1/trunks", json={"name": "t", "server": "sip.example.com"})
    answers: dict[str, httpx.Response] = {}
    for path, text in requests(PAGE):
        for name, id in ids.items():
            text = text.replace(name, id)
        answers[path] = await admin.post(f"/v1{path}", json=json.loads(text))
        assert answers[path].status_code == 201, answers[path].text
        if path == "/agents":
            ids["agt_…"] = answers[path].json()["id"]
    assert set(answers) == {"/agents", "/campaigns", "/calls"}
    call = answers["/calls"].json()
    assert call["voice_agent_id"] == ids["agt_…"]
    assert answers["/agents"].json()["warnings"] == []
