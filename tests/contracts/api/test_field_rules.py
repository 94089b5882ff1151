"""The rules of the contract that no type tells: one request for each, and the whole refusal."""

import copy
from typing import Any

import pytest
from tests.contracts.api.shapes import nested
from tests.contracts.api.tenants import SCRIPT, Stage
from tests.contracts.api.wire import JSON, Header, Reply, Wire, encode

from vinfer.kit.http import MAX_JSON_BYTES

pytestmark = pytest.mark.asyncio(loop_scope="module")

PHONE = "+919876543210"
E164 = "E.164 format, e.g. +919876543210"
BCP47 = "BCP-47 format, e.g. hi-IN"
ZONED = "an ISO 8601 time with a zone, e.g. 2024-01-15T10:35:22Z"
ISO = "ISO 8601, e.g. 2026-02-01T09:00:00"
HOUR = "a time of day as HH:MM, 00:00 to 24:00"
TARGET = "an E.164 phone or a SIP URI, e.g. sip:desk@pbx.example.com"
DAYS = "one of mon, tue, wed, thu, fri, sat, sun"
GONE = object()
"""In a table: the field is left out."""

CONTACT: dict[str, Any] = {"phone": PHONE, "name": "Asha", "amount": 5200}
BASES: dict[str, dict[str, Any]] = {
    "POST /v1/campaigns": {
        "name": "Q1 Outreach",
        "script_id": "{script}",
        "language": "hi-IN",
        "contacts": [CONTACT],
    },
    "POST /v1/campaigns/{campaign}/contacts": {"contacts": [CONTACT]},
    "PATCH /v1/campaigns/{campaign}": {},
    "POST /v1/calls": {
        "phone": PHONE,
        "script_id": "{script}",
        "language": "hi-IN",
        "variables": {"amount": 5200},
    },
    "POST /v1/agents": {
        "agent_name": "Asha",
        "language": "hi-IN",
        "voice": "female",
        "script_id": "{script}",
    },
    "POST /v1/trunks": {"name": "Main", "server": "sip.example.com"},
    "PATCH /v1/trunks/{trunk}": {},
    "POST /v1/dnc": {"phone": PHONE},
    "POST /v1/webhooks": {"url": "https://hooks.example.com/x", "events": ["call.completed"]},
    "POST /v1/api-keys": {"name": "CI", "scope": "read_only"},
    "POST /v1/scripts": SCRIPT,
}
Rule = tuple[str, dict[str, Any], str, Any, str]
"""Operation, changes by dotted path, and of the refusal: field, provided, expected."""

CAMPAIGN = "POST /v1/campaigns"
MANY = [CONTACT | {"phone": f"+9198{n:08d}"} for n in range(10_001)]
CAMPAIGNS: list[Rule] = [
    (CAMPAIGN, {"name": GONE}, "name", None, "text of 1 to 255 characters"),
    (CAMPAIGN, {"name": ""}, "name", "", "text of 1 to 255 characters"),
    (CAMPAIGN, {"name": "x" * 256}, "name", "x" * 200 + "…", "text of 1 to 255 characters"),
    (CAMPAIGN, {"language": GONE}, "language", None, BCP47),
    (CAMPAIGN, {"language": "hindi"}, "language", "hindi", BCP47),
    (CAMPAIGN, {"language": "hi_IN"}, "language", "hi_IN", BCP47),
    (CAMPAIGN, {"language": "hi-IN "}, "language", "hi-IN ", BCP47),
    (CAMPAIGN, {"language": "zz-ZZ"}, "language", "zz-ZZ", BCP47),
    (
        CAMPAIGN,
        {"language": "fr-FR"},
        "language",
        "fr-FR",
        "an installed language: en-IN, hi-IN",
    ),
    (CAMPAIGN, {"contacts": GONE}, "contacts", None, "a list of at most 10000 items"),
    (CAMPAIGN, {"contacts": MANY}, "contacts", "a list", "a list of at most 10000 items"),
    (
        CAMPAIGN,
        {"contacts": [*MANY[:3], CONTACT | {"phone": "98765"}, MANY[4]]},
        "contacts[3].phone",
        "98765",
        E164,
    ),
    (CAMPAIGN, {"contacts": [{"amount": 1}]}, "contacts[0].phone", None, E164),
    (CAMPAIGN, {"contacts": [5]}, "contacts[0]", 5, "an object"),
    (CAMPAIGN, {"script_id": GONE}, "script_id", None, "given, or else 'agent_id'"),
    (CAMPAIGN, {"script_id": "scr_none"}, "script_id", "scr_none", "a script of the workspace"),
    (CAMPAIGN, {"agent_id": "agt_none"}, "agent_id", "agt_none", "an agent of the workspace"),
    (CAMPAIGN, {"trunk_id": "trk_none"}, "trunk_id", "trk_none", "a trunk of the workspace"),
    (CAMPAIGN, {"max_attempts": 0}, "max_attempts", 0, "an integer from 1 to 5"),
    (CAMPAIGN, {"max_attempts": 6}, "max_attempts", 6, "an integer from 1 to 5"),
    (CAMPAIGN, {"max_attempts": "2"}, "max_attempts", "2", "an integer from 1 to 5"),
    (CAMPAIGN, {"max_attempts": True}, "max_attempts", True, "an integer from 1 to 5"),
    (CAMPAIGN, {"max_attempts": 2.0}, "max_attempts", 2.0, "an integer from 1 to 5"),
    (CAMPAIGN, {"max_attempts": None}, "max_attempts", None, "an integer from 1 to 5"),
    (
        CAMPAIGN,
        {"retry_interval_minutes": 0},
        "retry_interval_minutes",
        0,
        "an integer from 1 to 10080",
    ),
    (
        CAMPAIGN,
        {"retry_interval_minutes": 10_081},
        "retry_interval_minutes",
        10_081,
        "an integer from 1 to 10080",
    ),
    (CAMPAIGN, {"concurrency": 0}, "concurrency", 0, "an integer from 1 to 100000"),
    (CAMPAIGN, {"metadata": []}, "metadata", "a list", "an object"),
    (
        CAMPAIGN,
        {"analyze": ["summary", "magic"]},
        "analyze[1]",
        "magic",
        "one of transcription, summary, sentiment, intent, qa_scoring, compliance, redaction",
    ),
    (CAMPAIGN, {"dedupe": "drop"}, "dedupe", "drop", "one of keep, reject"),
    (
        CAMPAIGN,
        {"contacts": [CONTACT, CONTACT], "dedupe": "reject"},
        "contacts[1].phone",
        PHONE,
        "a phone other than that of contacts[0]",
    ),
    (CAMPAIGN, {"schedule.start_time": "tomorrow"}, "schedule.start_time", "tomorrow", ISO),
    (CAMPAIGN, {"schedule.start_time": "2030-01-01"}, "schedule.start_time", "2030-01-01", ISO),
    (
        CAMPAIGN,
        {"schedule.end_time": "2030-02-30T00:00:00Z"},
        "schedule.end_time",
        "2030-02-30T00:00:00Z",
        ISO,
    ),
    (
        CAMPAIGN,
        {
            "schedule.start_time": "2030-01-02T09:00:00+05:30",
            "schedule.end_time": "2030-01-02T03:30:00Z",
        },
        "schedule.end_time",
        "2030-01-02T03:30:00Z",
        "later than 'start_time'",
    ),
    (
        CAMPAIGN,
        {
            "schedule.timezone": "Asia/Kolkata",
            "schedule.start_time": "2030-01-02T09:00:00",
            "schedule.end_time": "2030-01-02T03:00:00Z",
        },
        "schedule.end_time",
        "2030-01-02T03:00:00Z",
        "later than 'start_time'",
    ),
    *(
        (
            CAMPAIGN,
            {"schedule.timezone": zone},
            "schedule.timezone",
            zone,
            "an IANA zone, e.g. Asia/Kolkata",
        )
        for zone in ("Asia/Kolkatta", "asia/kolkata", "localtime", "+05:30", "")
    ),
    *(
        (
            CAMPAIGN,
            {"schedule.daily_window": {"start": hour, "end": "18:00"}},
            "schedule.daily_window.start",
            hour,
            HOUR,
        )
        for hour in ("9:00", "09:00:00", "25:00", "09:60", "0900", "")
    ),
    (
        CAMPAIGN,
        {"schedule.daily_window": {"start": "18:00", "end": "09:00"}},
        "schedule.daily_window.end",
        "09:00",
        "later than 'start', the same day",
    ),
    (
        CAMPAIGN,
        {"schedule.daily_window": {"start": "09:00"}},
        "schedule.daily_window.end",
        None,
        HOUR,
    ),
    (CAMPAIGN, {"schedule.days": ["mon", "Tue"]}, "schedule.days[1]", "Tue", DAYS),
    (CAMPAIGN, {"schedule.days": ["monday"]}, "schedule.days[0]", "monday", DAYS),
    (CAMPAIGN, {"schedule.days": [1]}, "schedule.days[0]", 1, DAYS),
    (CAMPAIGN, {"schedule.days": []}, "schedule.days", "a list", "a list of 1 to 7 items"),
    (CAMPAIGN, {"fallback.transfer_to": "12"}, "fallback.transfer_to", "12", TARGET),
    (CAMPAIGN, {"fallback.mode": "hot"}, "fallback.mode", "hot", "one of warm, cold"),
    (
        "POST /v1/campaigns/{campaign}/contacts",
        {"contacts": []},
        "contacts",
        "a list",
        "a list of 1 to 10000 items",
    ),
    (
        "PATCH /v1/campaigns/{campaign}",
        {"status": "completed"},
        "status",
        "completed",
        "one of running, paused, stopped",
    ),
    (
        "PATCH /v1/campaigns/{campaign}",
        {"action": "run"},
        "action",
        "run",
        "one of start, pause, resume, stop",
    ),
    (
        "PATCH /v1/campaigns/{campaign}",
        {"status": "paused", "action": "stop"},
        "action",
        "stop",
        "absent beside 'status'",
    ),
    (
        "PATCH /v1/campaigns/{campaign}",
        {"name": None},
        "name",
        None,
        "text of 1 to 255 characters",
    ),
]
NO_PHONES = (
    "+910000000000",  # well shaped, and no number of India's plan
    "+915012345678",
    "+11234567890",
    "+919876543210123",
    "919876543210",
    "+91 98765 43210",
    "+91-9876543210",
    "09876543210",
    "+९१९८७६५४३२१०",
    "+919876543210\n",
    "tel:+919876543210",
    "",
)
PHONES: list[Rule] = [
    *(("POST /v1/calls", {"phone": phone}, "phone", phone, E164) for phone in NO_PHONES),
    *(
        (CAMPAIGN, {"contacts": [CONTACT | {"phone": phone}]}, "contacts[0].phone", phone, E164)
        for phone in NO_PHONES
    ),
    *(
        ("POST /v1/trunks", {"caller_ids": [PHONE, it]}, "caller_ids[1]", it, E164)
        for it in NO_PHONES
    ),
    *(("POST /v1/dnc", {"phone": it}, "phone", it, E164) for it in NO_PHONES),
]


def trigger(kind: str, **fields: Any) -> dict[str, Any]:
    """A change that adds a trigger."""
    return {"fallback": {"triggers": [{"type": kind} | fields]}}


AT = "fallback.triggers[0]"
AGENT = "POST /v1/agents"
TRUNK = "POST /v1/trunks"
HOOK = "POST /v1/webhooks"
KEY = "POST /v1/api-keys"
CALL = "POST /v1/calls"
OTHERS: list[Rule] = [
    (CALL, {"variables": {"amount": "many"}}, "variables.amount", "many", "a number"),
    (CALL, {"name": "x" * 256}, "name", "x" * 200 + "…", "text of at most 255 characters"),
    (CALL, {"script_id": GONE}, "script_id", None, "given, or else 'agent_id'"),
    (CALL, {"language": "en"}, "language", "en", "an installed language: en-IN, hi-IN"),
    (AGENT, {"voice": "robot"}, "voice", "robot", "one of male, female"),
    (AGENT, {"agent_name": ""}, "agent_name", "", "text of 1 to 255 characters"),
    (AGENT, {"script_id": "scr_none"}, "script_id", "scr_none", "a script of the workspace"),
    (AGENT, {"dispositions": [""]}, "dispositions[0]", "", "text with at least one word"),
    (AGENT, trigger("keyword"), f"{AT}.phrases", None, "a list of 1 to 100 phrases"),
    (AGENT, trigger("sentiment"), f"{AT}.threshold", None, "a number from -1 to 1"),
    (AGENT, trigger("sentiment", threshold=1.5), f"{AT}.threshold", 1.5, "a number from -1 to 1"),
    (AGENT, trigger("max_duration"), f"{AT}.seconds", None, "an integer from 1 to 3600"),
    (AGENT, trigger("custom"), f"{AT}.condition", None, "text of 1 to 500 characters"),
    (AGENT, trigger("explicit_request", seconds=5), f"{AT}.seconds", 5, "absent"),
    (
        AGENT,
        trigger("mood"),
        f"{AT}.type",
        "mood",
        "one of explicit_request, keyword, sentiment, max_duration, compliance_alert, custom",
    ),
    *(
        (TRUNK, {"server": it}, "server", it, "host or host:port, e.g. sip.example.com:5060")
        for it in ("", "sip:example.com", "a b", "h:0", "h:65536", "[::1", "x" * 64 + ".com")
    ),
    (TRUNK, {"transport": "sctp"}, "transport", "sctp", "one of udp, tcp, tls"),
    (TRUNK, {"register": True}, "username", "", "the account that registers"),
    (TRUNK, {"channels": 0}, "channels", 0, "an integer from 1 to 10000"),
    (TRUNK, {"calls_per_second": 1001}, "calls_per_second", 1001, "an integer from 1 to 1000"),
    (
        TRUNK,
        {"password": "a\nb"},
        "password",
        "a\nb",
        'printable ASCII characters other than " and \\',
    ),
    (
        "POST /v1/dnc",
        {"phones": [PHONE]},
        "phone",
        PHONE,
        "given, or else 'phones'",
    ),
    ("POST /v1/dnc", {"phone": GONE}, "phone", None, "given, or else 'phones'"),
    ("POST /v1/dnc", {"reason": ""}, "reason", "", "text of 1 to 255 characters"),
    (HOOK, {"events": []}, "events", "a list", "a list of 1 to 50 items"),
    (HOOK, {"url": "http://hooks.example.com"}, "url", "http://hooks.example.com", ""),
    (HOOK, {"url": "https://127.0.0.1/x"}, "url", "https://127.0.0.1/x", ""),
    (HOOK, {"url": "https://[::ffff:10.0.0.1]/"}, "url", "https://[::ffff:10.0.0.1]/", ""),
    (HOOK, {"url": "https://169.254.169.254/"}, "url", "https://169.254.169.254/", ""),
    (HOOK, {"url": "https://a:b@example.com/"}, "url", "https://a:b@example.com/", ""),
    (HOOK, {"secret": ""}, "secret", "", "1 to 255 printable characters"),
    (HOOK, {"secret": "tab\there"}, "secret", "tab\there", "1 to 255 printable characters"),
    (KEY, {"scope": "root"}, "scope", "root", "one of read_only, read_write, admin"),
    (KEY, {"expires_at": "2030-01-01T00:00:00"}, "expires_at", "2030-01-01T00:00:00", ZONED),
    *(
        (KEY, {"expires_at": past}, "expires_at", past, "a time in the future")
        for past in ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00+05:30")
    ),
    ("POST /v1/scripts", {"branches": []}, "branches", "a list", "a list of 1 to 50 items"),
    ("POST /v1/scripts", {"language": "hindi"}, "language", "hindi", BCP47),
    (
        "POST /v1/scripts",
        {"nodes": {}},
        "branches[0].next",
        "later",
        "'close' or a key of nodes",
    ),
    (
        "POST /v1/scripts",
        {"captures": {}},
        "branches[0].capture[0]",
        "pay_date",
        "a key of captures",
    ),
]


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
    assert (await send(stage, operation, BASES[operation])).status in (200, 201)


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
