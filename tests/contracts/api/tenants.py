"""Two workspaces on one application, and how to make one of each thing in either."""

import itertools
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.contracts.api.shapes import good
from tests.contracts.api.surface import Operation, operations
from tests.contracts.api.wire import Reply, Wire
from tests.harness import Api, open_api

from vinfer.adapters.storage.memory import MemoryStorage
from vinfer.domains.calls import dialing
from vinfer.domains.compliance.queries import findings
from vinfer.domains.identity import service as identity
from vinfer.domains.qa.queries import results as qa_results
from vinfer.domains.qa.service import scorecards
from vinfer.domains.recordings.links import FileLinks
from vinfer.domains.transcription.service import Intake
from vinfer.kit.addresses import AddressPolicy
from vinfer.kit.clock import SystemClock
from vinfer.kit.db import Database
from vinfer.kit.events import Event
from vinfer.kit.ids import new_id
from vinfer.kit.seal import open_seal
from vinfer.ports.outbound import Answer, Unreachable

SHARED_DESK = "desk-7"
"""What both workspaces call one of their people."""
RECORDING = "recordings/call.wav"
"""What lies in the store, of every call."""
_phones = itertools.count(10_000_000)


class JudgingOutbound:
    """Judges URLs as the product does, and reaches nothing."""

    async def check(self, url: str) -> None:
        """See the port."""
        AddressPolicy().check_url(url)

    async def post(self, url: str, **_: Any) -> Answer:
        """See the port."""
        raise Unreachable(url)


async def open_stage(db: Database, directory: Path, **options: Any) -> Api:
    """The application with all that its routes may ask for, and limits that nothing meets."""
    seal = open_seal(directory / "keys")
    storage = MemoryStorage()
    storage.objects[RECORDING] = b"RIFF"
    more = {
        "outbound": JudgingOutbound(),
        "storage": storage,
        "file_links": FileLinks(seal, SystemClock(), "http://test"),
    }
    intake = Intake(scorecards=scorecards.check, storage=storage)
    options = {"more": more, "intake": intake, "unauthenticated_per_minute": 1_000_000} | options
    return await open_api(db, seal, **options)


def new_phone() -> str:
    """A valid number that no test has had."""
    return f"+9198{next(_phones):08d}"


SCRIPT: dict[str, Any] = {
    "name": "Reminder",
    "language": "en-IN",
    "opening": "Hello {{name}}, {{amount|inr}} is due.",
    "company": "Example Bank",
    "agent_persona": {"en-IN": "Asha"},
    "variables": {"amount": {"type": "number", "required": False}},
    "branches": [
        {
            "id": "yes",
            "phrases": ["yes"],
            "not_phrases": ["yesterday"],
            "say": "Thank you.",
            "capture": ["pay_date"],
            "disposition": "interested",
            "tag": "promise",
            "next": "later",
            "handover": False,
        }
    ],
    "nodes": {
        "later": {
            "say": "When?",
            "branches": [{"id": "no", "phrases": ["no"], "next": "close"}],
        }
    },
    "captures": {"pay_date": {"type": "date", "ask": "When?", "confirm": True, "past": False}},
    "objections": [{"phrases": ["who"], "say": "A bank.", "not_phrases": ["why"]}],
    "no_input": {"say": "Hello?", "max": 2, "disposition": "callback"},
    "no_match": {"say": "Sorry?", "max": 2, "handover": False, "disposition": "callback"},
    "closing": "Goodbye.",
    "voicemail": {"action": "message", "say": "We called."},
    "max_duration_seconds": 300,
    "llm": {"enabled": False, "goal": "x", "guardrails": "x"},
}


PARAMETER: dict[str, Any] = {
    "name": "Notice",
    "description": "The agent says that the call is recorded.",
    "method": "binary",
    "weight": 2,
    "fatal": False,
    "expect": "present",
    "place": "anywhere",
    "phrases": ["on a recorded line"],
    "examples": ["this call is recorded"],
    "counter_examples": ["I have your records"],
    "library_id": "recording_notice",
    "confirmed": True,
}


@dataclass
class Tenant:
    """A workspace with an admin key. `mark` stands in every name that it gives."""

    api: Api
    mark: str
    workspace_id: str
    wire: Wire
    ids: dict[str, str] = field(default_factory=dict[str, str])

    def known(self) -> dict[str, Any]:
        """Good values of fields by name, and of objects by the name of their type."""
        phone = new_phone()
        contact = {"phone": phone, "name": f"{self.mark} person", "amount": 5200}
        refs = {f"{kind}_id": id for kind, id in self.ids.items()}
        return refs | {
            "name": f"{self.mark} thing",
            "agent_name": f"{self.mark} agent",
            "phone": phone,
            "phones": [phone],
            "reason": f"{self.mark} reason",
            "contacts": [contact],
            "language": "hi-IN",
            "variables": {"amount": 5},
            "metadata": {"note": self.mark, "agent_id": SHARED_DESK},
            "transfer_to": "+912261550001",
            "audio_url": f"https://files.example.com/{self.mark}.wav",
            "url": f"https://hooks.example.com/{self.mark}",
            "email": f"{self.mark.lower()}@example.com",
            "events": ["call.completed"],
            "caller_ids": ["+912261550001"],
            "is_default": False,
            "register": False,
            "channels": 1000,
            "calls_per_second": 1000,
            "since": "2026-01-01T00:00:00Z",
            "expires_at": "2999-01-01T00:00:00Z",
            "Schedule": {
                "start_time": "2030-01-01T09:00:00+05:30",
                "end_time": "2030-02-01T09:00:00Z",
                "timezone": "Asia/Kolkata",
                "daily_window": {"start": "09:00", "end": "18:00"},
                "days": ["mon"],
            },
            "qa_scorecard_id": self.ids.get("scorecard"),
            "ScopeBody": {
                "campaign_ids": [self.ids.get("campaign")],
                "agent_ids": [self.ids.get("agent")],
            },
            "RuleScope": {
                "campaign_ids": [self.ids.get("campaign")],
                "agent_ids": [self.ids.get("agent")],
            },
            "Condition": {
                "phrases": [f"{self.mark} phrase"],
                "not_phrases": [f"{self.mark} look-alike"],
                "library": "recording_notice",
                "match": "semantic",
            },
            "ParameterBody": PARAMETER,
            "ParameterOverride": {"name": PARAMETER["name"], "score": 1},
            "Trigger": {"type": "keyword", "phrases": ["human"], "match": "any", "priority": 1},
            "Script": SCRIPT | {"name": f"{self.mark} script"},
        }

    def body(self, operation: Operation) -> dict[str, Any]:
        """A body that names every field which may stand together with the others."""
        assert operation.body is not None
        made: dict[str, Any] = good(operation.body, self.known())
        for gone in LEFT_OUT.get(operation.body.__name__, ()):
            made.pop(gone, None)
        return made

    async def ask(self, method: str, target: str, body: Any = None, **more: Any) -> Reply:
        """Send a request as this workspace."""
        return await self.wire.ask(method, target, body, **more)

    async def make(self, collection: str, parent: str = "") -> str:
        """Make one thing, and return what it is called in paths."""
        special = FACTORIES.get(collection)
        if special is not None:
            return await special(self, parent)
        creation = creator(collection)
        assert creation is not None, f"no route makes {collection}: add a factory in tenants.py"
        reply = await self.ask("POST", creation.path, self.body(creation))
        assert reply.status in (201, 202), (creation.name, reply.body)
        return reply.json["id"]

    async def ids_for(self, operation: Operation) -> dict[str, str]:
        """A new thing for each id in the operation's path, the later ones made in the earlier."""
        made: dict[str, str] = {}
        parent = ""
        for name, collection in operation.ids:
            parent = made[name] = await self.make(collection, parent)
        return made


LEFT_OUT: dict[str, tuple[str, ...]] = {
    "ReportBody": ("timezone",),  # beside a schedule, which has its own
    "CampaignPatch": ("status", "action"),
    "DncBody": ("phones",),
}
"""Fields of full bodies that cannot stand beside the others."""


def creator(collection: str) -> Operation | None:
    """The operation that makes one of a collection."""
    wanted = ("POST", f"/v1/{collection}")
    found = [it for it in operations() if (it.method, it.path) == wanted and it.body is not None]
    return found[0] if found else None


def collections() -> set[str]:
    """Collections whose things have ids in paths."""
    return {collection for it in operations() for _, collection in it.ids}


async def _contact(tenant: Tenant, _parent: str) -> str:
    creation = creator("campaigns")
    assert creation is not None
    body = tenant.body(creation)
    assert (await tenant.ask("POST", creation.path, body)).status == 201
    return body["contacts"][0]["phone"]


async def _dnc_entry(tenant: Tenant, _parent: str) -> str:
    phone = new_phone()
    body = {"phone": phone, "reason": f"{tenant.mark} reason"}
    assert (await tenant.ask("POST", "/v1/dnc", body)).status == 201
    return phone


async def _call(tenant: Tenant, _parent: str) -> str:
    """A call with a recording, as a media process would have written it."""
    creation = creator("calls")
    assert creation is not None
    reply = await tenant.ask("POST", creation.path, tenant.body(creation))
    assert reply.status == 201, reply.body
    async with tenant.api.db.begin() as tx:
        await tx.conn.execute(
            "update calls set recording_key = $2 where id = $1", reply.json["id"], RECORDING
        )
    return reply.json["id"]


async def _delivery(tenant: Tenant, webhook_id: str) -> str:
    """An attempt at an event, as the worker would have written it."""
    delivery_id, call_id = new_id("dlv"), new_id("cal")
    async with tenant.api.db.begin() as tx:
        data = {"note": tenant.mark}
        tx.emit(Event("call.completed", tenant.workspace_id, "call", call_id, data))
    async with tenant.api.db.begin() as tx:
        await tx.conn.execute(
            "insert into deliveries (id, webhook_id, workspace_id, sequence, event_id, event,"
            " attempt, status, error) select $1, $2, workspace_id, sequence, id, name, 1, 'failed',"
            " $3 from events where resource_id = $4",
            delivery_id,
            webhook_id,
            f"{tenant.mark} said no",
            call_id,
        )
    return delivery_id


async def _scorecard(tenant: Tenant, _parent: str) -> str:
    creation = creator("qa/scorecards")
    assert creation is not None
    reply = await tenant.ask("POST", creation.path, tenant.body(creation))
    assert reply.status == 201, reply.body
    return reply.json["id"]


async def _result(tenant: Tenant, _parent: str) -> str:
    """What a worker would have written of a job."""
    id, job_id = new_id("qar"), await tenant.make("transcription")
    scorecard_id = tenant.ids["scorecard"]
    fields = {
        "id": id,
        "workspace_id": tenant.workspace_id,
        "job_id": job_id,
        "call_id": tenant.ids.get("call"),
        "language": "en-IN",
        "scorecard_id": scorecard_id,
        "scorecard_version": 1,
        "needs_review": True,
    }
    verdict = {
        "result_id": id,
        "position": 0,
        "name": PARAMETER["name"],
        "method": "binary",
        "weight": 2,
        "fatal": False,
        "machine_score": None,
        "max": 1.0,
        "confidence": 0.0,
        "explanation": f"{tenant.mark} is not sure",
        "evidence": [{"segment": 0, "start": 0.0, "end": 1.0, "quote": f"{tenant.mark} said so"}],
    }
    async with tenant.api.db.begin() as tx:
        await qa_results.insert(tx.conn, fields, [verdict])
        if fields["call_id"] is None:
            await tx.conn.execute(
                "update qa_results set campaign_id = $2, agent_id = $3 where id = $1",
                id,
                tenant.ids["campaign"],
                SHARED_DESK,
            )
    return id


async def _rule(tenant: Tenant, _parent: str) -> str:
    creation = creator("compliance/rules")
    assert creation is not None
    reply = await tenant.ask("POST", creation.path, tenant.body(creation))
    assert reply.status == 201, reply.body
    return reply.json["id"]


async def _violation(tenant: Tenant, _parent: str) -> str:
    """What a worker would have written of a job."""
    id, job_id = new_id("vio"), await tenant.make("transcription")
    tenant.ids["job"] = job_id
    common = {
        "job_id": job_id,
        "rule_id": tenant.ids["rule"],
        "rule_version": 1,
        "workspace_id": tenant.workspace_id,
        "call_id": tenant.ids.get("call"),
        "campaign_id": tenant.ids["campaign"],
        "agent_id": SHARED_DESK,
        "language": "en-IN",
        "rule_name": f"{tenant.mark} rule",
        "type": "prohibited_language",
        "severity": "high",
        "reason": f"{tenant.mark} reason",
    }
    spoken = {"segment": 0, "start_s": 0.0, "end_s": 1.0, "quote": f"{tenant.mark} said so"}
    async with tenant.api.db.begin() as tx:
        check = {"outcome": "violated", "audit_position": 1}
        await findings.insert_check(tx.conn, common | check)
        proof = {"id": id, "match": "words", "confidence": 0.9}
        await findings.insert_violation(tx.conn, common | spoken | proof)
    return id


FACTORIES: dict[str, Callable[[Tenant, str], Awaitable[str]]] = {
    "calls": _call,
    "contacts": _contact,
    "dnc": _dnc_entry,
    "deliveries": _delivery,
    "scorecards": _scorecard,
    "results": _result,
    "rules": _rule,
    "violations": _violation,
}
"""How to make what has no route that makes it alone."""


@dataclass
class Stage:
    """The application, two workspaces, and what each has in the database."""

    api: Api
    ours: Tenant
    theirs: Tenant

    async def rows_of(self, tenant: Tenant) -> list[str]:
        """Every row of a workspace as text, and every row of tables beneath its own."""
        own, rest = [], []
        for row in await self._rows():
            (own if tenant.workspace_id in row["text"] else rest).append(row)
        ids = names([row["text"] for row in own])
        own += (row for row in rest if row["beneath"] and names([row["text"]]) & ids)
        return sorted(row["text"] for row in own)

    async def _rows(self) -> list[Any]:
        async with self.api.db.read() as conn:
            tables = await conn.fetch(_TABLES)
            parts = (
                f"select {it['beneath']} as beneath, '{it['name']}' || t::text as text"
                f" from {it['name']} t"
                for it in tables
            )
            return await conn.fetch(" union all ".join(parts))


_TABLES = """
    select quote_ident(t.table_name) as name, not exists (
        select from information_schema.columns c
        where c.table_name = t.table_name and c.column_name = 'workspace_id'
    ) as beneath
    from information_schema.tables t
    where t.table_schema = 'public' and t.table_type = 'BASE TABLE'
    and t.table_name <> 'rate_leases'
"""


async def two_tenants(api: Api) -> Stage:
    """The default workspace as ours and another one as theirs, each with the usual parents."""
    async with api.db.begin() as tx:
        await tx.conn.execute("update workspaces set requests_per_minute = 1000000")
    other = await identity.create_workspace(api.db, "Bravo")
    await identity.set_limits(api.db, "Bravo", requests_per_minute=1_000_000)
    ours = Tenant(api, "Alpha", api.workspace_id, Wire.of(api.app, await api.key()))
    theirs = Tenant(api, "Bravo", other.id, Wire.of(api.app, await api.key("admin", "Bravo")))
    for tenant in (ours, theirs):
        for kind in PARENTS:
            if creator(f"{kind}s") is not None:
                tenant.ids[kind] = await tenant.make(f"{kind}s")
        tenant.ids["scorecard"] = await tenant.make("scorecards")
        tenant.ids["rule"] = await tenant.make("rules")
    return Stage(api, ours, theirs)


PARENTS = ("script", "trunk", "agent", "campaign")
"""What other things name by `<kind>_id`, in the order in which they are made."""


async def call_everybody(api: Api) -> None:
    """Let the dialer take up the running campaigns of every workspace."""
    async with api.db.begin() as tx:
        assert await dialing.claim(tx, "m1", 1000, SystemClock().now())


_NAMES = re.compile(r"\b[a-z]{3}_[0-9A-Za-z]{10,}\b|\+91[0-9]{10}\b")


def names(rows: list[str]) -> set[str]:
    """Ids and phones in rows."""
    return {name for row in rows for name in _NAMES.findall(row)}
