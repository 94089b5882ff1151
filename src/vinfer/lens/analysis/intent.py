"""The one intent a call is filed under: by what the customer said, or `other`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from vinfer.lens.analysis.classifier import Classifier
from vinfer.lens.analysis.intent_rules import (
    EXAMPLES,
    OFFERS,
    ORDER,
    OTHER,
    PATTERNS,
    RENEWAL,
    Intent,
)
from vinfer.lens.analysis.lines import Line, Vectors
from vinfer.lens.language import safety
from vinfer.lens.language.hinglish import Normaliser
from vinfer.ports.nlu import SafetyIntent

_SAFETY: Final[Mapping[SafetyIntent, Intent]] = {
    "do_not_call": "dnd_request",
    "human": "escalation",
    "legal": "complaint",
    "threat": "complaint",
}
_RULE: Final = 1.0
_ANSWER: Final = 0.8  # a yes to an offer
_SPEAKS_FOR_ITSELF: Final[Mapping[Intent, float]] = {"dnd_request": 2.0, "escalation": 1.4}
_MODEL_SURE: Final = 0.6  # tests/evals
_MODEL_MARGIN: Final = 0.25
_FEWEST_WORDS: Final = 3  # for the model to judge a line
_ENOUGH: Final = 0.45  # less shows nothing
_EARLY: Final = 0.8
_LATE: Final = 1.2  # what is said last counts most
_MOST_EVIDENCE: Final = 5
_WITHDRAWN: Final = 0.4  # what is left of an interest that a later no takes back, and of that no


@dataclass(frozen=True, slots=True)
class Intention:
    """An intent, how sure (0..1), and the segments that show it, in order; none for `other`."""

    label: Intent
    confidence: float
    evidence: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Sign:
    label: Intent
    index: int
    strength: float


class Intents:
    """Reads intents, by rules alone or by rules and a sentence model."""

    def __init__(self, normaliser: Normaliser, vectors: Vectors | None = None) -> None:
        """Learn the examples where there is a model (2 s)."""
        self._model = None if vectors is None else _classifier(normaliser, vectors)

    def read(self, lines: Sequence[Line]) -> Intention:
        """The primary intent of a call. What the agent says counts only as a question."""
        signs = self._signs(lines)
        scores = _scores(signs, len(lines))
        ranked = sorted(ORDER, key=lambda label: (-scores.get(label, 0.0), ORDER.index(label)))
        best, second = scores.get(ranked[0], 0.0), scores.get(ranked[1], 0.0)
        if best < _ENOUGH:
            return Intention(OTHER, round(1 - best, 2), ())
        evidence = sorted({sign.index for sign in signs if sign.label == ranked[0]})
        sure = best / (best + second) * min(1.0, 0.5 + best / 2)
        return Intention(ranked[0], round(sure, 2), tuple(evidence[-_MOST_EVIDENCE:]))

    def _signs(self, lines: Sequence[Line]) -> list[_Sign]:
        signs: list[_Sign] = []
        silent: list[Line] = []
        for line in lines:
            if not line.customers:
                continue
            made = [*_by_rule(line), *_by_answer(line, lines)]
            signs += made
            if not made and line.side == "customer" and _speaks(line):
                silent.append(line)
        signs += self._by_model(silent)
        return [_renewing(sign, lines) for sign in signs]

    def _by_model(self, lines: Sequence[Line]) -> list[_Sign]:
        if self._model is None:
            return []
        found: list[_Sign] = []
        chances = self._model.chances(tuple(line.hindi for line in lines))
        for line, each in zip(lines, chances, strict=True):
            ranked = sorted(each.values(), reverse=True)
            sure = ranked[0] >= _MODEL_SURE and ranked[0] - ranked[1] >= _MODEL_MARGIN
            label: Intent = next(name for name in (*ORDER, OTHER) if each[name] == ranked[0])
            if sure and label != OTHER:
                found.append(_Sign(label, line.index, ranked[0]))
        return found


def _speaks(line: Line) -> bool:
    return not line.empty and line.words >= _FEWEST_WORDS


def _classifier(normaliser: Normaliser, vectors: Vectors) -> Classifier:
    examples = {str(label): texts for label, texts in EXAMPLES.items()}
    return Classifier(examples, normaliser, vectors)


def _by_rule(line: Line) -> list[_Sign]:
    fired = safety.rules(line.text, line.hindi)
    found = {label for name, label in _SAFETY.items() if name in fired}
    found |= {
        label for label, pattern in PATTERNS.items()
        if pattern.search(line.heard) or pattern.search(line.hindi)
    }  # fmt: skip
    if "wrong_number" in fired:
        found -= {"complaint", "interested"}
    if "not_interested" in found:
        found -= {"interested", "loan_renewal_interest"}
    if "dnd_request" in found:
        found -= {"callback_requested", "interested"}
    if "loan_renewal_interest" in found:
        found.discard("interested")
    return [_Sign(label, line.index, _RULE) for label in ORDER if label in found]


def _by_answer(line: Line, lines: Sequence[Line]) -> list[_Sign]:
    """A yes or no to what the agent just offered."""
    asked = lines[line.index - 1] if line.index else None
    if asked is None or asked.side != "agent" or line.words > 8:
        return []
    answer = safety.answers(line.heard.strip(" .!"), line.hindi.strip(" .!।"))
    offer = _offered(asked)
    if offer is None or not answer & {"yes", "no"}:
        return []
    if "yes" in answer:
        return [_Sign(offer, line.index, _ANSWER)]
    refused = offer in ("interested", "loan_renewal_interest")
    return [_Sign("not_interested", line.index, _ANSWER)] if refused else []


def _offered(asked: Line) -> Intent | None:
    question = asked.hindi.rstrip().endswith("?") or "?" in asked.hindi[-80:]
    last = asked.hindi.rstrip("? .").rsplit(".", 1)[-1]
    for label, pattern in OFFERS:
        if pattern.search(last) and (question or label != "interested" or "क्या" in last):
            return label
    return None


def _renewing(sign: _Sign, lines: Sequence[Line]) -> _Sign:
    """An interest is one in a renewal where a renewal is what the call is about."""
    if sign.label != "interested":
        return sign
    near = lines[max(0, sign.index - 4) : sign.index + 1]
    about = any(RENEWAL.search(line.hindi) for line in near)
    return _Sign("loan_renewal_interest", sign.index, sign.strength) if about else sign


def _scores(signs: Sequence[_Sign], lines: int) -> dict[Intent, float]:
    """Each intent's strongest sign, a third of its others, the later the more."""
    by_label: dict[Intent, list[float]] = {}
    for sign in signs:
        late = _EARLY + (_LATE - _EARLY) * sign.index / max(1, lines - 1)
        heavy = _SPEAKS_FOR_ITSELF.get(sign.label, 1.0)
        by_label.setdefault(sign.label, []).append(sign.strength * late * heavy)
    scores: dict[Intent, float] = {
        label: max(each) + (sum(each) - max(each)) / 3 for label, each in by_label.items()
    }
    return _withdrawn(scores, signs)


def _withdrawn(scores: dict[Intent, float], signs: Sequence[_Sign]) -> dict[Intent, float]:
    """Of a yes and a no to the same thing the later one stands."""
    wishes = ("interested", "loan_renewal_interest")
    last_no = max((s.index for s in signs if s.label == "not_interested"), default=-1)
    last_yes = max((s.index for s in signs if s.label in wishes), default=-1)
    if last_no < 0 or last_yes < 0:
        return scores
    weaker = wishes if last_no >= last_yes else ("not_interested",)
    return {
        label: score * (_WITHDRAWN if label in weaker else 1.0) for label, score in scores.items()
    }
