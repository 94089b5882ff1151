"""The rules of the contract that no type tells: one request for each, and the whole refusal."""

import copy
from typing import Any

import pytest
from tests.contracts.api.field_rules import (
    BASES,
    BCP47,
    CALL,
    CAMPAIGN,
    CAMPAIGNS,
    CONTACT,
    E164,
    GONE,
    OTHERS,
    PHONE,
    PHONES,
    ZONED,
    Rule,
)
from tests.contracts.api.shapes import nested
from tests.contracts.api.tenants import SCRIPT, Stage
from tests.contracts.api.wire import JSON, Header, Reply, Wire, encode

from vinfer.kit.http import MAX_JSON_BYTES

pytestmark = pytest.mark.asyncio(loop_scope="module")


def changed(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """A body with the fields of a rule in it."""
    body = copy.deepcopy(base)
    for path, value in changes.items():
        *way, last = path.split(".")
        inner = body
        for step in way:
            inner = inner.setdefault(step, {})
        if value is GONE:
            del inner[last]
        else:
            inner[last] = value
    return body


async def send(stage: Stage, operation: str, body: Any, **more: Any) -> Reply:
    """Ask with `{script}` and the like filled in."""
    method, _, path = operation.partition(" ")
    filled = {
        name: stage.ours.ids[value[1:-1]] if value in ("{script}",) else value
        for name, value in body.items()
    }
    return await stage.ours.ask(method, path.format(**stage.ours.ids), filled, **more)


def named(rule: Rule) -> str:
    """What a test of a rule is called."""
    return f"{rule[0]} {rule[2]} {str(rule[3])[:20]}"


@pytest.mark.parametrize("rule", [*CAMPAIGNS, *PHONES, *OTHERS], ids=named)
async def test_a_rule_of_a_field(stage: Stage, rule: Rule):
    operation, changes, field, provided, expected = rule
    reply = await send(stage, operation, changed(BASES[operation], changes))
    found = reply.error(400, "invalid_parameter")
    details = found["details"]
    assert (details["field"], details["provided"]) == (field, provided)
    assert details["expected"].startswith(expected)
    assert found["message"].startswith(f"The '{field}' field ")


@pytest.mark.parametrize("operation", [it for it in BASES if it.startswith("POST")])
async def test_what_the_rules_bend_is_good(stage: Stage, operation: str):
    assert (await send(stage, operation, BASES[operation])).status in (200, 201, 202)


async def test_what_a_script_asks_of_those_who_use_it(stage: Stage):
    """A value for each required variable, and somebody to hand over to."""
    needy = SCRIPT | {"variables": {"amount": {"type": "number", "required": True}}}
    handing = SCRIPT | {"no_match": {"handover": True}}
    made = {
        name: (await stage.ours.ask("POST", "/v1/scripts", body)).json["id"]
        for name, body in {"needy": needy, "handing": handing}.items()
    }
    needed = "present: the script needs this number"
    nobody = "a phone or SIP URI, because calls are handed over"
    for operation, script, changes, field, expected in (
        (CAMPAIGN, "needy", {"contacts": [{"phone": PHONE}]}, "contacts[0].amount", needed),
        (CALL, "needy", {"variables": {}}, "variables.amount", needed),
        (CAMPAIGN, "handing", {}, "fallback.transfer_to", nobody),
        (CALL, "handing", {}, "fallback.transfer_to", nobody),
        (CALL, "handing", {"fallback": {"mode": "warm"}}, "fallback.transfer_to", nobody),
    ):
        body = BASES[operation] | {"script_id": made[script]} | changes
        details = (await send(stage, operation, body)).error(400, "invalid_parameter")["details"]
        assert details == {"field": field, "provided": None, "expected": expected}


async def test_the_longest_name_of_an_agent_fits_the_lists(stage: Stage):
    longest = "".join(chr(0x10000 + n * 7919 % 0xFFFF) for n in range(255))  # not compressible
    asked = BASES[CALL] | {"phone": "+919876543277", "metadata": {"agent_id": longest}}
    assert (await send(stage, CALL, asked)).status == 201


async def test_the_introduction_s_samples_word_for_word(stage: Stage):
    refused = await send(stage, CAMPAIGN, BASES[CAMPAIGN] | {"language": "hindi"})
    assert refused.json == {
        "error": {
            "code": "invalid_parameter",
            "message": "The 'language' field must be a valid BCP-47 language code.",
            "details": {
                "field": "language",
                "provided": "hindi",
                "expected": "BCP-47 format, e.g. hi-IN",
            },
        }
    }
    missing = await stage.ours.ask("GET", "/v1/campaigns/cmp_unknownXYZ")
    assert (missing.status, missing.json) == (
        404,
        {
            "error": {
                "code": "resource_not_found",
                "message": "Campaign 'cmp_unknownXYZ' does not exist or does not belong to your"
                " workspace.",
                "details": {"resource_type": "campaign", "id": "cmp_unknownXYZ"},
            }
        },
    )


LISTS = ("campaigns", "calls", "scripts", "agents", "trunks", "webhooks", "dnc", "api-keys")
QUERIES = [
    *(
        (f"/v1/{name}", query, *wanted)
        for name in LISTS
        for query, wanted in {
            "limit=0": ("limit", "0", "an integer from 1 to 100"),
            "limit=101": ("limit", "101", "an integer from 1 to 100"),
            "limit=ten": ("limit", "ten", "an integer from 1 to 100"),
            "offset=-1": ("offset", "-1", "an integer from 0 to"),
            "cursor=broken": ("cursor", "broken", "the 'next_cursor' of an earlier page"),
            "cursor=": ("cursor", "", "the 'next_cursor' of an earlier page"),
        }.items()
    ),
    ("/v1/campaigns", "status=active", "status", "active", "one of scheduled, running, paused"),
    ("/v1/campaigns", "from=2024-02-30", "from", "2024-02-30", "a date, e.g. 2024-01-15"),
    ("/v1/campaigns", "to=01/02/2024", "to", "01/02/2024", "a date, e.g. 2024-01-15"),
    ("/v1/calls", "from=2024-01-15", "from", "2024-01-15", ZONED),
    ("/v1/calls", "to=2024-01-15T10:00:00", "to", "2024-01-15T10:00:00", ZONED),
    ("/v1/calls", "to=1705315522", "to", "1705315522", ZONED),
    ("/v1/calls", "disposition=sold", "disposition", "sold", "one of interested, not_interested"),
    ("/v1/calls", "language=hindi", "language", "hindi", BCP47),
    ("/v1/calls", "status=done", "status", "done", "one of in_progress, completed, failed"),
    ("/v1/calls", "phone=12345", "phone", "12345", E164),
    ("/v1/contacts/12345", "", "phone", "12345", E164),
    ("/v1/contacts/+910000000000", "", "phone", "+910000000000", E164),
]


@pytest.mark.parametrize(("path", "query", "field", "provided", "expected"), QUERIES)
async def test_a_rule_of_a_query(
    stage: Stage, path: str, query: str, field: str, provided: str, expected: str
):
    found = (await stage.ours.ask("GET", f"{path}?{query}")).error(400, "invalid_parameter")
    assert (found["details"]["field"], found["details"]["provided"]) == (field, provided)
    assert found["details"]["expected"].startswith(expected)


NO_BODIES = {
    "cut off": b'{"name": "x"',
    "not JSON": b"name=x",
    "not UTF-8": b'{"name": "\xff"}',
    "UTF-16": '{"name": "x"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"name": "x"}',
    "a list": b"[]",
    "a text": b'"x"',
    "nothing": b"null",
    "two objects": b"{}{}",
    "NaN": b'{"concurrency": NaN}',
    "Infinity": b'{"concurrency": -Infinity}',
    "too large a number": b'{"concurrency": 1e999}',
    "a lone surrogate": b'{"name": "\\ud800"}',
    "half a pair": b'{"name": "\\udc00\\ud800"}',
    "single quotes": b"{'name': 'x'}",
    "a comment": b'{} // "x"',
    "a trailing comma": b'{"name": "x",}',
    "bottomless": b'{"metadata":' * 100_000,
    "bottomless lists": b"[" * 100_000,
}


@pytest.mark.parametrize("body", NO_BODIES.values(), ids=NO_BODIES)
@pytest.mark.parametrize("path", ["/v1/campaigns", "/v1/scripts", "/v1/campaigns/{campaign}/start"])
async def test_what_is_no_object(stage: Stage, path: str, body: bytes):
    reply = await stage.ours.ask("POST", path.format(**stage.ours.ids), body)
    found = reply.error(400, "invalid_parameter")
    assert found["details"] == {"field": "body", "provided": found["details"]["provided"]} | {
        "expected": "a JSON object"
    }
    assert found["message"] == "The 'body' field must be a JSON object."


async def test_no_name_is_given_twice(stage: Stage):
    for body, field in {
        b'{"name": "a", "language": "hi-IN", "contacts": [], "name": "b"}': "name",
        b'{"name": "a", "language": "hi-IN", "contacts": [{"phone": "+919876543210", "a": 1,'
        b' "a": 1}]}': "contacts[0].a",
    }.items():
        found = (await stage.ours.ask("POST", "/v1/campaigns", body)).error(
            400, "invalid_parameter"
        )
        assert found["details"]["field"] == field
        assert found["message"] == f"The '{field}' field is given more than once."


async def test_no_value_is_too_deep_or_too_many(stage: Stage):
    deep = BASES[CAMPAIGN] | {"metadata": nested(32)}
    found = (await send(stage, CAMPAIGN, deep)).error(400, "invalid_parameter")
    assert found["details"]["field"].startswith("metadata.a.a")
    assert "32 levels" in found["details"]["expected"]
    assert (await send(stage, CAMPAIGN, BASES[CAMPAIGN] | {"metadata": nested(20)})).status == 201
    many = BASES[CAMPAIGN] | {"metadata": {"list": [0] * 100_001}}
    found = (await send(stage, CAMPAIGN, many)).error(400, "invalid_parameter")
    assert found["details"]["field"] == "metadata.list"


async def test_every_problem_is_told_at_once_up_to_a_hundred(stage: Stage):
    wrong = [CONTACT | {"phone": "1"}] * 150
    found = (await send(stage, CAMPAIGN, BASES[CAMPAIGN] | {"contacts": wrong})).error(
        400, "invalid_parameter"
    )
    others = found["details"]["errors"]
    assert len(others) == 100
    assert [it["field"] for it in others[:2]] == ["contacts[1].phone", "contacts[2].phone"]
    assert all(set(it) == {"field", "provided", "expected"} for it in others)
    several = {"name": "", "language": "hindi", "contacts": 1, "surplus": 1}
    found = (await send(stage, CAMPAIGN, several)).error(400, "invalid_parameter")
    fields = [found["details"]["field"], *(it["field"] for it in found["details"]["errors"])]
    assert fields == ["name", "language", "contacts", "surplus"]


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        (None, ()),
        (b"text/plain", ()),
        (b"text/csv", ()),
        (b"application/x-www-form-urlencoded", ()),
        (b"application/jsonp", ()),
        (b"application/json; charset=utf-16", ()),
        (b"application/json, text/csv", ()),
        (b"\xff", ()),
        (JSON, ((b"content-encoding", b"gzip"),)),
        (JSON, ((b"content-encoding", b"identity, br"),)),
        (JSON, ((b"content-type", JSON),)),
    ],
)
async def test_other_types_and_encodings(
    stage: Stage, kind: bytes | None, more: tuple[Header, ...]
):
    reply = await send(stage, CAMPAIGN, BASES[CAMPAIGN], kind=kind, more=more)
    found = reply.error(415, "unsupported_media_type")
    assert found["details"] == {"expected": "application/json"}


@pytest.mark.parametrize(
    "kind",
    [JSON, b"Application/JSON", b"application/json;charset=UTF-8", b"application/json ; x=1"],
)
async def test_the_same_type_written_otherwise(stage: Stage, kind: bytes):
    assert (await send(stage, CAMPAIGN, BASES[CAMPAIGN], kind=kind)).status == 201


async def test_ten_mebibytes_and_one_byte(stage: Stage):
    body = encode(BASES[CAMPAIGN] | {"script_id": stage.ours.ids["script"]})
    fits = body + b" " * (MAX_JSON_BYTES - len(body))
    assert (await stage.ours.ask("POST", "/v1/campaigns", fits)).status == 201
    for more in ({}, {"announce": 0}):  # told beforehand, or found out while reading
        headers = ((b"transfer-encoding", b"chunked"),) if more else ()
        reply = await stage.ours.ask("POST", "/v1/campaigns", fits + b" ", **more, more=headers)
        assert reply.error(413, "payload_too_large")["details"] == {"limit": MAX_JSON_BYTES}


@pytest.mark.parametrize(
    "values",
    [(b"",), (b"x" * 256,), (b"a\tb",), (b"\x7f",), (b"\xc3\xa9",), (b"a", b"a"), (b"a", b"b")],
)
@pytest.mark.parametrize("operation", [CAMPAIGN, CALL, "POST /v1/campaigns/{campaign}/pause"])
async def test_an_idempotency_key_that_is_none(
    stage: Stage, operation: str, values: tuple[bytes, ...]
):
    more = tuple((b"idempotency-key", value) for value in values)
    found = (await send(stage, operation, BASES.get(operation, {}), more=more)).error(
        400, "invalid_parameter"
    )
    assert found["details"]["field"] == "Idempotency-Key"
    assert found["details"]["provided"] == values[0].decode("latin-1")[:255]
    assert found["details"]["expected"] == "1 to 255 printable characters, once"


async def test_two_authorization_headers(stage: Stage):
    twice = Wire(stage.api.app, stage.ours.wire.identity * 2)
    (await twice.ask("GET", "/v1/campaigns")).error(401, "unauthorized")
