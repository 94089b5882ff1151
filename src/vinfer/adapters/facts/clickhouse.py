"""ClickHouse over its HTTP interface: one table that replaces rows by their version.

Shape: ClickHouse's pages "HTTP interface" (a statement in `query`, rows in the body, an empty
answer where all is well), "JSONEachRow" and "ReplacingMergeTree" (`ver`, `is_deleted`).
"""

import base64
from collections.abc import Sequence
from dataclasses import fields
from typing import Final

import msgspec

from vinfer.adapters.http_out.vendor import Vendor
from vinfer.ports.engines import EngineRefused
from vinfer.ports.facts import CallFact

TABLE: Final = "call_facts"
MOST_ROWS: Final = 5_000  # of one request: about 2 MB, and one block of the server's
_TYPES: Final = {
    "workspace_id": "LowCardinality(String)",
    "started_at": "DateTime64(6, 'UTC')",
    "call_id": "String",
    "version": "UInt64",
    "deleted": "UInt8",
    "campaign_id": "LowCardinality(String)",
    "agent_id": "LowCardinality(String)",
    "language": "LowCardinality(String)",
    "disposition": "LowCardinality(String)",
    "connected": "Bool",
    "seconds": "UInt32",
    "intent": "LowCardinality(String)",
    "sentiment": "LowCardinality(String)",
    "qa_score_milli": "Int64",
}
COLUMNS: Final = tuple((it.name, _TYPES.get(it.name, "UInt32")) for it in fields(CallFact))
_SETTINGS: Final = {
    "wait_end_of_query": "1",  # else a failure may follow a good status
    "async_insert": "0",
    "date_time_input_format": "best_effort",
    "input_format_skip_unknown_fields": "0",
}
_SQL: Final = "text/plain"
_ROWS: Final = "application/x-ndjson"


def headers(user: str | None, password: str | None) -> dict[str, str]:
    """What says who writes; a server without users asks for nothing."""
    if user is None:
        return {}
    pair = base64.b64encode(f"{user}:{password or ''}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


def ddl(database: str) -> str:
    """The statement that makes the table, unless it is there."""
    columns = ",\n".join(f"    {name} {kind}" for name, kind in COLUMNS)
    return (
        f"CREATE TABLE IF NOT EXISTS {database}.{TABLE}\n(\n{columns}\n)\n"
        "ENGINE = ReplacingMergeTree(version, deleted)\n"
        "PARTITION BY toYYYYMM(started_at)\n"
        "ORDER BY (workspace_id, started_at, call_id)"
    )


class ClickHouseFacts:
    """A `ports.facts.FactSink` on a server whose address and credentials `http` holds.

    A user without the right to create tables is enough where the table is there.
    """

    def __init__(self, http: Vendor, *, database: str) -> None:
        self._http = http
        self._database = database

    async def ensure(self) -> None:
        """See the port."""
        asked = f"EXISTS TABLE {self._database}.{TABLE} FORMAT JSONCompact"
        answer = await self._http.send("/", asked.encode(), kind=_SQL, query=_SETTINGS)
        if not _is_there(answer):
            statement = ddl(self._database).encode()
            await self._http.tell("/", statement, kind=_SQL, query=_SETTINGS)

    async def write(self, facts: Sequence[CallFact]) -> None:
        """See the port."""
        names = ", ".join(name for name, _ in COLUMNS)
        insert = f"INSERT INTO {self._database}.{TABLE} ({names}) FORMAT JSONEachRow"
        for first in range(0, len(facts), MOST_ROWS):
            rows = b"".join(msgspec.json.encode(it) + b"\n" for it in facts[first:][:MOST_ROWS])
            await self._http.tell("/", rows, kind=_ROWS, query={"query": insert, **_SETTINGS})


class _Found(msgspec.Struct):
    data: list[list[int]]


def _is_there(answer: object) -> bool:
    try:
        return msgspec.convert(answer, _Found).data == [[1]]
    except msgspec.ValidationError:
        raise EngineRefused("what answers is no ClickHouse") from None
