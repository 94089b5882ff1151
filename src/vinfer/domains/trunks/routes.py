"""`/trunks`."""

from litestar import Router, delete, get, patch, post

from vinfer.domains.trunks import service
from vinfer.domains.trunks.schemas import Trunk, TrunkChange, TrunkCreate
from vinfer.kit import http
from vinfer.kit.access import Actor
from vinfer.kit.db import Tx
from vinfer.kit.page import Page, PageQuery
from vinfer.kit.reach import Reach
from vinfer.kit.seal import Seal


@post("/")
async def create_trunk(
    data: http.Body[TrunkCreate],
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    seal: http.Given[Seal],
    trunk_reach: http.Given[Reach],
) -> Trunk:
    """Make a trunk; the first becomes the default."""
    return await service.create(tx, actor, data, seal=seal, reach=trunk_reach)


@get("/")
async def list_trunks(
    actor: http.Given[Actor], tx: http.Given[Tx], page: http.Given[PageQuery]
) -> Page[Trunk]:
    """Trunks, newest first."""
    return await service.find(tx, actor, page)


@get("/{id:str}")
async def get_trunk(id: http.Path[str], actor: http.Given[Actor], tx: http.Given[Tx]) -> Trunk:
    """A trunk, without its password."""
    return await service.get(tx, actor, id)


@patch("/{id:str}")
async def change_trunk(
    id: http.Path[str],
    data: http.Body[TrunkChange],
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    seal: http.Given[Seal],
    trunk_reach: http.Given[Reach],
) -> Trunk:
    """Change a trunk; calls that are placed from now on use it as it then is."""
    return await service.change(tx, actor, id, data, seal=seal, reach=trunk_reach)


@delete("/{id:str}")
async def delete_trunk(id: http.Path[str], actor: http.Given[Actor], tx: http.Given[Tx]) -> None:
    """Delete a trunk that nothing live uses."""
    await service.delete(tx, actor, id)


router = Router(
    "/trunks", route_handlers=[create_trunk, list_trunks, get_trunk, change_trunk, delete_trunk]
)
