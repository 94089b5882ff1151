"""`/scripts`."""

from typing import Any

from litestar import Router, delete, get, patch, post

from vinfer.domains.scripts import service
from vinfer.domains.scripts.schemas import EXAMPLE, ScriptAnswer, ScriptPatch
from vinfer.kit import http
from vinfer.kit.access import Actor
from vinfer.kit.db import Tx
from vinfer.kit.page import Page, PageQuery
from vinfer.media import script as scripts

_ANSWER = http.describes(answer=ScriptAnswer)


@post("/", opt=http.describes(body=scripts.Script, answer=ScriptAnswer, example=EXAMPLE))
async def create_script(
    data: http.Body[dict[str, Any]], actor: http.Given[Actor], tx: http.Given[Tx]
) -> dict[str, Any]:
    """Publish a script; its weaknesses come back as `warnings`."""
    return (await service.create(tx, actor, data)).as_answer()


@get("/", opt=http.describes(answer=Page[ScriptAnswer]))
async def list_scripts(
    actor: http.Given[Actor], tx: http.Given[Tx], page: http.Given[PageQuery]
) -> Page[dict[str, Any]]:
    """Scripts at their newest versions, newest script first."""
    return await service.find(tx, actor, page)


@get("/{id:str}", opt=_ANSWER)
async def get_script(
    id: http.Path[str], actor: http.Given[Actor], tx: http.Given[Tx]
) -> dict[str, Any]:
    """A script at its newest version."""
    return (await service.get(tx, actor, id)).as_answer()


@patch(
    "/{id:str}",
    opt=http.describes(
        body=ScriptPatch, answer=ScriptAnswer, example={"closing": "Thank you. Goodbye."}
    ),
)
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
    """Delete a script that no agent and nothing live uses."""
    await service.delete(tx, actor, id)


router = Router(
    "/scripts",
    route_handlers=[create_script, list_scripts, get_script, change_script, delete_script],
)
