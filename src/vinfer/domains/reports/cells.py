"""Rows of CSV that no spreadsheet takes for formulas.

A text that a spreadsheet might run begins with an apostrophe: one that starts with `=`, `+`, `-`,
`@` (their wide forms too), a tab or a line end, and one with such a start after a `;`, a tab or a
line end inside, where spreadsheets of other countries part cells. A phone in E.164 stays as it is:
a spreadsheet can read no more out of it than its number. Numbers are numbers.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

Cell = str | int | float | bool | date | datetime | None

BOM: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"  # without it Excel reads UTF-8 as Windows-1252
_PHONE: Final = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_PLAIN: Final = re.compile(r"(?:\w[\w .:/-]*)?", re.ASCII)
_SIGNS: Final = r"[=+\-@\uff1d\uff0b\uff0d\uff20]"
_STARTS: Final = re.compile(r"\s*" + _SIGNS + r"|[\t\r\n]")
_INSIDE: Final = re.compile(r"([;\t\r\n]\s*)(?=" + _SIGNS + ")")


def lines(rows: Iterable[Sequence[Cell]]) -> str:
    """Rows as RFC 4180 has them."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(map(_row, rows))
    return out.getvalue()


def _row(cells: Sequence[Cell]) -> list[str | int | float]:
    return [written(cell) for cell in cells]


def written(cell: Cell) -> str | int | float:
    """A cell as the file has it: times with their offset, nothing for None."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    return harmless(cell) if isinstance(cell, str) else cell


def harmless(text: str) -> str:
    """A text that no spreadsheet runs."""
    if _PLAIN.fullmatch(text):  # most of them, at a third of the price
        return text
    clean = text.replace("\0", "")
    if _PHONE.fullmatch(clean):
        return clean
    inside = _INSIDE.sub(r"\1'", clean)
    return f"'{inside}" if _STARTS.match(clean) else inside
