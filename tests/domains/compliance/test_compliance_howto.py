"""The ready rules of the page on compliance are sent as they stand there."""

import json
import re
from pathlib import Path

import httpx
from tests.domains.compliance.conftest import Bench

PAGE = Path(__file__).parents[3] / "docs" / "howto" / "compliance.md"
RULES = [
    json.loads(text)
    for text in re.findall(
        r"\$ api /compliance/rules -d '(\{.*?\})'\n", PAGE.read_text("utf-8"), re.DOTALL
    )
]


async def test_every_ready_rule_is_taken(admin: httpx.AsyncClient) -> None:
    for body in RULES:
        made = await admin.post("/v1/compliance/rules", json=body)
        assert made.status_code == 201, made.text
        assert made.json() | body == made.json()
    assert {body["type"] for body in RULES} == {
        *("required_disclosure", "prohibited_language", "script_adherence"),
        *("dnc", "policy_deviation"),
    }


async def test_ready_rules_find_what_they_are_for(bench: Bench) -> None:
    for body in RULES:
        await bench.rule(body)
    said = (
        "A: Namaste, main Asha, Example Bank se bol rahi hoon. Yeh call record ho rahi hai.",
        "C: Haan boliye",
        "A: Paisa do, warna police aapke ghar aayegi. Jo OTP aaya hai wo OTP bata dijiye.",
    )
    shown = await bench.run(await bench.job(await bench.call()), *said)
    assert shown is not None
    found = {it["rule_name"]: it["outcome"] for it in shown["checked"]}
    assert {name for name, outcome in found.items() if outcome == "violated"} == {
        "No threats",
        "No secrets",
        "Script",
    }
    assert (found["Recording notice"], found["Identification"]) == ("passed", "passed")
    assert found["AI disclosure"] == "unsure"  # there is no sentence model here
