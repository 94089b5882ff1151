"""What the database holds of contacts, whoever writes them: each is of its workspace's campaign."""

import asyncio

import asyncpg
import pytest
from tests.domains.campaigning import create
from tests.domains.worlds import World, make_world, phone

from vinfer.kit.db import Database

INSERT = (
    "insert into contacts (id, workspace_id, campaign_id, position, phone)"
    " select 'ctc_' || n, $1, case when n = 3 then $3 else $2 end, n, '+919800000000'"
    " from generate_series(1, 3) n"
)


@pytest.mark.parametrize("stray", ["cmp_none", "another's"])
async def test_one_stray_contact_refuses_all_of_its_statement(
    db: Database, world: World, stray: str
):
    campaign = await create(world, 1)
    if stray != "cmp_none":
        stray = (await create(await make_world(db), 1)).id
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await world.run(INSERT, world.actor.workspace_id, campaign.id, stray)
    assert await world.val("select count(*) from contacts where campaign_id = $1", campaign.id) == 1
    await world.run(INSERT, world.actor.workspace_id, campaign.id, campaign.id)
    assert await world.val("select count(*) from contacts where campaign_id = $1", campaign.id) == 4


async def test_a_calls_contact_is_of_the_calls_workspace(db: Database, world: World):
    call = (
        "insert into calls (id, workspace_id, contact_id, script_id, script_version, phone,"
        " language, started_at) values ($1, $2, $3, 'scr_1', 1, '+919800000000', 'en-IN', now())"
    )
    other = await make_world(db)
    campaign = await create(world, 1)
    contact = await world.val("select id from contacts where campaign_id = $1", campaign.id)
    with pytest.raises(asyncpg.ForeignKeyViolationError, match="contact_id"):
        await world.run(call, "cal_1", other.actor.workspace_id, contact)
    await world.run(call, "cal_1", world.actor.workspace_id, contact)


async def test_contacts_stay_and_so_does_their_campaign(db: Database, world: World):
    campaign, empty = await create(world, 1), await create(world, 0)
    for statement in (
        "update contacts set campaign_id = '" + empty.id + "' where campaign_id = $1",
        "update campaigns set id = 'cmp_x' where id = $1",
        "delete from campaigns where id = $1",
    ):
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            await world.run(statement, campaign.id)
    await world.run("delete from campaigns where id = $1", empty.id)


async def test_a_campaign_that_is_being_given_contacts_is_not_deleted(db: Database, world: World):
    campaign = await create(world, 0)
    async with db.begin() as giving, db.begin() as deleting:
        await giving.conn.execute(
            "insert into contacts (id, workspace_id, campaign_id, position, phone)"
            " values ('ctc_1', $1, $2, 1, $3)",
            world.actor.workspace_id,
            campaign.id,
            phone(1),
        )
        await deleting.conn.execute("set local lock_timeout = '100ms'")
        with pytest.raises(asyncpg.LockNotAvailableError):
            async with deleting.conn.transaction():
                await deleting.conn.execute("delete from campaigns where id = $1", campaign.id)


@pytest.mark.parametrize("deletes_first", [False, True])
async def test_of_a_campaigns_end_and_its_first_contact_one_is_refused(
    db: Database, world: World, deletes_first: bool
):
    campaign = await create(world, 0)
    insert = INSERT.replace("series(1, 3)", "series(1, 2)")
    args = (world.actor.workspace_id, campaign.id, campaign.id)
    statements = [(insert, args), ("delete from campaigns where id = $1", (campaign.id,))]
    (first, given), (second, others) = statements[::-1] if deletes_first else statements
    async with db.begin() as tx:
        await tx.conn.execute(first, *given)
        later = asyncio.ensure_future(world.run(second, *others))
        await asyncio.sleep(0.1)
        assert not later.done()
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await later
    kept = await world.val("select count(*) from contacts where campaign_id = $1", campaign.id)
    assert kept == (0 if deletes_first else 2)


async def test_the_human_agents_name_is_cut_to_what_an_index_holds(db: Database, world: World):
    await world.run(
        "insert into calls (id, workspace_id, script_id, script_version, phone, language, metadata)"
        " values ('cal_1', $1, $2, 1, $3, 'en-IN',"
        " jsonb_build_object('agent_id', repeat('अ', 5000)))",
        world.actor.workspace_id,
        world.script_id,
        phone(1),
    )
    assert await world.val("select agent_id from calls where id = 'cal_1'") == "अ" * 255
