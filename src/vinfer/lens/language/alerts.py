# ruff: noqa: E501  # patterns read best unbroken
"""What a compliance team wants to hear of: threats, and steps through law or press.

In English, romanised Hindi and Devanagari. The rules are made for precision: a court or the police
that is only mentioned is none.
"""

import re
from typing import Final

from vinfer.ports.nlu import SafetyIntent

_LAWYER: Final = r"(?:lawyer|advocate|attorney|solicitor|vakil|vakeel|वकील|एडवोकेट)"
_COURT: Final = r"(?:court|kachehri|adalat|कोर्ट|कचहरी|अदालत|(?:consumer|उपभोक्ता) (?:forum|commission|cell|फोरम|फ़ोरम|आयोग))"
_POLICE: Final = r"(?:police|cyber ?(?:cell|crime)|thane|thana|पुलिस|थाने|थाना|साइबर (?:सेल|क्राइम))"
_REGULATOR: Final = r"(?:rbi|reserve bank|trai|irda\w*|sebi|ombudsman|lokpal|banking lokpal|आरबीआई|रिज़र्व बैंक|लोकपाल|ट्राई)"
_PRESS: Final = r"(?:media|press|news ?(?:channel|paper)s?|reporter|twitter|social media|facebook|instagram|मीडिया|अखबार|न्यूज़|ट्विटर)"
_COMPLAINT: Final = r"(?:complaint|complain|shikayat|कंप्लेंट|कम्प्लेंट|शिकायत|report|रिपोर्ट)"
_LEGAL: Final = re.compile(
    r"\blegal (?:action|notice|case|proceedings?|steps?|remed\w+|complaint)\b|\b(?:sue|suing) (?:you|your|the|this|all)\b"
    rf"|\b(?:go|going|take|taking|drag|dragging|approach|see|file|move|knock)\b.{{0,25}}\b{_COURT}|\bcourt case\b"
    rf"|\b(?:my|our|a|the|talk to|call|consult|hire|through)\b.{{0,10}}\b{_LAWYER}\b.{{0,40}}\b(?:will|notice|call|contact|talk|speak|send)\b"
    rf"|\b(?:call|consult|hire|contact|inform|speak to|talk to|talk with)\b.{{0,10}}\b{_LAWYER}"
    rf"|\b(?:go|going|report|complain|call|calling|inform|tell|file)\b.{{0,25}}\b{_POLICE}\b|\b(?:file|lodge|register)\b.{{0,8}}\bfir\b|\bfir (?:darj|karwa|file|lodge)"
    r"|\b(?:file|filing|lodge|lodging|register|registering|raise|raising|make|making)\b (?:an? |my |this )?(?:\w+ ){0,2}complaint\b"
    rf"|\bi.{{0,15}} (?:complain|report)\b.{{0,15}}\b(?:about|against|to|you|this)\b|\b(?:complain|report|write|go|email)\w*\b.{{0,25}}\b{_REGULATOR}\b"
    rf"|\b(?:go|going|talk|tell|take|post|put|complain)\b.{{0,25}}\b(?:to|on|in|with)\b.{{0,12}}\b{_PRESS}\b"
    rf"|{_COURT}.{{0,20}}(?:जा|ले|केस|case|घसीट|में मिल)|(?:केस|case|मुकदमा|मुक़दमा|mukadma).{{0,8}}(?:कर|ठोक|डाल|दर्ज|kar|thok|daal)"
    rf"|{_LAWYER} (?:से|को|का|के|se|ko)|(?:legal|लीगल|कानूनी|क़ानूनी|kanuni|kanooni) (?:notice|नोटिस|action|एक्शन|कार्रवाई|कार्यवाही|karwai|karyawahi)"
    rf"|{_POLICE}.{{0,12}}(?:में|को|जा|बुला|{_COMPLAINT})|{_COMPLAINT}.{{0,10}}(?:कर|दर्ज|डाल|लिख|karunga|karungi|karenge)"
    rf"|{_PRESS} (?:में|को|पर|mein|ko|par)|{_REGULATOR} (?:में|को|से|mein|ko|se)|एफ ?आई ?आर",
    re.IGNORECASE,
)
_THREAT: Final = re.compile(
    r"\b(?:kill|murder|shoot|stab|beat up|burn) (?:you|u|your|him|her|them|myself|all of you)\b"
    r"|\bi(?:.?ll| will|(?: a|.)m going to) (?:beat|hurt|find|destroy|finish|come after|come for) (?:you|u|your)\b"
    r"|\bbreak your (?:legs?|bones?|face|head|hands?|neck)\b|\byou(?:.?ll| will) regret\b|\bwatch your back\b"
    r"|\bsuicide\b|\b(?:end|take|finish) my (?:own )?life\b|\b(?:want|going) to die\b|\bhang myself\b|\bbomb\b"
    r"|(?:जान|jaan) (?:से|se) (?:मार|maar|mar)|(?:मार|maar|काट|kaat|जला|jala) (?:डाल|daal|दूँग|दूंग|देंग|dunga|denge)"
    r"|(?:तुम|तुझ|तेर|आपको|tumhe|tujhe|tumko).{0,12}(?:देख|dekh) (?:लूँग|लूंग|लेंग|lunga|lenge)"
    r"|(?:हाथ|टांग|टाँग|हड्डी|haath|hath|taang|tang|haddi).{0,10}(?:तोड़|तोड|tod)"
    r"|आत्महत्या|खुदकुशी|सुसाइड|aatmahatya|atmahatya|khudkushi|(?:जान|jaan) (?:दे|de) (?:दूँ|दूं|dun)|(?:मर|mar) (?:जाऊँग|जाऊंग|jaunga|jaungi)|बम",
    re.IGNORECASE,
)


SEEDS: Final[dict[SafetyIntent, tuple[str, ...]]] = {
    "legal": (
        "I will file a case against you",
        "you will hear from my lawyer",
        "I am going to the consumer forum",
        "I will complain to the reserve bank about you",
        "I will register a police complaint",
        "I am reporting this to the ombudsman",
        "I will drag your company to court",
        "expect a legal notice from me",
        "I will expose you on social media and in the news",
        "I will go to the cyber crime police",
        "I have already complained to the regulator",
        "we shall see each other in court",
        "main aap par case kar dunga",
        "main consumer court jaunga",
        "mera vakil aapko notice bhejega",
        "police mein report karunga",
        "RBI mein shikayat karunga",
        "media mein de dunga yeh baat",
        "thane jaa ke FIR likhwaunga",
        "मैं आप पर केस करूँगा",
        "मैं पुलिस को बुलाऊँगा",
        "मेरा वकील आपसे बात करेगा",
        "मैं उपभोक्ता फोरम में शिकायत करूँगा",
        "मैं रिज़र्व बैंक को लिखूँगा",
    ),
    "threat": (
        "I will kill you",
        "I will find you and break your bones",
        "come here and I will beat you up",
        "I know where your office is, I will burn it down",
        "you will regret this, I am coming for you",
        "I am going to kill myself",
        "I will hang myself because of this loan",
        "I want to end my life",
        "there is nothing left, I want to die",
        "jaan se maar dunga",
        "tumhe dekh lunga",
        "ghar mein ghus ke marunga",
        "main aatmahatya kar lunga",
        "main mar jaunga is karz ki wajah se",
        "zeher kha lunga main",
        "मैं तुम्हें मार डालूँगा",
        "तुम्हारे हाथ पैर तोड़ दूँगा",
        "मैं आत्महत्या कर लूँगा",
        "मैं जान दे दूँगा",
        "फाँसी लगा लूँगा",
    ),
}
"""Examples for a classifier, which hears what the rules miss."""
EVERYDAY: Final = (
    "yes I will",
    "okay I will do it",
    "I will do that today",
    "I will come there",
    "I will see",
    "I will think about it",
    "I will try my best",
    "sure, I will send it",
    "I am going home",
    "I am going to do it now",
    "tell me where to go",
    "I have already done it",
    "haan kar dunga",
    "theek hai kar dunga",
    "de dunga bhai",
    "haan bhej dunga",
    "main dekh lunga",
    "main aa jaunga",
    "ho jayega",
    "kal kar deta hoon",
    "हाँ कर दूँगा",
    "ठीक है दे दूँगा",
    "मैं देख लूँगा",
    "मैं आ जाऊँगा",
    "हो जाएगा",
    "I will pay it tomorrow morning",
    "I will transfer the money on Monday",
    "I will settle everything next month",
    "I will deposit the cash at the branch",
    "I am going to pay the full amount by the fifth",
    "you will get the payment this week",
    "I will take this offer",
    "I want this loan",
    "I would like to know more",
    "I will not pay this charge",
    "I refuse to give the money now",
    "I will call you back in an hour",
    "I am going to the bank myself",
    "my mother is ill and we have no money",
    "there was an accident in my family",
    "my business has closed down",
    "main parso paise de dunga",
    "das tareekh ko bhar dunga",
    "is hafte jama kar dunga",
    "main nahi dunga itna paisa",
    "ghar pe koi beemar hai",
    "main le lunga ye offer",
    "mujhe loan lena hai",
    "main baad mein phone karunga",
    "मैं परसों पैसे दे दूँगा",
    "मैं दस तारीख को भर दूँगा",
    "मैं यह नहीं दूँगा",
    "मैं यह ले लूँगा",
    "घर में कोई बीमार है",
    "मैं बाद में बात करूँगा",
)
"""Examples of what sounds like them ("I will …") and is none."""


def alerts(heard: str, hindi: str) -> frozenset[SafetyIntent]:
    """`legal` and `threat`, where an utterance shows them; `hindi` is its form in Devanagari."""
    found: set[SafetyIntent] = set()
    for name, pattern in _PATTERNS:
        if pattern.search(heard) or pattern.search(hindi):
            found.add(name)
    return frozenset(found)


_PATTERNS: Final[tuple[tuple[SafetyIntent, re.Pattern[str]], ...]] = (
    ("legal", _LEGAL),
    ("threat", _THREAT),
)
