"""Scripts through the API."""

from typing import Any

import httpx
from tests.harness import Api

SCRIPT: dict[str, Any] = {
    "name": "Reminder",
    "language": "en-in",
    "opening": "Hello {{name}}, can you pay today?",
    "branches": [
        {
            "id": "will_pay",
            "phrases": ["yes I will pay", "paying tomorrow"],
            "disposition": "interested",
            "next": "close",
        }
    ],
}


async def test_a_script_comes_back_as_posted_with_warnings(admin: httpx.AsyncClient) -> None:
    made = await admin.post("/v1/scripts", json=SCRIPT)
    assert made.status_code == 201, made.text
    body = made.json()
    assert {name: body[name] for name in SCRIPT} == SCRIPT | {"language": "en-IN"}
    assert body["id"].startswith("scr_")
    assert body["version"] == 1
    assert any(warning["field"].startswith("branches") for warning in body["warnings"])
    assert (await admin.get(f"/v1/scripts/{body['id']}")).json() == body
    assert (await admin.get("/v1/scripts")).json()["data"] == [body]


async def test_a_patch_makes_a_version_and_keeps_the_old_one(
    api: Api, admin: httpx.AsyncClient
) -> None:
    made = (await admin.post("/v1/scripts", json=SCRIPT | {"closing": "Bye."})).json()
    path = f"/v1/scripts/{made['id']}"
    changed = await admin.patch(path, json={"name": "New", "closing": None})
    assert changed.status_code == 200
    assert changed.json()["version"] == 2
    assert changed.json()["name"] == "New"
    assert "closing" not in changed.json()
    async with api.db.read() as conn:
        first = await conn.fetchval("select body from script_versions where version = 1")
    assert first["closing"] == "Bye."
    refused = await admin.patch(path, json={"opening": None})
    assert refused.status_code == 400
    assert refused.json()["error"]["details"]["field"] == "opening"
    assert (await admin.get(path)).json()["version"] == 2


async def test_every_problem_of_a_script_is_named(admin: httpx.AsyncClient) -> None:
    lost = SCRIPT["branches"][0] | {"next": "nowhere"}
    broken = SCRIPT | {"branches": [lost, lost | {"phrases": ["no"]}]}
    details = (await admin.post("/v1/scripts", json=broken)).json()["error"]["details"]
    fields = {details["field"], *(problem["field"] for problem in details["errors"])}
    assert {"branches[0].next", "branches[1].next", "branches[1].id"} <= fields
    unknown = await admin.post("/v1/scripts", json=SCRIPT | {"surprise": 1})
    assert unknown.json()["error"]["details"]["field"] == "surprise"


async def test_a_wrong_language_is_told_in_the_published_words(admin: httpx.AsyncClient) -> None:
    refused = await admin.post("/v1/scripts", json=SCRIPT | {"language": "hindi"})
    assert refused.status_code == 400
    assert refused.json() == {
        "error": {
            "code": "invalid_parameter",
            "message": "The 'language' field must be a valid BCP-47 language code.",
            "details": {
                "field": "language",
                "provided": "hindi",
                "expected": "BCP-47 format, e.g. hi-IN",
            },
        }
    }


async def test_a_script_in_use_stays(
    api: Api, admin: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    made = (await admin.post("/v1/scripts", json=SCRIPT)).json()
    path = f"/v1/scripts/{made['id']}"
    async with api.db.begin() as tx:
        await tx.conn.execute(
            "insert into campaigns (id, workspace_id, name, script_id, script_version, language,"
            " timezone) values ('cmp_1', $1, 'c', $2, 1, 'x', 'UTC')",
            api.workspace_id,
            made["id"],
        )
    assert (await stranger.delete(path)).status_code == 404
    refused = await admin.delete(path)
    assert refused.status_code == 409
    assert refused.json()["error"]["details"] == {
        "resource_type": "script",
        "id": made["id"],
        "used_by": "campaign cmp_1",
    }
    async with api.db.begin() as tx:
        await tx.conn.execute("update campaigns set status = 'completed'")
    assert (await admin.delete(path)).status_code == 204
    for gone in (await admin.get(path), await admin.delete(path), await admin.patch(path, json={})):
        assert gone.status_code == 404
