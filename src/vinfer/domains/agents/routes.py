"""`/agents`."""

from collections.abc import Collection

from litestar import Router, delete, get, patch, post

from vinfer.domains.agents import service
from vinfer.domains.agents.schemas import Agent, AgentBody, AgentPatch
from vinfer.kit import http
from vinfer.kit.access import Actor
from vinfer.kit.db import Tx
from vinfer.kit.page import Page, PageQuery


@post("/")
async def create_agent(
    data: http.Body[AgentBody],
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    installed_languages: http.Given[Collection[str]],
) -> Agent:
    """Make an agent: a voice, a script, and the rules by which a person takes over."""
    return await service.create(tx, actor, data, installed=installed_languages)


@get("/")
async def list_agents(
    actor: http.Given[Actor], tx: http.Given[Tx], page: http.Given[PageQuery]
) -> Page[Agent]:
    """Agents, newest first."""
    return await service.find(tx, actor, page)


@get("/{id:str}")
async def get_agent(id: http.Path[str], actor: http.Given[Actor], tx: http.Given[Tx]) -> Agent:
    """An agent."""
    return await service.get(tx, actor, id)


@patch("/{id:str}")
async def change_agent(
    id: http.Path[str],
    data: http.Body[AgentPatch],
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    installed_languages: http.Given[Collection[str]],
) -> Agent:
    """Change an agent; campaigns that have started keep what they started with."""
    return await service.change(tx, actor, id, data, installed=installed_languages)


@delete("/{id:str}")
async def delete_agent(id: http.Path[str], actor: http.Given[Actor], tx: http.Given[Tx]) -> None:
    """Delete an agent that no campaign and nothing live uses."""
    await service.delete(tx, actor, id)


router = Router(
    "/agents", route_handlers=[create_agent, list_agents, get_agent, change_agent, delete_agent]
)
