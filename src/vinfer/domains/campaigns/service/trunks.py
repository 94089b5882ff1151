"""What a campaign needs of its trunk."""

from vinfer.domains.campaigns import queries
from vinfer.kit.access import Actor
from vinfer.kit.db import Tx
from vinfer.kit.errors import InvalidParameter


async def require_trunk(tx: Tx, actor: Actor, trunk_id: str | None) -> None:
    """Refuse a trunk that the workspace does not have. Raises `InvalidParameter`."""
    if trunk_id is not None and not await queries.trunk_exists(
        tx.conn, actor.workspace_id, trunk_id
    ):
        raise InvalidParameter("trunk_id", provided=trunk_id, expected="a trunk of the workspace")
