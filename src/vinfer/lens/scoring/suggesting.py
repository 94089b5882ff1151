# ruff: noqa: E501  # a table: one line of words reads best unbroken
"""Which criterion of the library a criterion in plain words most likely means: a guess to confirm.

By words alone: the API has no sentence model, and a guess that nobody understands helps nobody.
"""

import re
from typing import Final

_WORD: Final = re.compile(r"[\w\u0900-\u0963]+")
_HINTS: Final[dict[str, str]] = {
    "greeting": "greet* welcom* salut* hello namaste abhivadan नमस्ते अभिवादन",
    "identification": "introduc* identif* themself themselves himself herself company brand parichay परिचय",
    "purpose": "purpose reason* why objective agenda karan kyun उद्देश्य कारण",
    "recording_notice": "record* monitored taped consent रिकॉर्ड*",
    "verification": "verif* authenticat* identity kyc dob birth right-party pehchan पहचान सत्यापन",
    "empathy": "empath* sympath* compassion* understanding feelings apolog* caring sahanubhuti सहानुभूति",
    "pressure": "threat* harass* pressur* abus* intimidat* rude coerc* dhamki धमकी",
    "options": "option* alternativ* instalment* installment* plan* choices vikalp विकल्प",
    "next_step": "next follow* commit* promise date callback deadline agla अगला",
    "closing": "clos* goodbye farewell ends end ending parting samapan समापन",
    "permission": "permission convenient availability good-time busy anumati अनुमति",
    "credentials": "otp pin cvv password* credential* secret* ओटीपी पासवर्ड",
    "guarantee": "guarantee* returns profit* misselling mis-selling risk-free gains गारंटी",
    "hold": "hold holding wait waiting होल्ड",
    "summary": "summar* recap* sum sums repeat* सारांश",
    "understanding": "anything else clear clarity understood questions doubts help",
}


def suggestion(text: str) -> str | None:
    """The id of the criterion whose words a text has most of; None without any, or on a tie."""
    said = _WORD.findall(text.lower())
    counts = {id: sum(_fits(hints.split(), word) for word in said) for id, hints in _HINTS.items()}
    best = max(counts.values())
    leaders = [id for id, count in counts.items() if count == best]
    return leaders[0] if best and len(leaders) == 1 else None


def _fits(hints: list[str], word: str) -> bool:
    return any(word.startswith(hint[:-1]) if hint.endswith("*") else word == hint for hint in hints)
