"""A resource of the tests: workspaces' names, because their table needs no other row."""

import asyncio
from typing import Any

from litestar import Router, delete, get, post

from vinfer.kit import http, lists, schema
from vinfer.kit.access import Actor
from vinfer.kit.db import Tx
from vinfer.kit.errors import NotFound
from vinfer.kit.ids import new_id
from vinfer.kit.page import Page, PageQuery, build


class ThingCreate(schema.Body):
    name: str
    delay_s: float = 0
    trouble: str = ""


class Thing(schema.Resource):
    id: str
    name: str


class Gate:
    """Where a request waits inside its transaction until the test lets it go."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.opened = asyncio.Event()


gates: dict[str, Gate] = {}
"""By the name of the thing."""


@post("/")
async def create(
    data: http.Body[ThingCreate], actor: http.Given[Actor], tx: http.Given[Tx]
) -> Thing:
    """Make a thing, or fail on the way as asked."""
    id = new_id("thg")
    await tx.conn.execute(
        "insert into dnc (workspace_id, phone, reason) values ($1, $2, $3)",
        actor.workspace_id,
        id,
        data.name,
    )
    await asyncio.sleep(data.delay_s)
    if data.trouble == "gate":
        gates[data.name].reached.set()
        await gates[data.name].opened.wait()
    if data.trouble == "crash":
        raise RuntimeError("a secret of the inside")
    if data.trouble == "commit":
        await tx.conn.execute(
            "create temporary table t (a int unique deferrable initially deferred) on commit drop"
        )
        await tx.conn.execute("insert into t values (1), (1)")
    if data.trouble == "lost":
        await tx.conn.execute("select pg_terminate_backend(pg_backend_pid())")
    if data.trouble == "missing":
        raise NotFound("campaign", "cmp_unknownXYZ")
    return Thing(id=id, name=data.name)


@get("/")
async def find(
    actor: http.Given[Actor], tx: http.Given[Tx], page: http.Given[PageQuery]
) -> Page[Thing]:
    """Things, newest first."""
    end, more = lists.tail(page, first=2, time="created_at", id="phone")
    rows = await tx.conn.fetch(
        f"select phone as id, reason, created_at from dnc where workspace_id = $1{end}",
        actor.workspace_id,
        *more,
    )
    total = await tx.conn.fetchval(
        "select count(*) from dnc where workspace_id = $1", actor.workspace_id
    )
    return build(page, rows, total=total, item=lambda row: Thing(id=row["id"], name=row["reason"]))


@post("/upload", opt=http.accepts(text_csv=1000))
async def upload(upload: http.Given[http.Upload | None]) -> dict[str, Any]:
    """Read a spooled body, and wait if it names a gate."""
    text = upload.file.read().decode() if upload else None
    if text in gates:
        gates[text].reached.set()
        await gates[text].opened.wait()
    return {"text": text}


@post("/touch")
async def touch() -> dict[str, Any]:
    """Do nothing, with nothing."""
    return {}


@delete("/{id:str}")
async def remove(id: http.Path[str], actor: http.Given[Actor], tx: http.Given[Tx]) -> None:
    """Delete a thing."""
    tag = await tx.conn.execute(
        "delete from dnc where workspace_id = $1 and phone = $2", actor.workspace_id, id
    )
    if tag == "DELETE 0":
        raise NotFound("thing", id)


ROUTER = Router("/things", route_handlers=[create, find, upload, touch, remove])
