"""The client library does what its methods say, against the real application."""

from pathlib import Path

import pytest
from bridge import use

from harness import Api, open_api
from vinfer.kit.db import Database
from vinfer.kit.seal import open_seal
from vinfer_client import ApiError, Client, transport, types

TRUNK: types.TrunkCreate = {
    "name": "t",
    "server": "sip.example.com",
    "caller_ids": ["+911140000000"],
}
SCRIPT: types.Script = {
    "name": "Hello",
    "language": "en-IN",
    "opening": "Hello {name}, is this a good time?",
    "branches": [
        {"id": "yes", "phrases": ["yes"], "say": "Thank you.", "disposition": "interested"},
        {"id": "no", "phrases": ["no thanks"], "say": "Goodbye.", "disposition": "not_interested"},
    ],
}


@pytest.fixture
async def api(db: Database, tmp_path: Path) -> Api:
    return await open_api(db, open_seal(tmp_path / "keys"))


async def test_a_campaign_from_script_to_stop(api: Api) -> None:
    def walk(vinfer: Client) -> None:
        trunk = vinfer.create_trunk(TRUNK)
        assert vinfer.get_trunk(trunk["id"])["caller_ids"] == TRUNK["caller_ids"]
        script = vinfer.create_script(SCRIPT)
        campaign = vinfer.create_campaign(
            {
                "name": "c",
                "script_id": script["id"],
                "language": "en-IN",
                "contacts": [{"phone": "+919876543210", "name": "Ravi"}],
            }
        )
        csv = "phone,name\n+919876543211,Asha\nnonsense,B\n"
        intake = vinfer.add_contacts(campaign["id"], csv)
        assert (intake["accepted"], intake["rejected"][0]["row"]) == (1, 3)
        assert vinfer.get_campaign(campaign["id"])["progress"]["total"] == 2
        assert vinfer.stop_campaign(campaign["id"])["status"] == "stopped"
        assert list(vinfer.all_calls(campaign_id=campaign["id"])) == []
        assert vinfer.get_contact("+919876543210")["name"] == "Ravi"

    await use(api, walk)


async def test_lists_are_walked_to_their_ends(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "_PAGE", 2)

    def walk(vinfer: Client) -> None:
        made = [vinfer.create_script(SCRIPT)["id"] for _ in range(5)]
        assert [script["id"] for script in vinfer.all_scripts()] == made[::-1]
        page = vinfer.list_scripts(limit=2, offset=1)
        assert (page["total"], [script["id"] for script in page["data"]]) == (5, made[3:1:-1])

    await use(api, walk)


async def test_a_refusal_says_what_the_api_says(api: Api) -> None:
    def refused(vinfer: Client) -> tuple[ApiError, ApiError]:
        with pytest.raises(ApiError) as missing:
            vinfer.get_call("cal_unknown")
        with pytest.raises(ApiError) as wrong:
            vinfer.create_trunk({**TRUNK, "caller_ids": ["12"]})
        return missing.value, wrong.value

    missing, wrong = await use(api, refused)
    assert (missing.status, missing.code) == (404, "resource_not_found")
    assert missing.details["id"] == "cal_unknown"
    assert missing.request_id
    assert (wrong.status, wrong.code) == (400, "invalid_parameter")
    assert wrong.details["field"] == "caller_ids[0]"


async def test_the_same_key_makes_one_thing(api: Api) -> None:
    def twice(vinfer: Client) -> None:
        first = vinfer.create_trunk(TRUNK, idempotency_key="order 17")
        assert vinfer.create_trunk(TRUNK, idempotency_key="order 17") == first
        assert vinfer.list_trunks()["total"] == 1
        vinfer.delete_trunk(first["id"])
        with pytest.raises(ApiError, match="404"):
            vinfer.delete_trunk(first["id"])

    await use(api, twice)
