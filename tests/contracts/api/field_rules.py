"""The rules of the contract that no type tells, as requests that break one each."""

from typing import Any

from tests.contracts.api.tenants import SCRIPT

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
    "POST /v1/reports": {
        "type": "call_summary",
        "from": "2026-01-01",
        "to": "2026-01-31",
        "schedule": {"frequency": "weekly", "email": "asha@example.com"},
    },
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
    *(
        (operation, {"metadata": {name: value}}, field, shown, expected)
        for operation in (CAMPAIGN, "PATCH /v1/campaigns/{campaign}", "POST /v1/calls")
        for name, value, field, shown, expected in (
            ("agent_id", "x" * 256, "metadata.agent_id", None, "text of at most 255 characters"),
            ("note", "x" * 65_536, "metadata", "an object", "at most 65536 bytes of JSON"),
        )
    ),
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
    *(
        (CAMPAIGN, {"schedule.start_time": text}, "schedule.start_time", text, ISO)
        for text in (
            "tomorrow",
            "2030-01-01",
            "2030-W01-1T00:00",
            "20300101T000000",
            "2030-01-01T09:00:00,5",
            "2030-01-01T09",
            "2030-01-01T09:00:00 Z",
            "٢٠٣٠-01-01T09:00",
        )
    ),
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
    *(
        (CAMPAIGN, {"fallback.transfer_to": target}, "fallback.transfer_to", target, TARGET)
        for target in (
            "12",
            "sip:a%0d%0aX@b",
            "sip:a%7f@b",
            "sip:a%@b",
            "sip:a@b:65536",
            "sip:a@b:0",
        )
    ),
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
REPORT = "POST /v1/reports"
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
    *(
        (REPORT, {"schedule": GONE} | change, *refusal)
        for change, *refusal in (
            ({"from": GONE}, "from", None, "a date, e.g. 2026-01-01, or else 'schedule'"),
            ({"to": GONE}, "to", None, "a date, e.g. 2026-01-31, or else 'schedule'"),
            ({"to": "2025-12-31"}, "to", "2025-12-31", "a day not before 'from'"),
            ({"from": "2015-01-01"}, "to", "2026-01-31", "at most 3660 days, 'from' included"),
            (
                {"from": "0001-01-01"},
                "from",
                "0001-01-01",
                "a date from 2000-01-01 to 2199-12-31",
            ),
            ({"timezone": "IST"}, "timezone", "IST", "an IANA time zone, e.g. Asia/Kolkata"),
            (
                {"filters.campaign_id": "cmp_none"},
                "filters.campaign_id",
                "cmp_none",
                "a campaign of the workspace",
            ),
        )
    ),
    (
        REPORT,
        {"timezone": "UTC"},
        "timezone",
        "UTC",
        "absent: the time zone stands in 'schedule'",
    ),
    *(
        (REPORT, {f"schedule.{name}": wrong}, f"schedule.{name}", wrong, expected)
        for name, wrong, expected in (
            ("time", "24:00", "a time of day as HH:MM, 00:00 to 23:59"),
            ("day_of_month", 29, "an integer from 1 to 28"),
            ("email", "a@b.c, d@e.f", "one mail address, e.g. asha@example.com"),
            ("email", "Asha <asha@example.com>", "one mail address, e.g. asha@example.com"),
            ("timezone", "Asia/Bombay", "an IANA time zone, e.g. Asia/Kolkata"),
        )
    ),
]
