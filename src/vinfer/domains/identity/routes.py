"""`/api-keys` and `/workspace`."""

import asyncio
from datetime import UTC, datetime

from litestar import Router, delete, get, post

from vinfer.domains.identity import keyring, service
from vinfer.domains.identity.schemas import Key, KeyCreate, Workspace
from vinfer.kit import http
from vinfer.kit.access import Actor
from vinfer.kit.db import Tx
from vinfer.kit.page import Page, PageQuery


@post("/api-keys", opt=http.ADMIN)
async def create_key(
    data: http.Body[KeyCreate], actor: http.Given[Actor], tx: http.Given[Tx]
) -> Key:
    """Make a key; its secret is in this answer only."""
    return await service.create_key(tx, actor, data, now=datetime.now(UTC))


@get("/api-keys", opt=http.ADMIN, dependencies={"page": http.paging(100)})
async def list_keys(
    actor: http.Given[Actor], tx: http.Given[Tx], page: http.Given[PageQuery]
) -> Page[Key]:
    """The workspace's keys, newest first."""
    return await service.list_keys(tx, actor, page)


@delete("/api-keys/{id:str}", opt=http.ADMIN)
async def revoke_key(
    id: http.Path[str], actor: http.Given[Actor], tx: http.Given[Tx], request: http.Request
) -> None:
    """End a key in every process."""
    await service.revoke_key(tx, actor, id)
    http.after_commit(request, keyring.forgotten(asyncio.sleep))


@get("/workspace")
async def get_workspace(actor: http.Given[Actor], tx: http.Given[Tx]) -> Workspace:
    """The key's workspace and its limits."""
    return await service.get_workspace(tx, actor)


router = Router("/", route_handlers=[create_key, list_keys, revoke_key, get_workspace])
