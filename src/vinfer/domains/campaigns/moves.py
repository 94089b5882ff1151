"""The moves of a campaign, all of them: which verb leads where from which status."""

from typing import Final

from vinfer.domains.campaigns.schemas import Status, Verb
from vinfer.kit.errors import InvalidState

MOVES: Final[dict[Status, dict[Verb, Status]]] = {
    "scheduled": {"start": "running", "stop": "stopped"},
    "running": {"pause": "paused", "stop": "stopped"},
    "paused": {"resume": "running", "stop": "stopped"},
    "completed": {},
    "stopped": {},
}
TARGETS: Final[dict[Verb, Status]] = {
    "start": "running",
    "pause": "paused",
    "resume": "running",
    "stop": "stopped",
}
EVENTS: Final[dict[Verb, str]] = {
    "start": "campaign.started",
    "pause": "campaign.paused",
    "resume": "campaign.resumed",
    "stop": "campaign.stopped",
}
FINAL: Final[frozenset[Status]] = frozenset({"completed", "stopped"})


def target(id: str, current: Status, verb: Verb) -> Status | None:
    """Where `verb` leads, or None if the campaign is there already. Raises `InvalidState`."""
    wanted = TARGETS[verb]
    if wanted == current:
        return None
    if verb not in MOVES[current]:
        raise refusal(id, current, wanted)
    return wanted


def verb_towards(id: str, current: Status, wanted: Status) -> Verb:
    """The verb that leads to a status, or one that changes nothing. Raises `InvalidState`."""
    for verb, reached in MOVES[current].items():
        if reached == wanted:
            return verb
    for verb, reached in TARGETS.items():
        if reached == wanted == current:
            return verb
    raise refusal(id, current, wanted)


def refusal(id: str, current: Status, wanted: str, message: str | None = None) -> InvalidState:
    """The 409 of a move that is not open now."""
    allowed = sorted(set(MOVES[current].values()))
    return InvalidState(
        "campaign", id, current=current, requested=wanted, allowed=allowed, message=message
    )
