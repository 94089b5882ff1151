"""Every event is in the log and carries its resource exactly as the API returns it then."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest
from tests.domains import campaigning
from tests.domains.campaigning import answered
from tests.domains.worlds import World, make_world
from tests.harness import open_api

from vinfer.domains.calls import dialing
from vinfer.domains.webhooks.schemas import EventName
from vinfer.kit.db import Database
from vinfer.kit.seal import Seal

DOMAINS = Path(__file__).parents[1]
ELSEWHERE = {  # by the tests of what emits them
    "webhook.disabled": "webhooks/test_delivery.py",
    "transcription.completed": "transcription/test_calls.py",
    "transcription.failed": "transcription/test_transcription_jobs.py",
    "call.transcription_ready": "transcription/test_calls.py",
    "qa.completed": "qa/test_results.py",
    "compliance.violation": "compliance/test_compliance_judging.py",
    "report.completed": "reports/test_report_runs.py",
    "report.failed": "reports/test_report_runs.py",
}


@dataclass
class Witness:
    """Compares the newest events with what the API returns now."""

    world: World
    client: httpx.AsyncClient
    seen: set[str]
    last: int = 0

    async def see(self, *names: str, path: str) -> None:
        log = (await self.client.get("/v1/events", params={"after": self.last})).json()
        shown = (await self.client.get(f"/v1{path}")).json()
        own = [it for it in log["data"] if it["data"]["id"] == shown["id"]]
        assert [it["event"] for it in own] == list(names)
        assert own[-1]["data"] == shown
        self.seen |= {it["event"] for it in own}

    async def go_on(self) -> None:
        self.last = (await self.client.get("/v1/events", params={"after": self.last})).json()[
            "next_after"
        ]


@pytest.fixture
async def witness(db: Database, seal: Seal) -> AsyncIterator[Witness]:
    world = await make_world(db)
    api = await open_api(db, seal)
    async with api.client(await api.key("admin", world.actor.workspace_id)) as client:
        yield Witness(world, client, set())


async def test_every_event_carries_its_resource_as_the_api_returns_it(witness: Witness) -> None:
    world = witness.world
    campaign = await campaigning.create(world, 2, metadata={"crm": 7})
    path = f"/campaigns/{campaign.id}"
    for verb, name in (
        ("start", "campaign.started"),
        ("pause", "campaign.paused"),
        ("resume", "campaign.resumed"),
    ):
        await campaigning.act(world, campaign.id, verb)
        await witness.see(name, path=path)
        await witness.go_on()
    first, second = await campaigning.claim(world)
    for call in (first, second):
        await witness.see("call.started", path=f"/calls/{call.call_id}")
    await witness.go_on()
    async with world.db.begin() as tx:
        await dialing.mark_answered(tx, first.call_id, world.later(seconds=5))
    world.later(seconds=9)
    await campaigning.record(world, first.call_id, answered("escalated", end_reason="transferred"))
    await witness.see(
        "call.completed", "call.disposition_set", "call.escalated", path=f"/calls/{first.call_id}"
    )
    await witness.go_on()
    await campaigning.record(world, second.call_id, answered())
    await witness.see("call.completed", "call.disposition_set", path=f"/calls/{second.call_id}")
    await witness.see("campaign.completed", path=path)
    other = await campaigning.running(world, 1)
    await witness.go_on()
    await campaigning.act(world, other.id, "stop")
    await witness.see("campaign.stopped", path=f"/campaigns/{other.id}")
    assert witness.seen == set(get_args(EventName)) - {"*"} - set(ELSEWHERE)
    assert await world.events()  # which proves the sequence to be without gaps


def test_every_other_event_is_shown_where_it_is_emitted() -> None:
    for name, path in ELSEWHERE.items():
        assert f'"{name}"' in (DOMAINS / path).read_text("utf-8"), name


async def test_signed_links_are_null_in_events(witness: Witness) -> None:
    world = witness.world
    await campaigning.running(world, 1)
    (call,) = await campaigning.claim(world)
    async with world.db.begin() as tx:
        await dialing.attach_recording(tx, call.call_id, "recordings/x.wav")
    await campaigning.record(world, call.call_id, answered())
    ended: Any = await world.val("select data from events where name = 'call.completed'")
    assert ended["recording_url"] is None
