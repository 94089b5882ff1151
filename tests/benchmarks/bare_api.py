"""The baseline of bench_api: Litestar, msgspec and asyncpg with nothing around them.

One statement looks the key up and counts the request (so that a revocation and a limit hold at
once and in every process, as the product's do), one does the work, four headers are set. With
BARE_CACHED=1 a key is believed for ten seconds and requests are counted in this process. Run by
uvicorn, with the database in BARE_DSN.
"""

import hashlib
import os
import time
from datetime import UTC, datetime
from typing import Annotated, Any

import asyncpg
from litestar import Litestar, Request, get, post
from litestar.di import NamedDependency, Provide
from litestar.exceptions import NotAuthorizedException, NotFoundException
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from vinfer.kit.db import prepare_connection

COLUMNS = (
    "id, campaign_id, phone, name, status, disposition, tag, end_reason, duration_seconds,"
    " language, attempt, script_id, started_at, answered_at, ended_at"
)
ONE = """
    select id, name, server, transport, username, auth_username, register, caller_ids, channels,
        calls_per_second, is_default, created_at
    from trunks where id = $1 and workspace_id = $2
"""
PAGE = (
    f"select {COLUMNS} from calls"
    " where workspace_id = $1 and (started_at, id) < ($2, $3)"
    " order by started_at desc, id desc limit 20"
)
KEY_S = 10.0 if os.environ.get("BARE_CACHED") == "1" else 0.0
ADMIT = """
    with k as (select workspace_id from bare_keys where hash = $1),
    r as (insert into bare_rates select workspace_id, $2, 1 from k
        on conflict (workspace_id, minute) do update set n = bare_rates.n + 1 returning n)
    select k.workspace_id, r.n from k, r
"""
PER_MINUTE = 1_000_000_000
FAR = datetime(2999, 1, 1, tzinfo=UTC)

pool: Any = None
keys: dict[str, tuple[float, str]] = {}
used: dict[tuple[str, int], int] = {}


class Trunk(Struct):
    id: str
    name: str
    server: str
    transport: str
    username: str
    auth_username: str
    register: bool
    caller_ids: list[str]
    channels: int
    calls_per_second: int
    is_default: bool
    created_at: datetime


class Call(Struct):
    id: str
    campaign_id: str | None
    phone: str
    name: str | None
    status: str
    disposition: str | None
    tag: str | None
    end_reason: str | None
    duration_seconds: int
    language: str
    attempt: int
    script_id: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None


class Contact(Struct):
    phone: Annotated[str, Meta(pattern=r"^\+[1-9]\d{6,14}$")]
    amount: float
    due_date: str
    name: Annotated[str, Meta(max_length=255)] | None = None


class Campaign(Struct):
    name: Annotated[str, Meta(min_length=1, max_length=255)]
    script_id: str
    language: str
    contacts: Annotated[list[Contact], Meta(max_length=10_000)]


async def start() -> None:
    global pool
    pool = await asyncpg.create_pool(
        os.environ["BARE_DSN"], min_size=8, max_size=8, init=prepare_connection
    )


async def workspace(request: Request[Any, Any, Any]) -> str:
    token = request.headers.get("authorization", "")[7:]
    minute = int(time.time() // 60)
    found, count = _remembered(token, minute) if KEY_S else await _looked_up(token, minute)
    if found is None:
        found, count = await _looked_up(token, minute)
        keys[token] = (time.time() + KEY_S, found)
    request.state["headers"] = [
        (b"x-request-id", os.urandom(8).hex().encode()),
        (b"x-ratelimit-limit", str(PER_MINUTE).encode()),
        (b"x-ratelimit-remaining", str(PER_MINUTE - count).encode()),
        (b"x-ratelimit-reset", str((minute + 1) * 60).encode()),
    ]
    return found


async def _looked_up(token: str, minute: int) -> tuple[str, int]:
    row = await pool.fetchrow(ADMIT, hashlib.sha256(token.encode()).digest(), minute)
    if row is None:
        raise NotAuthorizedException
    return row["workspace_id"], row["n"]


def _remembered(token: str, minute: int) -> tuple[str | None, int]:
    until, found = keys.get(token, (0.0, ""))
    if until < time.time():
        return None, 0
    count = used[found, minute] = used.get((found, minute), 0) + 1
    return found, count


async def headers(message: Any, scope: Any) -> None:
    if message["type"] == "http.response.start":
        message["headers"].extend(scope["state"].get("headers", ()))


@get("/v1/trunks/{id:str}")
async def one(id: FromPath[str], workspace_id: NamedDependency[str]) -> Trunk:
    row = await pool.fetchrow(ONE, id, workspace_id)
    if row is None:
        raise NotFoundException
    return Trunk(*row)


@get("/v1/calls")
async def page(workspace_id: NamedDependency[str]) -> list[Call]:
    return [Call(*row) for row in await pool.fetch(PAGE, workspace_id, FAR, "~")]


@post("/v1/campaigns", request_max_body_size=None)
async def create(data: JSONBody[Campaign], workspace_id: NamedDependency[str]) -> dict[str, str]:
    id = os.urandom(13).hex()
    rows = (
        (os.urandom(13).hex(), workspace_id, id, at, it.phone, it.name, _values(it))
        for at, it in enumerate(data.contacts)
    )
    columns = ("id", "workspace_id", "campaign_id", "position", "phone", "name", "variables")
    async with pool.acquire() as conn, conn.transaction():
        await conn.execute(
            "insert into bare_campaigns values ($1, $2, $3)", id, workspace_id, data.name
        )
        await conn.copy_records_to_table("bare_contacts", records=rows, columns=columns)
    return {"id": id}


def _values(contact: Contact) -> dict[str, Any]:
    return {"amount": contact.amount, "due_date": contact.due_date}


app = Litestar(
    [one, page, create],
    dependencies={"workspace_id": Provide(workspace)},
    on_startup=[start],
    before_send=[headers],
    openapi_config=None,
    logging_config=None,
)
