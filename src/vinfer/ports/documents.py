"""Documents on pages: what a report shows, in parts that know nothing of paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Tone = Literal["good", "bad", "plain"]
Align = Literal["left", "right"]
ChartKind = Literal["columns", "bars", "line"]


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One figure to be seen first, as it is written."""

    label: str
    value: str
    note: str = ""
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Chart:
    """Values over labels: `columns` and `line` run in time, `bars` compare things with names.

    A missing value is None. `unit` ends every value that is written.
    """

    kind: ChartKind
    title: str
    labels: Sequence[str]
    values: Sequence[float | None]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column; `share` is its part of the width."""

    title: str
    align: Align = "left"
    share: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells as they are written, one for each column."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    note: str = ""
    """What stands below, e.g. how many rows are left out."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Key figures side by side."""

    figures: Sequence[KeyFigure]


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str


Part = Figures | Chart | Table | Text


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it."""

    title: str
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document. `facts` stand under its title: name and value of each."""

    title: str
    subtitle: str
    facts: Sequence[tuple[str, str]]
    sections: Sequence[Section]
    footer: str = ""


class DocumentFailed(Exception):
    """It could not be made: too large, too slow, or the typesetter is broken."""


class Typesetter(Protocol):
    """Makes PDF files of documents."""

    async def typeset(self, document: Document) -> bytes:
        """The PDF. Every text stands as it is, whatever it holds. Raises `DocumentFailed`."""
        ...
