"""Sends the document's examples to a real server, each in a workspace of its own."""

import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx

from closed_api import RECORDING, open_closed
from conformance import Contract, contract
from harness import Api
from places import make_data_dir
from vinfer.domains.compliance.queries import findings, rules
from vinfer.domains.identity import service as identity
from vinfer.domains.qa.queries import results, scorecards
from vinfer.domains.transcription.queries import rows as transcriptions
from vinfer.kit import pg
from vinfer.kit.db import Database, connect_pool
from vinfer.kit.ids import new_id
from vinfer.kit.jobs import write_jobs
from vinfer.kit.migrate import migrate
from vinfer.kit.seal import Seal, open_seal

JSON = "application/json"
ID = re.compile(r"\b([a-z]{3})_[0-9A-HJKMNP-TV-Z]{26}\b")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
SECRET = re.compile(r"\b(vk|whsec)_[A-Za-z0-9+/=_-]+")
PHONE = "+919876543210"  # of the contacts in the examples
QUERY = {"from": "2026-03-01", "to": "2026-03-31"}

BEFORE: dict[str, list[str]] = {
    "start_campaign": ["create_trunk"],
    "pause_campaign": ["create_trunk", "start_campaign"],
    "resume_campaign": ["create_trunk", "start_campaign", "pause_campaign"],
    "create_call": ["create_trunk"],
    "analyze_call": ["create_trunk"],
    "list_contacts": ["create_campaign"],
    "get_contact": ["create_campaign"],
    "change_contact": ["create_campaign"],
    "erase_contact": ["create_campaign"],
    "erase_call": ["create_trunk", "hang_up"],
    "list_deliveries": ["test_webhook"],
    "get_delivery": ["test_webhook"],
    "redeliver": ["test_webhook"],
    "pull_events": ["create_trunk", "start_campaign"],
}
"""What must have happened before an operation can succeed, beside the making of what it names."""


async def a_result(db: Database, workspace_id: str) -> None:
    """What a worker writes when it has scored a recording."""
    job_id, card_id, id = new_id("job"), new_id("qsc"), new_id("qar")
    body = {"name": "Collections", "scope": None, "pass_mark": 70, "parameters": []}
    job = {"id": job_id, "workspace_id": workspace_id, "language": "en-IN", "speakers": 2}
    result = {"id": id, "workspace_id": workspace_id, "job_id": job_id, "call_id": None}
    scored = {"scorecard_id": card_id, "scorecard_version": 1, "language": "en-IN"}
    total = {"score": 100.0, "passed": True, "machine_score": 100.0, "machine_passed": True}
    verdict = {"name": "Recording notice", "method": "binary", "weight": 1, "fatal": False}
    found = {"machine_score": 1.0, "max": 1.0, "confidence": 0.97, "position": 0, "result_id": id}
    proof = {"segment": 1, "start": 2.5, "end": 4.1, "quote": "This call is recorded."}
    words = "Said in so many words: “call is recorded”."
    async with db.begin() as tx:
        await scorecards.insert(tx.conn, workspace_id, card_id, "Collections")
        await scorecards.add_version(tx.conn, card_id, body)
        more = {"features": ["transcription"], "metadata": "{}"}
        await transcriptions.insert(tx.conn, job | more, now=datetime.now(UTC))
        await results.insert(
            tx.conn,
            result | scored | total | {"needs_review": False},
            [verdict | found | {"explanation": words, "evidence": [proof]}],
        )


async def a_violation(db: Database, workspace_id: str) -> None:
    """What a worker writes when it has checked a recording by a rule."""
    job_id, rule_id, id = new_id("job"), new_id("crl"), new_id("vio")
    job = {"id": job_id, "workspace_id": workspace_id, "language": "en-IN", "speakers": 2}
    name = {"type": "required_disclosure", "severity": "high", "name": "Recording notice"}
    found = {
        "job_id": job_id,
        "workspace_id": workspace_id,
        "rule_id": rule_id,
        "rule_version": 1,
        "rule_name": name["name"],
        "type": name["type"],
        "severity": name["severity"],
        "language": "en-IN",
        "reason": "Said 41.0 s after the agent's first word, not 30 s.",
    }
    spoken = {"segment": 9, "start_s": 41.4, "end_s": 44.1, "quote": "This call is recorded."}
    async with db.begin() as tx:
        await rules.insert(tx.conn, workspace_id, rule_id, name)
        more = {"features": ["transcription"], "metadata": "{}"}
        await transcriptions.insert(tx.conn, job | more, now=datetime.now(UTC))
        check = {"outcome": "violated", "audit_position": 1}
        await findings.insert_check(tx.conn, found | check)
        proof = {"id": id, "match": "words", "confidence": 0.97}
        await findings.insert_violation(tx.conn, found | spoken | proof)


WRITTEN: dict[str, Callable[[Database, str], Awaitable[None]]] = dict.fromkeys(
    ("list_results", "get_result", "override_result", "show_agreement"), a_result
) | dict.fromkeys(("list_violations", "get_violation", "list_checks"), a_violation)
"""What workers must have written before an operation can succeed."""


async def a_recording(db: Database, workspace_id: str) -> None:
    """What a media process writes when a call has ended."""
    async with db.begin() as tx:
        await tx.conn.execute(
            "update calls set recording_key = $2 where workspace_id = $1", workspace_id, RECORDING
        )


BETWEEN: dict[str, Callable[[Database, str], Awaitable[None]]] = {"analyze_call": a_recording}
"""What must have become of what an operation names before it can succeed."""


class Visitor:
    """Sends examples under one key. An id in an example stands for that of a new resource."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        described: Contract,
        between: Mapping[str, Callable[[], Awaitable[None]]],
    ) -> None:
        self._client = client
        self._between = between
        self._contract = described
        self._by_id = {it["operationId"]: (m, p) for m, p, it in described.operations()}
        self._made: dict[str, Any] = {}

    async def visit(self, operation_id: str, kind: str = JSON) -> httpx.Response:
        """Send the example of a type, after all that must come before it."""
        for earlier in BEFORE.get(operation_id, ()):
            await self.visit(earlier)
        method, path = self._by_id[operation_id]
        operation = self._contract.operation(method, path)
        assert operation is not None
        content = operation.get("requestBody", {}).get("content", {}).get(kind, {})
        body = content.get("example")
        if method == "GET" and f"{path}" in self._collections() and "{" not in path:
            await self._parent(path)
        url = await self._filled(path) + _needed(operation)
        if operation_id in self._between:
            await self._between[operation_id]()
        if body is None or isinstance(body, str):
            headers = {"content-type": kind} if body else {}
            return await self._client.request(method, url, content=body, headers=headers)
        return await self._client.request(method, url, json=await self._resolved(body))

    def _collections(self) -> dict[str, str]:
        return {p: it["operationId"] for m, p, it in self._contract.operations() if m == "POST"}

    async def _parent(self, path: str) -> Any:
        """What the POST to a collection makes, once."""
        if path not in self._made:
            answer = await self.visit(self._collections()[path])
            assert answer.is_success, answer.text
            self._made[path] = answer.json()
        return self._made[path]

    async def _filled(self, path: str) -> str:
        url = ""
        for part in path.strip("/").split("/"):
            url += f"/{await self._value(url, part.strip('{}')) if part[0] == '{' else part}"
        return url

    async def _value(self, collection: str, name: str) -> str:
        made_at = (
            f"/v1/{collection.rpartition('/')[2]}"  # figures of a thing that is made elsewhere
        )
        for path in (collection, made_at):
            if path in self._collections():
                return (await self._parent(path))[name]
        if name == "phone":
            return PHONE
        rows = (await self._client.get(collection)).json()["data"]
        return rows[0]["id"]

    async def _resolved(self, value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: await self._resolved(it, key) for key, it in value.items()}
        if isinstance(value, list):
            return [await self._resolved(it, name) for it in value]
        if isinstance(value, str) and ID.fullmatch(value):
            noun = name.removesuffix("s").removesuffix("_id") + "s"
            paths = (path for path in self._collections() if path.endswith("/" + noun))
            return (await self._parent(next(paths)))["id"]
        return value


def _needed(operation: Mapping[str, Any]) -> str:
    """The query parameters that must be there."""
    found = [it for it in operation.get("parameters", ()) if it["in"] == "query" and it["required"]]
    return "?" * bool(found) + "&".join(f"{it['name']}={QUERY[it['name']]}" for it in found)


async def visit(api: Api, operation_id: str, kind: str = JSON) -> tuple[httpx.Response, list[str]]:
    """Send one example in a new workspace; the answer, and what the document says against it."""
    name = new_id("wsp")
    async with api.db.begin() as tx:
        await tx.conn.execute("insert into workspaces (id, name) values ($1, $1)", name)
    made = await identity.create_operator_key(api.db, workspace=name, name="example", scope="admin")
    async with api.client(str(made.key)) as client:
        seed = WRITTEN.get(operation_id)
        if seed is not None:
            await seed(api.db, name)
        between = {it: partial(act, api.db, name) for it, act in BETWEEN.items()}
        visitor = Visitor(client, contract(), between)
        answer = await visitor.visit(operation_id, kind)
    problems = contract().problems(
        answer.request.method,
        answer.request.url.path,
        answer.status_code,
        answer.headers,
        answer.content,
    )
    return answer, problems


def kept(answer: httpx.Response) -> dict[str, Any]:
    """Status and body, without what differs from run to run."""
    body = _masked(answer.json(), {}) if answer.content else None
    return {"status": answer.status_code, "body": body}


def _masked(value: Any, seen: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _masked(it, seen) for name, it in value.items()}
    if isinstance(value, list):
        return [_masked(it, seen) for it in value]
    if not isinstance(value, str):
        return value
    if TIME.fullmatch(value) and value < "2030":
        return "2026-03-02T09:30:00Z"
    value = SECRET.sub(r"\1_…", value)
    return ID.sub(lambda found: _stand_in(found, seen), value)


def _stand_in(found: re.Match[str], seen: dict[str, str]) -> str:
    number = sum(it.startswith(found[1]) for it in seen.values()) + 1
    return seen.setdefault(found[0], f"{found[1]}_01HNJ7Z9K2QV4T8M3X6B1C5D{number:02d}")


def operation_ids() -> list[str]:
    """Every operation's."""
    return [operation["operationId"] for _, _, operation in contract().operations()]


async def record_on_new_server() -> dict[str, Any]:
    """The answer to every example, from a server with an empty database."""
    answers: dict[str, Any] = {}
    async with _new_database() as (db, seal):
        api = await open_closed(db, seal)
        for operation_id in operation_ids():
            answer, _ = await visit(api, operation_id)
            if not answer.is_success:
                raise RuntimeError(f"{operation_id}: {answer.status_code} {answer.text}")
            answers[operation_id] = kept(answer)
    return answers


@asynccontextmanager
async def _new_database() -> AsyncIterator[tuple[Database, Seal]]:
    place, keys = make_data_dir(), Path(tempfile.mkdtemp())
    server = await pg.start(place)
    try:
        await migrate(server.dsn, files("vinfer.app") / "migrations")
        pool = await connect_pool(server.dsn)
        yield Database(pool, subscribers={}, write_jobs=write_jobs), open_seal(keys / "keys")
        await pool.close()
    finally:
        await server.stop()
        shutil.rmtree(place)
        shutil.rmtree(keys)
