"""Results as others sum them: by scorecard and by parameter, after overrides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from vinfer.domains.qa.queries import tallies as queries
from vinfer.kit.access import Actor
from vinfer.kit.db import Connection, Row


@dataclass(frozen=True, slots=True)
class Tallies:
    """`scorecards`, the most used first, and `parameters` of all of them, the weakest first.

    See `queries.tallies` for their columns and for how many there are at most.
    """

    scorecards: Sequence[Row]
    parameters: Sequence[Row]


async def of_calls(
    conn: Connection,
    actor: Actor,
    *,
    zone: str,
    first: date,
    last: date,
    filters: Mapping[str, str | None],
) -> Tallies:
    """Results for calls that have ended and started on days of a zone, both ends included."""
    scorecards = await queries.by_scorecard(
        conn, actor.workspace_id, zone=zone, first=first, last=last, filters=filters
    )
    parameters = await queries.by_parameter(
        conn, actor.workspace_id, zone=zone, first=first, last=last, filters=filters
    )
    return Tallies(scorecards, parameters)
