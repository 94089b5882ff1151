"""Read-backs rendered ahead are the sentences that calls say."""

from datetime import timedelta
from typing import Any

import pytest
from tests.media.dialog.test_dialog import NOW, SCRIPT, day, dialog, hear, reading

from vinfer.media import script as scripts
from vinfer.media.dialog import ahead, read_backs

DAYS = [NOW.date() + timedelta(days=ahead) for ahead in range(3)]


def script(confirm: Any) -> dict[str, Any]:
    return SCRIPT["captures"] | {"pay_date": {"type": "date", "ask": "When?", "confirm": confirm}}


@pytest.mark.parametrize(
    "confirm",
    [
        True,
        "Noted. You pay on {{value}}, right?",
        {"en-IN": "So {{value}}?", "hi-IN": "{{value}}, {{company}}?"},
    ],
)
@pytest.mark.parametrize("language", ["en-IN", "hi-IN"])
def test_a_day_is_read_back_as_rendered_ahead(language: str, confirm: Any) -> None:
    captures = script(confirm)
    rendered = read_backs(scripts.parse(SCRIPT | {"captures": captures}), language, DAYS)
    for days_ahead in range(3):
        talk = dialog(language=language, captures=captures)
        said = hear(talk, reading("on it", "will_pay", moments=(day(days_ahead),)))
        asked = [line.text for line in said.lines if line.text != "Thank you."]
        assert asked
        assert set(asked) <= set(rendered)


@pytest.mark.parametrize("confirm", [False, "{{name}}, {{value}}?"])
def test_nothing_is_rendered_ahead_that_differs_from_call_to_call(confirm: Any) -> None:
    parsed = scripts.parse(SCRIPT | {"captures": script(confirm)})
    assert read_backs(parsed, "en-IN", DAYS) == ()


def test_the_nearest_days_come_first_and_there_is_a_bound() -> None:
    parsed = scripts.parse(SCRIPT)
    rendered = read_backs(parsed, "en-IN", (NOW.date() + timedelta(days=n) for n in range(500)))
    assert rendered[0] == "That is Tuesday, the twenty fourth of November, right?"
    assert len(rendered) == ahead.MAX_LINES
