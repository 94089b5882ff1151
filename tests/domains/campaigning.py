"""Campaigns made and driven the way the product does it."""

from typing import Any

from tests.domains.worlds import DIGESTS, World, people

from vinfer.domains.calls import dialing
from vinfer.domains.calls.dialing import ClaimedCall
from vinfer.domains.campaigns import service
from vinfer.domains.campaigns.schemas import Campaign, CampaignBody, Verb
from vinfer.kit import schema
from vinfer.media.plan import CallResult, Disposition, NotAnswered, Turn, Verdict
from vinfer.ports.telephony import Failed


async def create(world: World, count: int = 3, **fields: Any) -> Campaign:
    """A campaign with `count` contacts."""
    body: dict[str, Any] = {
        "name": "Q1",
        "script_id": world.script_id,
        "language": "en-IN",
        "contacts": people(count),
    }
    decoded = schema.decode_value(body | fields, CampaignBody)
    async with world.db.begin() as tx:
        return await service.create(
            tx, world.actor, decoded, installed=(), digests=DIGESTS, now=world.now
        )


async def act(world: World, campaign_id: str, verb: Verb) -> Campaign:
    """Start, pause, resume or stop."""
    async with world.db.begin() as tx:
        return await service.act(tx, world.actor, campaign_id, verb, world.now)


async def running(world: World, count: int = 3, **fields: Any) -> Campaign:
    """A campaign that has been started."""
    campaign = await create(world, count, **fields)
    return await act(world, campaign.id, "start")


async def get(world: World, campaign_id: str) -> Campaign:
    """The campaign as it is now."""
    async with world.db.read() as conn:
        return await service.get(conn, world.actor, campaign_id)


async def claim(
    world: World, seats: int = 100, owner: str = "m1", *, ring: bool = True
) -> list[ClaimedCall]:
    """Claim at the world's time, and let the phones ring."""
    async with world.db.begin() as tx:
        claimed = await dialing.claim(tx, owner, seats, world.now)
    if ring:
        for call in claimed:
            async with world.db.begin() as tx:
                verdict = await dialing.ring(tx, call.call_id, world.now, digests=DIGESTS)
                assert verdict == "ring"
    return claimed


async def record(world: World, call_id: str, result: CallResult | NotAnswered | Failed) -> bool:
    """Record at the world's time."""
    if isinstance(result, Failed):
        result = NotAnswered(result.value)
    async with world.db.begin() as tx:
        return await dialing.record(tx, call_id, result, world.now)


def answered(
    disposition: Disposition = "interested",
    *,
    end_reason: str = "agent_hangup",
    do_not_call: bool = False,
) -> CallResult:
    """What an answered call came to."""
    return CallResult(
        end_reason=end_reason,
        duration_s=12.4,
        verdict=Verdict(disposition, "promise", 1, "said yes"),
        turns=(
            Turn(0, "agent", 0.0, 2.0, "Hello", latency_ms={"total": 700.0, "dialog": 10.0}),
            Turn(1, "customer", 2.5, 3.0, "yes"),
        ),
        captured={"pay_date": "2026-03-05"},
        do_not_call=do_not_call,
    )
