import pytest

from vinfer.adapters.hearing.cues import open_ended
from vinfer.adapters.hearing.line import LineMemory


@pytest.mark.parametrize(
    "text",
    [
        "I already paid but",
        "My account number is",
        "main kal aaunga lekin",
        "So the...",
        "haan aur",
    ],
)
def test_open_ended(text: str) -> None:
    assert open_ended(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Yes",
        "Yes, I am",
        "My account number is 4729.",
        "Is it?",
        "kal karunga",
        "hold on",
        "...",
    ],
)
def test_not_open_ended(text: str) -> None:
    assert not open_ended(text)


def test_windows_are_handed_out_once_and_spans_found_again() -> None:
    line = LineMemory()
    for value in range(4):
        line.add(bytes([value]) * 320)  # 160 samples each
    windows = line.windows(256, at_most=9)
    assert [len(window) for window in windows] == [512, 512]
    assert b"".join(windows) == (b"\0" * 320 + b"\1" * 320 + b"\2" * 320 + b"\3" * 64)
    assert line.windows(256, at_most=9) == []
    assert line.pcm(0.02, 0.04) == b"\1" * 320
    line.forget_before(0.03)
    assert line.pcm(0.0, 0.04) == b"\1" * 160
    assert line.heard_s == pytest.approx(0.08)


def test_the_line_forgets_what_is_old() -> None:
    line = LineMemory()
    for _ in range(30):
        line.add(bytes(16_000))
    assert line.heard_s == 30
    assert len(line.pcm(0, 30)) == 24 * 16_000
    assert line.pcm(0, 5) == b""
