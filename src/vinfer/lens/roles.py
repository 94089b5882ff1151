# ruff: noqa: E501  # patterns read best unbroken
"""Which speaker is the agent, by what they say; nobody, when that is not clear."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from vinfer.lens import role_cues_hindi as hindi
from vinfer.lens.language.hinglish import Normaliser
from vinfer.lens.transcript import AGENT, CUSTOMER

_Cues = tuple[tuple[float, re.Pattern[str]], ...]
_NORMALISER: Final = Normaliser()


def _cues(*pairs: tuple[float, str]) -> _Cues:
    return tuple((weight, re.compile(pattern, re.IGNORECASE)) for weight, pattern in pairs)


_AGENT: Final = _cues(
    (3.0, r"\b(?:this is|i am|i'm|my name is|myself) [\w' ]{2,30} (?:calling )?(?:from|with|on behalf of) \w"),
    (3.0, r"\b(?:i'm|i am|we are|we're) calling (?:you )?(?:from|on behalf|about|regarding|to (?:remind|inform|confirm))"),
    (3.0, r"\bthank(?:s| you) for (?:calling|contacting|holding|choosing)\b"),
    (2.0, r"\b(?:am i|may i be|could i be) (?:speaking|talking) (?:with|to)\b|\b(?:may|can|could) i (?:speak|talk) (?:with|to)\b"),
    (2.0, r"\bhow (?:may|can) i (?:help|assist)\b|\banything else i can\b|\bi can help you with\b"),
    (2.0, r"\b(?:this )?call (?:is|may be|will be) (?:being )?(?:recorded|monitored)\b"),
    (2.0, r"\bplease (?:hold|stay on the line)\b|\bi will (?:connect|transfer) you\b|\bi am connecting you\b"),
    (1.5, r"\b(?:verify|confirm) (?:your|the last)\b|\bcould you (?:please )?(?:confirm|verify|tell me)\b"),
    (1.0, r"\byour (?:account|loan|emi|payment|policy|order|appointment|card|premium|delivery|subscription|bill|application|booking)\b"),
    (1.0, r"\b(?:sir|madam|ma'am)\b|\bhave a (?:nice|great|good|wonderful) (?:day|evening|one)\b"),
    (3.0, r"\b(?:main|mein) [\w ]{2,25} se (?:bol|baat kar|call kar)\b|\bmeri baat [\w ]{2,25} se ho rah"),
    (1.0, r"\b(?:aapk[aeio]|aapki?) (?:loan|emi|kist|payment|bill|account|policy|order|card|premium)\b"),
)  # fmt: skip
_CUSTOMER: Final = _cues(
    (3.0, r"\bwho (?:is this|are you|is calling|is speaking)\b|\bwhere are you calling from\b|\bwho am i (?:speaking|talking)\b"),
    (2.0, r"\bi(?:'m| am)? (?:have )?(?:already|just) (?:paid|made the payment|done)\b|\b(?:i'm|i am) not interested\b"),
    (2.0, r"\b(?:stop|don't|do not) call(?:ing)? me\b|\bcall me (?:back|later|tomorrow|after)\b|\bi(?:'m| am) (?:busy|driving|in a meeting)\b"),
    (1.5, r"\bi will pay\b|\bi can(?:'t|not) pay\b|\bi (?:want|need|would like) to (?:know|cancel|check|complain|book|speak|talk|return)\b"),
    (1.0, r"\bmy (?:account|loan|emi|payment|policy|order|card|premium|bill|refund|salary|husband|wife)\b"),
    (1.0, r"\b(?:yes|yeah),? (?:speaking|this is (?:he|she|him|her))\b|\bwrong number\b"),
    (3.0, r"\b(?:aap )?kaun (?:bol|ho\b|hai)|\bkahan? se (?:bol|call)"),
    (2.0, r"\bmujhe nahin? chahiye|\bbaad mein (?:call|phone)|\bgalat number|\bmain(?:ne)? .{0,20}(?:kar dunga|kar dungi|de dunga|bhej dunga)"),
)  # fmt: skip
_DEVANAGARI: Final = re.compile(r"[\u0900-\u097f]")
_QUESTION: Final = 0.3
_MOST_QUESTIONS: Final = 5
_OPENS: Final = 0.5  # for the longest words of the first half minute
_OPENING_S: Final = 30.0
_CLEAR: Final = 3.0

Line = tuple[str, float, str]
"""A speaker, when they begin, and what they say."""


def agent_of(lines: Sequence[Line]) -> str | None:
    """The one speaker of `lines` who is surely the agent of the call."""
    scores = dict.fromkeys((speaker for speaker, _, _ in lines), 0.0)
    for speaker in scores:
        said = [text for who, _, text in lines if who == speaker]
        questions = sum(text.count("?") for text in said)
        scores[speaker] = _score(said) + _QUESTION * min(questions, _MOST_QUESTIONS)
    longest = _opener(lines)
    if longest is not None:
        scores[longest] += _OPENS
    ranked = sorted(scores, key=lambda each: scores[each], reverse=True)
    if not ranked:
        return None
    second = scores[ranked[1]] if len(ranked) > 1 else 0.0
    return ranked[0] if scores[ranked[0]] - second >= _CLEAR else None


def names(lines: Sequence[Line], *, speakers: Sequence[str]) -> Mapping[str, str]:
    """What to call each of `speakers`: the agent, and of two the other is the customer."""
    agent = agent_of(lines)
    named = {speaker: f"speaker_{number}" for number, speaker in enumerate(speakers, 1)}
    if agent is not None and len(speakers) <= 2:
        named = {speaker: AGENT if speaker == agent else CUSTOMER for speaker in speakers}
    return named


def _score(said: Sequence[str]) -> float:
    """Each cue once, however often it comes."""
    whole = " ".join(said)
    in_hindi = [_NORMALISER.normalise(text) for text in said]
    english = _weight(_AGENT, [whole]) - _weight(_CUSTOMER, [whole])
    if in_hindi == list(said) and not _DEVANAGARI.search(whole):
        return english
    return english + _weight(hindi.AGENT, in_hindi) - _weight(hindi.CUSTOMER, in_hindi)


def _weight(cues: _Cues, said: Sequence[str]) -> float:
    return sum(weight for weight, cue in cues if any(cue.search(text) for text in said))


def _opener(lines: Sequence[Line]) -> str | None:
    """Who says the longest thing at the beginning."""
    if not lines:
        return None
    first_s = min(start_s for _, start_s, _ in lines)
    opening = [line for line in lines if line[1] <= first_s + _OPENING_S]
    return max(opening, key=lambda line: len(line[2]))[0]
