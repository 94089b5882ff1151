"""Many rows, read in batches off the event loop: the good ones, and the reasons of the others."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Any, Final

from vinfer.domains.contacts import reading
from vinfer.domains.contacts.schemas import MAX_REASONS_SHOWN, Intake, NewContact, Rejected
from vinfer.media.script.shape import Script

Rows = Iterator[tuple[int, Mapping[str, Any] | str]]
"""Rows with their numbers: their values, or why they cannot be read."""
_BATCH: Final = 1_000


def csv_rows(file: IO[bytes]) -> Rows:
    """The rows of a CSV file; reading them raises `InvalidParameter` if no column is `phone`."""
    return reading.csv_rows(file)


@dataclass(slots=True)
class Batches:
    """Reads rows a batch at a time, in little memory, and counts what came of them."""

    rows: Rows
    script: Script
    accepted: int = 0
    refused: int = 0
    shown: list[Rejected] = field(default_factory=list[Rejected])

    async def good(self) -> AsyncGenerator[Sequence[NewContact]]:
        """Yield the good ones of each batch that has some."""
        while batch := await asyncio.to_thread(self._read):
            contacts = [found for _, found in batch if isinstance(found, NewContact)]
            bad = [Rejected(row=row, reason=it) for row, it in batch if isinstance(it, str)]
            self.refused += len(bad)
            self.shown += bad[: MAX_REASONS_SHOWN - len(self.shown)]
            self.accepted += len(contacts)
            if contacts:
                yield contacts

    def intake(self) -> Intake:
        """What came of all rows."""
        return Intake(accepted=self.accepted, rejected=self.shown, rejected_total=self.refused)

    def _read(self) -> list[tuple[int, NewContact | str]]:
        return [(number, self._read_row(row)) for number, row in islice(self.rows, _BATCH)]

    def _read_row(self, row: Mapping[str, Any] | str) -> NewContact | str:
        if isinstance(row, str):
            return row
        if isinstance(row, reading.Cells):
            row = reading.typed(row, self.script)
        found = reading.read(row, self.script)
        if isinstance(found, NewContact):
            return found
        return "; ".join(f"'{it.field or 'row'}' must be {it.expected}" for it in found[:10])
