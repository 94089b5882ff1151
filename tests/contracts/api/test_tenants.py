"""Nothing crosses from one workspace to another: every route, every id, every list."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any, Literal, get_args
from urllib.parse import quote, urlencode

import msgspec
import pytest
import pytest_asyncio
from tests.contracts.api.shapes import Path, arms, dotted, fields, good, places, put
from tests.contracts.api.surface import Operation, by_name, closed, with_body
from tests.contracts.api.tenants import (
    SHARED_DESK,
    Stage,
    Tenant,
    call_everybody,
    collections,
    names,
    new_phone,
)

from vinfer.domains.reports import service as reports
from vinfer.kit.clock import SystemClock
from vinfer.kit.page import PageQuery

pytestmark = pytest.mark.asyncio(loop_scope="module")

NAMED_BY_FIELD = {
    "script_id": "scripts",
    "trunk_id": "trunks",
    "agent_id": "agents",
    "campaign_id": "campaigns",
    "call_id": "calls",
    "schedule_id": "reports",
    "qa_scorecard_id": "scorecards",
    "scorecard_id": "scorecards",
    "rule_id": "rules",
    "job_id": "transcription",
}
"""Fields of bodies and queries that name a resource, and its collection."""
NAMES_NOTHING = {"caller_ids", "library_id"}
"""Fields that only look as if they did."""
FREE_TEXT = {("filters", "agent_id")}
"""Where a person of the workspace's own is named, by whatever name."""
ALTERNATIVES = {"script_id", "agent_id"}
"""Of these one is enough."""
RESOURCE_TYPES = {
    "dnc": "dnc_entry",
    "deliveries": "delivery",
    "rules": "compliance_rule",
    "violations": "compliance_violation",
}
WITH_IDS = [it for it in closed() if it.ids]
READS = [it for it in closed() if it.method == "GET"]
LISTS = [it for it in READS if it.is_list]


def resource_type(collection: str) -> str:
    """What a 404 calls the thing."""
    return RESOURCE_TYPES.get(collection, collection.removesuffix("s").replace("-", "_"))


def mixtures(
    operation: Operation, ours: dict[str, str], theirs: dict[str, str]
) -> Iterator[tuple[dict[str, str], str]]:
    """Every mixture of ids with a foreign one, and the parameter of its first foreign id."""
    parameters = [name for name, _ in operation.ids]
    for foreign in product((False, True), repeat=len(parameters)):
        if any(foreign):
            chosen = dict(zip(parameters, foreign, strict=True))
            ids = {name: (theirs if it else ours)[name] for name, it in chosen.items()}
            yield ids, next(name for name, it in chosen.items() if it)


def payloads(stage: Stage, operation: Operation) -> Iterator[dict[str, Any]]:
    """Bodies with which the operation would do something, as arguments of `ask`."""
    if operation.takes_body and operation.body is not None:
        yield {"body": stage.ours.body(operation)}
    else:
        yield {}
    for kind in operation.handler.opt.get("accepts", {}):
        if kind == "text/csv":
            yield {"body": f"phone\n{new_phone()}\n".encode(), "kind": b"text/csv"}


@pytest.mark.parametrize("operation", **by_name(WITH_IDS))
async def test_a_foreign_id_does_not_exist(stage: Stage, operation: Operation):
    ours = await stage.ours.ids_for(operation)
    theirs = await stage.theirs.ids_for(operation)
    before = await stage.rows_of(stage.theirs)
    bodies = list(payloads(stage, operation))
    for (ids, culprit), more in product(mixtures(operation, ours, theirs), bodies):
        reply = await stage.ours.ask(operation.method, operation.path.format(**ids), **more)
        found = reply.error(404, "resource_not_found")
        kind = resource_type(dict(operation.ids)[culprit])
        assert found["details"] == {"resource_type": kind, "id": ids[culprit]}
        assert f"'{ids[culprit]}' does not exist or does not belong to your w" in found["message"]
    assert await stage.rows_of(stage.theirs) == before
    own = await stage.ours.ask(operation.method, operation.path.format(**ours), **bodies[-1])
    assert own.status != 404, "the same request with an own id finds it"


def names_a_thing(field: str | int) -> bool:
    """Whether a field looks as if it held an id."""
    return str(field).endswith(("_id", "_ids")) and field not in NAMES_NOTHING


def id_fields(kind: type[msgspec.Struct], sample: Any) -> Iterator[Path]:
    """Where a body names resources."""
    for path, _ in places(kind, sample):
        if names_a_thing(path[-1]) and path not in FREE_TEXT:
            yield path


def named_in(operation: Operation) -> set[str]:
    """Fields of the operation's body, however deep, and of its query that name resources."""
    bodies = [operation.body] if operation.body is not None else []
    inside = {str(path[-1]) for it in bodies for path in id_fields(it, good(it, {}))}
    return inside | {name for it in operation.queries for name in fields(it) if names_a_thing(name)}


NAMING_BODIES = [it for it in with_body() if named_in(it)]
NAMING_QUERIES = [it for it in READS if named_in(it)]


async def test_every_field_that_names_a_resource_is_known():
    """A new one is added to the table above, or said to name nothing of ours."""
    assert NAMING_BODIES
    for operation in NAMING_BODIES + NAMING_QUERIES:
        known = {*NAMED_BY_FIELD, *(f"{name}s" for name in NAMED_BY_FIELD)}
        assert named_in(operation) <= known, operation.name


@pytest.mark.parametrize("operation", **by_name(NAMING_BODIES))
async def test_a_body_that_names_a_foreign_thing_is_refused(stage: Stage, operation: Operation):
    target = operation.path.format(**await stage.ours.ids_for(operation))
    for path in id_fields(operation.body, stage.ours.body(operation)):
        collection = NAMED_BY_FIELD[str(path[-1]).removesuffix("s")]
        foreign = await stage.theirs.make(collection)
        before = await stage.rows_of(stage.theirs)
        many = str(path[-1]).endswith("s")
        field = dotted((*path, 0) if many else path)
        for body in _bodies_around(path, stage.ours.body(operation)):
            wrong = put(body, path, [foreign] if many else foreign)
            reply = await stage.ours.ask(operation.method, target, wrong)
            found = reply.error(400, "invalid_parameter")
            assert found["details"]["field"] == field
            assert found["details"]["provided"] == foreign
            assert found["details"]["expected"]
            assert f"'{field}'" in found["message"]
        assert await stage.rows_of(stage.theirs) == before
        own = await stage.ours.make(collection)
        right = put(stage.ours.body(operation), path, [own] if many else own)
        reply = await stage.ours.ask(operation.method, target, right)
        assert reply.status < 300, (path, "the same body with an own id is taken", reply.body)


def _bodies_around(path: Path, full: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The full body, and the one in which nothing stands in for the field."""
    yield full
    if full.keys() >= ALTERNATIVES and path[-1] in ALTERNATIVES:
        yield full | dict.fromkeys(ALTERNATIVES - {path[-1]})


async def _transcribed_call(tenant: Tenant) -> str:
    """A call with a transcription job, as the worker would have made it."""
    call_id, job_id = await tenant.make("calls"), await tenant.make("transcription")
    async with tenant.api.db.begin() as tx:
        await tx.conn.execute(
            "update transcriptions set call_id = $2 where id = $1", job_id, call_id
        )
    return call_id


async def _schedule_that_ran(tenant: Tenant) -> str:
    """A schedule of reports with a run, as the worker would have queued it."""
    id = await tenant.make("reports")
    async with tenant.api.db.begin() as tx:
        await tx.conn.execute("update reports set next_run_at = now() where id = $1", id)
        assert await reports.run_schedule(tx, SystemClock().now())
    return id


async def _ended_call(tenant: Tenant) -> None:
    """A call of a campaign, handed to a person, with all that is made of it."""
    call_id = await tenant.make("calls")
    async with tenant.api.db.begin() as tx:
        await tx.conn.execute(
            "update calls set campaign_id = $2, status = 'completed', disposition = 'interested',"
            " end_reason = 'agent_hangup', answered_at = started_at where id = $1",
            call_id,
            tenant.ids["campaign"],
        )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def peopled(stage: Stage) -> Stage:
    """Two of everything in both workspaces, campaigns that call, and a person whom both know."""
    shared = new_phone()
    for tenant in (stage.ours, stage.theirs):
        tenant.ids["stranger"] = new_phone()
        phones = (tenant.ids["stranger"], shared)
        contacts = [{"phone": it, "name": f"{tenant.mark} person"} for it in phones]
        running = {"name": f"{tenant.mark} run", "contacts": contacts, "language": "en-IN"}
        running |= {"script_id": tenant.ids["script"], "metadata": {"note": tenant.mark}}
        campaign = (await tenant.ask("POST", "/v1/campaigns", running)).json
        await tenant.ask("POST", f"/v1/campaigns/{campaign['id']}/start")
        tenant.ids |= {"campaign": campaign["id"], "contact": shared}
        tenant.ids["webhook"] = await tenant.make("webhooks")
        for _ in range(2):
            await tenant.make("deliveries", tenant.ids["webhook"])
        for collection in sorted(collections() - {"deliveries"}):
            for _ in range(2):
                await tenant.make(collection)
        tenant.ids["call"] = await _transcribed_call(tenant)
        tenant.ids["schedule"] = await _schedule_that_ran(tenant)
        await tenant.make("results")
        await _ended_call(tenant)
        await tenant.make("violations")
    await call_everybody(stage.api)
    listed = {"phone": shared, "reason": f"{stage.theirs.mark} reason"}
    assert (await stage.theirs.ask("POST", "/v1/dnc", listed)).status == 201
    named = {"name": f"{stage.theirs.mark} name"}
    assert (await stage.theirs.ask("PATCH", f"/v1/contacts/{shared}", named)).status == 200
    return stage


async def foreign_words(stage: Stage) -> set[str]:
    """What no answer to us may hold."""
    theirs = names(await stage.rows_of(stage.theirs))
    ours = names(await stage.rows_of(stage.ours))
    words = {stage.theirs.mark, *theirs} - ours
    assert len(words) > 20
    return words


def count(answer: dict[str, Any]) -> int:
    """How many things an answer is about."""
    counts = ("total", "total_calls", "results")
    known = next((answer[it] for it in counts if it in answer), None)
    return len(answer["data"]) if known is None else known


@pytest.mark.parametrize("operation", **by_name(NAMING_QUERIES))
async def test_a_filter_on_a_foreign_thing_finds_nothing(peopled: Stage, operation: Operation):
    path = operation.path.format(**await peopled.ours.ids_for(operation))
    words = await foreign_words(peopled)
    names_in_query = (name for kind in operation.queries for name in fields(kind))
    for name in filter(names_a_thing, names_in_query):
        kind = name.removesuffix("_id")
        asked = f"{path}?{urlencode(operation.needed)}&{name}="
        foreign = await peopled.ours.ask("GET", asked + peopled.theirs.ids[kind])
        assert foreign.status == 200
        assert count(foreign.json) == 0
        if not operation.ids:
            value = SHARED_DESK if name == "agent_id" else peopled.ours.ids[kind]
            own = await peopled.ours.ask("GET", asked + value)
            assert count(own.json) > 0 or "results" in own.json
            assert [word for word in words if word in own.body.decode()] == []


@pytest.mark.parametrize("operation", **by_name(READS))
async def test_no_answer_shows_a_foreign_row(peopled: Stage, operation: Operation):
    ids = await peopled.ours.ids_for(operation)
    ids |= _busiest(peopled.ours, operation)
    needed = urlencode(operation.needed)
    reply = await peopled.ours.ask("GET", f"{operation.path.format(**ids)}?{needed}")
    assert reply.status == 200, reply.body
    text = reply.body.decode()
    assert [word for word in await foreign_words(peopled) if word in text] == []
    if not (operation.is_figures or operation.is_of_installation):
        assert any(word in text for word in names(await peopled.rows_of(peopled.ours)))
    if operation.is_list:
        assert reply.json["total"] >= len(reply.json["data"]) > 0


def filterings(stage: Stage, operation: Operation) -> Iterator[str]:
    """No filter, and each filter by itself, with values that fit rows of both workspaces."""
    yield ""
    for kind in operation.queries:
        for name, inner in fields(kind).items():
            if kind is not PageQuery:
                yield from (f"&{name}={quote(it)}" for it in _fitting(stage, name, inner))


def _fitting(stage: Stage, name: str, kind: Any) -> list[str]:
    (arm,) = arms(kind)
    now = datetime.now(UTC)
    if arm.base is Literal:
        return list(get_args(arm.bare))
    if arm.base is bool:
        return ["true", "false"]
    if arm.base is datetime:
        return [(now + timedelta(hours=it)).isoformat() for it in (-1, 1)]
    if arm.base is date:
        return [now.date().isoformat()]
    known = {
        "phone": [stage.ours.ids["contact"], stage.theirs.ids["stranger"]],
        "agent_id": [SHARED_DESK],
    }
    return known.get(name, [good(kind, {})])


@pytest.mark.parametrize("operation", **by_name(LISTS))
async def test_a_total_counts_what_the_pages_show(peopled: Stage, operation: Operation):
    ids = await peopled.ours.ids_for(operation) | _busiest(peopled.ours, operation)
    path = operation.path.format(**ids)
    for filtering in filterings(peopled, operation):
        seen: list[Any] = []
        query: str | None = f"limit=50{filtering}"
        while query is not None:
            page = (await peopled.ours.ask("GET", f"{path}?{query}")).json
            seen += page["data"]
            cursor = page["next_cursor"]
            query = f"limit=50&cursor={cursor}{filtering}" if cursor else None
        assert page["total"] == len(seen), filtering


def _busiest(tenant: Tenant, operation: Operation) -> dict[str, str]:
    """For lists inside a thing, the one that has them; of people, the one whom both know."""
    inside = ("campaigns", "webhooks") if operation.is_list else ()
    chosen = {kind: tenant.ids[kind.removesuffix("s")] for kind in (*inside, "contacts")}
    return {name: chosen[kind] for name, kind in operation.ids if kind in chosen}


@pytest.mark.parametrize("operation", **by_name(LISTS))
async def test_a_foreign_cursor_opens_no_foreign_page(peopled: Stage, operation: Operation):
    theirs = await peopled.theirs.ids_for(operation) | _busiest(peopled.theirs, operation)
    page = await peopled.theirs.ask("GET", f"{operation.path.format(**theirs)}?limit=1")
    cursor = page.json["next_cursor"]
    ours = await peopled.ours.ids_for(operation) | _busiest(peopled.ours, operation)
    query = f"limit=100&cursor={cursor}" if cursor else "limit=100"
    reply = await peopled.ours.ask("GET", f"{operation.path.format(**ours)}?{query}")
    text = reply.body.decode()
    assert reply.status == 200
    assert [word for word in await foreign_words(peopled) if word in text] == []


CHANGES_BY_PHONE = [it for it in WITH_IDS if it.ids[0][0] == "phone" and it.method != "GET"]


@pytest.mark.parametrize("operation", **by_name(CHANGES_BY_PHONE))
async def test_what_becomes_of_a_person_here_does_not_there(stage: Stage, operation: Operation):
    """Both workspaces know, have called and have listed the same phone."""
    phone = new_phone()
    for tenant in (stage.ours, stage.theirs):
        script = {"script_id": tenant.ids["script"], "language": "en-IN"}
        person = {"phone": phone, "name": f"{tenant.mark} person", "amount": 1}
        campaign = script | {"name": tenant.mark, "contacts": [person]}
        assert (await tenant.ask("POST", "/v1/campaigns", campaign)).status == 201
        call = (await tenant.ask("POST", "/v1/calls", script | {"phone": phone})).json
        assert (await tenant.ask("POST", f"/v1/calls/{call['id']}/hangup")).status == 200
        listed = {"phone": phone, "reason": f"{tenant.mark} reason"}
        assert (await tenant.ask("POST", "/v1/dnc", listed)).status == 201
    before = await stage.rows_of(stage.theirs)
    body = stage.ours.body(operation) if operation.takes_body else None
    reply = await stage.ours.ask(operation.method, operation.path.format(phone=phone), body)
    assert reply.status < 300, reply.body
    assert await stage.rows_of(stage.theirs) == before
    assert (await stage.theirs.ask("GET", f"/v1/contacts/{phone}")).status == 200


async def test_a_person_who_is_forgotten_there_may_be_called_here(stage: Stage):
    """What is left of a listed person who was erased is of one workspace too."""
    phone = new_phone()
    asked = {"phone": phone, "language": "en-IN"}
    ours, theirs = (asked | {"script_id": it.ids["script"]} for it in (stage.ours, stage.theirs))
    assert (await stage.theirs.ask("POST", "/v1/dnc", {"phone": phone})).status == 201
    assert (await stage.theirs.ask("DELETE", f"/v1/contacts/{phone}")).status == 204
    call = (await stage.ours.ask("POST", "/v1/calls", ours)).json
    assert (call["status"], call["disposition"]) == ("in_progress", None)
    profile = (await stage.ours.ask("GET", f"/v1/contacts/{phone}")).json
    assert profile["do_not_call"]["listed"] is False
    (await stage.ours.ask("DELETE", f"/v1/dnc/{phone}")).error(404, "resource_not_found")
    call = (await stage.theirs.ask("POST", "/v1/calls", theirs)).json
    assert (call["status"], call["disposition"]) == ("failed", "dnd")


async def test_a_conflict_names_our_own_call(peopled: Stage):
    """Both workspaces are calling one phone; each is told of its own call."""
    body = {"phone": peopled.ours.ids["contact"], "language": "en-IN"}
    for tenant, other in ((peopled.ours, peopled.theirs), (peopled.theirs, peopled.ours)):
        reply = await tenant.ask("POST", "/v1/calls", body | {"script_id": tenant.ids["script"]})
        details = reply.error(409, "invalid_state")["details"]
        assert (await tenant.ask("GET", f"/v1/calls/{details['id']}")).status == 200
        (await other.ask("GET", f"/v1/calls/{details['id']}")).error(404, "resource_not_found")
