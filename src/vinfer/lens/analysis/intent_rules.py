# ruff: noqa: E501  # patterns read best unbroken
"""What customers say that shows an intent, in English, romanised Hindi and Devanagari."""

import re
from collections.abc import Mapping
from typing import Final, Literal

Intent = Literal[
    "loan_renewal_interest", "callback_requested", "not_interested", "complaint",
    "dnd_request", "interested", "escalation", "other",
]  # fmt: skip
OTHER: Final[Intent] = "other"
# The surer first: of two as strong the earlier counts.
ORDER: Final[tuple[Intent, ...]] = (
    "dnd_request", "escalation", "complaint", "loan_renewal_interest", "callback_requested",
    "not_interested", "interested",
)  # fmt: skip

_RENEW: Final = r"(?:renew\w*|top.?up|refinanc\w*|roll ?over|extend (?:my|the|this) loan|re-?loan|रिन्यू\w*|रिन्यूअल|टॉप ?अप|नवीनीकरण)"
_DO: Final = r"(?:कर|kar|करवा|karwa|करा|kara|ले|le)"

PATTERNS: Final[Mapping[Intent, re.Pattern[str]]] = {
    "loan_renewal_interest": re.compile(
        rf"\b(?:want|like|interested|need|wish|planning|plan|love|ready|happy|can|could|would|how|let'?s|please|apply|go ahead|proceed)\b.{{0,40}}\b{_RENEW}"
        rf"|\b{_RENEW}.{{0,30}}\b(?:interested|process|procedure|option|possible|what do i need|documents)\b"
        rf"|(?:loan|लोन|कर्ज़).{{0,12}}{_RENEW}.{{0,12}}(?:{_DO}|चाह|chah|होगा|लेना)|{_RENEW} (?:{_DO}|करना|चाहिए|karna|chahiye)"
        r"|\b(?:want|need|like|take|interested).{0,20}\b(?:another|new|fresh|second|one more) loan\b|\b(?:another|new|fresh) loan\b.{0,20}\b(?:want|need|chahiye|चाहिए)|(?:नया|दूसरा|और) (?:loan|लोन).{0,10}(?:चाहिए|लेना)",
        re.IGNORECASE,
    ),
    "callback_requested": re.compile(
        r"\b(?:call|ring|phone|contact|reach|try)\b(?: (?:me|us|him|her|again|back|you))* (?:back|later|tomorrow|tonight|after|in the (?:evening|morning|afternoon)|in (?:an|a|one|two|half|\w+) (?:hour|hours|minutes|days|week)|next (?:week|month|\w+day)|on (?:mon|tues|wednes|thurs|fri|satur|sun)day|at \w+|around \w+|some ?(?:other )?time|another time|once|when)\b"
        r"|\bcall ?back\b|\b(?:talk|speak|discuss)\b.{0,15}\b(?:later|tomorrow|another time|some other time)\b|\bi(?:'m| am) (?:busy|driving|in a meeting|at work|travelling|in the middle)\b"
        r"|\bnot a good time\b|\bcan you call\b.{0,20}\b(?:later|evening|tomorrow|after)\b"
        r"|बाद में.{0,14}(?:कर|कॉल|फोन|call|phone|बात)|(?:कल|परसों|शाम|सुबह|दोपहर|रात|बजे|घंटे|दिन|हफ्ते|सोमवार|मंगलवार|बुधवार|गुरुवार|शुक्रवार|शनिवार|रविवार|monday|sunday|saturday).{0,18}(?:कॉल|फोन|फ़ोन|call|phone)\w* ?(?:कर|कीज|किज|लगा|back|आ)"
        r"|(?:मीटिंग|meeting) में|गाड़ी चला|अभी (?:busy|बिज़ी|व्यस्त|टाइम नहीं|time नहीं)|\bbusy (?:हूँ|हूं|hoon|hun)|व्यस्त",
        re.IGNORECASE,
    ),
    "not_interested": re.compile(
        r"\b(?:not|never|isn't|ain't|no longer|hardly) (?:really |at all |very |that |so )?interested\b|\bno interest\b|\b(?:don't|do not|didn't|won't) (?:need|want|require)\b(?!.{0,20}\b(?:call|talk|wait|lose|pay)\b)"
        r"|\bnot (?:looking|for me|required|needed|necessary|keen)\b|\bno need\b|\bno thank(?:s| you)\b|\bi(?:'ll| will) pass\b|\balready have (?:a|one|another|enough)\b"
        r"|\bnot now,? (?:thanks|thank)\b|\bdecline\b"
        r"|नहीं चाहिए|नहीं लेना|(?:ज़रूरत|जरूरत|आवश्यकता) नहीं|(?:रुचि|दिलचस्पी|interest|इंटरेस्ट|इंट्रेस्ट|interested) नहीं|रहने (?:दो|दीजिए|दे)|नहीं (?:करना|करवाना|करानी|लूँगा|लेंगे)\b|कोई (?:ज़रूरत|जरूरत|फायदा) नहीं",
        re.IGNORECASE,
    ),
    "complaint": re.compile(
        r"\b(?:i|we) (?:want to|would like to|need to|have to|will|am going to|wish to) (?:\w+ )?(?:complain|file a|lodge a|raise a|register a|make a)\b|\b(?:my|this|a|have a|had a|same|raise|register|lodge|file|third|second) complaint\b(?! (?:about me|number))"
        r"|\b(?:wrong|extra|double|twice|incorrect|hidden|unauthori[sz]ed|without my) (?:charge\w*|debit\w*|amount|deduct\w*|bill\w*|consent|permission|knowledge)|\bcharged (?:me )?(?:twice|extra|wrongly|again)\b|\b(?:deducted|debited|charged)\b.{0,25}\b(?:twice|wrong|extra|without|already|not)\b"
        r"|\b(?:still|yet|not|never|haven't|hasn't|didn't)\b.{0,20}\b(?:received|refunded|delivered|resolved|fixed|working|credited|reversed|replied|arrived|solved)\b|\b(?:does ?n.?t|is ?n.?t|not|stopped) work\w*\b|\bwaiting (?:for|since)\b.{0,15}\b(?:days|weeks|months|hours)\b"
        r"|\b(?:bad|poor|terrible|horrible|pathetic|worst|rude|useless|disappointed|unacceptable|fed up|cheated|fraud|scam|ridiculous|lied|lying|misled)\b|\bnobody (?:helps|answers|called|replied)\b|\bno ?one (?:helps|answers|called|replied|came)\b|\bmy refund\b|\bwhere is my (?:money|refund|order|card)\b|\bnot (?:happy|satisfied)\b"
        r"|शिकायत|कंप्लेंट|कम्प्लेंट|\bcomplain\w*\b|गलत (?:charge|चार्ज|बिल|bill|amount|पैसा|पैसे|कट)|(?:पैसा|पैसे|amount|charge|चार्ज).{0,15}(?:कट|काट|ज़्यादा|दो बार)|घटिया|बकवास|धोखा|बेकार|(?:service|सर्विस|सेवा).{0,10}(?:खराब|ख़राब|अच्छी नहीं|ठीक नहीं)|कोई (?:सुनता|जवाब|मदद).{0,8}नहीं|(?:refund|रिफंड|पैसा|पैसे|order|card|कार्ड).{0,14}(?:नहीं (?:आया|मिला|आए|मिले|हुआ))|काम नहीं कर",
        re.IGNORECASE,
    ),
    "interested": re.compile(
        r"(?<!not )(?<!n't )(?<!longer )(?<!really )(?<!that )(?<!so )(?<!very )\binterested\b(?! नहीं)|\b(?:very|really|so) interested\b|\bsounds (?:good|great|interesting|nice|fine)\b|\b(?:tell|explain)(?: me)? more\b|\bmore (?:details|information|info)\b|\b(?:i|we)(?:'d| would) (?:like|love) to (?!(?:complain|cancel|speak|talk|close|stop|file|lodge|return))|\bsign me up\b|\bcount me in\b"
        r"|\b(?:i|we)(?:'ll| will)? (?:take|go for|go with|buy|book|apply|opt)\b(?! (?:it )?(?:up|back|legal|time|off|me))|\b(?:i|we) want (?:to (?:take|buy|apply|book|know|go|order|join|open|get)|it|this|that|one|the (?:card|loan|plan|policy|offer))\b|\blet'?s (?:do|go|proceed|book)\b|\b(?:go|move) ahead\b|\bproceed\b|\bhow (?:do i|can i|to) (?:apply|get|buy|join|register|order|avail)\b|\bsend me (?:the )?(?:details|link|brochure|form|information|quotation)\b|\bbook (?:it|me|a|an|the)\b|\bi accept\b"
        r"|मुझे.{0,25}(?:चाहिए|लेना है|लेनी है|लेना हैं)(?! नहीं)|(?<!नहीं )(?:लेना|करना|खरीदना) (?:चाहता|चाहती|चाहेंगे|चाहूँगा|चाहूंगा|है|हूँ)|interest(?:ed)? (?:है|हूँ|हूं)|(?:रुचि|दिलचस्पी|इंटरेस्ट) है|(?:और|ज़्यादा|पूरी|details?|डिटेल\w*|जानकारी).{0,15}(?:बताइए|बताओ|भेज|दीजिए|दो\b)|(?:link|लिंक|details?|डिटेल्स?) (?:भेज|send)|(?:चालू|activate|book|बुक|apply|शुरू) कर (?:दो|दीजिए|दे)|ले (?:लूँगा|लूंगा|लेंगे|लेता)",
        re.IGNORECASE,
    ),
}  # fmt: skip
RENEWAL: Final = re.compile(rf"\b{_RENEW}|{_RENEW}", re.IGNORECASE)
"""What makes an interest one in renewing: either side's words."""
_OFFER: Final = r"(?:interested|would you like|do you want|shall i|should i|can i|may i|want me to|are you looking|do you need|चाहेंगे|चाहते|चाहिए|लेना चाह|इंटरेस्ट|interest|करना है|कर दूँ|भेज दूँ|बुक|लेंगे|करवाना|karna hai)"
OFFERS: Final[tuple[tuple[Intent, re.Pattern[str]], ...]] = (
    ("callback_requested", re.compile(r"\b(?:call|ring|phone)(?: you)? (?:back|later|tomorrow|again|after|in the)\b|\bcall ?back\b|(?:बाद में|कल|शाम).{0,15}(?:कॉल|फोन|call|phone)", re.IGNORECASE)),
    ("escalation", re.compile(r"\b(?:connect|transfer|put) (?:you|this call|it)\b|\b(?:speak|talk) (?:to|with) (?:a|my|our|the) (?:manager|supervisor|senior|human|person|agent|colleague)", re.IGNORECASE)),
    ("loan_renewal_interest", re.compile(rf"{_OFFER}.{{0,60}}{_RENEW}|{_RENEW}.{{0,60}}{_OFFER}", re.IGNORECASE)),
    ("interested", re.compile(_OFFER, re.IGNORECASE)),
)  # fmt: skip
"""Questions that a yes answers."""

EXAMPLES: Final[Mapping[Intent, tuple[str, ...]]] = {
    "loan_renewal_interest": (
        "I want to renew my loan", "I am interested in the renewal", "can I get a top up on my loan",
        "yes please renew it for another year", "what is the process to renew", "I would like to take the loan again",
        "how much can I get if I renew", "loan renew karwana hai", "mujhe top up loan chahiye", "haan renewal kar dijiye",
        "मुझे लोन रिन्यू करवाना है", "टॉप अप लोन चाहिए",
    ),
    "callback_requested": (
        "call me back later", "I am busy right now", "can you call tomorrow morning", "ring me in the evening",
        "I am driving, call after an hour", "this is not a good time", "please call me on Monday", "let us talk next week",
        "baad mein phone karna", "abhi meeting mein hoon", "kal subah call kijiye", "बाद में बात करते हैं", "शाम को फोन कीजिए",
        "I can't talk now, try me after lunch",
    ),
    "not_interested": (
        "I am not interested", "no thanks", "I don't need it", "I do not want any loan", "I already have one",
        "it is of no use to me", "I am not looking for this", "please, I said no", "mujhe nahi chahiye", "zarurat nahi hai",
        "interest nahi hai", "rehne dijiye", "मुझे नहीं चाहिए", "ज़रूरत नहीं है", "I will stay with my present plan",
    ),
    "complaint": (
        "I want to make a complaint", "you charged me twice", "my refund has not come", "the app does not work",
        "your executive was rude to me", "I was cheated by your agent", "nobody solves my problem", "this service is terrible",
        "my order arrived broken", "mera paisa kat gaya aur kuch nahi mila", "bahut kharab service hai", "shikayat darj karni hai",
        "कोई मेरी बात नहीं सुनता", "मेरा रिफंड नहीं आया", "why was the money taken from my account",
    ),
    "dnd_request": (
        "don't call me again", "remove my number from your list", "stop calling me", "never contact me again",
        "put me on do not disturb", "mujhe dobara call mat karna", "mera number hata do", "phone karna band karo",
        "मुझे दोबारा कॉल मत कीजिए", "मेरा नंबर हटा दीजिए",
    ),
    "interested": (
        "yes I am interested", "that sounds good, go ahead", "please send me the details", "I would like to know more",
        "I will take it", "how can I apply", "book an appointment for me", "I want this card", "mujhe chahiye ye offer",
        "haan details bhej dijiye", "main lena chahta hoon", "मुझे यह लेना है", "जानकारी भेजिए", "okay let us do it",
    ),
    "escalation": (
        "connect me to your manager", "I want to talk to a human", "transfer me to a senior", "let me speak to your supervisor",
        "give me a real person", "manager se baat karwao", "kisi insaan se baat karni hai", "मैनेजर से बात कराओ",
        "can I speak to someone who can decide",
    ),
    "other": (
        "yes speaking", "who is this", "what is the due date", "I will pay on Friday", "I already paid", "hello",
        "thank you, bye", "wrong number", "what is my balance", "it is five thousand rupees", "please repeat",
        "I will check and tell you", "my name is Ramesh", "haan boliye", "main kal bhar dunga", "kitna amount hai",
        "मैं कल भर दूँगा", "आप कौन बोल रहे हैं", "where are you calling from", "what is the rate of interest",
        "I changed my address", "the weather is nice", "I am at home", "okay I understand", "how are you",
        "I could not pay because my salary is late",
    ),
}  # fmt: skip
