"""A claim reads the heads of queues, however long they are and whatever statistics say."""

import re

from tests.domains.campaigning import running
from tests.domains.worlds import World

from vinfer.domains.calls.queries import claiming
from vinfer.kit.ids import new_id

SEATS = 5
MORE = """
    insert into contacts (id, workspace_id, campaign_id, position, phone, next_at, created_at)
    select 'ctc_' || n, $1, $2, n, '+9177' || lpad(n::text, 8, '0'), $3, $3
    from generate_series(10, 10000) n
"""


async def test_a_claim_reads_no_more_contacts_than_it_can_take(world: World):
    campaign = await running(world, 3)
    await world.run(MORE, world.actor.workspace_id, campaign.id, world.now)
    await world.run("analyze contacts")
    ids = [new_id("cal") for _ in range(SEATS)]
    async with world.db.begin() as tx:
        rows = await tx.conn.fetch(
            "explain (analyze, costs off, timing off) " + claiming._CLAIM,  # pyright: ignore[reportPrivateUsage]  # its plan is the test
            *(world.now, "m1", SEATS, ids, None),
        )
    plan = [row["QUERY PLAN"] for row in rows]
    scans = [line for line in plan if re.search("Scan.* on contacts ", line)]
    read = [float(found) for line in scans for found in re.findall(r"actual rows=([0-9.]+)", line)]
    assert len(scans) >= 4, plan
    assert not [line for line in scans if "Seq Scan" in line], plan
    assert max(read) <= SEATS + 1, plan
