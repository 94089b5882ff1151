"""Making a report: what it shows is read in one snapshot, written to a file, and stored."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

import msgspec

from vinfer.domains.reports import cells, content
from vinfer.domains.reports.cells import Cell
from vinfer.domains.reports.content import Kind
from vinfer.domains.reports.kinds import KINDS
from vinfer.domains.reports.queries import figures
from vinfer.domains.reports.queries import rows as queries
from vinfer.domains.reports.schemas import ErrorCode, Filters
from vinfer.domains.reports.scope import Scope
from vinfer.domains.reports.service import file_key
from vinfer.kit import sealed_file
from vinfer.kit.access import Actor
from vinfer.kit.clock import Clock
from vinfer.kit.db import Connection, Database, Row
from vinfer.kit.errors import InvalidParameter
from vinfer.ports.documents import DocumentFailed, Typesetter
from vinfer.ports.storage import Storage

_TOO_LARGE: Final = "The report would be too large. Ask for fewer days, or name a campaign."


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """What reports are made with. Files are written below `scratch` before they are stored."""

    db: Database
    clock: Clock
    storage: Storage
    typesetter: Typesetter
    scratch: Path | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A report's stored file, and its data if it is a JSON one."""

    key: str
    size_bytes: int
    sha256: str
    data: str | None = None

    @property
    def file(self) -> tuple[str, int, str]:
        """Key, bytes and digest."""
        return self.key, self.size_bytes, self.sha256


class Unmakable(Exception):
    """It cannot be made, however often it is tried."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code: ErrorCode = code


async def make(row: Row, press: Press) -> Made:
    """Make a report's file and store it; a second run replaces it. Raises `Unmakable`."""
    kind = KINDS[row["type"]]
    with sealed_file.scratch_file(press.scratch) as file:
        data: str | None = None
        try:
            if row["format"] == "csv":
                await _write_csv(file, kind, row, press)
            else:
                data = await _write_whole(file, kind, row, press)
        except (InvalidParameter, DocumentFailed) as error:
            raise Unmakable("too_large", _TOO_LARGE) from error
        size, digest = await asyncio.to_thread(_finish, file)
        key = file_key(row)
        await press.storage.put_file(key, Path(file.name))
    return Made(key, size, digest, data)


async def _write_whole(file: IO[bytes], kind: Kind, row: Row, press: Press) -> str | None:
    """Write a report that is one piece; the data of a JSON one."""
    async with press.db.begin() as tx:
        await figures.freeze(tx.conn)
        scope = await _scope(tx.conn, row, press.clock.now())
        data = _head(scope) | await kind.gather(tx.conn, scope)
    if row["format"] == "pdf":
        pages = await press.typesetter.typeset(content.document(kind, data, scope))
        await asyncio.to_thread(file.write, pages)
        return None
    text = await asyncio.to_thread(msgspec.json.encode, data)
    await asyncio.to_thread(file.write, text)
    return text.decode()


async def _write_csv(file: IO[bytes], kind: Kind, row: Row, press: Press) -> None:
    """Write rows page by page: a million calls take no more memory than a thousand."""
    async with press.db.begin() as tx:
        await figures.freeze(tx.conn)
        scope = await _scope(tx.conn, row, press.clock.now())
        await asyncio.to_thread(_append, file, [kind.header], cells.BOM)
        async for page in kind.rows(tx.conn, scope):
            await asyncio.to_thread(_append, file, page)


def _append(file: IO[bytes], rows: Sequence[Sequence[Cell]], before: str = "") -> None:
    file.write((before + cells.lines(rows)).encode())


def _finish(file: IO[bytes]) -> tuple[int, str]:
    """Size and digest of what was written."""
    file.flush()
    with Path(file.name).open("rb") as whole:
        digest = hashlib.file_digest(whole, "sha256").hexdigest()
        return whole.tell(), digest


async def _scope(conn: Connection, row: Row, now: datetime) -> Scope:
    filters = msgspec.convert(row["filters"], Filters)
    workspace_id: str = row["workspace_id"]
    workspace, campaign = await queries.names(conn, workspace_id, filters.campaign_id)
    return Scope(
        actor=Actor(workspace_id, row["id"], "read_only"),
        workspace=workspace,
        first=row["from_day"],
        last=row["to_day"],
        timezone=row["timezone"],
        filters=filters,
        campaign=campaign,
        made_at=now,
        report_id=row["id"],
    )


def _head(scope: Scope) -> dict[str, Any]:
    return {
        "from": scope.first.isoformat(),
        "to": scope.last.isoformat(),
        "timezone": scope.timezone,
        "filters": msgspec.to_builtins(scope.filters),
        "made_at": scope.made_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
