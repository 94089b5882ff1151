"""Where somebody speaks, and where to cut long audio so that no word is hit."""

from collections.abc import Sequence
from typing import Final

_WINDOW_S: Final = 0.032
_VOICE: Final = 0.5
_LEAST_VOICED_S: Final = 0.1
_PAD_S: Final = 0.2
_LONGEST_GAP_S: Final = 3.0  # longer silence inside a window tempts the recogniser to skip
_LONGEST_S: Final = 28.0
_LONGEST_ROMAN_S: Final = 14.0  # Roman Hindi takes four tokens a word: more would not fit


def longest_window_s(language: str) -> float:
    """The longest window, in seconds, that a recogniser should get in `language` (BCP-47)."""
    return _LONGEST_S if language.lower().startswith("en") else _LONGEST_ROMAN_S


def speech_windows(
    probabilities: Sequence[float],
    *,
    duration_s: float,
    longest_s: float = _LONGEST_S,
    pad_s: float = _PAD_S,
) -> list[tuple[float, float]]:
    """Spans [start, end) in seconds that hold all speech, each at most `longest_s` long.

    `probabilities` is one voice probability per 32 ms. Spans end in the quietest window of their
    last third when speech runs on.
    """
    windows: list[tuple[float, float]] = []
    for start_s, end_s in speech_regions(probabilities, duration_s=duration_s, pad_s=pad_s):
        near = bool(windows) and start_s - windows[-1][1] <= _LONGEST_GAP_S
        if near and end_s - windows[-1][0] <= longest_s:
            windows[-1] = (windows[-1][0], end_s)
            continue
        while end_s - start_s > longest_s:
            cut_s = _quietest_s(probabilities, start_s + longest_s * 2 / 3, start_s + longest_s)
            windows.append((start_s, cut_s))
            start_s = cut_s
        windows.append((start_s, end_s))
    return windows


def speech_regions(
    probabilities: Sequence[float], *, duration_s: float, pad_s: float = _PAD_S
) -> list[tuple[float, float]]:
    """Voiced spans in seconds, widened by `pad_s`, overlapping ones joined."""
    regions: list[tuple[float, float]] = []
    at = 0
    while at < len(probabilities):
        if probabilities[at] < _VOICE:
            at += 1
            continue
        end = at
        while end < len(probabilities) and probabilities[end] >= _VOICE - 0.15:
            end += 1
        if (end - at) * _WINDOW_S >= _LEAST_VOICED_S:
            start_s = max(0.0, at * _WINDOW_S - pad_s)
            end_s = min(duration_s, end * _WINDOW_S + pad_s)
            if regions and start_s <= regions[-1][1]:
                start_s = regions.pop()[0]
            regions.append((start_s, end_s))
        at = end
    return regions


def _quietest_s(probabilities: Sequence[float], from_s: float, to_s: float) -> float:
    first, last = int(from_s / _WINDOW_S), int(to_s / _WINDOW_S)
    span = range(first, min(last, len(probabilities)))
    return (min(span, key=lambda at: (probabilities[at], -at)) + 0.5) * _WINDOW_S
