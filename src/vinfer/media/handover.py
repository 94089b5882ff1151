"""The rules by which a call goes to a person, looked at in their order after every utterance."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from vinfer.media.plan import Fired, Trigger
from vinfer.ports.nlu import LITERAL, Reading, SafetyIntent

ALERTS: Final[tuple[SafetyIntent, ...]] = ("threat", "legal", "abuse")
MOOD_SHARE: Final = 0.6  # of the newest utterance: one furious sentence counts, or two annoyed ones
_PIECES: Final = re.compile(r"[;\n]+")


def parse(stored: Sequence[Mapping[str, Any]]) -> tuple[Trigger, ...]:
    """Stored triggers, the lowest priority first; equal ones stay in their order."""
    found = [
        msgspec.convert({k: v for k, v in each.items() if v is not None}, Trigger)
        for each in stored
    ]
    return tuple(sorted(found, key=lambda trigger: trigger.priority))


def key_of(script_key: str, triggers: Sequence[Trigger]) -> str:
    """The classifier key of a script together with what its triggers listen for."""
    words = [phrase for _, phrases in _listened(triggers) for phrase in phrases]
    if not words:
        return script_key
    digest = hashlib.sha256(repr([*labels(triggers), *words]).encode()).hexdigest()
    return f"{script_key}:{digest[:16]}"


def phrases(triggers: Sequence[Trigger]) -> dict[str, tuple[str, ...]]:
    """What `Understanding.learn` has to know of the triggers."""
    return dict(_listened(triggers))


def labels(triggers: Sequence[Trigger]) -> tuple[str, ...]:
    """What `Understanding.read` has to watch for."""
    return tuple(label for label, _ in _listened(triggers))


def _listened(triggers: Sequence[Trigger]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for at, trigger in enumerate(triggers):
        if trigger.type == "keyword":
            for index, phrase in enumerate(trigger.phrases):
                yield _keyword(at, index), (phrase,)
        elif trigger.type == "custom":
            # several examples may stand in one condition, parted by `;` or a new line
            yield _condition(at), tuple(filter(str.strip, _PIECES.split(trigger.condition)))


def _keyword(trigger: int, phrase: int) -> str:
    return f"{LITERAL}trigger:{trigger}:{phrase}"


def _condition(trigger: int) -> str:
    return f"trigger:{trigger}"


@dataclass(slots=True)
class Watch:
    """The triggers of one call, and the customer's mood so far (-1..1, at first neutral)."""

    triggers: tuple[Trigger, ...] = ()
    mood: float = field(default=0.0)

    def heard(self, reading: Reading, *, at_s: float, settled: bool) -> Fired | None:
        """The first trigger, in their order, that this utterance fires `at_s` after the answer.

        `settled`: the call has an outcome, so that it is no longer too long without one.
        """
        if reading.sentiment is not None:
            self.mood += MOOD_SHARE * (reading.sentiment - self.mood)
        return self._first(reading, at_s, settled=settled)

    def silence(self, *, at_s: float, settled: bool) -> Fired | None:
        """The same when the customer says nothing."""
        return self._first(None, at_s, settled=settled)

    def _first(self, reading: Reading | None, at_s: float, *, settled: bool) -> Fired | None:
        for at, trigger in enumerate(self.triggers):
            if trigger.type == "max_duration":
                over = at_s >= trigger.seconds and not settled
                matched: str | float | None = round(at_s, 1) if over else None
            else:
                matched = self._matched(at, trigger, reading) if reading is not None else None
            if matched is not None:
                return Fired(trigger.type, trigger.priority, matched)
        return None

    def _matched(self, at: int, trigger: Trigger, reading: Reading) -> str | float | None:
        match trigger.type:
            case "explicit_request":
                return _intent(reading, "human")
            case "compliance_alert":
                return _intent(reading, *ALERTS)
            case "keyword":
                return _spoken(at, trigger, reading)
            case "custom":
                seen = {meaning.label for meaning in reading.watched}
                return trigger.condition if _condition(at) in seen else None
            case _:
                low = reading.sentiment is not None and self.mood < trigger.threshold
                return round(self.mood, 2) if low else None


def _intent(reading: Reading, *names: SafetyIntent) -> str | None:
    fired = {meaning.label for meaning in reading.safety}
    return next((name for name in names if name in fired), None)


def _spoken(at: int, trigger: Trigger, reading: Reading) -> str | None:
    heard = {meaning.label for meaning in reading.watched}
    found = [phrase for index, phrase in enumerate(trigger.phrases) if _keyword(at, index) in heard]
    if trigger.match == "all" and len(found) < len(trigger.phrases):
        return None
    return ", ".join(found) or None
