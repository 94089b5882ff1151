"""Proxies, host names and origins as requests meet them, and headers on whatever is answered."""

from pathlib import Path

import httpx
from tests.harness import Api, StoppedClock, open_api
from tests.kit.things import ROUTER

from vinfer.adapters.storage import MemoryStorage
from vinfer.app import catalog
from vinfer.app.api import create_app
from vinfer.domains.recordings.links import FileLinks
from vinfer.kit import edge
from vinfer.kit.db import Database
from vinfer.kit.edge import Edge
from vinfer.kit.gateway import SECURITY
from vinfer.kit.seal import open_seal

APP = "https://app.example.com"
PREFLIGHT = {"origin": APP, "access-control-request-method": "POST"}


async def behind(db: Database, tmp_path: Path, front: Edge, **options: object) -> Api:
    return await open_api(
        db, open_seal(tmp_path / "keys"), [ROUTER], edge=front, clock=StoppedClock(), **options
    )


def secured(response: httpx.Response) -> None:
    for name, value in SECURITY:
        assert response.headers[name.decode()] == value.decode(), name


async def test_limits_count_clients_and_not_their_proxy(db: Database, tmp_path: Path) -> None:
    front = Edge(proxies=edge.networks(["10.0.0.0/8"]))
    api = await behind(db, tmp_path, front, unauthenticated_per_minute=2)
    async with api.client(address="10.0.0.1") as proxy, api.client(address="9.9.9.9") as liar:
        for name in ("203.0.113.7", "203.0.113.8"):
            sent = [
                await proxy.get("/v1/things", headers={"x-forwarded-for": f"{n}.6.6.6, {name}"})
                for n in range(1, 4)
            ]
            assert [it.status_code for it in sent] == [401, 401, 429], name
        lies = [
            (await liar.get("/v1/things", headers={"x-forwarded-for": f"1.1.1.{n}"})).status_code
            for n in range(3)
        ]
    assert lies == [401, 401, 429]


async def test_hsts_is_told_where_the_client_s_way_is_encrypted(
    db: Database, tmp_path: Path
) -> None:
    api = await behind(db, tmp_path, Edge(proxies=edge.networks(["10.0.0.0/8"])))
    https = {"x-forwarded-proto": "https"}
    async with api.client(address="10.0.0.1") as proxy, api.client(address="9.9.9.9") as liar:
        told = await proxy.get("/v1/things", headers=https)
        assert told.headers["strict-transport-security"] == "max-age=31536000"
        assert "strict-transport-security" not in (await proxy.get("/v1/things")).headers
        lied = await liar.get("/v1/things", headers=https)
        assert "strict-transport-security" not in lied.headers


async def test_another_host_s_requests_are_refused_even_with_a_key(
    db: Database, tmp_path: Path
) -> None:
    api = await behind(db, tmp_path, Edge(hosts=frozenset({"api.example.com"})))
    async with api.client(await api.key()) as client:
        right = {"host": "api.example.com:8443"}
        assert (await client.get("/v1/things", headers=right)).status_code == 200
        for path in ("/v1/things", "/v1/docs", "/files/x", "/"):
            refused = await client.get(path, headers={"host": "evil.example.com"})
            assert refused.status_code == 400, path
            details = refused.json()["error"]["details"]
            assert (details["field"], details["provided"]) == ("Host", "evil.example.com")
            assert refused.headers["x-ratelimit-limit"] == "600"
            secured(refused)
        probe = await client.get("/v1/health", headers={"host": "10.1.2.3:8080"})
        assert probe.status_code == 200, "probes ask addresses"


async def test_a_website_that_is_admitted_may_read_every_answer(
    db: Database, tmp_path: Path
) -> None:
    api = await behind(db, tmp_path, Edge(origins=frozenset({APP})), unauthenticated_per_minute=4)
    async with api.client(await api.key()) as client, api.client() as nobody:
        answers = [
            await client.get("/v1/things", headers={"origin": APP}),
            await client.post("/v1/things", json={}, headers={"origin": APP}),
            await nobody.get("/v1/things", headers={"origin": APP}),
            await nobody.get("/v1/health", headers={"origin": APP}),
        ]
        assert [it.status_code for it in answers] == [200, 400, 401, 200]
        for answer in answers:
            assert answer.headers["access-control-allow-origin"] == APP
            assert answer.headers["vary"] == "Origin"
            assert "access-control-allow-credentials" not in answer.headers
            shown = answer.headers["access-control-expose-headers"].lower()
            for name in ("x-request-id", "x-ratelimit-remaining", "x-ratelimit-reset"):
                assert name in shown
            secured(answer)
        for other in ("https://evil.example.com", "null", APP + ".evil.com"):
            answer = await client.get("/v1/things", headers={"origin": other})
            assert "access-control-allow-origin" not in answer.headers, other


async def test_a_preflight_needs_no_key_and_is_limited(db: Database, tmp_path: Path) -> None:
    api = await behind(db, tmp_path, Edge(origins=frozenset({APP})), unauthenticated_per_minute=3)
    async with api.client() as browser:
        asked = [await browser.options("/v1/things", headers=PREFLIGHT) for _ in range(4)]
        assert [it.status_code for it in asked] == [204, 204, 204, 429]
        assert asked[0].headers["access-control-allow-origin"] == APP
        offered = asked[0].headers["access-control-allow-methods"].split(", ")
        assert offered == ["GET", "POST", "PATCH", "DELETE"]  # what some route answers, no more
        assert "Idempotency-Key" in asked[0].headers["access-control-allow-headers"]
        assert asked[0].headers["x-ratelimit-limit"] == "3"
        assert asked[3].headers["access-control-allow-origin"] == APP


async def test_other_preflights_are_requests_without_a_key(db: Database, tmp_path: Path) -> None:
    for origins, origin in (
        (frozenset[str](), APP),
        (frozenset({APP}), "https://evil.example.com"),
    ):
        api = await behind(db, tmp_path, Edge(origins=origins))
        async with api.client() as browser:
            asked = await browser.options("/v1/things", headers=PREFLIGHT | {"origin": origin})
        assert asked.status_code == 401
        assert not [name for name in asked.headers if name.startswith("access-control-")]
    api = await behind(db, tmp_path, Edge(origins=frozenset({"*"})))
    async with api.client() as browser:
        answer = await browser.get("/v1/health", headers={"origin": "https://any.example"})
    assert answer.headers["access-control-allow-origin"] == "*", "every website may be admitted"


async def test_security_headers_are_on_whatever_is_answered(
    api: Api, client: httpx.AsyncClient
) -> None:
    for response in (
        await client.get("/v1/things"),
        await client.delete("/v1/things/none"),
        await client.get("/v1/nowhere"),
        await client.put("/v1/things"),
        await client.get("/elsewhere"),
        await client.post("/v1/things", json={"name": "x", "trouble": "crash"}),
        await client.get("/v1/things", headers={"authorization": "x"}),
    ):
        secured(response)


async def test_files_and_links_that_are_none_carry_them_too(db: Database, tmp_path: Path) -> None:
    clock, seal, storage = StoppedClock(), open_seal(tmp_path / "keys"), MemoryStorage()
    storage.objects["recordings/wsp_1/cal_1.wav"] = b"RIFF"
    links = FileLinks(seal, clock, "http://test")
    front = Edge(origins=frozenset({APP}))
    more = {"outbound": None, "storage": storage, "file_links": links}
    made = await open_api(db, seal, [ROUTER], edge=front, clock=clock, more=more)
    app = create_app(made.services, routers=[ROUTER], unversioned=catalog.UNVERSIONED)
    api = Api(app, made.services, (), made.workspace_id)
    async with api.client() as anybody:
        found = await anybody.get(
            links.link("recordings/wsp_1/cal_1.wav"), headers={"origin": APP, "range": "bytes=0-1"}
        )
        assert (found.status_code, found.content) == (206, b"RI")
        missing = await anybody.get("/files/none", headers={"origin": APP})
        assert missing.status_code == 404
    secured(missing)
    for answer in (found, missing):
        assert answer.headers["access-control-allow-origin"] == APP
        assert answer.headers["x-request-id"].startswith("req_")
        assert answer.headers["x-ratelimit-limit"] == "600"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "no-store" in answer.headers["cache-control"]
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert found.headers["cross-origin-resource-policy"] == "cross-origin"
