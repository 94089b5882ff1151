"""Fuzzing of the whole contract: what the document allows, what it forbids, and in what order.

`python tests/fuzz` runs rounds for some minutes, each under a new seed that it prints.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import formats
import schemathesis
from schemathesis.engine import events, from_schema
from schemathesis.python import asgi
from served import Served

JSON = "application/json"
CHECKS = (  # every check that schemathesis has, but the two below
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "positive_data_acceptance",
    "negative_data_rejection",
    "use_after_free",
    "ensure_resource_availability",
    "ignored_auth",
    "unsupported_method",
    "allow_header_conformance",
)
# missing_required_header: no operation has a required header beside Authorization, which
# ignored_auth covers. object_level_authorization needs users who own rows; keys here own their
# whole workspace, and the cross-tenant matrix of tests/contracts/api covers workspaces.

BEYOND_JSON_SCHEMA = re.compile(
    "|".join(
        (
            r"of the workspace$",  # an id of something that does not exist
            r"^(later than |a time in the future$|a day not before 'from'$)",  # two times in order
            r"^at most 3660 days, ",  # two days not too far apart
            r"^(absent|a list of 1 to 100 phrases|a number from -1 to 1)$",  # of triggers
            r"^(an integer from 1 to 3600|text of 1 to 500 characters)$",  # of triggers
            r"^(a time after 'start' on the same day|a date from 2000-01-01 to 2199-12-31)$",
            r"^absent beside 'status'$",
            r"^(true, or make another trunk the default|the account that registers)$",
            r"^('close' or a key of nodes|a key of captures|a name that is not built in)$",
            r"^(unique among the branches|absent where handover|at most 1500 phrases)",
            r"^(a known filter|placeholders of the form)",  # the language inside of texts
            r"^a phone or SIP URI, because calls are handed over$",
            r"^a (comma-separated )?CSV ",  # to JSON Schema a CSV is any text
            r"that the operator admits",
            r"^given anew \(or null\) when the server changes$",
            r"^at most (65536 bytes of JSON|200 names of a person)",
            r"^the 'next_cursor' of an earlier page$",
            r"^a sequence from 0 to ",  # an event that has not happened
            r"^an installed feature: ",
            r"^(a list of 1 to 50 phrases|text with at least one word)$",  # of scorecards
            r"^text without NUL or lone surrogates$",  # a pattern on every text would be noise
        )
    )
)
"""What `expected` says when values that are good by themselves do not go together."""


@dataclass
class Report:
    """What a run found. `ran` counts the checks by name.

    `refused` are values good by the document that were named as wrong by a rule that is not in
    `BEYOND_JSON_SCHEMA`: either the document says too little, or the rule belongs there.
    """

    cases: int = 0
    ran: Counter[str] = field(default_factory=Counter)
    phases: set[str] = field(default_factory=set)
    findings: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        found = {**self.findings, **self.refused}
        return "\n\n".join(f"{title}\n{how}" for title, how in found.items())


def fuzz(app: Served, *, seed: int, examples: int, steps: int = 6) -> Report:
    """Run every phase over the served document: examples, coverage, random, stateful."""
    formats.register()
    with asgi.get_client(app) as client:
        client.headers["authorization"] = f"Bearer {app.key}"
        document = _with_real_ids(client.get("/v1/openapi.json").json(), client)
    config = schemathesis.Config.from_dict(_settings(app.key, seed, examples, steps))
    schema = schemathesis.openapi.from_dict(document, config=config)
    schema.app = app
    report = Report()
    for event in from_schema(schema).execute():
        match event:
            case events.ScenarioFinished():
                _take(event.recorder, event.label or "a sequence", report)
            case events.PhaseFinished():
                report.phases.add(event.phase.name.value)
            case events.NonFatalError():
                report.findings[f"{event.label}: cannot be tested"] = str(event.info)
            case events.FatalError():
                raise event.exception
            case _:
                pass
    with asgi.get_client(app) as client:
        answer = client.get("/v1/workspace", headers={"authorization": f"Bearer {app.key}"})
    if answer.status_code != 200:
        report.findings["the key of the fuzzer ended, and what came after proves nothing"] = ""
    return report


def _with_real_ids(document: dict[str, Any], client: Any) -> dict[str, Any]:
    """The document, its examples sent, with ids that exist in place of the examples'."""
    text, real = json.dumps(document), {}
    for _ in range(4):  # what an example names may be made after it
        for path, item in document["paths"].items():
            content = item.get("post", {}).get("requestBody", {}).get("content", {})
            made = item.get("post", {}).get("responses", {}).get("201", {}).get("content", {})
            if JSON not in content or JSON not in made or "{" in path:
                continue
            example_id = made[JSON].get("example", {}).get("id")
            if example_id and example_id not in real:
                body = _replaced(json.dumps(content[JSON]["example"]), real)
                answer = client.post(path, data=body, headers={"content-type": JSON})
                if answer.status_code == 201:
                    real[example_id] = answer.json()["id"]
    return json.loads(_replaced(text, real))


def _replaced(text: str, real: dict[str, str]) -> str:
    for example_id, id in real.items():
        text = text.replace(example_id, id)
    return text


def _settings(key: str, seed: int, examples: int, steps: int) -> dict[str, Any]:
    checks: dict[str, Any] = {name: {"enabled": True} for name in CHECKS}
    # One example of a key stands in every operation: 422 is that it was used with another body.
    checks["positive_data_acceptance"]["expected-statuses"] = [
        *("2xx", "401", "403", "404", "409", "422", "429")
    ]
    return {
        "seed": seed,
        "checks": {"enabled": False, **checks},
        "generation": {"max-examples": examples, "database": "none", "mode": "all"},
        "phases": {
            "coverage": {"unexpected-methods": ["put", "options", "trace", "query"]},
            "stateful": {"max-steps": steps, "generation": {"max-examples": 6 * examples}},
        },
        "auth": {"openapi": {"key": {"bearer": key}}},
    }


def _take(recorder: Any, label: str, report: Report) -> None:
    for case_id, checks in recorder.checks.items():
        report.cases += 1
        for check in checks:
            report.ran[check.name] += 1
            if check.failure_info is None:
                continue
            answer = getattr(recorder.interactions.get(case_id), "response", None)
            body = answer.content.decode(errors="replace") if answer else ""
            problems = _problems(body) if check.name == "positive_data_acceptance" else []
            if problems and all(_is_beyond(problem) for problem in problems):
                continue
            if check.name == "ensure_resource_availability" and _is_replayed(recorder, case_id):
                continue
            failure = check.failure_info.failure
            (report.refused if problems else report.findings).setdefault(
                f"{check.name}: {label}: {failure.title}",
                f"{failure.message}\n{check.failure_info.code_sample}\n{body[:1000]}",
            )


def _is_replayed(recorder: Any, case_id: str) -> bool:
    """Whether what came before is an old answer: what it made may have been deleted since."""
    before = recorder.interactions.get(recorder.cases[case_id].parent_id)
    return before is not None and "idempotency-replayed" in map(str.lower, before.response.headers)


def _problems(body: str) -> list[dict[str, Any]]:
    """The wrong values that an answer names; none if it is not such an answer."""
    try:
        error = json.loads(body)["error"]
    except (ValueError, KeyError):
        return []
    if error["code"] != "invalid_parameter":
        return []
    return [error["details"], *error["details"].get("errors", ())]


def _is_beyond(problem: dict[str, Any]) -> bool:
    expected, provided = problem.get("expected", ""), problem.get("provided")
    if isinstance(provided, float) and provided.is_integer():
        return expected.startswith("an integer")  # 2.0 is an integer to JSON Schema, not to us
    if provided == "null":  # found in an answer, and written into a path as if it were a value
        return True
    return bool(BEYOND_JSON_SCHEMA.search(expected))
