"""What the audit log vouches for: a keyed digest of each check with its violations."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from vinfer.domains.compliance.queries import findings as queries
from vinfer.kit import chain
from vinfer.kit.db import Connection, Row
from vinfer.kit.seal import Seal

RESOURCES: Final = "compliance/checks"
_CONTEXT: Final = "compliance.check"
_PAGE: Final = 1_000
_OF_CHECK: Final = (
    *("job_id", "rule_id", "rule_version", "workspace_id", "call_id", "campaign_id", "agent_id"),
    *("language", "rule_name", "type", "severity", "outcome", "percent", "reason", "detail"),
)
_OF_VIOLATION: Final = (
    *("id", "rule_version", "workspace_id", "call_id", "campaign_id", "agent_id", "language"),
    *("rule_name", "type", "severity", "segment", "start_s", "end_s", "quote", "match"),
    *("confidence", "reason"),
)


def content(keys: Seal, check: Row, violations: Iterable[Row]) -> list[bytes]:
    """What an entry holds of a check and its violations, under the newest key first."""
    rows = [_fields(check, _OF_CHECK)]
    rows += sorted(_fields(each, _OF_VIOLATION) for each in violations)
    return keys.digests(msgspec.json.encode(rows, order="sorted").decode(), context=_CONTEXT)


def _fields(row: Row, names: Sequence[str]) -> list[str]:
    values = [*(row[name] for name in names), chain.moment(row["created_at"])]
    return [msgspec.json.encode(value, order="sorted").decode() for value in values]


@dataclass(frozen=True, slots=True)
class Tampering:
    """A check that is not what its entry vouches for, by the entry's position."""

    position: int
    what: str


async def verify(conn: Connection, keys: Seal) -> tuple[int, Tampering | None]:
    """How many checks are as they were recorded, and the first that is not."""
    verified, after = 0, 0
    while rows := await queries.recorded_checks(conn, after=after, limit=_PAGE):
        found = await _violations(conn, rows)
        for row in rows:
            position: int = row["audit_position"]
            known = content(keys, row, found.get((row["job_id"], row["rule_id"]), ()))
            if row["resource_type"] != RESOURCES or row["content"] not in known:
                return verified, Tampering(position, "a compliance check or violation was changed")
            verified += 1
        after = rows[-1]["audit_position"]
    gone = await queries.taken_out(conn)
    what = "a compliance check is gone, and nothing says that it was erased"
    return verified, None if gone is None else Tampering(gone, what)


async def _violations(
    conn: Connection, checks: Sequence[Row]
) -> Mapping[tuple[str, str], Sequence[Row]]:
    found: dict[tuple[str, str], list[Any]] = {}
    for row in await queries.violations_of(conn, [check["job_id"] for check in checks]):
        found.setdefault((row["job_id"], row["rule_id"]), []).append(row)
    return found
