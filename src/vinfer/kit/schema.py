"""Bodies and queries: decoded strictly, every problem named by its field."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from typing import Annotated, Any, ClassVar, Final, TypeVar, cast, get_args, get_origin

import langcodes
import msgspec
from msgspec import UNSET, Meta

from vinfer.kit import bounds, phones
from vinfer.kit.bounds import Problem
from vinfer.kit.errors import InvalidParameter
from vinfer.kit.kinds import (
    WORDS,
    Invalid,
    Scalar,
    admits,
    arm_for,
    bare_of,
    describe,
    is_bounded,
    scalar_of,
)
from vinfer.kit.repeats import find_repeat

T = TypeVar("T")

PHONE_EXPECTED: Final = "E.164 format, e.g. +919876543210"
_INTEGER: Final = re.compile(r"-?[0-9]+\Z", re.ASCII)


@cache
def fields_of(kind: type[msgspec.Struct]) -> Mapping[str, msgspec.structs.FieldInfo]:
    """A struct's fields by their names in JSON: found once, since that takes 100 µs."""
    return {field.encode_name: field for field in msgspec.structs.fields(kind)}


@cache
def _moments(kind: type[msgspec.Struct]) -> tuple[str, ...]:
    return tuple(it.name for it in fields_of(kind).values() if bare_of(it.type) is datetime)


class Resource(msgspec.Struct, kw_only=True):
    """A value that the API returns. Times lose their fraction and are in UTC."""

    def __post_init__(self) -> None:
        for name in _moments(type(self)):
            value: datetime | None = getattr(self, name)
            if value and value.tzinfo is not UTC:
                msgspec.structs.force_setattr(self, name, whole_seconds(value))
            elif value and value.microsecond:
                msgspec.structs.force_setattr(self, name, value.replace(microsecond=0))


class Body(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A request body; a field that PATCH may leave out is `T | UnsetType = UNSET`.

    `example` is a whole body for the API's description; a test sends it. An id in it stands for
    the id of a new resource of its kind. `rules` are JSON Schema keywords that say which fields
    go together.
    """

    example: ClassVar[Mapping[str, Any] | None] = None
    rules: ClassVar[Mapping[str, Any]] = {}


def one_needed(*fields: str) -> dict[str, Any]:
    """`rules` of a body that needs one of these fields."""
    return {
        "anyOf": [
            {"required": [name], "properties": {name: {"not": {"type": "null"}}}} for name in fields
        ]
    }


def one_only(*fields: str) -> dict[str, Any]:
    """`rules` of a body that takes exactly one of these fields."""
    return {"oneOf": one_needed(*fields)["anyOf"]}


class Query(msgspec.Struct, kw_only=True, frozen=True):
    """Query parameters, as text or as the types they name; unknown ones are ignored.

    Frozen: those of requests that ask for nothing may be one object.
    """


def parse_words(text: str) -> str:
    """Text with at least one letter or digit of any script; raises `Invalid`."""
    if re.search(r"\w", text):
        return text
    raise Invalid("text with at least one word")


def parse_phone(text: str) -> str:
    """Return a dialable E.164 number unchanged; raises `Invalid`."""
    if not phones.is_valid(text):
        raise Invalid(PHONE_EXPECTED, "must be a valid phone number in E.164 format")
    return text


def parse_loose_phone(text: str) -> str:
    """A phone from a URL, its `+` kept, lost or turned into a space; raises `Invalid`."""
    return parse_phone("+" + text.strip().removeprefix("+"))


def parse_path_phone(text: str) -> str:
    """The same from a path; raises `InvalidParameter`."""
    try:
        return parse_loose_phone(text)
    except Invalid as error:
        raise _refusal([Problem("phone", text, error.expected, error.rule)]) from error


@lru_cache(4096)
def parse_language(text: str) -> str:
    """Return the canonical BCP-47 tag (`hi-in` gives `hi-IN`); raises `Invalid`."""
    try:
        valid = "_" not in text and len(text) <= 35 and langcodes.tag_is_valid(text)
    except ValueError:
        valid = False
    if not valid:
        raise Invalid("BCP-47 format, e.g. hi-IN", "must be a valid BCP-47 language code")
    return langcodes.standardize_tag(text)


Words: Final = Scalar(parse_words, pattern=r"[^\x00-/:-@\[-^`{-\xa9]")
"""Mark of text that says something. No pattern names the letters of all scripts in every dialect:
this one admits all beyond Latin-1's signs, and what of that is no letter is refused all the same.
"""
Phone = Annotated[
    str,
    Scalar(parse_phone, format="e164", pattern=r"^\+[1-9][0-9]{6,14}$", example="+919876543210"),
]
LoosePhone = Annotated[
    str,
    Scalar(
        parse_loose_phone,
        format="e164-loose",
        pattern=r"^ *\+?[1-9][0-9]{6,14} *$",
        example="+919876543210",
    ),
]
Language = Annotated[str, Scalar(parse_language, format="bcp47", example="hi-IN")]
Timestamp = Annotated[datetime, Meta(tz=True)]
Day = date


def whole_seconds(moment: datetime) -> datetime:
    """The moment in UTC without its fraction: how the API writes times."""
    return moment.astimezone(UTC).replace(microsecond=0)


def changes(patch: msgspec.Struct) -> dict[str, Any]:
    """The fields that a PATCH body names; None clears."""
    values = ((name, getattr(patch, name)) for name in patch.__struct_fields__)
    return {name: value for name, value in values if value is not UNSET}


def decode_body(body: bytes, kind: type[T]) -> T:
    """Decode a JSON object into a `Body`, without coercion. An empty body equals `{}`.

    Raises `InvalidParameter` with the first problem, and the others under `errors`.
    """
    if (many := bounds.too_many(body)) is not None:
        raise _refusal([many])
    try:
        raw: object = msgspec.json.decode(body or b"{}")
        pairs = bounds.count_names(raw, body) if isinstance(raw, dict) else None
        # no pair is without its colon: of as many, none was lost to another of its name
        repeat = None if pairs == body.count(b":") else find_repeat(body or b"{}", raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError) as error:
        raise _not_an_object(None) from error
    if not isinstance(raw, dict):
        raise _not_an_object(raw)
    is_sized = pairs is not None and bounds.holds_fit_text(raw, body)
    problems = [] if is_sized else bounds.problems_of(raw)
    made = _decode(cast("dict[str, Any]", raw), kind, problems, strict=True)
    if repeat is not None:
        raise _refusal([Problem(repeat, None, "each name once", "is given more than once")])
    return made


def decode_value(raw: Mapping[str, Any], kind: type[T], *, strict: bool = True) -> T:
    """Decode plain values (JSON's types) into `kind`; raises `InvalidParameter`."""
    return _decode(raw, kind, bounds.problems_of(raw), strict=strict)


def _decode(raw: Mapping[str, Any], kind: type[T], problems: list[Problem], *, strict: bool) -> T:
    clean: Any = None
    if not problems:
        clean = _walk(raw, kind, "", strict, problems)
    if problems:
        raise _refusal(problems)
    try:
        return msgspec.convert(clean, kind, strict=strict)
    except msgspec.ValidationError as error:
        raise _refusal([_problem("", clean, kind, error)]) from error


def written(body: bytes, field: str) -> bytes:
    """A field of a JSON object, which was decoded before, as it was written."""
    return bytes(msgspec.json.decode(body, type=dict[str, msgspec.Raw])[field])


def decode_query(values: Mapping[str, list[str]], kind: type[T]) -> T:
    """Decode query parameters, each given at most once; raises `InvalidParameter`."""
    names = fields_of(cast("Any", kind))
    known = {name: texts for name, texts in values.items() if name in names}
    for name, texts in known.items():
        if len(texts) > 1:
            raise _refusal([Problem(name, texts[:10], "one value", "must be given once")])
    return decode_value({name: texts[0] for name, texts in known.items()}, kind, strict=False)


def _not_an_object(raw: Any) -> InvalidParameter:
    shown = raw if raw is None or isinstance(raw, bool | int | float) else type(raw).__name__
    return _refusal([Problem("body", shown, "a JSON object", "must be a JSON object")])


def _refusal(problems: list[Problem]) -> InvalidParameter:
    first, *others = problems[: bounds.MAX_PROBLEMS + 1]
    errors = [
        {"field": it.field, "provided": shown(it.provided), "expected": it.expected}
        for it in others
    ]
    return InvalidParameter(
        first.field,
        provided=shown(first.provided),
        expected=first.expected,
        message=first.message,
        errors=errors,
    )


def shown(value: Any) -> Any:
    """What of a wrong value goes back: all of a small one, the kind of a large one."""
    if isinstance(value, str):
        text = bounds.UNSPEAKABLE.sub("\ufffd", value)
        return text if len(text) <= 200 else text[:200] + "…"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return value


def _walk(raw: Any, kind: Any, path: str, strict: bool, problems: list[Problem]) -> Any:
    """Return `raw` with its scalars made canonical; add what is wrong with it to `problems`."""
    if len(problems) > bounds.MAX_PROBLEMS:
        return raw
    if raw is None and admits(kind, type(None)):
        return None
    kind = arm_for(kind, raw)
    bare = bare_of(kind)
    if isinstance(raw, dict) and isinstance(bare, type) and issubclass(bare, msgspec.Struct):
        return _walk_struct(cast("dict[str, Any]", raw), bare, path, strict, problems)
    if isinstance(raw, list) and get_origin(bare) in (list, tuple):
        items = cast("list[Any]", raw)
        item_kind = get_args(bare)[0]
        if _takes_objects(item_kind) and _are_objects(items):
            _leaf([{}] * len(items), kind, path, strict, problems)  # how many they are is left
            return items
        for index, item in enumerate(items):
            raw[index] = _walk(item, item_kind, f"{path}[{index}]", strict, problems)
    if isinstance(raw, dict) and get_origin(bare) is dict:
        table = cast("dict[str, Any]", raw)
        value_kind = get_args(bare)[1]
        for name, value in table.items() if value_kind is not Any else ():
            table[name] = _walk(value, value_kind, bounds.dotted(path, name[:64]), strict, problems)
    return _leaf(raw, kind, path, strict, problems)


def _takes_objects(kind: Any) -> bool:
    """Whether a kind is any object at all: of such a one nothing is left to judge."""
    return bare_of(kind) == dict[str, Any] and not is_bounded(kind)


def _are_objects(items: list[Any]) -> bool:
    return set(map(type, items)) <= {dict}


def _walk_struct(
    raw: dict[str, Any],
    kind: type[msgspec.Struct],
    path: str,
    strict: bool,
    problems: list[Problem],
) -> dict[str, Any]:
    fields = fields_of(kind)
    clean: dict[str, Any] = {}
    known_problems = len(problems)
    for name, field in fields.items():
        if name in raw:
            clean[name] = _walk(raw[name], field.type, bounds.dotted(path, name), strict, problems)
        elif field.required:
            expected = describe(field.type)
            problems.append(Problem(bounds.dotted(path, name), None, expected, "is required"))
    if kind.__struct_config__.forbid_unknown_fields:
        for name in sorted(raw.keys() - fields.keys()):
            expected = "one of " + ", ".join(fields) if fields else "an empty object"
            problems.append(
                Problem(bounds.dotted(path, name[:64]), raw[name], expected, "is not known")
            )
    if path and len(problems) == known_problems and hasattr(kind, "__post_init__"):
        _judge_whole(clean, kind, path, strict, problems)
    return clean


def _judge_whole(
    clean: dict[str, Any],
    kind: type[msgspec.Struct],
    path: str,
    strict: bool,
    problems: list[Problem],
) -> None:
    """Let a struct judge its fields while its place is known; the outermost `_decode` judges."""
    try:
        msgspec.convert(clean, kind, strict=strict)
    except msgspec.ValidationError as error:
        problems.append(_problem(path, clean, kind, error))


def _leaf(raw: Any, kind: Any, path: str, strict: bool, problems: list[Problem]) -> Any:
    if problems and type(raw) in (list, dict):
        return raw  # its parts have been judged; the whole would only say it again
    try:
        if not strict:
            _check_spelling(raw, kind)
        value = msgspec.convert(raw, kind, strict=strict)
        if isinstance(value, datetime):
            _check_moment(raw, value)
        scalar = scalar_of(kind)
        return scalar.parse(raw) if scalar and isinstance(raw, str) else raw
    except Invalid as error:
        problems.append(Problem(path, raw, error.expected, error.rule))
    except msgspec.ValidationError as error:
        problems.append(_problem(path, raw, kind, error))
    return raw


def _check_spelling(text: str, kind: Any) -> None:
    """Refuse what a lax conversion reads as more than it says: `null`, `1e2`, `2.0`."""
    bare = bare_of(kind)
    if bare is not str and (text.lower() == "null" or (bare is int and not _INTEGER.match(text))):
        raise Invalid(describe(kind))


def _check_moment(raw: Any, moment: datetime) -> None:
    """Refuse a Unix time, as which a query's digits may be read, and what UTC cannot express."""
    try:
        moment.astimezone(UTC)
    except OverflowError:
        raise Invalid(WORDS[datetime]) from None
    if not (isinstance(raw, str) and raw[4:5] == "-"):
        raise Invalid(WORDS[datetime])


def _problem(path: str, raw: Any, kind: Any, error: msgspec.ValidationError) -> Problem:
    cause = error.__cause__
    inner = re.search(r" - at `\$(.*)`$", str(error))
    at = (path + inner.group(1) if inner else path).lstrip(".").replace("[...]", "")
    if isinstance(cause, Invalid):
        at = bounds.dotted(at, cause.field) if cause.field else at
        return Problem(at or "body", _at(raw, cause.field), cause.expected, cause.rule)
    if inner or cause is not None:
        words = str(error).partition(" - at `")[0]
        return Problem(at or "body", raw, words, f"is not valid: {words}")
    expected = describe(kind)
    return Problem(at or "body", raw, expected, f"must be {expected}")


def _at(raw: Any, field: str) -> Any:
    return cast("dict[str, Any]", raw).get(field) if isinstance(raw, dict) else raw
