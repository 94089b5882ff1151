"""Asking for the values a branch wants, one by one, each read back if it must be."""

import copy
from datetime import date, datetime
from typing import Any, Final, Self

from vinfer.media import script as scripts
from vinfer.media.dialog import capture, choice
from vinfer.media.dialog.capture import Found
from vinfer.media.dialog.speech import Speech
from vinfer.media.rendering import Line
from vinfer.ports.nlu import Reading

MAX_TRIES: Final = 3  # per value, asking and reading back; then the call goes on without it
_NEVER_ASSUMED: Final = frozenset({"text", "boolean"})  # any sentence would hold one of these


class Form:
    """The values still to be settled. `question` is what the customer was asked last."""

    def __init__(self, script: scripts.Script, speech: Speech) -> None:
        self._script = script
        self._speech = speech
        self._waiting: list[str] = []
        self._first: Reading | None = None
        self._name: str | None = None
        self._candidate: Found | None = None
        self._day: date | None = None
        self._tries = 0
        self.question: tuple[Line, ...] = ()
        self.settled: dict[str, Any] = {}

    def fork(self, speech: Speech) -> Self:
        """An independent copy that speaks through `speech`."""
        twin = copy.copy(self)
        twin._speech = speech
        twin._waiting, twin.settled = list(self._waiting), dict(self.settled)
        return twin

    @property
    def is_open(self) -> bool:
        """Whether a value is being asked for."""
        return self._name is not None

    def begin(self, names: tuple[str, ...], reading: Reading, now: datetime) -> tuple[Line, ...]:
        """Ask for these values, save those the utterance already holds. Empty: nothing to ask."""
        self._waiting = list(names)
        self._first = reading
        return self._next(now)

    def abandon(self) -> None:
        """Stop asking: the customer went elsewhere."""
        self._waiting, self._name, self.question = [], None, ()

    def hear(self, reading: Reading, now: datetime, *, posed: bool) -> tuple[Line, ...] | None:
        """Take an answer. None: it was none; empty: the form is done; else what to say next.

        `posed`: the question was put; else a yes is no answer, and it is put now.
        """
        if self._candidate is not None:
            return self._confirm(self._candidate, reading, now, posed=posed)
        if not posed and self._capture.type in _NEVER_ASSUMED:
            return None
        found = self._find(reading, now)
        if found is None or (found.day_only and self._day is not None):
            return None
        return self._take(found) or self._next(now)

    def miss(self, now: datetime) -> tuple[Line, ...]:
        """The answer was not understood: ask again, or after `MAX_TRIES` go on without it."""
        self._tries += 1
        if self._tries < MAX_TRIES:
            return self._speech.own("say_again") + self.question
        if self._day is not None and self._candidate is None:
            self._settle(self._day.isoformat())
        return self._next(now)

    def _next(self, now: datetime) -> tuple[Line, ...]:
        while self._waiting:
            self._name = self._waiting.pop(0)
            self._candidate, self._day, self._tries = None, None, 0
            assumed = self._first if self._capture.type not in _NEVER_ASSUMED else None
            found = self._find(assumed, now) if assumed is not None else None
            asked = self._take(found) if found is not None else self._ask()
            if asked:
                return asked
        self.abandon()
        return ()

    @property
    def _capture(self) -> scripts.Capture:
        assert self._name is not None
        return self._script.captures[self._name]

    def _find(self, reading: Reading, now: datetime) -> Found | None:
        language = self._speech.language
        known = self._day
        if self._candidate is not None and self._capture.type == "datetime":
            known = datetime.fromisoformat(self._candidate.value).date()
        return capture.find(self._capture, reading, language=language, now=now, known=known)

    def _ask(self) -> tuple[Line, ...]:
        self.question = self._speech.say(self._capture.ask) or self._speech.own("ask_value")
        return self.question

    def _take(self, found: Found) -> tuple[Line, ...]:
        """Settle a value, or say what it still needs."""
        if found.day_only:
            self._day = date.fromisoformat(found.value)
            self.question = self._speech.own("ask_time")
            return self.question
        asked = self._read_back(found)
        if not asked:
            self._settle(found.value)
        return asked

    def _read_back(self, found: Found) -> tuple[Line, ...]:
        """Have a value confirmed; empty where the script does not want that."""
        wording = capture.confirmation(self._capture, self._speech.language)
        if wording is None:
            return ()
        self._candidate = found
        self.question = self._speech.read_back(wording, found.said)
        return self.question

    def _settle(self, value: Any) -> None:
        assert self._name is not None
        self.settled[self._name] = value
        self._speech.learn(self._name, value)

    def _confirm(
        self, candidate: Found, reading: Reading, now: datetime, *, posed: bool
    ) -> tuple[Line, ...] | None:
        corrected = self._correction(candidate, reading, now)
        if corrected is not None:
            self._tries += 1
            return self._read_back(corrected) if self._tries < MAX_TRIES else self._next(now)
        denied = choice.safety(reading, "no") is not None
        agreed = choice.safety(reading, "yes") or self._same(candidate, reading, now)
        if not posed:
            return self.question if denied or agreed else None
        if denied:
            self._candidate = None
            self._tries += 1
            return self._ask() if self._tries < MAX_TRIES else self._next(now)
        if agreed:
            self._settle(candidate.value)
            return self._next(now)
        return None

    def _same(self, candidate: Found, reading: Reading, now: datetime) -> bool:
        return self._valued(reading, now) == candidate

    def _valued(self, reading: Reading, now: datetime) -> Found | None:
        assumable = self._capture.type not in _NEVER_ASSUMED
        return self._find(reading, now) if assumable else None

    def _correction(self, candidate: Found, reading: Reading, now: datetime) -> Found | None:
        found = self._valued(reading, now)
        if found is not None and found.day_only:
            found = capture.moved(candidate, found, self._speech.language)
        return found if found is not None and found != candidate else None
