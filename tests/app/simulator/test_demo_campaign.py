"""The demo's script and contacts are what the API takes, and dial every kind of person."""

from datetime import date

import phonenumbers

from vinfer.app.simulator.demo_campaign import DESK_PHONE, demo_contacts, demo_script
from vinfer.app.simulator.personas import persona_for
from vinfer.media import script

TODAY = date(2026, 3, 5)


def test_the_script_publishes_without_a_warning() -> None:
    assert script.validate(demo_script()) == ([], [])


def test_every_branch_has_enough_phrases() -> None:
    assert min(len(branch["phrases"]) for branch in demo_script()["branches"]) >= 8


def test_the_contacts_bring_every_variable_and_valid_numbers() -> None:
    contacts = demo_contacts(today=TODAY)
    assert len(contacts) == len({c["phone"] for c in contacts}) == 12
    for contact in contacts:
        assert phonenumbers.is_valid_number(phonenumbers.parse(contact["phone"]))
        assert demo_script()["variables"].keys() <= contact.keys()
        assert contact["due_date"] == "2026-03-01"


def test_the_contacts_cover_the_personas_of_the_demo() -> None:
    dialled = {persona_for(contact["phone"]).id for contact in demo_contacts(today=TODAY)}
    assert dialled == {
        "pays",
        "later",
        "refuses",
        "asks_human",
        "do_not_call",
        "hinglish",
        "interrupts",
        "busy",
        "no_answer",
        "declines",
        "voicemail",
        "backchannels",
    }
    assert persona_for(DESK_PHONE).id == "desk"
