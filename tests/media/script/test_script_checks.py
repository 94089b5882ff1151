"""Parsing and checking scripts."""

from copy import deepcopy
from typing import Any

import pytest

from vinfer.media import script

BODY: dict[str, Any] = {
    "name": "EMI reminder",
    "language": "en-IN",
    "company": "Example Bank",
    "agent_persona": "Asha",
    "opening": {
        "en-IN": "Hello {{name}}, this is {{agent}} from {{company}}. "
        "Your EMI of {{amount|inr}} is due. Can you pay it?",
        "hi-IN": "नमस्ते {{name}}। {{amount|inr}} बाकी है। क्या आप भरेंगे?",
    },
    "variables": {"amount": {"type": "number", "required": True}, "due": {"type": "date"}},
    "branches": [
        {
            "id": "will_pay",
            "phrases": ["yes I will pay", {"hi-IN": "हाँ कर दूँगा"}],
            "not_phrases": ["already paid"],
            "capture": ["pay_date"],
            "disposition": "interested",
            "next": "method",
        },
        {"id": "refuse", "phrases": ["not interested"], "disposition": "not_interested"},
    ],
    "nodes": {
        "method": {
            "say": "By card or by UPI?",
            "branches": [{"id": "card", "phrases": ["by card"], "next": "close"}],
        }
    },
    "captures": {"pay_date": {"type": "date", "ask": "When?", "confirm": True}},
    "objections": [{"phrases": ["who gave you my number"], "say": "You did."}],
}
MINIMAL = {
    "name": "n",
    "language": "hi-IN",
    "opening": "Hello?",
    "branches": [{"id": "yes", "phrases": ["yes"]}],
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """The body with one place replaced; a `None` takes it out."""
    body = deepcopy(BODY)
    at: Any = body
    *steps, last = path.split(".")
    for step in steps:
        at = at[int(step) if step.isdecimal() else step]
    if value is None:
        del at[last]
    else:
        at[int(last) if last.isdecimal() else last] = value
    return body


def fields(problems: list[script.Problem]) -> list[str]:
    return [field for field, _ in problems]


def test_the_example_and_the_least_script_are_valid() -> None:
    assert script.validate(BODY)[0] == []
    assert script.validate(MINIMAL)[0] == []


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("name", None, "name"),
        ("opening", None, "opening"),
        ("branches", [], "branches"),
        ("bogus", 1, "bogus"),
        ("language", "hindi!", "language"),
        ("opening", {}, "opening"),
        ("branches.0.id", "no good", "branches[0].id"),
        ("branches.0.id", "yes\n", "branches[0].id"),
        ("branches.0.phrases", [], "branches[0].phrases"),
        ("branches.0.phrases.0", 7, "branches[0].phrases[0]"),
        ("branches.0.bogus", 1, "branches[0].bogus"),
        ("branches.0.disposition", "maybe", "branches[0].disposition"),
        ("branches.1.id", "will_pay", "branches[0].id"),
        ("branches.0.next", "nowhere", "branches[0].next"),
        ("branches.0.capture", ["what"], "branches[0].capture[0]"),
        ("captures.pay_date.type", "colour", "captures.pay_date.type"),
        ("captures.pay_date.ask", None, "captures.pay_date.ask"),
        ("nodes.method.say", "{{oops", "nodes.method.say"),
        ("nodes.method.branches", [], "nodes.method.branches"),
        ("nodes.close", {"say": "x", "branches": [{"id": "a", "phrases": ["a"]}]}, "nodes.close"),
        ("variables.name", {"type": "text"}, "variables.name"),
        ("opening", "{{amount|shout}}", "opening"),
        ("no_input", {"max": 99}, "no_input.max"),
        ("max_duration_seconds", 5, "max_duration_seconds"),
        ("closing", "x" * 3000, "closing"),
    ],
)
def test_errors_name_their_field(path: str, value: Any, field: str) -> None:
    errors, _ = script.validate(changed(path, value))
    assert field in fields(errors)


def test_finds_every_broken_part_at_once() -> None:
    body = changed("branches.0.bogus", 1)
    del body["name"]
    body["captures"]["pay_date"]["type"] = "nope"
    body["extra"] = True
    assert fields(script.validate(body)[0]) == [
        "extra",
        "name",
        "branches[0].bogus",
        "captures.pay_date.type",
    ]


def test_errors_are_bounded() -> None:
    body = BODY | {f"field{i}": 1 for i in range(500)}
    assert len(script.validate(body)[0]) == 100


def test_refuses_to_parse_an_invalid_script() -> None:
    with pytest.raises(script.ScriptInvalid) as caught:
        script.parse({})
    assert fields(caught.value.problems) == ["name", "language", "opening", "branches"]


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("branches.1.phrases", ["no"], "branches[1].phrases"),
        ("branches.1.phrases.0", "Yes I will  pay", "branches[1].phrases"),
        ("branches.0.next", "close", "nodes.method"),
        ("closing", "Bye {{nobody}}.", "closing"),
        ("branches.0.capture", [], "captures.pay_date"),
        ("voicemail", {"action": "message"}, "voicemail.say"),
        ("llm", {"enabled": True}, "llm.enabled"),
    ],
)
def test_warnings_do_not_stop_a_publish(path: str, value: Any, field: str) -> None:
    errors, warnings = script.validate(changed(path, value))
    assert errors == []
    assert field in fields(warnings)


def test_warns_of_branches_that_are_alike() -> None:
    parsed = script.parse(BODY)
    assert [(left, right) for _, left, right in script.pairs(parsed)] == [("will_pay", "refuse")]
    near = {("will_pay", "refuse"): [[0.99, 0.2], [0.1, 0.97]]}
    assert fields(script.alike(parsed, near)) == ["branches[1].phrases"]
    assert script.alike(parsed, {("will_pay", "refuse"): [[0.8, 0.2], [0.1, 0.9]]}) == []
    assert script.alike(parsed, {}) == []


def test_gives_the_phrases_to_learn() -> None:
    assert script.phrases(script.parse(BODY)) == {
        "will_pay": ("yes I will pay", "हाँ कर दूँगा"),
        "!will_pay": ("already paid",),
        "refuse": ("not interested",),
        "method.card": ("by card",),
        "objection:0": ("who gave you my number",),
    }


def test_gives_the_lines_to_render_ahead() -> None:
    lines = script.fixed_lines(script.parse(BODY), "en-IN", "Ravi")
    assert {"Can you pay it?", "By card or by UPI?", "When?", "You did.", "Goodbye."} <= set(lines)
    assert "This is Ravi, calling from Example Bank." in lines
    assert not any("EMI" in line or "{{" in line for line in lines)
    hindi = script.fixed_lines(script.parse(BODY), "hi-IN")
    assert "क्या आप भरेंगे?" in hindi


def test_chooses_texts_by_language() -> None:
    text: script.Text = {"en-IN": "e", "hi": "h"}
    assert script.text_for(text, "hi-IN", "en-IN") == "h"
    assert script.text_for(text, "ta-IN", "en-GB") == "e"
    assert script.text_for(text, "ta-IN", "te-IN") == "e"


def test_reads_a_contacts_values() -> None:
    parsed = script.parse(BODY)
    assert script.read_variables(parsed, {"amount": "5,200", "due": "", "city": "Pune"}) == (
        {"amount": "5,200", "city": "Pune"},
        [],
    )
    _, problems = script.read_variables(parsed, {"due": "someday"})
    assert problems == [
        ("amount", "present: the script needs this number"),
        ("due", "a date"),
    ]


def test_lists_variables_declared_or_used() -> None:
    parsed = script.parse(changed("closing", "Bye, {{city}}."))
    assert set(script.variables(parsed)) == {"amount", "due", "city"}
