"""Scopes: the calls, by campaign and agent, that a scorecard or a rule is about."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from vinfer.domains.campaigns import queries
from vinfer.kit.access import Actor
from vinfer.kit.db import Connection
from vinfer.kit.errors import InvalidParameter

_AGENT: Final = "agt_"


async def require(conn: Connection, actor: Actor, scope: Mapping[str, Any] | None) -> None:
    """Refuse a scope with campaigns or agents that the workspace does not have.

    People among the `agent_ids` are known to nobody. Raises `InvalidParameter`.
    """
    scope = scope or {}
    campaign_ids: Sequence[str] = scope.get("campaign_ids") or ()
    agent_ids: Sequence[str] = scope.get("agent_ids") or ()
    unknown = await queries.unknown_in_scope(
        conn,
        actor.workspace_id,
        campaign_ids=campaign_ids,
        agent_ids=[each for each in agent_ids if each.startswith(_AGENT)],
    )
    named = (("campaign_ids", "campaign", campaign_ids), ("agent_ids", "agent", agent_ids))
    for field, kind, ids in named:
        for at, id in enumerate(ids):
            if id in unknown:
                raise InvalidParameter(
                    f"scope.{field}[{at}]", provided=id, expected=f"a {kind} of the workspace"
                )
