"""How the sides of a call feel, by what they say: each segment, each speaker, the whole."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Final

from vinfer.lens.analysis.classifier import Classifier
from vinfer.lens.analysis.lines import Line, Vectors
from vinfer.lens.analysis.sentiment_words import (
    NOT_AFTER,
    NOT_BEFORE,
    PHRASES,
    POLITE,
    STOCK,
    STRONGER,
    VALENCE,
    WEAKER,
)
from vinfer.lens.language import alerts, mood, seeds
from vinfer.lens.language.hinglish import Normaliser
from vinfer.lens.language.mood import Feeling

_WORD: Final = re.compile(r"[\w\u0900-\u0963']+|[.,;!?।]")
_REACH: Final = 3  # words between a "not" and what it turns around
_TURNED: Final = -0.6  # "not good" is less bad than "bad"
_STRONGER: Final = 1.4
_WEAKER: Final = 0.6
_EVEN: Final = 8.0  # a sum of 2.8 gives 0.7; the curve is that of Hutto and Gilbert, VADER, 2014
_BY_WORDS: Final = 0.5  # what words weigh where the model has a say too
_UNSURE: Final = 0.3  # the model alone says nothing below this
_MODEL_ALONE: Final = 0.8
FELT: Final = 0.25  # a segment's score from which it has a feeling
_FELT_OVERALL: Final = 0.15
_CALM: Final = 0.3  # what a line without feeling weighs, against 1.3 for a furious one
_EARLY: Final = 0.75  # the end of a call weighs more than its beginning
_LATE: Final = 1.25


@dataclass(frozen=True, slots=True)
class Sentiment:
    """A feeling and its score, from -1 (furious) over 0 to 1 (delighted)."""

    label: Feeling
    score: float


@dataclass(frozen=True, slots=True)
class Sentiments:
    """Sentiment of a call: `segments` one each; overall is the customer's where one is known."""

    overall: Sentiment
    speakers: Mapping[str, Sentiment]
    segments: tuple[Sentiment, ...]


class Feelings:
    """Reads feelings, by words alone or by words and a sentence model."""

    def __init__(self, normaliser: Normaliser, vectors: Vectors | None = None) -> None:
        """Learn the examples of moods where there is a model (2 s)."""
        self._model = None if vectors is None else Classifier(_examples(), normaliser, vectors)

    def read(self, lines: Sequence[Line]) -> Sentiments:
        """The sentiment of every line, every speaker and the call."""
        scores = self._scores(lines)
        speakers = dict.fromkeys(line.speaker for line in lines)
        said = {
            name: [pair for pair in zip(lines, scores, strict=True) if pair[0].speaker == name]
            for name in speakers
        }
        customers = [p for p in zip(lines, scores, strict=True) if p[0].side == "customer"]
        whole = customers or list(zip(lines, scores, strict=True))
        return Sentiments(
            overall=_labelled(_mean(whole, len(lines)), _FELT_OVERALL),
            speakers={
                name: _labelled(_mean(pairs, len(lines)), _FELT_OVERALL)
                for name, pairs in said.items()
            },
            segments=tuple(_labelled(score, FELT) for score in scores),
        )

    def _scores(self, lines: Sequence[Line]) -> list[float]:
        by_words = [by_lexicon(line) for line in lines]
        if self._model is None:
            return by_words
        asked = [line for line in lines if line.side != "agent" and not line.empty]
        chances = self._model.chances(tuple(_plain(line) for line in asked))
        felt = {
            line.index: each["positive"] - each["negative"]
            for line, each in zip(asked, chances, strict=True)
        }
        pairs = zip(lines, by_words, strict=True)
        return [_blended(words, felt.get(line.index), line) for line, words in pairs]


def by_lexicon(line: Line) -> float:
    """The score of a line by its words alone, -1..1: courtesies and stock phrases count nothing."""
    if line.empty:
        return 0.0
    text = POLITE.sub(" ", line.hindi)
    if line.side == "agent":
        text = STOCK.sub(" ", text)
    total = 0.0
    for weight, pattern in PHRASES:
        text, times = pattern.subn(" , ", text)
        total += weight * min(times, 2)
    total += _words(_WORD.findall(text))
    return round(total / (total * total + _EVEN) ** 0.5, 4)


def _words(said: Sequence[str]) -> float:
    return sum(
        VALENCE[word] * _strength(said, at) for at, word in enumerate(said) if word in VALENCE
    )


def _strength(said: Sequence[str], at: int) -> float:
    before = _clause(said[max(0, at - _REACH) : at])
    after = said[at + 1 : at + 3]
    factor = 1.0
    if STRONGER & set(before[-2:]):
        factor *= _STRONGER
    if WEAKER & set(before[-2:]):
        factor *= _WEAKER
    if NOT_BEFORE & set(before) or NOT_AFTER & set(_until_mark(after)):
        factor *= _TURNED
    return factor


def _clause(said: Sequence[str]) -> Sequence[str]:
    """What stands after the last mark: "no, good" is good."""
    marks = [place for place, word in enumerate(said) if word in ".,;!?।"]
    return said[marks[-1] + 1 :] if marks else said


def _until_mark(said: Sequence[str]) -> Sequence[str]:
    marks = [place for place, word in enumerate(said) if word in ".,;!?।"]
    return said[: marks[0]] if marks else said


def _blended(words: float, felt: float | None, line: Line) -> float:
    if felt is None:
        return words
    if words == 0 and not re.search(r"\w{3}", _plain(line)):  # a courtesy and nothing else
        return 0.0
    if words == 0:
        return round(_MODEL_ALONE * felt if abs(felt) >= _UNSURE else 0.4 * felt, 4)
    return round(_BY_WORDS * words + (1 - _BY_WORDS) * felt, 4)


def _plain(line: Line) -> str:
    """What is said, without courtesies."""
    return " ".join(POLITE.sub(" ", line.hindi).split())


def _mean(pairs: Sequence[tuple[Line, float]], lines: int) -> float:
    """Long lines, felt lines and late lines weigh more."""
    total = weight = 0.0
    for line, score in pairs:
        late = _EARLY + (_LATE - _EARLY) * line.index / max(1, lines - 1)
        share = min(line.words, 30) * (_CALM + abs(score)) * late * (not line.empty)
        total, weight = total + share * score, weight + share
    return total / weight if weight else 0.0


def _labelled(score: float, felt: float) -> Sentiment:
    label: Feeling = "positive" if score >= felt else "negative" if score <= -felt else "neutral"
    return Sentiment(label, round(max(-1.0, min(1.0, score)), 2))


def _examples() -> dict[str, tuple[str, ...]]:
    """As `adapters.nlu.tone` teaches them: requests are made without a feeling, abuse is not."""
    calm = [lines for name, lines in seeds.SAFETY.items() if name not in ("do_not_call", "abuse")]
    return {
        "positive": mood.SEEDS["positive"],
        "negative": mood.SEEDS["negative"] + seeds.SAFETY["abuse"],
        "neutral": reduce(add, calm, mood.SEEDS["neutral"] + alerts.EVERYDAY),
    }
