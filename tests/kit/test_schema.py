"""Bodies and queries: every problem by its field, nothing coerced, nothing unstorable."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Annotated, Any, Literal

import msgspec
import pytest
from msgspec import UNSET, Meta, UnsetType

from vinfer.kit import bounds, schema
from vinfer.kit.errors import InvalidParameter
from vinfer.kit.page import PageQuery


class Contact(schema.Body):
    phone: schema.Phone
    note: str | None = None


class Order(schema.Body):
    name: Annotated[str, Meta(min_length=1, max_length=5)]
    language: schema.Language = "en-IN"
    count: Annotated[int, Meta(ge=1, le=5)] = 1
    contacts: Annotated[list[Contact], Meta(max_length=3)] = msgspec.field(
        default_factory=list[Contact]
    )
    at: schema.Timestamp | None = None
    day: date | None = None
    kind: Literal["a", "b"] = "a"
    metadata: dict[str, Any] = msgspec.field(default_factory=dict[str, Any])


class Change(schema.Body):
    name: str | UnsetType = UNSET
    note: str | UnsetType | None = UNSET


def problem(body: bytes) -> dict[str, Any]:
    with pytest.raises(InvalidParameter) as raised:
        schema.decode_body(body, Order)
    return raised.value.details | {"message": raised.value.message}


def test_a_good_body_is_decoded_and_made_canonical() -> None:
    body = b"""{"name": "x", "language": "HI-in", "contacts": [{"phone": "+919876543210"}],
        "at": "2024-01-15T16:05:22+05:30", "metadata": {"a": [1, {"b": null}]}}"""
    order = schema.decode_body(body, Order)
    assert order.language == "hi-IN"
    assert order.contacts[0].phone == "+919876543210"
    assert order.at == datetime(2024, 1, 15, 10, 35, 22, tzinfo=UTC)
    assert order.metadata == {"a": [1, {"b": None}]}


@pytest.mark.parametrize(
    ("body", "field", "provided", "expected"),
    [
        (b"[]", "body", "list", "a JSON object"),
        (b"3", "body", 3, "a JSON object"),
        (b"{", "body", None, "a JSON object"),
        (b'{"name": "\xff"}', "body", None, "a JSON object"),
        (b'{"a":' * 5000, "body", None, "a JSON object"),
        (b"", "name", None, "text of 1 to 5 characters"),
        (b'{"name": ""}', "name", "", "text of 1 to 5 characters"),
        (b'{"name": null}', "name", None, "text of 1 to 5 characters"),
        (b'{"name": "x", "count": "2"}', "count", "2", "an integer from 1 to 5"),
        (b'{"name": "x", "count": 2.5}', "count", 2.5, "an integer from 1 to 5"),
        (b'{"name": "x", "count": true}', "count", True, "an integer from 1 to 5"),
        (b'{"name": "x", "count": 9}', "count", 9, "an integer from 1 to 5"),
        (b'{"name": "x", "language": "hindi"}', "language", "hindi", "BCP-47 format, e.g. hi-IN"),
        (b'{"name": "x", "language": "hi_IN"}', "language", "hi_IN", "BCP-47 format, e.g. hi-IN"),
        (b'{"name": "x", "kind": "c"}', "kind", "c", "one of a, b"),
        (b'{"name": "x", "day": "15/01/2024"}', "day", "15/01/2024", "a date, e.g. 2024-01-15"),
        (
            b'{"name": "x", "at": "2024-01-15T10:35:22"}',
            "at",
            "2024-01-15T10:35:22",
            "an ISO 8601 time with a zone, e.g. 2024-01-15T10:35:22Z",
        ),
        (
            b'{"name": "x", "contacts": [{"phone": "+919876543210"}, {"phone": "+91987"}]}',
            "contacts[1].phone",
            "+91987",
            "E.164 format, e.g. +919876543210",
        ),
        (
            b'{"name": "x", "contacts": [{"phone": "+910000000000"}]}',
            "contacts[0].phone",
            "+910000000000",
            "E.164 format, e.g. +919876543210",
        ),
        (b'{"name": "x", "contacts": {}}', "contacts", "an object", "a list of at most 3 items"),
        (b'{"name": "x", "contacts": [{}]}', "contacts[0].phone", None, "E.164 format"),
        (b'{"name": "a\\u0000b"}', "name", "a\ufffdb", "text without NUL or lone surrogates"),
        (b'{"name": "x", "metadata": {"a": ["\\u0000"]}}', "metadata.a[0]", "\ufffd", "text with"),
        (b'{"name": "x", "metadata": {"\\u0000": 1}}', "metadata", "\ufffd", "text without NUL"),
    ],
)
def test_a_wrong_value_is_named(body: bytes, field: str, provided: object, expected: str) -> None:
    found = problem(body)
    assert (found["field"], found["provided"]) == (field, provided)
    assert found["expected"].startswith(expected)


def test_all_problems_come_at_once() -> None:
    found = problem(b'{"name": 1, "count": 9, "contacts": [{"phone": "x", "fax": 1}], "foo": 2}')
    fields = [found["field"], *(it["field"] for it in found["errors"])]
    assert fields == ["name", "count", "contacts[0].phone", "contacts[0].fax", "foo"]
    assert found["message"] == "The 'name' field must be text of 1 to 5 characters."
    assert found["errors"][3] == {
        "field": "foo",
        "provided": 2,
        "expected": "one of name, language, count, contacts, at, day, kind, metadata",
    }


def test_problems_are_bounded() -> None:
    unknown = b",".join(b'"f%d": 1' % i for i in range(500))
    assert len(problem(b'{"name": "x", ' + unknown + b"}")["errors"]) == 100


def test_deep_and_long_values_are_refused() -> None:
    deep = b'{"name": "x", "metadata": ' + b'{"a":' * 40 + b"1" + b"}" * 41
    assert problem(deep)["field"].startswith("metadata.a")
    long = msgspec.json.encode({"name": "x", "metadata": {"a": "y" * 100_001}})
    assert problem(long)["field"] == "metadata.a"


def test_a_body_of_millions_of_values_is_not_read_to_its_end() -> None:
    crowd = b"[" + b",".join([b"[" + b"0," * 32 + b"0]"] * 40_000) + b"]"
    found = problem(b'{"name": "x", "metadata": {"a": ' + crowd + b"}}")
    assert (found["field"], found["expected"]) == ("body", "at most 1000000 values")


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1700000000", "17e8"]
)
def test_a_time_is_written_and_can_be_told_in_utc(text: str) -> None:
    class Filter(schema.Query, frozen=True):
        at: schema.Timestamp | None = None

    with pytest.raises(InvalidParameter) as refused:
        schema.decode_query({"at": [text]}, Filter)
    assert refused.value.details["expected"].startswith("an ISO 8601 time")
    assert problem(msgspec.json.encode({"name": "x", "at": text}))["field"] == "at"


def test_a_patch_tells_clearing_from_leaving() -> None:
    assert schema.changes(schema.decode_body(b'{"note": null}', Change)) == {"note": None}
    assert schema.changes(schema.decode_body(b"{}", Change)) == {}
    with pytest.raises(InvalidParameter, match="'name'"):
        schema.decode_body(b'{"name": null}', Change)


@pytest.mark.parametrize("text", ["+919876543210", "919876543210", " 919876543210"])
def test_a_phone_in_a_path_may_have_lost_its_plus(text: str) -> None:
    assert schema.parse_path_phone(text) == "+919876543210"


@pytest.mark.parametrize("text", ["", "+", "++919876543210", "12345", "+91 98765 43210", "+९१"])
def test_other_paths_are_no_phones(text: str) -> None:
    with pytest.raises(InvalidParameter):
        schema.parse_path_phone(text)


def test_times_go_out_in_utc_and_whole_seconds() -> None:
    class Thing(schema.Resource):
        at: datetime
        until: datetime | None = None

    zone = timezone(timedelta(hours=5, minutes=30))
    thing = Thing(at=datetime(2024, 1, 15, 16, 5, 22, 999999, tzinfo=zone))
    assert msgspec.json.encode(thing) == b'{"at":"2024-01-15T10:35:22Z","until":null}'


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"name": "x", "name": "y"}', "name"),
        (b'{"name": "x", "inner": {"a": [0, {"b": 1, "b": 1}]}}', "inner.a[1].b"),
        (b'{"name": "x\\u003a", "name": "y\\u003a"}', "name"),  # an escape makes up for a colon
    ],
)
def test_no_name_is_given_twice(body: bytes, field: str) -> None:
    class Free(schema.Body):
        name: str
        inner: dict[str, Any] | None = None

    with pytest.raises(
        InvalidParameter, match=f"'{field}' field is given more than once".replace("[", r"\[")
    ) as raised:
        schema.decode_body(body, Free)
    assert raised.value.details["field"] == field


def test_colons_in_texts_are_no_names() -> None:
    class Free(schema.Body):
        name: str

    assert schema.decode_body(b'{"name": "a:b \\u003a \\u003A"}', Free).name == "a:b : :"


def test_no_depth_brings_the_reader_down() -> None:
    class Free(schema.Body):
        inner: dict[str, Any]

    for levels in range(100, 1100):
        for inner in (b"1", b'"\\u003a"'):
            body = b'{"inner":' + b'{"a":' * levels + inner + b"}" * levels + b"}"
            with pytest.raises(InvalidParameter):
                schema.decode_body(body, Free)


@pytest.mark.parametrize("text", ["null", "NULL", "1e1", "2.0", "", "+2", " 2", "1_0", "٣"])
def test_a_number_in_a_query_is_written_in_digits(text: str) -> None:
    class Filter(schema.Query, frozen=True):
        n: int | None = None

    assert schema.decode_query({"n": ["-12"]}, Filter).n == -12
    with pytest.raises(InvalidParameter):
        schema.decode_query({"n": [text]}, Filter)


def test_alternatives_are_judged_by_what_the_value_looks_like() -> None:
    class Free(schema.Body):
        say: Annotated[str, Meta(max_length=3)] | dict[str, int]

    for value, field, expected in (
        ("long", "say", "text of at most 3 characters"),
        ({"a": "x"}, "say.a", "an integer"),
        (1, "say", "text of at most 3 characters or an object"),
    ):
        with pytest.raises(InvalidParameter) as raised:
            schema.decode_value({"say": value}, Free)
        assert raised.value.details == {
            "field": field,
            "provided": raised.value.details["provided"],
            "expected": expected,
        }


def test_a_query_is_text_given_once() -> None:
    class Filter(schema.Query, frozen=True):
        since: date | None = msgspec.field(default=None, name="from")
        passed: bool | None = None

    found = schema.decode_query({"from": ["2024-01-15"], "passed": ["true"], "x": ["1"]}, Filter)
    assert (found.since, found.passed) == (date(2024, 1, 15), True)
    for values in ({"from": ["2024-13-15"]}, {"from": ["2024-01-15", "2024-01-16"]}):
        with pytest.raises(InvalidParameter) as raised:
            schema.decode_query(values, Filter)
        assert raised.value.details["field"] == "from"


class Range(schema.Body):
    low: int
    high: int

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise schema.Invalid("at least 'low'", field="high")


class Ranges(schema.Body):
    ranges: list[Range]


def test_fields_that_do_not_fit_each_other_are_named_with_their_place() -> None:
    body = b'{"ranges": [{"low": 1, "high": 2}, {"low": 5, "high": 3}, {"low": 2, "high": 1}]}'
    with pytest.raises(InvalidParameter) as caught:
        schema.decode_body(body, Ranges)
    assert caught.value.message == "The 'ranges[1].high' field must be at least 'low'."
    assert caught.value.details == {
        "field": "ranges[1].high",
        "provided": 3,
        "expected": "at least 'low'",
        "errors": [{"field": "ranges[2].high", "provided": 1, "expected": "at least 'low'"}],
    }


def test_nobody_changes_the_parameters_of_another_request():
    with pytest.raises(AttributeError):
        PageQuery().limit = 3  # type: ignore[misc]


class Open(schema.Body):
    """Holds whatever one likes."""

    values: Annotated[list[dict[str, Any]], Meta(max_length=100_001)]
    tables: list[Annotated[dict[str, Any], Meta(max_length=1)]] = msgspec.field(
        default_factory=list[dict[str, Any]]
    )


def nested(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = {"a": value}
    return value


AT_THE_EDGE: tuple[tuple[Any, bool], ...] = (
    ({"a": "x" * bounds.MAX_TEXT}, True),
    ({"a": "x" * (bounds.MAX_TEXT + 1)}, False),
    ({"a": '"' * bounds.MAX_TEXT}, True),
    ({"a": '"' * (bounds.MAX_TEXT + 1)}, False),
    ({"a": ["x" * 40_000, {'"' * (bounds.MAX_TEXT + 1): 1}]}, False),
    ({"x" * bounds.MAX_TEXT: 1}, True),
    ({"x" * (bounds.MAX_TEXT + 1): 1}, False),
    ({"a": [0] * bounds.MAX_ITEMS}, True),
    ({"a": [0] * (bounds.MAX_ITEMS + 1)}, False),
    (nested(bounds.MAX_DEPTH - 2), True),
    (nested(bounds.MAX_DEPTH - 1), False),
    ({"[{" * 40: nested(bounds.MAX_DEPTH - 3)}, True),
    ({"[{" * 40: nested(bounds.MAX_DEPTH - 2)}, False),
    ({"a": "नमस्ते 😀 \\u0000"}, True),
    ({"a": "\0"}, False),
    ({"a\0": 1}, False),
    ({"a": [{"b": "\0"}]}, False),
)


@pytest.mark.parametrize(("value", "good"), AT_THE_EDGE, ids=range(len(AT_THE_EDGE)))
def test_the_bounds_hold_to_the_last_character(value: Any, good: bool) -> None:
    body = msgspec.json.encode({"values": [{}, value]})
    if good:
        assert schema.decode_body(body, Open).values == [{}, value]
    else:
        with pytest.raises(InvalidParameter) as raised:
            schema.decode_body(body, Open)
        assert raised.value.details["field"].startswith("values[1]")


def test_of_a_list_of_objects_what_is_none_is_named() -> None:
    with pytest.raises(InvalidParameter) as raised:
        schema.decode_body(b'{"values": [{}, 3, {}, "x"]}', Open)
    assert raised.value.details["field"] == "values[1]"
    assert [it["field"] for it in raised.value.details["errors"]] == ["values[3]"]
    with pytest.raises(InvalidParameter) as raised:
        schema.decode_body(b'{"values": [], "tables": [{}, {"a": 1, "b": 2}]}', Open)
    assert raised.value.details["field"] == "tables[1]"


def test_the_pattern_of_words_refuses_no_letter_of_any_script():
    """What is described may be wider than what is taken, never narrower: clients keep to it."""
    described = re.compile(schema.Words.pattern or "")
    letters = [chr(code) for code in range(0x110000) if re.match(r"\w", chr(code))]
    assert "अ" in letters
    assert "×" not in letters
    assert [letter for letter in letters if not described.search(letter)] == []
    assert not any(described.search(sign) for sign in "\0 \t!/:@[^`{~\x9b©")
