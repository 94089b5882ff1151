"""From JSON objects and CSV rows to contacts, with every problem at its own field."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import IO, Any, Final

from vinfer.domains.contacts.schemas import NewContact, Problem
from vinfer.kit import phones, schema
from vinfer.kit.errors import InvalidParameter
from vinfer.media import values
from vinfer.media.script import lookup
from vinfer.media.script.shape import Script

_MAX_NAME: Final = 255
_MAX_CELL: Final = 10_000
_MAX_COLUMNS: Final = 200
_OWN: Final = ("phone", "name")
_NO_ROW: Final[tuple[int, list[str]]] = (1, [])
_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")


def read(raw: Mapping[str, Any], script: Script) -> NewContact | list[Problem]:
    """The contact of one JSON object, or all that is wrong with it.

    Ten thousand come in one request, so a good one costs little: about 2 µs beside its phone.
    """
    phone, name = raw.get("phone"), raw.get("name")
    problems = list[Problem]()
    if not (isinstance(phone, str) and phones.is_valid(phone)):
        problems.append(Problem("phone", phone, schema.PHONE_EXPECTED))
    if not (name is None or (isinstance(name, str) and len(name) <= _MAX_NAME)):
        problems.append(Problem("name", name, f"text of at most {_MAX_NAME} characters"))
    if len(raw) > _MAX_COLUMNS and (given := len(raw.keys() - _OWN)) > _MAX_COLUMNS:
        problems.append(Problem("", given, f"at most {_MAX_COLUMNS} fields"))
    variables, wrong = lookup.read_variables(script, raw)
    if wrong:
        problems += [Problem(field, raw.get(field), expected) for field, expected in wrong]
    if problems:
        return problems
    for field in _OWN:
        variables.pop(field, None)
    return NewContact(raw["phone"], name or None, variables)


class Cells(dict[str, Any]):
    """The cells of a CSV row: text, whatever the script's variables are."""


def typed(cells: Cells, script: Script) -> dict[str, Any]:
    """The cells by the declared types of their variables: numbers, and true or false.

    What does not read as its type stays as it is, for `read` to refuse.
    """
    row: dict[str, Any] = dict(cells)
    for name, variable in script.variables.items():
        if name in row and variable.type == "number":
            figure = values.number(row[name])
            row[name] = row[name] if figure is None else _plain(figure)
        elif name in row and variable.type == "boolean":
            found = values.truth(row[name])
            row[name] = row[name] if found is None else found
    return row


def _plain(figure: Decimal) -> int | float:
    return int(figure) if figure == figure.to_integral_value() else float(figure)


def csv_rows(file: IO[bytes]) -> Iterator[tuple[int, Cells | str]]:
    """Every row of a CSV with its number (the header is 1): its cells, or why it is refused.

    UTF-8, a BOM tolerated. Raises `InvalidParameter` when the header is none, or names no `phone`.
    """
    _refuse_utf_16(file)
    text = io.TextIOWrapper(file, "utf-8-sig", errors="surrogateescape", newline="")
    rows: Iterator[tuple[int, list[str]]] = enumerate(csv.reader(text, strict=True), 1)
    header = _header(rows)
    for number, cells in _readable(rows):
        if isinstance(cells, str):
            yield number, cells
        elif any(cells):
            yield number, _row(header, cells)


def _refuse_utf_16(file: IO[bytes]) -> None:
    start = file.read(2)
    file.seek(0)
    if start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        raise _refusal([], "UTF-8 text; this file is UTF-16: save it as CSV UTF-8")


def _header(rows: Iterator[tuple[int, list[str]]]) -> list[str]:
    try:
        names = [cell.strip() for cell in next(rows, _NO_ROW)[1]]
    except csv.Error:
        names = []
    if any(len(name) > _MAX_NAME or _UNSTORABLE.search(name) for name in names):
        words = f"a CSV whose header is UTF-8 text, each name of at most {_MAX_NAME} characters"
        raise _refusal(names, words)
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice is not None:
        raise _refusal(names, f"a CSV whose header gives each name once; '{twice}' stands twice")
    if "phone" not in names or len(names) > _MAX_COLUMNS:
        words = f"a comma-separated CSV with a 'phone' column, of at most {_MAX_COLUMNS} columns"
        raise _refusal(names, words)
    return names


def _refusal(names: list[str], expected: str) -> InvalidParameter:
    return InvalidParameter("body", provided=_names_shown(names), expected=expected)


def _names_shown(names: list[str]) -> list[str]:
    return [_UNSTORABLE.sub("\ufffd", name[:64]) for name in names[:20]]


def _readable(rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str] | str]]:
    last = 1
    try:
        for last, cells in rows:  # `last` is read when the iteration fails
            yield last, cells
    except csv.Error as error:
        yield last + 1, f"not readable as CSV: {error}; the rest of the file was not read"


def _row(header: list[str], cells: list[str]) -> Cells | str:
    if any(cells[len(header) :]):
        return f"has {len(cells)} cells; the header has {len(header)}"
    if any(len(cell) > _MAX_CELL for cell in cells):
        return f"a cell has more than {_MAX_CELL} characters"
    if any("\0" in cell for cell in cells):
        return "a cell holds a NUL character"
    if any(_UNSTORABLE.search(cell) for cell in cells):
        return "a cell is not UTF-8 text"
    stripped = (cell.strip() for cell in cells)
    return Cells(
        {name: cell for name, cell in zip(header, stripped, strict=False) if name and cell}
    )
