# ruff: noqa: E501  # patterns read best unbroken
"""What a call is about, by the words of both sides."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from vinfer.lens.analysis.lines import Line

_MOST: Final = 3
_FEWEST: Final = 1

# A topic's name in the API, how a summary calls it, and its words.
_TOPICS: Final = tuple(
    (name, called, re.compile(pattern, re.IGNORECASE))
    for name, called, pattern in (
        ("loan_renewal", "renewing a loan", r"\b(?:renew\w*|top.?up|refinanc\w*)\b|रिन्यू|टॉप ?अप"),
        ("repayment", "a repayment", r"\b(?:emis?|instal?ments?|overdue|outstanding|repay\w*|due (?:date|amount|on)|pending payment|late fee|dues)\b|किस्त|ईएमआई|बकाया|\bkist\b"),
        ("loan", "a loan", r"\b(?:loans?|lend\w*|interest rate|rate of interest|emi calculator|mortgage)\b|लोन|कर्ज़|ऋण|ब्याज"),
        ("card", "a card", r"\b(?:credit|debit|atm) cards?\b|\bcard (?:limit|block\w*|bill|delivery)\b|(?:क्रेडिट|डेबिट|एटीएम) कार्ड"),
        ("account", "an account", r"\b(?:savings?|current|bank) account\b|\baccount (?:balance|statement|opening|closure|number)\b|\bopen(?:ing)? an account\b|\bkyc\b|\bcheque\b|खाता|खाते|केवाईसी"),
        ("insurance", "insurance", r"\b(?:insurance|insur\w+|(?<!per )(?<!our )(?<!company )(?<!privacy )(?<!bank )polic(?:y|ies)|premiums?|claims?|nominee)\b|बीमा|पॉलिसी|इंश्योरेंस"),
        ("refund", "a refund", r"\brefund\w*\b|\bmoney back\b|\breversal\b|रिफंड|पैसे वापस|पैसा वापस"),
        ("billing", "a bill or charge", r"\b(?:bills?|invoice|overcharg\w*|charged|deducted|debited|gst|charges)\b|बिल|चार्ज|शुल्क"),
        ("delivery", "an order or its delivery", r"\b(?:orders?|deliver\w*|courier|shipment|parcel|package|tracking|dispatch\w*)\b|ऑर्डर|डिलीवरी|पार्सल"),
        ("appointment", "an appointment", r"\b(?:appointments?|booking|reschedul\w*|site visit|test drive|demo|slot|check.?up)\b|अपॉइंटमेंट|बुकिंग"),
        ("technical", "something that does not work", r"\b(?:app|website|internet|wi-?fi|network|signal|login|log in|password|otp|server|recharge|software|device|machine)\b|नेटवर्क|इंटरनेट|रिचार्ज"),
        ("cancellation", "a cancellation", r"\b(?:cancel\w*|terminat\w*|close my|closing|unsubscribe|foreclos\w*|preclos\w*)\b|रद्द|बंद करवा|कैंसिल"),
        ("offer", "an offer", r"\b(?:offers?|discount\w*|cashback|scheme|plans?|subscription|upgrade|free trial)\b|ऑफर|छूट|योजना|स्कीम"),
        ("property", "property", r"\b(?:property|properties|apartment|villa|real estate|bhk|possession)\b|मकान|प्रॉपर्टी"),
        ("education", "a course", r"\b(?:admissions?|courses?|college|university|batch|tuition|classes|counsell?ing)\b|एडमिशन|कोर्स"),
        ("health", "health", r"\b(?:doctor|hospital|medicine|blood test|lab report|diagnos\w*|clinic)\b|डॉक्टर|अस्पताल|दवा"),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic by its stable name, in words, and the segments that speak of it."""

    name: str
    called: str
    evidence: tuple[int, ...]


def topics_of(lines: Sequence[Line]) -> tuple[Topic, ...]:
    """At most three topics, what is spoken of most first."""
    scored: list[tuple[int, int, Topic]] = []
    for order, (name, called, pattern) in enumerate(_TOPICS):
        hits = [(line.index, len(pattern.findall(line.hindi))) for line in lines]
        evidence = tuple(index for index, times in hits if times)
        weight = sum(min(times, 2) for _, times in hits)
        if weight >= _FEWEST:
            scored.append((-weight, order, Topic(name, called, evidence)))
    return tuple(topic for _, _, topic in sorted(scored, key=lambda each: each[:2])[:_MOST])
