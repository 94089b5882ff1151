"""When an event is tried again, when an endpoint is left alone, and who gets a worker's slots.

Pure functions: the clock and the rows are the caller's.
"""

import email.utils
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from vinfer.kit.jobs import retry_delay_s

QUICK_ATTEMPTS: Final = 4
"""Failed attempts during which an event holds up the later ones of its resource."""
FIRST_RETRY_S: Final = 5.0
SLOW_PAUSES_S: Final = (300, 900, 3600, 10_800, 21_600, 43_200, 86_400, 86_400)
MAX_ATTEMPTS: Final = QUICK_ATTEMPTS + len(SLOW_PAUSES_S)
SCHEDULE: Final = timedelta(seconds=sum(SLOW_PAUSES_S))  # about 3 days
LEAST_SCHEDULE: Final = SCHEDULE * 0.8  # with the jitter of `pause_s`
LONGEST_WISH_S: Final = 3600.0  # of `Retry-After` for a whole endpoint, and for a quick attempt
BREAK_AFTER: Final = 10
"""Failures in a row after which an endpoint gets one probe at a time."""
FIRST_PROBE_S: Final = 10.0
LONGEST_PROBE_S: Final = 900.0
OVERLOADED: Final = (429, 503)
REFUSAL_PATIENCE: Final = timedelta(minutes=5)
"""How long an endpoint may refuse whatever it gets before that counts as its own failure."""
_PASSING: Final = (408, 425, 429)


@dataclass(frozen=True, slots=True)
class Health:
    """How an endpoint does: failures in a row, since when, and until when it is left alone."""

    failures: int = 0
    failing_since: datetime | None = None
    resume_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Want:
    """An endpoint that has something to send: attempts in flight, and how many it may have.

    `first`: it stands for a workspace that has nothing in flight.
    """

    id: str
    in_flight: int
    most: int
    first: bool = False


def pause_s(failed: int, *, wish_s: float) -> float:
    """Seconds until the next attempt after `failed` ones, fewer than `MAX_ATTEMPTS`.

    `wish_s` is what the receiver asked for.
    """
    if failed < QUICK_ATTEMPTS:
        own_s = retry_delay_s(failed - 1, first_s=FIRST_RETRY_S, longest_s=LONGEST_WISH_S)
        return max(own_s, min(wish_s, LONGEST_WISH_S))
    planned_s = SLOW_PAUSES_S[failed - QUICK_ATTEMPTS]
    own_s = retry_delay_s(0, first_s=planned_s, longest_s=planned_s)
    return max(own_s, min(wish_s, SLOW_PAUSES_S[-1]))


def worsened(
    before: Health, *, failures: int, wish_s: float, started_at: datetime, now: datetime
) -> Health:
    """An endpoint's health after `failures` that ended together, of attempts since `started_at`.

    However many they are, they open the breaker and do not yet lengthen its first pause. Without
    any, events were refused: it gets fewer at a time, and that is all.
    """
    count = max(before.failures, 1)
    if failures:
        count = max(before.failures + 1, min(before.failures + failures, BREAK_AFTER))
    rest_s = min(wish_s, LONGEST_WISH_S)
    if count >= BREAK_AFTER:
        probe_s = retry_delay_s(
            count - BREAK_AFTER, first_s=FIRST_PROBE_S, longest_s=LONGEST_PROBE_S
        )
        rest_s = max(rest_s, probe_s)
    moments = [now + timedelta(seconds=rest_s)] if rest_s else []
    moments += [before.resume_at] if before.resume_at else []
    return Health(count, before.failing_since or started_at, max(moments, default=None))


def failures_of(before: Health, statuses: Sequence[int | None], now: datetime) -> int:
    """How many of these failed attempts speak against the endpoint and not against the event."""
    since = before.failing_since
    if since is not None and now - since >= REFUSAL_PATIENCE:
        return len(statuses)
    return sum(not _is_refusal(status) for status in statuses)


def _is_refusal(status: int | None) -> bool:
    return status is not None and 400 <= status < 500 and status not in _PASSING


def is_lost(health: Health, now: datetime, *, exhausted: bool) -> bool:
    """Whether an endpoint has taken nothing for as long as an event's schedule lasts.

    `exhausted`: one of its events has just come to the end of that schedule.
    """
    since = health.failing_since
    if since is None:
        return False
    if exhausted:
        return now - since >= LEAST_SCHEDULE
    return health.failures >= BREAK_AFTER and now - since >= SCHEDULE


def room_for_due(grant: int, *, failures: int) -> int:
    """How many of an endpoint's attempts are for events that failed before, when new ones wait.

    Half of them; a single one goes to either in turn: events that are refused whenever they are
    tried keep nobody else from an endpoint.
    """
    return (grant + 1 - failures % 2) // 2


def share(wants: Sequence[Want], *, free: int, reserved: int) -> dict[str, int]:
    """How many attempts each endpoint may begin, in rounds of one.

    The last `reserved` slots are for endpoints that have nothing in flight, and the last half of
    those for workspaces that have nothing in flight: those which hang cannot take them all.
    """
    grants = dict.fromkeys((want.id for want in wants), 0)
    idle = [want for want in wants if not want.in_flight and want.most > 0]
    for want in sorted(idle, key=lambda it: not it.first):
        if free > (0 if want.first else reserved // 2):
            grants[want.id] += 1
            free -= 1
    common = max(free - reserved, 0)
    asking: Sequence[Want] = wants
    while common and asking:
        asking = [it for it in asking if it.in_flight + grants[it.id] < it.most][:common]
        for want in asking:
            grants[want.id] += 1
        common -= len(asking)
    return grants


def retry_after_s(header: str | None, now: datetime) -> float:
    """Seconds that a `Retry-After` header asks to wait; 0 when it says nothing useful."""
    if header is None:
        return 0.0
    try:
        seconds = float(header)
    except ValueError:
        try:
            moment = email.utils.parsedate_to_datetime(header).astimezone(UTC)
        except (ValueError, OverflowError):
            return 0.0
        seconds = (moment - now).total_seconds()
    return max(seconds, 0.0) if math.isfinite(seconds) else 0.0
