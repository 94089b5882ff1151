"""Understanding one utterance: which of the offered meanings, and which values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol

# Meanings every script understands, in every language (spec: built-in intents).
SafetyIntent = Literal[
    "do_not_call",
    "human",
    "wrong_number",
    "abuse",
    "threat",
    "legal",
    "who_is_this",
    "repeat",
    "backchannel",
    "yes",
    "no",
]


COUNTER: Final = "!"  # before a label of `learn`: phrases that must not be taken for that label
LITERAL: Final = "="  # before a label to watch for: it counts only where its words are said


@dataclass(frozen=True, slots=True)
class Meaning:
    """One candidate meaning: a branch label or a safety intent, with a score 0..1."""

    label: str
    score: float
    by: Literal["rule", "model"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What an utterance means.

    `meanings` is ranked, best first, and holds only what passed the engine's threshold: empty means
    'no match'. `safety` are built-in intents that fired. `moments` are dates or times as aware
    datetimes with their grain (`day`, `hour`, `minute`), `amounts` plain numbers. `watched` are the
    labels watched for that were found. `sentiment` runs from -1 (furious) to 1 (delighted); None
    for words that show none, such as a bare yes.
    """

    text: str
    meanings: tuple[Meaning, ...] = ()
    safety: tuple[Meaning, ...] = ()
    moments: tuple[tuple[datetime, str], ...] = ()
    amounts: tuple[float, ...] = ()
    watched: tuple[Meaning, ...] = ()
    sentiment: float | None = None


class Understanding(Protocol):
    """A language understanding engine."""

    async def learn(self, key: str, phrases: Mapping[str, tuple[str, ...]]) -> None:
        """Prepare classifier `key` for labels and example phrases. A known key is free."""
        ...

    async def read(
        self,
        text: str,
        *,
        key: str,
        labels: tuple[str, ...],
        now: datetime,
        watch: tuple[str, ...] = (),
    ) -> Reading:
        """Read one utterance against `labels` of `key`; `now` is in the caller's time zone.

        `watch` are further labels of `key`, which take no meaning away from `labels`.
        """
        ...

    async def similarity(self, left: tuple[str, ...], right: tuple[str, ...]) -> list[list[float]]:
        """Cosine similarity of every pair, for script validation."""
        ...
