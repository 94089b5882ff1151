"""What a campaign or a call needs of its script, language, target and trunk."""

from collections.abc import Collection
from dataclasses import dataclass

from vinfer.domains.campaigns import queries
from vinfer.domains.campaigns.schemas import ALWAYS_INSTALLED, Fallback
from vinfer.kit.access import Actor
from vinfer.kit.db import Tx
from vinfer.kit.errors import InvalidParameter
from vinfer.media.script import parsing
from vinfer.media.script.shape import Script


@dataclass(frozen=True, slots=True)
class PinnedScript:
    """A script at its newest version."""

    id: str
    version: int
    script: Script


async def live_script(
    tx: Tx, actor: Actor, *, script_id: str | None, agent_id: str | None
) -> PinnedScript:
    """The script that a body names. Raises `InvalidParameter` on the field that is wrong."""
    if script_id is None:
        if agent_id is None:
            raise InvalidParameter("script_id", provided=None, expected="given, or else 'agent_id'")
        raise InvalidParameter("agent_id", provided=agent_id, expected="an agent of the workspace")
    row = await queries.script(tx.conn, actor.workspace_id, script_id)
    if row is None:
        raise InvalidParameter(
            "script_id", provided=script_id, expected="a script of the workspace"
        )
    return PinnedScript(script_id, row["version"], parsing.parse(row["body"]))


def require_language(language: str, installed: Collection[str]) -> None:
    """Refuse a language the installation cannot speak and hear. Raises `InvalidParameter`."""
    known = ALWAYS_INSTALLED | set(installed)
    if language not in known:
        expected = "an installed language: " + ", ".join(sorted(known))
        raise InvalidParameter("language", provided=language, expected=expected)


def require_target(script: Script, fallback: Fallback | None) -> None:
    """Refuse a script that hands over to nobody. Raises `InvalidParameter`."""
    hands_over = script.no_match.handover or any(
        branch.handover for node in script.all_nodes().values() for branch in node.branches
    )
    if hands_over and (fallback is None or fallback.transfer_to is None):
        raise InvalidParameter(
            "fallback.transfer_to",
            provided=None,
            expected="a phone or SIP URI, because the script hands calls over",
        )


async def require_trunk(tx: Tx, actor: Actor, trunk_id: str | None) -> None:
    """Refuse a trunk that the workspace does not have. Raises `InvalidParameter`."""
    if trunk_id is not None and not await queries.trunk_exists(
        tx.conn, actor.workspace_id, trunk_id
    ):
        raise InvalidParameter("trunk_id", provided=trunk_id, expected="a trunk of the workspace")
