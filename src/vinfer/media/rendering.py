"""Script templates into spoken sentences. A value is data: never a template, never markup."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, tzinfo
from typing import Any, Final

from vinfer.media import spoken, values
from vinfer.media.plaintext import speakable

PERSONA: Final = frozenset({"agent", "company"})  # the same in every call of a script
BUILT_IN: Final = PERSONA | {"name", "phone"}
FILTERS: Final = frozenset({"inr", "date", "time", "digits", "spell"})
MAX_VALUE_CHARS: Final = 200

_SLOT = re.compile(r"\{\{\s*([A-Za-z_]\w{0,63})\s*(?:\|\s*([a-z]+)\s*)?\}\}")
_BOUNDARY = re.compile(
    r"(?<=[.?!।])(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bRs\.)(?<!\bNo\.)\s+"
)
_TAG = re.compile(r"</?[A-Za-z!?][^<>]{0,200}>")
_MARKUP = re.compile(r"[<>{}\[\]\\|`*#~^_]+")
_INTERNAL_ID = re.compile(
    r"\b[a-z]{3}_[0-9A-Za-z]{8,}\b|\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence to speak. `fixed`: the same in every call, so it can be rendered ahead."""

    text: str
    fixed: bool


@dataclass(frozen=True, slots=True)
class Manner:
    """How values are said: the language, the declared types, the caller's day and time zone."""

    language: str
    types: Mapping[str, str] = field(default_factory=dict[str, str])
    today: date | None = None
    zone: tzinfo | None = None


def slots(template: str) -> tuple[tuple[str, str | None], ...]:
    """Every placeholder of a template as (variable, filter)."""
    return tuple((match[1], match[2]) for match in _SLOT.finditer(template))


def faults(template: str) -> list[str]:
    """What is wrong with a template, in words: unknown filters and broken braces."""
    found = [
        f"a known filter ({', '.join(sorted(FILTERS))}), not '{name}'"
        for _, name in slots(template)
        if name is not None and name not in FILTERS
    ]
    if re.search(r"\{\{|\}\}", _SLOT.sub("", template)):
        found.append("placeholders of the form {{variable}} or {{variable|filter}}")
    return found


def sentences(template: str) -> tuple[str, ...]:
    """A template cut at its sentence ends; titles such as "Mr." do not end one."""
    return tuple(part for part in _BOUNDARY.split(template.strip()) if part)


def render(template: str, given: Mapping[str, Any], manner: Manner) -> tuple[Line, ...]:
    """The sentences of a template with `given` values said in words.

    An absent `name` takes its comma with it; any other absent value takes its whole sentence.
    """
    drawn = (_sentence(part, given, manner) for part in sentences(template))
    return tuple(line for line in drawn if line is not None)


def _sentence(template: str, given: Mapping[str, Any], manner: Manner) -> Line | None:
    used = {name for name, _ in slots(template)}
    absent = {name for name in used if not _present(given.get(name))}
    if absent - {"name"}:
        return None
    if absent:
        template = _without_name(template)

    pieces: list[str] = []
    end = 0
    for match in _SLOT.finditer(template):
        pieces += [speakable(template[end : match.start()], manner.language)]
        pieces += [_said(given[match[1]], name=match[1], filter=match[2], manner=manner)]
        end = match.end()
    pieces.append(speakable(template[end:], manner.language))
    text = re.sub(r"\s+", " ", "".join(pieces)).strip()
    return Line(text, fixed=used <= PERSONA) if re.search(r"\w", text) else None


def _present(value: Any) -> bool:
    return value is not None and (not isinstance(value, str) or plain(value) != "")


def _without_name(template: str) -> str:
    slot = r"\{\{\s*name\s*(?:\|\s*[a-z]+\s*)?\}\}"
    bare = re.sub(rf"\s*{slot}\s*,|\s*,\s*{slot}|\s*{slot}", "", template).strip()
    return bare[:1].upper() + bare[1:]


def plain(value: str) -> str:
    """A text value made safe to say: no control characters, markup or internal ids, bounded."""
    text = unicodedata.normalize("NFC", value[: 10 * MAX_VALUE_CHARS])
    text = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    text = "".join(c for c in text if c in "\u200c\u200d" or unicodedata.category(c)[0] != "C")
    text = _MARKUP.sub(" ", _INTERNAL_ID.sub(" ", _TAG.sub(" ", text)))
    text = re.sub(r"\s+", " ", text).strip()
    if len(text) > MAX_VALUE_CHARS:
        text = text[: MAX_VALUE_CHARS + 1].rpartition(" ")[0] or text[:MAX_VALUE_CHARS]
    return text


_FILTER_OF_TYPE: Final = {
    "number": "number",
    "date": "date",
    "time": "time",
    "datetime": "datetime",
}


def _said(value: Any, *, name: str, filter: str | None, manner: Manner) -> str:
    how = filter or _FILTER_OF_TYPE.get(manner.types.get(name, "")) or _natural(value)
    said = _SAYERS[how](value, manner) if how in _SAYERS else None
    return said if said is not None else speakable(plain(str(value)), manner.language)


def _natural(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else "text"


def _number(value: Any, manner: Manner) -> str | None:
    figure = values.number(value)
    return None if figure is None else spoken.number(figure, manner.language)


def _inr(value: Any, manner: Manner) -> str | None:
    figure = values.number(value)
    return None if figure is None else spoken.rupees(figure, manner.language)


def _date(value: Any, manner: Manner) -> str | None:
    day = values.day(value, manner.zone)
    if day is None:
        return None
    other_year = manner.today is not None and day.year != manner.today.year
    return spoken.day(day, manner.language, year=other_year)


def _time(value: Any, manner: Manner) -> str | None:
    clock = values.clock(value, manner.zone)
    return None if clock is None else spoken.clock(clock, manner.language)


def _datetime(value: Any, manner: Manner) -> str | None:
    parts = [part for part in (_date(value, manner), _time(value, manner)) if part]
    return (" को " if spoken.hindi(manner.language) else " at ").join(parts) or None


def _boolean(value: Any, manner: Manner) -> str | None:
    if spoken.hindi(manner.language):
        return "हाँ" if value else "नहीं"
    return "yes" if value else "no"


def _digits(value: Any, manner: Manner) -> str | None:
    return spoken.digits(plain(str(value)), manner.language) or None


def _spell(value: Any, manner: Manner) -> str | None:
    return spoken.spell(plain(str(value)), manner.language) or None


_SAYERS: Final[dict[str, Callable[[Any, Manner], str | None]]] = {
    "number": _number,
    "inr": _inr,
    "date": _date,
    "time": _time,
    "datetime": _datetime,
    "boolean": _boolean,
    "digits": _digits,
    "spell": _spell,
}
