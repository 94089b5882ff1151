"""What a campaign or a call speaks with, put together from its own fields and its agent's."""

from collections.abc import Collection
from typing import Any, Final

from msgspec import to_builtins

from vinfer.domains.agents import queries
from vinfer.domains.agents.schemas import Cast, Fallback
from vinfer.domains.agents.service import notices
from vinfer.domains.scripts import service as scripts
from vinfer.domains.scripts.schemas import Pinned
from vinfer.kit.db import Row, Tx
from vinfer.kit.errors import InvalidParameter

ALWAYS_INSTALLED: Final = frozenset({"hi-IN", "en-IN"})


def require_language(language: str, installed: Collection[str]) -> None:
    """Refuse a language the installation cannot speak and hear. Raises `InvalidParameter`."""
    known = ALWAYS_INSTALLED | set(installed)
    if language not in known:
        expected = "an installed language: " + ", ".join(sorted(known))
        raise InvalidParameter("language", provided=language, expected=expected)


async def cast(
    tx: Tx,
    workspace_id: str,
    *,
    script_id: str | None,
    agent_id: str | None,
    fallback: dict[str, Any] | None,
) -> Cast:
    """Bring together what a body names, as it is now; nobody deletes it before this commits.

    `script_id` stands in place of the agent's script, each field of `fallback` in place of the
    agent's. Raises `InvalidParameter` on the field that is wrong or missing.
    """
    agent = None if agent_id is None else await _agent(tx, workspace_id, agent_id)
    if agent is not None and script_id is None:
        script_id = agent["script_id"]
    pinned = await _script(tx, workspace_id, script_id)
    merged = merge(None if agent is None else agent["fallback"], fallback)
    _require_target(pinned, merged)
    tags = tuple(agent["dispositions"]) if agent else ()
    return Cast(
        script_id=pinned.id,
        version=pinned.version,
        script=pinned.script,
        agent_id=agent_id,
        voice=agent["voice"] if agent else "female",
        tags=tags,
        fallback=merged,
        warnings=tuple(notices.of(pinned.script, merged, tags)),
    )


def merge(
    agents: dict[str, Any] | None, own: Fallback | dict[str, Any] | None
) -> dict[str, Any] | None:
    """A handover as it is stored: the agent's, with each field that is given over it."""
    given: dict[str, Any] = to_builtins(own) if isinstance(own, Fallback) else own or {}
    named = {name: value for name, value in given.items() if value is not None}
    both = (agents or {}) | named
    return both or None


async def _agent(tx: Tx, workspace_id: str, agent_id: str) -> Row:
    row = await queries.keep(tx.conn, workspace_id, agent_id)
    if row is None:
        raise InvalidParameter("agent_id", provided=agent_id, expected="an agent of the workspace")
    return row


async def _script(tx: Tx, workspace_id: str, script_id: str | None) -> Pinned:
    if script_id is None:
        raise InvalidParameter("script_id", provided=None, expected="given, or else 'agent_id'")
    pinned = await scripts.pin(tx, workspace_id, script_id)
    if pinned is None:
        raise InvalidParameter(
            "script_id", provided=script_id, expected="a script of the workspace"
        )
    return pinned


def _require_target(pinned: Pinned, fallback: dict[str, Any] | None) -> None:
    """Refuse what hands calls over to nobody. Raises `InvalidParameter`."""
    if (fallback or {}).get("transfer_to") is None and notices.hands_over(pinned.script, fallback):
        raise InvalidParameter(
            "fallback.transfer_to",
            provided=None,
            expected="a phone or SIP URI, because calls are handed over",
        )
