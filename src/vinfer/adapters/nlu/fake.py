"""A fake engine that counts shared words: no models, for tests and for trying out a script."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from vinfer.kit import numerals
from vinfer.lens.language import amounts, dates, keywords, mood, safety
from vinfer.lens.language.hinglish import Normaliser
from vinfer.ports.nlu import COUNTER, LITERAL, Meaning, Reading

_THRESHOLD: Final = 0.4
_DAYS: Final = {"today": 0, "tomorrow": 1, "day after tomorrow": 2}


class FakeUnderstanding:
    """Fake: meanings by word overlap, days and clock times, safety and sentiment by word lists."""

    def __init__(self) -> None:
        self._normaliser = Normaliser()
        self._learned: dict[str, dict[str, tuple[str, ...]]] = {}

    async def learn(self, key: str, phrases: Mapping[str, tuple[str, ...]]) -> None:
        """Remember the phrases."""
        self._learned.setdefault(key, dict(phrases))

    async def read(
        self,
        text: str,
        *,
        key: str,
        labels: tuple[str, ...],
        now: datetime,
        watch: tuple[str, ...] = (),
    ) -> Reading:
        """Read one utterance. Raises `KeyError` for a key that was not learned."""
        learned = self._learned[key]
        normal = self._normaliser.normalise(text)
        fired = safety.rules(text, normal)
        alone = safety.says_nothing_else(normal)
        return Reading(
            text=text,
            meanings=() if alone else self._meanings(normal, learned, labels),
            safety=tuple(Meaning(name, 0.9, "rule") for name in sorted(fired)),
            moments=_moments(dates.canonical(normal), now),
            amounts=amounts.amounts(normal),
            watched=self._watched(text, normal, learned, watch),
            sentiment=None if alone else mood.by_words(normal),
        )

    async def similarity(self, left: tuple[str, ...], right: tuple[str, ...]) -> list[list[float]]:
        """Word overlap of every pair, 0..1."""
        return [[self._overlap(one, other) for other in right] for one in left]

    def _watched(
        self, text: str, normal: str, learned: Mapping[str, tuple[str, ...]], watch: tuple[str, ...]
    ) -> tuple[Meaning, ...]:
        literal = tuple(label for label in watch if label.startswith(LITERAL))
        said = keywords.Said.of(text, self._normaliser)
        found = [
            Meaning(label, 1.0, "rule")
            for label in literal
            if any(
                said.holds(keywords.Said.of(it, self._normaliser)) for it in learned.get(label, ())
            )
        ]
        meant = tuple(label for label in watch if label not in literal)
        return (*found, *self._meanings(normal, learned, meant))

    def _meanings(
        self, text: str, examples: Mapping[str, tuple[str, ...]], labels: tuple[str, ...]
    ) -> tuple[Meaning, ...]:
        def likeness(label: str) -> float:
            return max(
                (self._overlap(text, phrase) for phrase in examples.get(label, ())), default=0.0
            )

        scored = [Meaning(label, likeness(label), "model") for label in labels]
        kept = (m for m in scored if m.score >= max(_THRESHOLD, likeness(COUNTER + m.label)))
        return tuple(sorted(kept, key=lambda meaning: -meaning.score))

    def _overlap(self, one: str, other: str) -> float:
        left, right = (_words(self._normaliser.normalise(text)) for text in (one, other))
        return len(left & right) / max(1, min(len(left), len(right)))


def _words(text: str) -> set[str]:
    return set(re.findall(r"[\w\u0900-\u0963]+", text.lower()))


def _moments(canonical: str, now: datetime) -> tuple[tuple[datetime, str], ...]:
    day = _day(canonical, now)
    clock = re.search(r"\b(\d{1,2})(?::(\d\d))? ?([ap]m)", canonical)
    if clock is None:
        return () if day is None else ((day, "day"),)
    hour = int(clock[1]) % 12 + (12 if clock[3] == "pm" else 0)
    at = (day or now).replace(hour=hour, minute=int(clock[2] or 0), second=0, microsecond=0)
    return ((at, "minute"),)


def _day(canonical: str, now: datetime) -> datetime | None:
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for name in sorted(_DAYS, key=len, reverse=True):
        if name in canonical:
            return today + timedelta(days=_DAYS[name])
    for index, weekday in enumerate(numerals.ENGLISH_WEEKDAYS):
        if weekday.lower() in canonical:
            return today + timedelta(days=(index - today.weekday() - 1) % 7 + 1)
    return None
