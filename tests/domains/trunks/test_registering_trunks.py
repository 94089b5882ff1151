"""A trunk that registers has something to register."""

from typing import Any

import httpx

TRUNK: dict[str, Any] = {"name": "Main", "server": "sip.example.com", "register": True}


async def test_registering_takes_a_username(admin: httpx.AsyncClient) -> None:
    refused = await admin.post("/v1/trunks", json=TRUNK)
    assert refused.status_code == 400
    assert refused.json()["error"]["details"]["field"] == "username"
    made = await admin.post("/v1/trunks", json=TRUNK | {"username": "account-7"})
    path = f"/v1/trunks/{made.json()['id']}"
    assert (await admin.patch(path, json={"username": ""})).status_code == 400
    changed = await admin.patch(path, json={"username": "", "register": False})
    assert changed.json()["register"] is False
    assert (await admin.patch(path, json={"register": True})).status_code == 400
