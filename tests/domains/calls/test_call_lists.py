"""Lists of calls."""

from msgspec import structs
from tests.domains.campaigning import claim, running
from tests.domains.worlds import World

from vinfer.domains.calls import service
from vinfer.domains.calls.schemas import Call, CallQuery
from vinfer.kit.page import PageQuery


async def test_a_list_shows_of_a_call_what_the_call_shows(world: World) -> None:
    """Lists read columns by their order, a call by their names: each value here is another."""
    await running(world, 1)
    (one,) = await claim(world)
    await world.run(
        "update calls set status = 'completed', disposition = 'callback', tag = 'later',"
        " end_reason = 'agent_hangup', duration_seconds = 42, attempt = 3, name = 'Asha',"
        " voice_agent_id = 'agt_1', answered_at = started_at + interval '1.25 seconds',"
        " ended_at = started_at + interval '43.5 seconds' where id = $1",
        one.call_id,
    )
    async with world.db.read() as conn:
        page = await service.list_calls(conn, world.actor, CallQuery(), PageQuery(limit=1))
        whole = await service.get(conn, world.actor, one.call_id)
    (listed,) = page.data
    assert structs.asdict(listed) == {name: getattr(whole, name) for name in Call.__struct_fields__}
    assert (listed.contact.name, listed.duration_seconds, page.total) == ("Asha", 42, 1)
