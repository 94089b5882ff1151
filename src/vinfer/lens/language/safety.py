# ruff: noqa: E501  # patterns read best unbroken
"""The built-in intents by rule, in English, romanised Hindi and Devanagari.

Rules look at the utterance as heard and at its normalised form, so that Hindi is written once.
They are made for precision; what they miss is the classifier's to find.
"""

import re
from typing import Final

from vinfer.kit.words import words
from vinfer.lens.language import alerts
from vinfer.ports.nlu import SafetyIntent

_CALL: Final = r"(?:call\w*|phone|phoning|ring\w*|contact\w*|कॉल|फोन|फ़ोन)"
_LATER: Final = re.compile(
    r"\b(?:call|phone|ring|talk|speak)\b.{0,20}\b(?:later|back|tomorrow|after|next|in the (?:evening|morning))\b"
    r"|\b(?:now|right now|today|at this time|at work|before \w+)\W*$|अभी (?:मत|नहीं)|बाद में (?:कर|कॉल|फोन|call|phone)",
    re.IGNORECASE,
)
_DO_NOT_CALL: Final = re.compile(
    rf"\b(?:stop|quit) (?:{_CALL}|these calls|bothering|disturbing|harassing)"
    rf"|\b(?:don.?t|do not|never)(?: you)?(?: ever| dare)?(?: \w+){{0,2}} {_CALL}\b.{{0,30}}\b(?:me|again|number|anymore|any more|us|here)\b"
    rf"|\bnever {_CALL}"
    r"|\b(?:remove|delete|take)\b.{0,12}\b(?:me|my (?:phone )?(?:number|name)|this number|us)\b.{0,12}(?:\b(?:from|off)\b|$)"
    r"|\b(?:dnd|do not disturb|unsubscribe)\b|\bno more calls\b|\bstop (?:all )?(?:the )?calls\b"
    rf"|(?:दोबारा|फिर|फिरसे|आगे से|कभी|आज के बाद|इस number|इस नंबर).{{0,30}}{_CALL}.{{0,12}}(?:मत|ना कर|नहीं कर|न कर|नहीं आना)"
    rf"|{_CALL} (?:मत|ना|न) (?:कर|कीज|किय|करना|लगा)|मत (?:{_CALL}|करो {_CALL})"
    r"|(?:नंबर|number|नाम).{0,25}(?:हटा|delete|निकाल|remove|मिटा)"
    rf"|{_CALL}.{{0,12}}(?:बंद क|बंद क|करना बंद)|(?:बंद|band) कर.{{0,10}}(?:calls|कॉल)|डीएनडी",
    re.IGNORECASE,
)
_PERSON: Final = (
    r"(?:human|real person|person|people|someone|somebody|representative|rep|supervisor|manager|executive|agent"
    r"|senior|boss|operator|officer|colleague|customer (?:care|service|support)|इंसान|आदमी|व्यक्ति|मैनेजर|अधिकारी"
    r"|एजेंट|सीनियर|कस्टमर केयर|बंदे)"
)
_HUMAN: Final = re.compile(
    r"\b(?:talk|speak|connect|transfer|put|get|give|pass|let me (?:talk|speak)|need|want)\b.{0,25}"
    rf"\b{_PERSON}\b"
    r"|\b(?:real|actual|live|human) (?:person|human|being|agent|representative)\b"
    r"|\b(?:are you|you.re|is this|talking to|talk to|speaking to|speak to|this is) (?:a |an |some )?"
    r"(?:robot|bot|machine|computer|recording|ai)\b|\bno (?:robots?|bots?|machines?)\b"
    rf"|{_PERSON}(?: वाले| वाली)? (?:से|को) .{{0,12}}(?:बात|connect|कनेक्ट|phone|फोन|line|लाइन|दो|दीज|मिला|जोड़|transfer)"
    r"|(?:call|कॉल).{0,20}(?:ट्रांसफर|transfer)"
    r"|(?:आप|तुम).{0,12}(?:robot|machine|bot|computer|रोबोट|मशीन|कंप्यूटर).{0,6}(?:हो|हैं|क्या)",
    re.IGNORECASE,
)
_WRONG_NUMBER: Final = re.compile(
    r"\bwrong (?:number|person)\b|\b(?:no ?(?:one|body)|nobody)\b.{0,20}\b(?:by|of|with) (?:that|this) name\b"
    r"|\bno \w+ (?:here|lives here)\b|\b(?:i.?m|i am|this is) not (?:him|her|that person)\b"
    r"|\b(?:dialed|dialled|got|have) (?:the )?wrong\b|(?:गलत|ग़लत|रॉन्ग|रांग|wrong) (?:नंबर|number)|galat number"
    r"|(?:number|नंबर).{0,6}(?:गलत|wrong)|(?:यहाँ|यहां|yahan).{0,15}(?:कोई )?.{0,15}नहीं रहत",
    re.IGNORECASE,
)
_ABUSE: Final = re.compile(
    r"\b(?:fuck\w*|motherfuck\w*|bastards?|asshole|bitch\w*|bloody (?:fool|idiot|hell)|idiots?|stupid|moron"
    r"|shut (?:the \w+ )?up|scumbags?|piece of shit|bullshit|go to hell"
    r"|chutiy\w*|madarch\w*|behenc?ho\w*|bhenc?ho\w*|bhosd\w*|haram\w{2,}|kamin[ae]y?|gaandu?|randi|saal[ae] kutt\w+|kutt[ae])\b"
    r"|चूतिय|चुतिय|मादरचो|बहनचो|भेनचो|भोसड़|हरामी|हरामज़ाद|कमीन|गांडू|साले कुत्त|बेवकूफ",
    re.IGNORECASE,
)
_WHO: Final = re.compile(
    r"\bwho (?:is|are) (?:this|you|calling|speaking|that|on the line)\b|\bwho.?s (?:this|calling|speaking|that)\b|\bwho am i (?:talking|speaking)"
    r"|\bmay i know who\b|\bwhere are you calling from\b|\b(?:which|what) (?:company|bank|number) (?:are you|is this|is it|you)\b"
    r"|\bwhat is this (?:call )?(?:about|regarding)\b|\bwho\?*$"
    r"|(?:कौन|kaun) (?:है|हैं|हो|बोल|बात|साहब|sa|si)|(?:कहाँ|कहां) से (?:बोल|बात|कॉल|call|फोन|phone)|(?:आप|तुम) कौन|कौन(?: जी| भाई)?\W*$",
    re.IGNORECASE,
)
_REPEAT: Final = re.compile(
    r"\b(?:say|tell|come) (?:that |it |me )?again\b|\brepeat\b|\bpardon\b|\bwhat did you (?:say|just say)\b|\bbeg your pardon\b"
    r"|\b(?:can.?t|cannot|couldn.?t|didn.?t|did not|could not|not able to) (?:hear|get|catch|understand|follow)\b(?: (?:you|that|it|what.*|the.*))?"
    r"|\bnot (?:audible|clear)\b|\bvoice is (?:breaking|not)\b|^(?:sorry|what|huh|excuse me|come again|hello|hallo)\W*(?:(?:what|hello)\W*)*$"
    r"|(?:फिर|दोबारा|वापस|एक बार और)(?: ?से)? (?:से )?(?:बोल|बता|कह)|समझ.{0,4} नहीं आ|(?:आवाज़|आवाज).{0,8}नहीं|सुनाई नहीं|नहीं सुना|क्या (?:बोला|कहा|बोले)|^(?:क्या|हेलो|हैलो|kya)\W*(?:क्या|हेलो|हैलो|hello)?\W*$",
    re.IGNORECASE,
)
_PATTERNS: Final[tuple[tuple[SafetyIntent, re.Pattern[str]], ...]] = (
    ("do_not_call", _DO_NOT_CALL),
    ("human", _HUMAN),
    ("wrong_number", _WRONG_NUMBER),
    ("abuse", _ABUSE),
    ("who_is_this", _WHO),
    ("repeat", _REPEAT),
)

_YES: Final = frozenset(
    words(
        "yes yeah yep yup ya sure ok okay okey right correct absolutely definitely certainly fine alright"
        " haan han haa हाँ हां हा ठीक सही बिल्कुल ज़रूर जरूर पक्का अच्छा जी"
    )
)
_NO: Final = frozenset(words("no nope nah never nahi nahin नहीं नही ना न"))
_POLITE: Final = frozenset(
    words(
        "ji जी sir madam ma'am please um uh uhm er hmm oh well so actually भाई bhai मैडम सर arre अरे hello हेलो"
    )
)
_ASSENT: Final = re.compile(
    r"^(?:that.?s|that is|it.?s|it is|you.?re) (?:right|correct|fine|true|ok|okay)\b|^(?:of course|go ahead|no problem|why not|i (?:can|will|do|am|think so))\W*$"
    r"|^(?:कर (?:दो|दीजिए)|कोई (?:बात|problem|दिक्कत) नहीं)\W*$"
)
_DISSENT: Final = re.compile(
    r"^(?:that.?s|that is|it.?s|it is|this is) (?:not|wrong|incorrect)\b|^not (?:really|at all|correct|right|now)\b|^(?:i (?:can.?t|cannot|won.?t|don.?t))\W*$"
    r"|^(?:ये |यह )?(?:सही|ठीक) नहीं|^गलत\b|^(?:हो )?नहीं (?:पाएगा|होगा|सकता)\W*$"
)
_BACKCHANNEL: Final = frozenset(
    words(
        "hmm hm mm mmm mhm hmmm uh huh uhuh ah oh ok okay okey right i see yeah ya yes accha achha acha haan han ha ji"
        " हम्म हम्मम अच्छा हाँ हां हा जी ठीक है ओके हूँ हूं theek thik"
    )
)
_MAX_BACKCHANNEL_WORDS: Final = 3


def rules(text: str, normalised: str) -> frozenset[SafetyIntent]:
    """The built-in intents an utterance shows. `normalised` is its form with Hindi in Devanagari."""
    heard = _clean(text)
    hindi = _clean(normalised)
    fired: set[SafetyIntent] = {
        name for name, pattern in _PATTERNS if pattern.search(heard) or pattern.search(hindi)
    }
    if "do_not_call" in fired and (_LATER.search(heard) or _LATER.search(hindi)):
        fired.discard("do_not_call")
    if fired & {"do_not_call", "human", "wrong_number"}:
        fired -= {"repeat", "who_is_this"}
    return frozenset(fired) | alerts.alerts(heard, hindi) | answers(heard, hindi)


def answers(heard: str, hindi: str) -> frozenset[SafetyIntent]:
    """Yes, no and backchannel, by the first words and by set phrases."""
    said = [word for word in re.findall(r"[\w\u0900-\u0963']+", hindi) if word not in _POLITE]
    bare = re.findall(r"[\w\u0900-\u0963']+", hindi)
    found: set[SafetyIntent] = set()
    no = bool(said and _NO & set(said[:2])) or bool(
        _DISSENT.search(heard) or _DISSENT.search(hindi)
    )
    assent = bool(_ASSENT.search(heard) or _ASSENT.search(hindi))
    if assent or (bare and not no and (_YES & set((said or bare)[:1]))):
        found.add("yes")
    elif no:
        found.add("no")
    if bare and len(bare) <= _MAX_BACKCHANNEL_WORDS and set(bare) <= _BACKCHANNEL:
        found.add("backchannel")
    return frozenset(found)


def says_nothing_else(normalised: str) -> bool:
    """Whether an utterance is but a yes, a no or a sound of listening: its meaning is the question's."""
    bare = set(re.findall(r"[\w\u0900-\u0963']+", _clean(normalised)))
    return bare <= _YES | _NO | _BACKCHANNEL | _POLITE | {"है", "हैं"}


def _clean(text: str) -> str:
    return re.sub(r"\s+", " ", text.lower().replace("’", "'").replace(",", " ")).strip(" .!।")
