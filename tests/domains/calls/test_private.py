"""What captured values show where redaction was asked for."""

from typing import Any

import pytest

from vinfer.domains.calls import private


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("amount", 5200, 5200),
        ("promise_date", "2026-12-01", "2026-12-01"),
        ("callback_at", "2026-12-01T10:30:00+05:30", "2026-12-01T10:30:00+05:30"),
        ("agreed", False, False),
        ("reason", None, None),
        ("date_of_birth", "1990-04-02", "[DATE_OF_BIRTH]"),
        ("otp", 4521, "[OTP]"),
        ("card", {"number": 4111111111111111}, {"number": "[CARD]"}),
        ("reason", ["lost my job", "a.b@x.in"], ["lost my job", "[EMAIL]"]),
        ("reason", "my number is 98765 43210", "my number is [PHONE]"),
    ],
)
def test_values_without_what_is_private(name: str, value: Any, shown: Any) -> None:
    assert private.redacted_values({name: value}) == {name: shown}


@pytest.mark.parametrize(
    ("features", "key", "withheld", "hidden"),
    [
        (["redaction"], None, False, True),
        (["redaction"], "k.wav", True, True),
        (["redaction"], "k.silenced.wav", False, False),
        (["transcription"], None, False, False),
        (None, "k.wav", False, False),
    ],
)
def test_lines_wait_for_the_recording(
    features: list[str] | None, key: str | None, withheld: bool, hidden: bool
) -> None:
    call = {"analyze_features": features, "recording_key": key, "recording_withheld": withheld}
    assert private.withholds_lines(call) is hidden
