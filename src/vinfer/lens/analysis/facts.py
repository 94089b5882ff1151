# ruff: noqa: E501  # patterns read best unbroken
"""What is said in a call, as sentences that quote it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from vinfer.lens.analysis.intent import Intention
from vinfer.lens.analysis.intent_rules import Intent
from vinfer.lens.analysis.lines import Line
from vinfer.lens.analysis.topics import Topic
from vinfer.lens.language import safety

LONGEST_QUOTE: Final = 28  # words
_CUT: Final = " …"

_ORG: Final = r"(?P<org>[\w&'.-]+(?: (?!this\b|and\b|am\b|is\b|i\b|regarding\b|about\b|calling\b|on\b|may\b|how\b|to\b|sir\b|with\b|for\b|the\b|we\b|it\b|your\b)[\w&'-]+){0,3})"
_FROM: Final = re.compile(
    rf"\b(?:this is|i am|i'm|myself|my name is|it's|it is|we are|we're|calling|speaking)\b(?: [\w']+){{0,4}}? (?:from|on behalf of) {_ORG}", re.IGNORECASE
)  # fmt: skip
_FROM_HINDI: Final = re.compile(
    rf"\b(?:main|mein|मैं|hum|हम)\b(?: \w+){{0,2}}? {_ORG.replace('{0,3}', '{0,2}')} (?:se|से) (?:bol|baat|call|phone|बोल|बात|कॉल|फोन)",
    re.IGNORECASE,
)
_CALLED: Final = re.compile(rf"\bthank(?:s| you) for (?:calling|contacting) {_ORG}", re.IGNORECASE)
_PURPOSE: Final = re.compile(
    r"\b(?:calling|call(?:ed)?|is|reminder|remind you|reach\w* out|inform you|speak|talk)\b(?: \w+){0,3}? (?:about|regarding|concerning|with regard to|in connection with) (?P<what>[^.?!,।]{3,80})",
    re.IGNORECASE,
)
_NOT: Final = re.compile(r"\b(?:not|n't|never|no|cannot|can't|won't|don't|nahi|nahin|mat)\b|नहीं|मत")
_PAY: Final = r"(?:pay|clear|transfer|settle|deposit|send (?:the |you )?(?:money|amount|payment)|make (?:the|a) payment)"
_PROMISE: Final = re.compile(
    rf"\b(?:i|we)(?:'ll| will| can| shall|'m going to| am going to)(?: \w+){{0,2}} {_PAY}\b"
    r"|(?:भर|भेज|जमा कर|चुका|pay कर|payment कर|transfer कर|पैसे दे|रुपये दे|हज़ार दे|लाख दे|सौ दे|पेमेंट कर|तक दे|को दे|कल दे)\w* ?(?:दूँग|दूंग|देंग|दूँगा|ऊँग|करूँग|दे दूँग)|(?:भरूँग|चुकाऊँग|भेजूँग)"
    r"|(?:को|तक|कल|शाम|परसों|हज़ार|रुपये|पैसे).{0,20}(?:दे|कर|भर|भेज) (?:दूँग|दूंग|देंग)",
    re.IGNORECASE,
)
_REFUSED: Final = re.compile(
    r"\b(?:will not|won't|not going to|refuse to|never going to)(?: \w+)? pay\b"
    r"|(?:पैसे|रुपये|एक रुपया) नहीं (?:दूँग|दूंग|देंग)|नहीं (?:भरूँग|दूँगा पैसे|चुकाऊँग)",
    re.IGNORECASE,
)
_PAID: Final = re.compile(
    r"\b(?:i|we)(?:'ve| have)?(?: already| just)? (?:paid|cleared|settled|transferred|deposited)\b|\balready (?:paid|made the payment|cleared)\b|\bpayment (?:is|was|has been) (?:already )?(?:done|made)\b"
    r"|(?:भर|जमा कर|चुका|pay कर|payment कर|पैसे दे|पेमेंट कर) (?:दिया|दिए|दी|चुका|चुकी|चुके)|पहले ही.{0,12}(?:दिया|दे)",
    re.IGNORECASE,
)
_CANNOT: Final = re.compile(
    r"\b(?:can't|cannot|can not|couldn't|could not|unable to|not able to)(?: \w+){0,2} (?:pay|afford|arrange|manage)\b|\b(?:lost my job|no money|salary (?:is|got|was|has been) (?:late|delayed|not))\b|पैसे नहीं|नहीं (?:दे|भर|चुका) (?:सक|पाऊ)|नौकरी (?:चली|छूट)",
    re.IGNORECASE,
)
_STATED: Final = re.compile(
    r"\b(?:rupees|rs|inr|₹|percent|dollars)\b|₹|रुपये|रुपए|\b(?:due|scheduled|appointment|valid|expires|delivered|delivery|deadline|last date) (?:\w+ ){0,4}(?:on|by|at|is|till|until)\b|तारीख|बजे",
    re.IGNORECASE,
)
_FIGURED: Final = re.compile(
    r"\d|\b(?:hundred|thousand|lakh|crore|\w*teen|\w*ty|\w+th|tomorrow|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b|सौ|हज़ार|लाख|कल|तारीख",
    re.IGNORECASE,
)
_NEXT: Final = re.compile(
    r"\b(?:i|we)(?:'ll| will| shall| am going to|'m going to| have (?:noted|raised|registered|updated|scheduled|booked|sent|removed|transferred|forwarded|escalated))\b(?! (?:be happy|be glad|help you|assist))|\b(?:someone|our team|our executive|a colleague|the (?:team|branch|manager|executive))(?: \w+){0,3} will\b|\byou will (?:get|receive)\b"
    r"|(?:कर|भेज|बता|करवा|दे|हटा|मिला|लिख) (?:दूँगी|दूँगा|दूंगी|दूंगा|देंगे|देती हूँ|देता हूँ|दिया है|दी है)|(?:करूँगी|करूँगा|करेंगे|आएगा|आएगी|मिलेगा|मिलेगी|करती हूँ|करता हूँ)",
    re.IGNORECASE,
)

_WISHES: Final[Mapping[Intent, str]] = {
    "loan_renewal_interest": "was interested in renewing a loan",
    "callback_requested": "asked to be called back",
    "not_interested": "was not interested",
    "complaint": "complained",
    "dnd_request": "asked not to be called again",
    "interested": "was interested",
    "escalation": "asked for a person to speak to",
}

_CUSTOMER_FIRST: Final = ("customer", "unknown", "agent")


@dataclass(frozen=True, slots=True)
class Fact:
    """One sentence, and the segments it stands on: at least one, and all that it quotes."""

    text: str
    evidence: tuple[int, ...]


def opening(lines: Sequence[Line], topics: Sequence[Topic]) -> Fact | None:
    """Who called about what."""
    agents = [line for line in lines if line.side == "agent"]
    called, caller = _first(agents, (_CALLED,)), _first(agents, (_FROM, _FROM_HINDI))
    purpose = _first(agents, (_PURPOSE,))
    who, evidence = "The call was", list[int]()
    if called is not None:
        who, evidence = f"The customer called {_said(called[1], 'org')}", [called[0]]
    elif caller is not None:
        who, evidence = f"The agent called from {_said(caller[1], 'org')}", [caller[0]]
    about = ""
    if purpose is not None:
        about, evidence = f' about "{_said(purpose[1], "what")}"', [*evidence, purpose[0]]
    elif topics:
        about, evidence = f" about {topics[0].called}", [*evidence, *topics[0].evidence[:3]]
    if not evidence:
        return None
    return Fact(f"{who}{about}.", tuple(sorted(set(evidence))))


def wish(lines: Sequence[Line], intent: Intention) -> Fact | None:
    """What the customer wants."""
    if intent.label not in _WISHES or not intent.evidence:
        return None
    last = lines[intent.evidence[-1]]
    asked = lines[last.index - 1] if last.words <= 4 and last.index else None
    if asked is not None and asked.side == "agent":
        text = f'{_who(last)} {_WISHES[intent.label]}: asked "{quote(asked, None)}", they said "{quote(last, None)}".'
        return Fact(text, (asked.index, last.index))
    return Fact(f'{_who(last)} {_WISHES[intent.label]}: "{quote(last, None)}".', (last.index,))


def payment(lines: Sequence[Line]) -> Fact | None:
    """What the customer says of paying: the last word counts."""
    for line in reversed([line for line in lines if line.customers]):
        said = _payment_said(line)
        if said is not None:
            return Fact(f'{_who(line)} {said}: "{quote(line, None)}".', (line.index,))
    return None


def _payment_said(line: Line) -> str | None:
    promise = _PROMISE.search(line.hindi)
    if _REFUSED.search(line.hindi):
        return "refused to pay"
    if promise is not None and not _NOT.search(_clause(line.hindi, promise)):
        return "promised to pay"
    if _CANNOT.search(line.hindi):
        return "spoke of a difficulty to pay"
    paid = _PAID.search(line.hindi)
    if paid is not None and not _NOT.search(_clause(line.hindi, paid)):
        return "said that it is paid"
    return None


def _clause(text: str, found: re.Match[str]) -> str:
    """The clause a match stands in."""
    before = re.split(r"[,.;!?।]", text[: found.start()])[-1]
    return before + re.split(r"[,.;!?।]", text[found.start() :])[0]


def answer(lines: Sequence[Line]) -> Fact | None:
    """A wrong number, or what the customer asks."""
    for line in lines:
        if line.customers and "wrong_number" in safety.rules(line.text, line.hindi):
            return Fact(
                f'{_who(line)} said that the number is wrong: "{quote(line, None)}".', (line.index,)
            )
    for line in lines:
        if line.side == "customer" and "?" in line.text and line.words > 3:
            return Fact(f'{_who(line)} asked: "{quote(line, None)}".', (line.index,))
    return None


def stated(lines: Sequence[Line]) -> Fact | None:
    """The first amount or date that the agent names."""
    for line in lines:
        match = _STATED.search(line.text) or _STATED.search(line.hindi)
        if line.side == "agent" and match and _FIGURED.search(line.hindi):
            return Fact(f'The agent said: "{quote(line, _FIGURED)}".', (line.index,))
    return None


def next_step(lines: Sequence[Line]) -> Fact | None:
    """The last thing that the agent says will be done."""
    for line in reversed(lines):
        if line.side == "agent" and (_NEXT.search(line.heard) or _NEXT.search(line.hindi)):
            return Fact(f'Next step, by the agent: "{quote(line, _NEXT)}".', (line.index,))
    return None


def remark(lines: Sequence[Line]) -> list[Fact]:
    """The longest thing each speaker says, the customer's first and the agent's last."""
    longest: dict[str, Line] = {}
    for line in lines:
        known = longest.get(line.speaker)
        if line.words and (known is None or line.words > known.words):
            longest[line.speaker] = line
    order = sorted(longest.values(), key=lambda line: _CUSTOMER_FIRST.index(line.side))
    return [Fact(f'{_who(line)} said: "{quote(line, None)}".', (line.index,)) for line in order]


def quote(line: Line, about: re.Pattern[str] | None) -> str:
    """At most 28 words of a segment, letter for letter: its sentence that is `about` something."""
    text = line.text.strip()
    if len(text.split()) > LONGEST_QUOTE and about is not None:
        parts = re.split(r"(?<=[.?!।])\s+", text)
        text = next((part for part in parts if about.search(part)), text)
    words = list(re.finditer(r"\S+", text))
    if len(words) > LONGEST_QUOTE:
        text = text[: words[LONGEST_QUOTE - 1].end()] + _CUT
    return text.rstrip(" .,;।").replace('"', "'")


def _first(
    lines: Sequence[Line], patterns: Sequence[re.Pattern[str]]
) -> tuple[int, re.Match[str]] | None:
    for line in lines:
        for pattern in patterns:
            match = pattern.search(line.text)
            if match is not None:
                return line.index, match
    return None


def _said(match: re.Match[str], group: str) -> str:
    return " ".join(match[group].split()).rstrip(".,'-").replace('"', "'")


def _who(line: Line) -> str:
    return {"agent": "The agent", "customer": "The customer"}.get(line.side, "One speaker")
