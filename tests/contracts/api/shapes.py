"""What the type of a field admits, a good value for it, and values that it must refuse."""

import copy
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

import msgspec
from msgspec import Meta, UnsetType

from vinfer.kit.kinds import Scalar

Path = tuple[str | int, ...]
HUGE = 10**30
LONG = 100_001  # characters; no text may have so many
_NO_META = Meta()
_JSON_KINDS: dict[str, Any] = {
    "null": None,
    "bool": True,
    "int": 2,
    "float": 2.5,
    "str": "2",
    "list": [],
    "dict": {},
}
_SCALARS = (
    *("+919810000001", "en-IN", "09:00", "sip.example.com", "https://hooks.example.com/x"),
    *("user", "Asia/Kolkata", "2030-01-01T09:00:00Z", "x", "1", "asha@example.com"),
    "recording_notice",
)
_NO_SCALARS = ("", " ", "\n", "no such thing!", "+910000000000", "é\u202e")
_NO_TIMES = (
    *("2024-01-15T10:35:22", "2024-01-15", "1700000000", "2024-13-01T00:00:00Z", "yesterday", ""),
    *("2024-02-30T00:00:00Z", "2024-01-15T10:35:22+99:00"),
)
_NO_DATES = ("2024-02-30", "2024-1-5", "20240105", "2024-01-15T10:35:22Z", "yesterday", "")


@dataclass(frozen=True, slots=True)
class Arm:
    """One of the types that a field admits, bare, with its marks."""

    bare: Any
    meta: Meta = _NO_META
    scalar: Scalar | None = None

    @property
    def base(self) -> Any:
        """The type without its parameters; tuples of any length are lists."""
        base = get_origin(self.bare) or self.bare
        return list if base is tuple else base

    @property
    def item(self) -> Any:
        """The kind of a list's items, or of a table's values."""
        arguments = [it for it in get_args(self.bare) if it is not ...]
        return arguments[-1] if arguments else Any

    @property
    def is_struct(self) -> bool:
        """Whether it has named fields."""
        return isinstance(self.bare, type) and issubclass(self.bare, msgspec.Struct)

    @property
    def json_kinds(self) -> set[str]:
        """The JSON types among which its values are."""
        if self.bare is Any:
            return set(_JSON_KINDS)
        if self.is_struct or self.base is dict:
            return {"dict"}
        plain = {bool: {"bool"}, int: {"int"}, float: {"int", "float"}, list: {"list"}}
        return plain.get(self.base, {"str"})


@dataclass(frozen=True, slots=True)
class Bad:
    """A value to refuse: where below the field the problem lies, and what its rule must name."""

    value: Any
    below: str = ""
    words: tuple[str, ...] = ()
    deeper: bool = False  # the problem lies somewhere below


def _split(kind: Any) -> Iterator[tuple[Any, Meta, Scalar | None]]:
    """Every arm of a type, marks of unions handed down."""
    origin = get_origin(kind)
    if origin is Annotated:
        inner, *marks = get_args(kind)
        meta = next((it for it in marks if isinstance(it, Meta)), _NO_META)
        scalar = next((it for it in marks if isinstance(it, Scalar)), None)
        for bare, its_meta, its_scalar in _split(inner):
            yield bare, (meta if its_meta is _NO_META else its_meta), scalar or its_scalar
    elif origin in (Union, types.UnionType):
        for arm in get_args(kind):
            yield from _split(arm)
    else:
        yield kind, _NO_META, None


def arms(kind: Any) -> list[Arm]:
    """What a field admits besides null and absence."""
    gone = (type(None), UnsetType)
    return [Arm(*it) for it in _split(kind) if it[0] not in gone]


def nullable(kind: Any) -> bool:
    """Whether null is admitted."""
    return any(bare in (type(None), Any) for bare, _, _ in _split(kind))


def fields(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """Names and types of a struct's fields, as JSON has them."""
    found = {it.encode_name: it.type for it in msgspec.structs.fields(kind)}
    return found


def required(kind: type[msgspec.Struct]) -> set[str]:
    """Fields that must be there."""
    return {it.encode_name for it in msgspec.structs.fields(kind) if it.required}


def good(kind: Any, known: Mapping[str, Any], name: str = "") -> Any:
    """A value of this type; `known` gives those of fields by name, and of structs by type name."""
    if name in known:
        return copy.deepcopy(known[name])
    arm = arms(kind)[0]
    if arm.is_struct:
        if arm.bare.__name__ in known:
            return copy.deepcopy(known[arm.bare.__name__])
        return {it: good(inner, known, it) for it, inner in fields(arm.bare).items()}
    if arm.base is list:
        return [good(arm.item, known) for _ in range(max(1, arm.meta.min_length or 0))]
    return _good_scalar(arm)


def _good_scalar(arm: Arm) -> Any:
    if arm.scalar is not None:
        return next(it for it in _SCALARS if _admits(arm.scalar, it))
    if arm.base is Literal:
        return get_args(arm.bare)[0]
    if arm.base in (int, float):
        return int(arm.meta.ge if arm.meta.ge is not None else 1)
    length = max(1, arm.meta.min_length or 0)
    values = {bool: False, dict: {"key": 1}, datetime: "2999-01-01T00:00:00Z", date: "2030-01-01"}
    return values.get(arm.base, "x" * length)


def _admits(scalar: Scalar, text: str) -> bool:
    try:
        scalar.parse(text)
    except ValueError:
        return False
    return True


def places(kind: type[msgspec.Struct], value: Any, at: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every field of a good body, however deep, with its type; items of lists too."""
    for name, inner in fields(kind).items():
        if isinstance(value, dict) and name in value:
            yield from _places_in(inner, value[name], (*at, name))


def _places_in(kind: Any, value: Any, at: Path) -> Iterator[tuple[Path, Any]]:
    yield at, kind
    for arm in arms(kind):
        if arm.is_struct:
            yield from places(arm.bare, value, at)
        elif arm.base is list and isinstance(value, list) and value:
            yield from _places_in(arm.item, value[0], (*at, 0))
        elif arm.base is dict and isinstance(value, dict) and arm.item is not Any:
            key, inner = next(iter(value.items()))
            yield from _places_in(arm.item, inner, (*at, key))


def structs(
    kind: type[msgspec.Struct], value: Any, at: Path = ()
) -> Iterator[tuple[Path, type[msgspec.Struct]]]:
    """Every object of a good body whose fields have names, the body itself first."""
    yield at, kind
    for place, inner in places(kind, value, at):
        for arm in arms(inner):
            if arm.is_struct and isinstance(value_at(value, place[len(at) :]), dict):
                yield place, arm.bare


def bad(kind: Any, sample: Any) -> Iterator[Bad]:
    """Values that a field of this type must refuse."""
    found = arms(kind)
    admitted = set[str]().union(*(arm.json_kinds for arm in found))
    admitted |= {"null"} if nullable(kind) else set()
    for json_kind, value in _JSON_KINDS.items():
        if json_kind not in admitted:
            yield Bad(value)
    if len(found) == 1:
        yield from bad_of_arm(found[0], sample)


def bad_of_arm(arm: Arm, sample: Any) -> Iterator[Bad]:
    """Values of the right JSON type that it must refuse."""
    if "str" in arm.json_kinds and arm.bare is not Any:
        yield from _bad_texts(arm)
    elif arm.base in (int, float):
        yield from _bad_numbers(arm)
    elif arm.base is list:
        yield from _bad_lists(arm, sample)
    elif arm.base is dict:
        yield Bad(nested(40), deeper=True)
        yield Bad({"a\0b": 1})
        yield Bad({"inner": "a\0b"}, deeper=True)


def _bad_texts(arm: Arm) -> Iterator[Bad]:
    yield Bad("a\0b", words=("NUL",))
    yield Bad("y" * LONG, words=("100000",) if arm.meta.max_length is None else ())
    if arm.scalar is not None:
        yield from (Bad(it) for it in _NO_SCALARS if not _admits(arm.scalar, it))
    elif arm.base is Literal:
        values = get_args(arm.bare)
        for wrong in ("no_such_value", str(values[0]) + " ", str(values[0]).swapcase(), ""):
            if wrong not in values:
                yield Bad(wrong, words=tuple(map(str, values)))
    elif arm.base in (datetime, date):
        yield from map(Bad, _NO_TIMES if arm.base is datetime else _NO_DATES)
    elif arm.base is str:
        low, high = arm.meta.min_length, arm.meta.max_length
        if low:
            yield Bad("x" * (low - 1), words=(str(low),))
        if high is not None:
            yield Bad("x" * (high + 1), words=(str(high),))


def _bad_numbers(arm: Arm) -> Iterator[Bad]:
    low, high = arm.meta.ge, arm.meta.le
    if low is not None:
        yield Bad(low - 1, words=(f"{low:g}",))
    if high is not None:
        yield Bad(high + 1, words=(str(high),))
    if arm.base is int:
        yield from (Bad(HUGE), Bad(-HUGE))
        yield Bad(2.0)


def _bad_lists(arm: Arm, sample: Any) -> Iterator[Bad]:
    item = sample[0] if sample else None
    if arm.meta.min_length:
        yield Bad([], words=(str(arm.meta.min_length),))
    if arm.meta.max_length is not None:
        many = arm.meta.max_length + 1
        yield Bad([item] * many, words=(str(arm.meta.max_length),))
    wrong = next(bad(arm.item, item), None)
    if wrong is not None:
        yield Bad([item, wrong.value], below="[1]" + wrong.below)


def nested(levels: int) -> dict[str, Any]:
    """An object in an object, and so on."""
    value: dict[str, Any] = {}
    for _ in range(levels):
        value = {"a": value}
    return value


def dotted(path: Path) -> str:
    """A path as the API writes it."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def value_at(body: Any, path: Path) -> Any:
    """What stands at a path."""
    for step in path:
        body = body[step]
    return body


def put(body: Mapping[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """The body with another value at a path."""
    made: Any = copy.deepcopy(dict(body))
    *way, last = path
    value_at(made, tuple(way))[last] = value
    return cast("dict[str, Any]", made)


def without(body: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """The body without what stands at a path."""
    made: Any = copy.deepcopy(dict(body))
    *way, last = path
    del value_at(made, tuple(way))[last]
    return cast("dict[str, Any]", made)
