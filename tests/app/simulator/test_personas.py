"""The table of personas: chosen by the last two digits, complete, and consistent."""

from pathlib import Path

import pytest

from vinfer.app.simulator.personas import PERSONAS, NeverAnswers, PicksUp, Rejects, persona_for

DISPOSITIONS = {
    "interested",
    "not_interested",
    "callback",
    "not_reachable",
    "dnd",
    "escalated",
}


@pytest.mark.parametrize(
    ("number", "persona"),
    [
        ("919876543200", "pays"),
        ("919876543201", "busy"),
        ("919876543202", "declines"),
        ("919876543203", "no_answer"),
        ("919876543204", "invalid"),
        ("919876543205", "later"),
        ("919876543206", "refuses"),
        ("919876543207", "voicemail"),
        ("919876543208", "trunk_error"),
        ("919876543209", "asks_human"),
        ("919876543210", "do_not_call"),
        ("919876543211", "hinglish"),
        ("919876543212", "interrupts"),
        ("919876543213", "silent"),
        ("919876543214", "hangs_up"),
        ("919876543215", "noisy"),
        ("919876543216", "wrong_number"),
        ("919876543217", "backchannels"),
        ("919876543218", "early_media"),
        ("919876543219", "unavailable"),
        ("919876543220", "desk"),
        ("919876543299", "pays"),
        ("", "pays"),
    ],
)
def test_the_last_two_digits_choose(number: str, persona: str) -> None:
    assert persona_for(number).id == persona


def test_codes_and_names_are_unique() -> None:
    assert [p.code for p in PERSONAS.values()] == [f"{n:02}" for n in range(21)]
    assert len({p.id for p in PERSONAS.values()}) == len(PERSONAS)


@pytest.mark.parametrize("persona", PERSONAS.values(), ids=lambda p: p.id)
def test_expectations_fit_the_contract(persona) -> None:
    expected = persona.expected
    if expected is None:
        assert persona.id == "desk"
        return
    assert expected.disposition in DISPOSITIONS
    answered = isinstance(persona.pickup, PicksUp) and persona.id != "voicemail"
    assert (expected.disposition == "not_reachable") == (not answered)


@pytest.mark.parametrize("persona", PERSONAS.values(), ids=lambda p: p.id)
def test_only_phones_that_are_answered_need_a_voice(persona) -> None:
    if isinstance(persona.pickup, Rejects | NeverAnswers):
        assert persona.lines == ()
    else:
        assert len(set(persona.lines)) == len(persona.lines)


def test_no_persona_speaks_with_the_agents_voices() -> None:
    assert not {p.voice for p in PERSONAS.values()} & {"hf_alpha", "hm_omega", "male", "female"}


def test_the_documentation_shows_this_table() -> None:
    page = Path(__file__).parents[3] / "docs" / "reference" / "simulated-phones.md"
    rows = [line.split(" | ") for line in page.read_text("utf-8").splitlines()]
    shown = {row[0][2:]: row[1:] for row in rows if len(row) == 5 and row[0][2:].isdigit()}
    assert shown == {
        p.code: [
            f"`{p.id}`",
            p.about,
            f"`{p.expected.disposition}`" if p.expected else "–",
            f"`{p.expected.end_reason}` |" if p.expected else "– |",
        ]
        for p in PERSONAS.values()
    }
