"""`/scripts`."""

from typing import Any

from litestar import Router, delete, get, patch, post

from vinfer.domains.scripts import service
from vinfer.kit import http
from vinfer.kit.access import Actor
from vinfer.kit.db import Tx
from vinfer.kit.page import Page, PageQuery


@post("/")
async def create_script(
    data: http.Body[dict[str, Any]], actor: http.Given[Actor], tx: http.Given[Tx]
) -> dict[str, Any]:
    """Publish a script; its weaknesses come back as `warnings`."""
    return (await service.create(tx, actor, data)).as_answer()


@get("/")
async def list_scripts(
    actor: http.Given[Actor], tx: http.Given[Tx], page: http.Given[PageQuery]
) -> Page[dict[str, Any]]:
    """Scripts at their newest versions, newest script first."""
    return await service.find(tx, actor, page)


@get("/{id:str}")
async def get_script(
    id: http.Path[str], actor: http.Given[Actor], tx: http.Given[Tx]
) -> dict[str, Any]:
    """A script at its newest version."""
    return (await service.get(tx, actor, id)).as_answer()


@patch("/{id:str}")
async def change_script(
    id: http.Path[str],
    data: http.Body[dict[str, Any]],
    actor: http.Given[Actor],
    tx: http.Given[Tx],
) -> dict[str, Any]:
    """Publish a new version; running campaigns keep the one they started with."""
    return (await service.change(tx, actor, id, data)).as_answer()


@delete("/{id:str}")
async def delete_script(id: http.Path[str], actor: http.Given[Actor], tx: http.Given[Tx]) -> None:
    """Delete a script that nothing live uses."""
    await service.delete(tx, actor, id)


router = Router(
    "/scripts",
    route_handlers=[create_script, list_scripts, get_script, change_script, delete_script],
)
