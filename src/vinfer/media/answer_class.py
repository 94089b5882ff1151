# ruff: noqa: E501  # patterns read best unbroken
"""Who or what picked up: judged from the first words and their timing."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from vinfer.kit.words import words

AnswerClass = Literal["human", "voicemail", "screening", "ivr", "silence", "undecided"]

LONG_GREETING_S: Final = 4.0  # people say hello in less; a machine greeting runs on
SILENCE_S: Final = 4.0
_HUMAN_WORDS: Final = 12

_SCREENING = re.compile(
    r"(?:state|say|record) your name|(?:reason|purpose) (?:for|of) (?:your|the) call"
    r"|(?:google|call assist|screening|call screen)\b.*\b(?:service|assistant|calling|screen)"
    r"|i.ll see if (?:this person|they|he|she) (?:is|are) available"
    r"|using a (?:call )?screening|see if .{1,30} can take your call"
    r"|who(?:'s| is) calling and why",
    re.IGNORECASE,
)
_MACHINE = re.compile(
    r"(?:leave|record)\b.{0,40}\b(?:message|name and number|your name)"
    r"|(?:after|at) the (?:tone|beep|signal)"
    r"|voice ?mail|mailbox|answering machine"
    r"|(?:customer|subscriber|person|number|party|user) (?:that )?(?:you (?:are|have|were)"
    r" (?:calling|called|dialed|dialled|trying to (?:reach|call))|you.re (?:calling|trying to reach)|dialed)"
    r".{0,60}(?:not (?:available|reachable|answering|responding)|unavailable|switched off|busy"
    r"|out of (?:coverage|reach|service)|currently|does not exist|not in (?:use|service))"
    r"|forwarded to (?:an automat|voice)|(?:you have|you've) reached\b|(?:can.?t|can ?not|unable to) (?:come|get) to the phone"
    r"|(?:i'll|i will|we'll|we will) (?:call|get back to) you (?:back )?(?:as soon as|when|later)"
    r"|(?:record|leave) your message|please (?:try|call) (?:again )?(?:after some time|later)\b.*\bsubscriber"
    r"|(?:beep|बीप|टोन).{0,20}(?:baad|बाद)|संदेश (?:छोड़|रिकॉर्ड)|sandesh (?:chhod|chod|record)"
    r"|(?:जिस|jis) (?:व्यक्ति|नंबर|ग्राहक|vyakti|number|grahak|customer).{0,60}"
    r"(?:उपलब्ध|पहुँच|पहुंच|बंद|व्यस्त|जवाब|uplabdh|pahunch|band|vyast|jawab|switch)"
    r"|(?:डायल|dial).{0,40}(?:नंबर|number).{0,50}(?:बंद|व्यस्त|उपलब्ध|band|vyast|uplabdh|switch)",
    re.IGNORECASE,
)
_MENU = re.compile(
    r"press (?:\d|one|two|three|four|five|six|seven|eight|nine|zero|star|hash)\b"
    r"|dial (?:\d|zero|one)\b.{0,20}\bfor\b|for [\w ]{2,40}, ?press|main menu|listen carefully"
    r"|(?:दबाएँ|दबाएं|दबाइए|dabaye|dabayen|dabaiye)|your call is important to us|all (?:of )?our (?:agents|executives|representatives)",
    re.IGNORECASE,
)
_HELLO: Final = frozenset(
    words(
        "hello hallo hi hey haan han ha ji yes yeah speaking bolo boliye kaun who हेलो हैलो हाँ जी बोलिए"
    )
)


@dataclass(frozen=True, slots=True)
class Answer:
    """The class and what showed it."""

    kind: AnswerClass
    reason: str


def classify(text: str, *, speech_s: float, waited_s: float, beep: bool = False) -> Answer:
    """Judge the first utterances after an answer.

    `text` is all that was heard so far, `speech_s` the length of the first uninterrupted speech
    (still running or finished), `waited_s` the time since the answer, `beep` whether a tone was
    heard. "undecided" means: listen on. A person who says that somebody is not available stays a
    human: only a machine's wording and length count.
    """
    if beep:
        return Answer("voicemail", "beep")
    if not text.strip():
        return _unheard(speech_s, waited_s)
    said = " ".join(text.split())
    for kind, pattern in _PATTERNS:
        if pattern.search(said):
            return Answer(kind, "wording")
    count = len(said.split())
    if speech_s >= LONG_GREETING_S and count > _HUMAN_WORDS and not _greets(said):
        return Answer("voicemail", "long_greeting")
    return Answer("human", "words")


_PATTERNS: Final[tuple[tuple[AnswerClass, re.Pattern[str]], ...]] = (
    ("screening", _SCREENING),
    ("voicemail", _MACHINE),
    ("ivr", _MENU),
)


def _unheard(speech_s: float, waited_s: float) -> Answer:
    if speech_s > 0:
        return Answer("undecided", "speech_without_words")
    return (
        Answer("silence", "no_speech") if waited_s >= SILENCE_S else Answer("undecided", "waiting")
    )


def _greets(said: str) -> bool:
    """A person who talks long starts by answering: "hello? yes, who is this …"."""
    first = re.findall(r"[\w']+", said.lower())[:2]
    return any(word in _HELLO for word in first)
