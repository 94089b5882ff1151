"""A trunk that somebody is about to use is not deleted under them."""

import asyncio
from typing import Any

import pytest
from tests.domains.worlds import DIGESTS, World, make_world, people, phone

from vinfer.domains.calls import service as calls
from vinfer.domains.calls.schemas import CallBody
from vinfer.domains.campaigns import service as campaigns
from vinfer.domains.campaigns.schemas import CampaignBody
from vinfer.domains.trunks import service as trunks
from vinfer.kit.db import Database, Tx
from vinfer.kit.errors import ResourceInUse


async def campaign(world: World, tx: Tx) -> None:
    body = CampaignBody(
        name="Q1",
        language="en-IN",
        contacts=people(1),
        script_id=world.script_id,
        trunk_id=world.trunk_id,
    )
    await campaigns.create(tx, world.actor, body, installed=(), digests=DIGESTS, now=world.now)


async def call(world: World, tx: Tx) -> None:
    body = CallBody(
        phone=phone(0), language="en-IN", script_id=world.script_id, variables={"amount": 5}
    )
    await calls.create(tx, world.actor, body, installed=(), digests=DIGESTS, now=world.now)


@pytest.mark.parametrize("use", [campaign, call])
async def test_who_is_being_written_keeps_the_trunk(db: Database, use: Any):
    world = await make_world(db)

    async def delete() -> None:
        async with db.begin() as tx:
            await trunks.delete(tx, world.actor, world.trunk_id)

    async with db.begin() as tx:
        await use(world, tx)
        async with asyncio.timeout(10):
            with pytest.raises(ResourceInUse):  # at once: who waited might be waited for
                await delete()
    with pytest.raises(ResourceInUse):
        await delete()
    assert await world.val("select count(*) from trunks") == 1
