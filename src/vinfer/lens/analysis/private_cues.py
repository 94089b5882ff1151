# ruff: noqa: E501  # patterns read best unbroken
"""What a row of digits is: by its check digit, its length, and what was asked for before it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from vinfer.kit.words import words
from vinfer.lens.analysis.checks import luhn, verhoeff
from vinfer.lens.analysis.digit_runs import Run
from vinfer.lens.analysis.figures import FILLERS
from vinfer.lens.analysis.spoken_tokens import Token

Kind = Literal[
    "CARD", "CARD_EXPIRY", "CVV", "OTP", "PIN", "AADHAAR", "PAN", "IFSC", "ACCOUNT", "UPI",
    "EMAIL", "PHONE", "ADDRESS", "DATE_OF_BIRTH", "ID", "NUMBER",
]  # fmt: skip

Mark = tuple[Kind, int, int]
"""A kind, and the tokens [start, end) of a stream."""


@dataclass(frozen=True, slots=True)
class _Cue:
    """Words before digits, how many digits they ask for, and how many words they reach.

    `kind` is None where what follows is nobody's secret: an amount, an order.
    """

    kind: Kind | None
    pattern: re.Pattern[str]
    fewest: int
    most: int
    reach: int = 40


_NUMBER: Final = r"(?:'?s)?(?: card)?(?: (?:ka|ke|ki|का|के|की|the|of))?(?: (?:numbers?|no|nos|nambar|digits?|ank|नंबर|नम्बर|अंक))"
_CARD: Final = (
    r"(?:credit|debit|atm|bank|visa|master\s?card|rupay|क्रेडिट|डेबिट|एटीएम)? ?(?:cards?|कार्ड)"
)

_TAIL: Final = r"(?:'s)?(?: (?:ka|ke|ki|का|के|की|card|numbers?|no|nos|nambar|id|code|digits?|नंबर|नम्बर|संख्या|अंक|is|are|was|hai|है|the|batai\w*|bata\w*|बताइए|बताइये))*"


def _cue(kind: Kind | None, pattern: str, fewest: int, most: int, reach: int = 40) -> _Cue:
    return _Cue(kind, re.compile(f"(?:{pattern}){_TAIL}", re.IGNORECASE), fewest, most, reach)


# The nearest wins, and of two that end together the first.
_CUES: Final = (
    _cue("CVV", r"\bc\s?v\s?[vcb2]\b|\bcvv2?\b|\bcvc2?\b|\bcsc\b|\bsee vee vee\b|\bsecurity (?:code|number|digits?)\b|\b(?:three|3|four|4|teen) digits?\b.{0,30}\b(?:back|behind|peeche|piche)\b|\bcard verification\b|सी ?वी ?वी|सीवीसी|पीछे (?:के|का|वाला|वाले)", 3, 8),
    _cue("CARD_EXPIRY", r"\bexpir\w+(?: date)?\b|(?:card|कार्ड|visa).{0,60}\bvalid (?:till|thru|through|up ?to)\b|एक्सपायरी|एक्सपाइरी|वैलिड", 2, 6, 12),
    _cue("ADDRESS", r"\b(?:pin|postal|zip|area) ?code\b|\bpincode\b|पिन ?कोड|पिनकोड", 3, 6),
    _cue("OTP", r"\bo\s?t\s?p\b|\bone.?time (?:password|pass ?code|pin)\b|\b(?:verification|confirmation|login|activation|auth\w*) code\b|\bpass ?code\b|(?<!pin )(?<!zip )(?<!area )(?<!postal )(?<!promo )\bcode\b|ओ ?टी ?पी|कोड", 3, 8),
    _cue("PIN", r"(?<!area )(?<!the )\b(?:atm|upi|card|secret|m|t|login|debit|transaction) ?pin\b|\bmpin\b|\btpin\b|\bpin(?: (?:is|hai|number|no))?\b(?! ?code)|\bpass ?word\b|पिन(?! ?कोड)|पासवर्ड", 3, 8),
    _cue("AADHAAR", r"\ba+dh?a+r?a*\b|\badhaar\w*|\baadh?aa?r\w*|\badhar\b|\buid(?:ai)?\b|आधार", 3, 16),
    _cue("CARD", rf"{_CARD}{_NUMBER}|\b(?:sixteen|16|long|solah|nineteen) digits?\b|\bdigits? (?:of|on) (?:the|your|my|that) card\b|कार्ड (?:का )?नंबर", 2, 19),
    _cue("ACCOUNT", rf"\b(?:account|acct|a\s?/\s?c|ac|khata|khaata|saving|savings|current|iban)\b{_NUMBER}|(?:खाता|खाते|अकाउंट|एकाउंट).{{0,6}}(?:नंबर|संख्या)|\biban\b", 3, 20),
    _cue("DATE_OF_BIRTH", r"\b(?:date of birth|birth ?date|birth ?day|d\s?o\s?b|born|janam|janm)\b|जन्म", 3, 8),
    _cue("ID", r"\b(?:passport|driving licen[cs]e|licen[cs]e|voter|customer|client|member|patient|employee|crn|cif)\b(?: (?:id|number|no|card))*|पासपोर्ट|लाइसेंस|वोटर", 4, 18, 15),
    _cue("CARD", rf"\b{_CARD}\b", 12, 19),
    _cue("ACCOUNT", r"\b(?:account|a/c|khata|khaata)\b|खाता|खाते|अकाउंट", 8, 20),
    _cue(None, r"\b(?:amount|emi|balance|outstanding|due|price|cost|fee|fees|charge|charges|penalty|bill|salary|income|interest|discount|total|limit|order|ticket|reference|complaint|request|flight|train|pnr|room|extension|version|model|year)\b|बकाया|रकम|किस्त|शुल्क", 1, 8, 12),
    _cue("PHONE", r"\b(?:phone|mobile|mob|whats ?app|telephone|landline|cell|contact|callback)\b(?: (?:number|no|ka|ke|par|pe|nambar))*|\b(?:call|reach|ring|text|message)\b(?: \w+){0,2} (?:on|at)\b|\b(?:my|your|his|her|another|other|alternate|alternative|this|the|mera|aapka|apna|registered|same)\b(?: \w+)? (?:number|nambar|no)\b|फोन|फ़ोन|मोबाइल|व्हाट्सएप|नंबर|\bnumber (?:is|hai|likh\w*|note)\b|\bnambar\b", 4, 15, 14),
)  # fmt: skip
_BEHIND: Final = re.compile(
    r"^(?:(?:is|are|was|hai|hain|tha|this|that|ye|yeh|है|यह|ये|ji|sir)\s)+(?:(?:the|my|your|mera|meri|मेरा|our)\s)*"
    r"(?P<what>.{2,24})",
    re.IGNORECASE,
)
_VERIFIES: Final = re.compile(
    r"^(?:the |is )?otp\b|\b(?:for|as|is) (?:the |my )?(?:verification|otp)\b", re.IGNORECASE
)
_MONEY: Final = frozenset(
    words(
        "rupees rupee rs inr rupaye rupay rupaya paise dollars dollar usd bucks percent % lakh lakhs"
        " crore रुपये रुपए रुपया लाख करोड़ प्रतिशत फीसदी days day din दिन weeks week hafte months month mahine महीने"
        " years year saal साल hours hour ghante घंटे minutes minute min minat मिनट seconds baje बजे am pm a.m p.m"
        " o'clock tareekh tarikh तारीख times baar बार people log लोग emis instalments installments kist किस्त"
    )
)
_MONEY_BEFORE: Final = frozenset(words("rupees rs rs. inr ₹ usd $ at around about by"))
_LONG: Final = 9  # a longer row of digits is somebody's number
_SURELY_A_NUMBER: Final = 12
_SECRETS: Final[frozenset[Kind]] = frozenset({"CVV", "OTP", "PIN"})
_ONLY_ASKED: Final = _SECRETS | {"CARD", "AADHAAR"}
_IN_PARTS: Final[frozenset[Kind]] = frozenset({"CARD", "ACCOUNT", "AADHAAR", "PHONE"})
_MOST_PARTS: Final = 16
_NEXT_PART: Final = 8  # words between two parts of one number


def kind_of(
    run: Run, stream: Sequence[Token], *, before: Sequence[Token], last: tuple[Kind, int] | None
) -> Kind | None:
    """What the digits are; None for what may stay.

    `before` is what anybody said before them, `last` the kind of the latest number found and how
    many words ago it ended.
    """
    digits = run.digits
    if holds_card(digits):
        return "CARD"
    asked = _asked(run, before) or _named_behind(run, stream)
    if run.scaled or not run.sure:
        return asked if asked in _ONLY_ASKED and not _measured(run, stream) else None
    if len(digits) < _SURELY_A_NUMBER and _measured(run, stream):
        return asked if asked in _SECRETS and len(digits) > 3 else None
    if asked is not None and asked != "NUMBER":
        return asked
    if last is not None and last[0] in _IN_PARTS and last[1] <= _NEXT_PART and asked is None:
        return last[0]
    if run.spelled and asked is None:
        return _by_shape(digits) or "NUMBER"
    return _by_shape(digits)


def holds_card(digits: str) -> bool:
    """Whether 13 to 19 digits in a row within `digits` could be a card's number."""
    return any(
        digits[start] in "23456" and luhn(digits[start : start + length])
        for length in range(13, 20)
        for start in range(len(digits) - length + 1)
        if len(digits) <= 22
    )


def in_parts(said: Sequence[Run], stream: Sequence[Token]) -> Iterator[Mark]:
    """Rows of digits that are one number with other words between: "4111, wait, 1111 …"."""
    plain = [run for run in said if not run.scaled and not _measured(run, stream)]
    for first in range(len(plain)):
        digits = plain[first].digits
        for last in range(first + 1, min(len(plain), first + _MOST_PARTS)):
            if plain[last].start - plain[last - 1].end > _NEXT_PART:
                break
            digits += plain[last].digits
            kind = _whole(digits)
            if kind is not None:
                for run in plain[first : last + 1]:
                    yield kind, run.start, run.end


def _whole(digits: str) -> Kind | None:
    if 13 <= len(digits) <= 19 and digits[0] in "23456" and luhn(digits):
        return "CARD"
    if len(digits) == 12 and digits[0] in "23456789" and verhoeff(digits):
        return "AADHAAR"
    return "PHONE" if len(digits) == 10 and digits[0] in "6789" else None


def _by_shape(digits: str) -> Kind | None:
    if len(digits) == 12 and digits[0] in "23456789" and verhoeff(digits):
        return "AADHAAR"
    national = digits[2:] if len(digits) == 12 and digits[:2] == "91" else digits.lstrip("0")
    if len(national) == 10 and national[0] in "6789":
        return "PHONE"
    return "NUMBER" if len(digits) >= _LONG else None


def _asked(run: Run, before: Sequence[Token]) -> Kind | None:
    """What the nearest words before the digits ask for; `NUMBER` for what is nobody's secret."""
    heard = [token.word or token.raw for token in before][-max(cue.reach for cue in _CUES) :]
    text = " ".join(heard)
    best: tuple[int, int] | None = None
    found: Kind | None = None
    for order, cue in enumerate(_CUES):
        if not cue.fewest <= len(run.digits) <= cue.most and not run.scaled:
            continue
        for match in cue.pattern.finditer(text):
            away = len(text[match.end() :].split())
            place = (match.end(), -order)
            if away <= cue.reach and (best is None or place > best):
                best, found = place, cue.kind or "NUMBER"
    return found


def _named_behind(run: Run, stream: Sequence[Token]) -> Kind | None:
    """What "… is the OTP" calls the digits before it."""
    segment = stream[run.end - 1].segment
    after = " ".join(
        token.word for token in stream[run.end : run.end + 8] if token.segment == segment
    )
    if 3 <= len(run.digits) <= 8 and _VERIFIES.search(after):
        return "OTP"
    named = _BEHIND.match(after)
    if named is None:
        return None
    for cue in _CUES:
        fits = cue.fewest <= len(run.digits) <= cue.most
        if cue.kind is not None and fits and cue.pattern.match(named["what"]):
            return cue.kind
    return None


def _measured(run: Run, stream: Sequence[Token]) -> bool:
    """Whether the digits count something: rupees, days, o'clock."""
    at = run.end
    while at < len(stream) and stream[at].word in FILLERS and at < run.end + 1:
        at += 1
    after = stream[run.end].word if run.end < len(stream) else ""
    before = stream[run.start - 1].word if run.start else ""
    return after in _MONEY or before in _MONEY_BEFORE - {"at"}
