"""Understanding on the CPU, without a network: sentence vectors, rules and a date parser."""

import asyncio
import importlib.resources
import json
import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from vinfer.adapters.models import ModelStore
from vinfer.adapters.nlu import shipped
from vinfer.adapters.nlu.embedder import Embedder
from vinfer.adapters.nlu.examples import Examples, fit
from vinfer.adapters.nlu.moments import Moments
from vinfer.adapters.nlu.tone import Tone
from vinfer.lens.language import amounts, dates, safety, seeds
from vinfer.lens.language.head import Head, ngrams
from vinfer.lens.language.hinglish import Normaliser
from vinfer.lens.language.keywords import Said
from vinfer.ports.nlu import COUNTER, LITERAL, Meaning, Reading, SafetyIntent

THRESHOLD: Final = 0.3  # below it a branch does not count as meant (tests/evals)
SAFETY_THRESHOLD: Final = 0.5
_HANGING_UP: Final = {"wrong_number": 0.65, "abuse": 0.65}  # these end a call: surer
RULE_SCORE: Final = 0.9
_RULE_BOOST: Final = 0.25
_KEYS: Final = 64
_HEADS: Final = 128
_MAX_CHARS: Final = 1000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Lesson:
    """What was learned under a key: examples of meanings, and words to be found as they are."""

    examples: dict[str, Examples]
    literal: dict[str, tuple[Said, ...]]


class OfflineUnderstanding:
    """The shipped engine. Blocking work runs in `executor`; its memory is bounded."""

    def __init__(self, store: ModelStore, executor: Executor | None = None) -> None:
        """Load the models (about 2 s, in the main thread). Raises `EngineUnavailable`."""
        self._executor = executor
        self._moments = Moments()
        self._embedder = Embedder(store)
        self._normaliser = Normaliser(english_words())
        self._lock = threading.Lock()
        self._learned: OrderedDict[str, _Lesson] = OrderedDict()
        self._heads: OrderedDict[tuple[str, tuple[str, ...]], Head] = OrderedDict()
        shipped.teach(self._embedder, self._normaliser)
        library = {**seeds.SAFETY, seeds.OTHER: seeds.NEITHER}
        self._library = {label: self._examples(texts) for label, texts in library.items()}
        self._grams = {text: ngrams(text) for each in self._library.values() for text in each.texts}
        self._tone = Tone(self._examples, self._library)

    async def learn(self, key: str, phrases: Mapping[str, tuple[str, ...]]) -> None:
        """Prepare classifier `key`: about 15 ms a phrase. Learning a known key is free.

        The latest 64 keys are kept; an older one must be learned again.
        """
        if not self._knows(key):
            await self._run(lambda: self._learn(key, phrases))

    async def read(
        self,
        text: str,
        *,
        key: str,
        labels: tuple[str, ...],
        now: datetime,
        watch: tuple[str, ...] = (),
    ) -> Reading:
        """Read one utterance. Raises `KeyError` for a key not learned, or forgotten since."""
        return await self._run(lambda: self._read(clean(text), key, labels, watch, now))

    async def similarity(self, left: tuple[str, ...], right: tuple[str, ...]) -> list[list[float]]:
        """Cosine similarity of every pair."""
        return await self._run(lambda: self._similarity(left, right))

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)

    def _knows(self, key: str) -> bool:
        with self._lock:
            if key in self._learned:
                self._learned.move_to_end(key)
            return key in self._learned

    def _examples(self, phrases: tuple[str, ...]) -> Examples:
        texts = tuple(self._normaliser.normalise(phrase) for phrase in phrases)
        return Examples(self._embedder.vectors(texts), texts)

    def _learn(self, key: str, phrases: Mapping[str, tuple[str, ...]]) -> None:
        meant = {label: texts for label, texts in phrases.items() if not label.startswith(LITERAL)}
        literal = {
            label: tuple(Said.of(text, self._normaliser) for text in texts)
            for label, texts in phrases.items()
            if label not in meant
        }
        made = {label: self._examples(texts) for label, texts in meant.items() if texts}
        with self._lock:
            self._learned[key] = _Lesson(made, literal)
            while len(self._learned) > _KEYS:
                self._learned.popitem(last=False)

    def _read(
        self, text: str, key: str, labels: tuple[str, ...], watch: tuple[str, ...], now: datetime
    ) -> Reading:
        normal = self._normaliser.normalise(text)
        fired = safety.rules(text, normal)
        chances = self._chances(normal, key, labels, fired)
        alone = safety.says_nothing_else(normal)
        vector = self._embedder.vector(normal)
        return Reading(
            text=text,
            meanings=() if alone else _meanings(chances, labels),
            safety=_safety(chances, fired) + self._tone.alerts(vector, normal, fired),
            moments=self._moments.find(dates.canonical(normal), now),
            amounts=amounts.amounts(normal),
            watched=() if alone else self._watched(text, normal, key, labels, watch, fired),
            sentiment=None if alone else self._tone.sentiment(vector, normal),
        )

    def _watched(
        self,
        text: str,
        normal: str,
        key: str,
        labels: tuple[str, ...],
        watch: tuple[str, ...],
        fired: frozenset[SafetyIntent],
    ) -> tuple[Meaning, ...]:
        """Words watched for that were said, and meanings that hold against the branches."""
        meant = tuple(label for label in watch if not label.startswith(LITERAL))
        found = self._said(text, key, watch) if len(meant) < len(watch) else ()
        if not meant:
            return found
        return (*found, *_meanings(self._chances(normal, key, labels + meant, fired), meant))

    def _said(self, text: str, key: str, watch: tuple[str, ...]) -> tuple[Meaning, ...]:
        with self._lock:
            literal = self._learned[key].literal
        said = Said.of(text, self._normaliser)
        return tuple(
            Meaning(label, 1.0, "rule")
            for label in watch
            if any(map(said.holds, literal.get(label, ())))
        )

    def _chances(
        self, text: str, key: str, labels: tuple[str, ...], fired: frozenset[SafetyIntent]
    ) -> dict[str, float]:
        head = self._head(key, labels)
        chances = head.probabilities(self._embedder.vector(text), text)
        for name in fired & chances.keys():
            chances[name] += _RULE_BOOST
        total = sum(chances.values())
        return {name: chance / total for name, chance in chances.items()}

    def _head(self, key: str, labels: tuple[str, ...]) -> Head:
        with self._lock:
            known = self._heads.get((key, labels))
            examples = self._learned[key].examples
            self._learned.move_to_end(key)
        if known is not None:
            return known
        head = self._fit(examples, labels)
        with self._lock:
            self._heads[key, labels] = head
            while len(self._heads) > _HEADS:
                self._heads.popitem(last=False)
        return head

    def _fit(self, examples: Mapping[str, Examples], labels: tuple[str, ...]) -> Head:
        wanted = (name for label in labels for name in (label, COUNTER + label))
        offered = {name: examples[name] for name in wanted if name in examples}
        return fit(offered | self._library, self._grams)

    def _similarity(self, left: tuple[str, ...], right: tuple[str, ...]) -> list[list[float]]:
        if not left or not right:
            return [[] for _ in left]
        rows, columns = self._examples(left).vectors, self._examples(right).vectors
        return [[float(cell) for cell in row] for row in rows @ columns.T]


def clean(text: str) -> str:
    """Text the engines bear: no control characters (Duckling dies of a NUL), no half characters."""
    kept = (c if unicodedata.category(c) not in ("Cc", "Cs") else " " for c in text[:_MAX_CHARS])
    return " ".join("".join(kept).split())


def english_words() -> frozenset[str]:
    """English words, never to be respelled as Hindi: those of the pronunciation lexicon."""
    source = importlib.resources.files("misaki") / "data" / "us_gold.json"
    lexicon: dict[str, object] = json.loads(source.read_text(encoding="utf-8"))
    return frozenset(word for word in lexicon if word.isascii() and word.islower())


def _meanings(chances: Mapping[str, float], labels: tuple[str, ...]) -> tuple[Meaning, ...]:
    """The offered labels that pass the threshold, "none of these" and their counter-examples."""
    other = chances[seeds.OTHER]
    ranked = sorted(
        (Meaning(label, round(chances[label], 4), "model") for label in labels if label in chances),
        key=lambda meaning: -meaning.score,
    )
    return tuple(
        meaning
        for meaning in ranked
        if meaning.score >= max(THRESHOLD, other, chances.get(COUNTER + meaning.label, 0.0))
    )


def _safety(chances: Mapping[str, float], fired: frozenset[SafetyIntent]) -> tuple[Meaning, ...]:
    """Intents that a rule saw, and the one the model is sure of."""
    best = max(chances, key=lambda name: chances[name])
    needed = _HANGING_UP.get(best, SAFETY_THRESHOLD)
    found = [Meaning(name, RULE_SCORE, "rule") for name in sorted(fired)]
    if best in seeds.SAFETY and best not in fired and chances[best] >= needed:
        found.append(Meaning(best, round(chances[best], 4), "model"))
    return tuple(sorted(found, key=lambda meaning: -meaning.score))
