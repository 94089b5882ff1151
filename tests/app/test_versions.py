"""Versions of the API beside each other, and routes that clients should leave."""

from datetime import UTC, datetime
from pathlib import Path

import httpx
from litestar import Router, get, post
from tests.harness import Api, open_api
from tests.kit.things import ROUTER

from vinfer.app.api import create_app
from vinfer.kit import http
from vinfer.kit.access import Actor
from vinfer.kit.db import Database, Tx
from vinfer.kit.errors import InvalidParameter
from vinfer.kit.seal import open_seal

SINCE = datetime(2027, 1, 1, tzinfo=UTC)
SUNSET = datetime(2027, 12, 31, 23, 59, 59, tzinfo=UTC)
LEAVING = http.deprecated(since=SINCE, sunset=SUNSET, link="https://docs.example.com/v2")


@get("/old", opt={**http.ADMIN, **LEAVING})
async def old(actor: http.Given[Actor], tx: http.Given[Tx]) -> dict[str, str]:
    """Answer as ever."""
    return {"scope": actor.scope}


@post("/old", opt=http.deprecated(since=SINCE))
async def refuse(tx: http.Given[Tx]) -> None:
    """Refuse."""
    raise InvalidParameter("x", provided=None, expected="something else")


@get("/things")
async def things(tx: http.Given[Tx]) -> dict[str, str]:
    """Another shape than that of the first version."""
    return {"things": "of the second version"}


SECOND = Router("/", route_handlers=[things])
FIRST = Router("/", route_handlers=[old, refuse])


def told(answer: httpx.Response) -> dict[str, str]:
    names = ("deprecation", "sunset", "link")
    return {name: answer.headers[name] for name in names if name in answer.headers}


async def test_a_second_version_lives_beside_the_first_which_says_that_it_is_leaving(
    db: Database, tmp_path: Path
) -> None:
    made = await open_api(db, open_seal(tmp_path / "keys"))
    leaving = Router("/", route_handlers=[ROUTER, FIRST], opt=LEAVING)
    app = create_app(made.services, routers=[leaving], later={"v2": [SECOND]})
    api = Api(app, made.services, (), made.workspace_id)
    headers = {
        "deprecation": "@1798761600",
        "sunset": "Fri, 31 Dec 2027 23:59:59 GMT",
        "link": '<https://docs.example.com/v2>; rel="deprecation"; type="text/html"',
    }
    async with api.client(await api.key()) as client, api.client() as nobody:
        first = await client.get("/v1/things")
        assert first.json()["data"] == []
        assert told(first) == headers
        second = await client.get("/v2/things")
        assert second.json() == {"things": "of the second version"}
        assert told(second) == {}
        assert int(second.headers["x-ratelimit-remaining"]) < int(
            first.headers["x-ratelimit-remaining"]
        ), "one limit over both"
        assert (await client.get("/v2/old")).status_code == 404
        assert (await client.get("/v1/old")).json() == {"scope": "admin"}
        for version in ("v1", "v2"):
            assert (await nobody.get(f"/{version}/things")).status_code == 401
            assert (await nobody.get(f"/{version}/health")).status_code == 200
            paths = (await nobody.get(f"/{version}/openapi.json")).json()["paths"]
            assert f"/{version}/things" in paths
            assert all(path.startswith(f"/{version}/") for path in paths)
        assert (await nobody.get("/v3/things")).status_code == 404


async def test_errors_of_a_route_say_so_too(db: Database, tmp_path: Path) -> None:
    api = await open_api(db, open_seal(tmp_path / "keys"), [FIRST])
    async with api.client(await api.key("read_write")) as client:
        forbidden = await client.get("/v1/old")
        assert forbidden.status_code == 403
        assert set(told(forbidden)) == {"deprecation", "sunset", "link"}
        refused = await client.post("/v1/old", json={})
        assert refused.status_code == 400
        assert told(refused) == {"deprecation": "@1798761600"}
