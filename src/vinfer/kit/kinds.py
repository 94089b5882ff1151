"""The types of fields: their marks, and what they admit in words."""

import types
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Annotated, Any, Final, Literal, TypeVar, Union, get_args, get_origin

import msgspec
from msgspec import Meta, UnsetType

_UNIONS: Final = (Union, types.UnionType)


class Invalid(ValueError):
    """A scalar, or a `__post_init__` that names a `field`, refuses a value.

    `expected` is for programs; `rule` ends the sentence for people: "The 'x' field …".
    """

    def __init__(self, expected: str, rule: str | None = None, *, field: str = "") -> None:
        super().__init__(expected)
        self.expected = expected
        self.rule = rule or f"must be {expected}"
        self.field = field


@dataclass(frozen=True, slots=True)
class Scalar:
    """Marks `Annotated[str, Scalar(parse)]`: `parse` returns the canonical text or raises.

    The rest is for the API's description: JSON Schema's `format` and `pattern`, and one good value.
    """

    parse: Callable[[str], str]
    format: str | None = None
    pattern: str | None = None
    example: str | None = None


T = TypeVar("T")


def _once(look: Callable[[Any], T]) -> Callable[[Any], T]:
    """Remember what is found of a type. By identity: the marks of some cannot be hashed."""
    known: dict[int, tuple[Any, T]] = {}  # holding the type, so that its identity stays its own

    @wraps(look)
    def find(kind: Any) -> T:
        found = known.get(id(kind))
        if found is None:
            found = known[id(kind)] = (kind, look(kind))
        return found[1]

    return find


@_once
def _arms(kind: Any) -> list[Any]:
    while get_origin(kind) is Annotated and get_origin(get_args(kind)[0]) in _UNIONS:
        kind = get_args(kind)[0]
    return list(get_args(kind)) if get_origin(kind) in _UNIONS else [kind]


def admits(kind: Any, arm: type) -> bool:
    """Whether `arm` is among what a type admits."""
    return arm in _arms(kind) or kind is Any


@_once
def _alternatives(kind: Any) -> list[Any]:
    return [arm for arm in _arms(kind) if arm not in (type(None), UnsetType)]


def arm_for(kind: Any, raw: Any) -> Any:
    """Of several alternatives the only one that is of the value's JSON type, else all of them."""
    found = _alternatives(kind)
    fitting = [arm for arm in found if _fits(bare_of(arm), raw)]
    return fitting[0] if len(found) > 1 and len(fitting) == 1 else kind


def _fits(bare: Any, raw: Any) -> bool:
    base = get_origin(bare) or bare
    if isinstance(raw, dict):
        return base is dict or (isinstance(base, type) and issubclass(base, msgspec.Struct))
    if isinstance(raw, list):
        return base in (list, tuple)
    return base in (str, Literal) if isinstance(raw, str) else base is type(raw)


def _single(kind: Any) -> Any:
    """The one arm of a union that is neither None nor unset, else the kind itself."""
    arms = _alternatives(kind)
    return arms[0] if len(arms) == 1 else kind


@_once
def bare_of(kind: Any) -> Any:
    """A type without None, unset and its marks."""
    single = _single(kind)
    return get_args(single)[0] if get_origin(single) is Annotated else single


def _marks(kind: Any) -> tuple[Any, ...]:
    single = _single(kind)
    return get_args(single)[1:] if get_origin(single) is Annotated else ()


@_once
def scalar_of(kind: Any) -> Scalar | None:
    """The `Scalar` a type is marked with."""
    return next((mark for mark in _marks(kind) if isinstance(mark, Scalar)), None)


@_once
def is_bounded(kind: Any) -> bool:
    """Whether a type's marks bound its length."""
    marks = [mark for mark in _marks(kind) if isinstance(mark, Meta)]
    return any(mark.min_length is not None or mark.max_length is not None for mark in marks)


WORDS: Final[dict[Any, str]] = {
    bool: "true or false",
    float: "a number",
    datetime: "an ISO 8601 time with a zone, e.g. 2024-01-15T10:35:22Z",
    date: "a date, e.g. 2024-01-15",
    dict: "an object",
    list: "a list",
}


def describe(kind: Any) -> str:
    """What a type admits, in words."""
    scalar = scalar_of(kind)
    if scalar:
        try:
            scalar.parse("")
        except Invalid as error:
            return error.expected
    if len(_alternatives(kind)) > 1:
        return " or ".join(map(describe, _alternatives(kind)))
    bare = bare_of(kind)
    base = get_origin(bare) or bare
    if base is Literal:
        return "one of " + ", ".join(str(value) for value in get_args(bare))
    bounds = next((mark for mark in _marks(kind) if isinstance(mark, Meta)), Meta())
    return _bounded(base, bounds)


def _bounded(base: Any, bounds: Meta) -> str:
    if base is int:
        return "an integer" + _range(bounds.ge, bounds.le, "")
    if base is float:
        return "a number" + _range(bounds.ge, bounds.le, "")
    if base is str:
        like = f" like {bounds.pattern}" if bounds.pattern else ""
        return "text" + _range(bounds.min_length, bounds.max_length, " characters") + like
    if base in (list, tuple):
        return "a list" + _range(bounds.min_length, bounds.max_length, " items")
    if isinstance(base, type) and issubclass(base, msgspec.Struct):
        return "an object"
    return WORDS.get(base, "a value of the documented type")


def _range(low: float | None, high: float | None, unit: str) -> str:
    joint = " of" if unit else ""
    if low is not None and high is not None:
        return f"{joint or ' from'} {low} to {high}{unit}"
    if low is not None:
        return f"{joint} at least {low}{unit}"
    return f"{joint} at most {high}{unit}" if high is not None else ""
