# ruff: noqa: E501  # word lists read best unbroken
"""Words and phrases that show a feeling, how strongly, and what turns or strengthens them."""

import re
from typing import Final

from vinfer.kit.words import words

VALENCE: Final[dict[str, float]] = {
    **dict.fromkeys(
        words(
            "excellent amazing wonderful fantastic awesome delighted superb outstanding brilliant perfect love loved best thrilled"
        ),
        3.0,
    ),
    **dict.fromkeys(
        words(
            "happy great glad pleased satisfied impressed helpful grateful lovely appreciate appreciated relieved excited trust smooth"
        ),
        2.2,
    ),
    **dict.fromkeys(
        words(
            "good nice polite friendly easy quick solved resolved comfortable thankful enjoyed enjoy recommend interested"
        ),
        1.4,
    ),
    **dict.fromkeys(
        words(
            "worst terrible horrible pathetic disgusting furious hate hated useless fraud cheats cheated cheat cheating thieves thief liars liar scam unacceptable ridiculous rubbish nonsense shameless shameful harassment harassing harass outrageous appalling robbery looted ruined fool idiots idiot stupid bloody disgraceful"
        ),
        -3.0,
    ),
    **dict.fromkeys(
        words(
            "angry annoyed annoying upset frustrated frustrating disappointed disappointing fed sick awful bad poor wrong rude unfair unhappy irritated irritating lied lie lying misleading misled fooled torture dissatisfied betrayed wasted wasting regret fake mess"
        ),
        -2.2,
    ),
    **dict.fromkeys(
        words(
            "problem problems issue issues complaint complaints complain trouble worried worry tired broken slow stuck failed failing disturbing disturbed disturb confused confusing waste unable overcharged ignored difficult hopeless careless bothering"
        ),
        -1.3,
    ),
    **dict.fromkeys(
        words(
            "बढ़िया शानदार बेहतरीन लाजवाब जबरदस्त ज़बरदस्त कमाल मज़ा badhiya badiya shandaar mast zabardast lajawab behtareen kamaal"
        ),
        2.6,
    ),
    **dict.fromkeys(words("खुश ख़ुश खुशी संतुष्ट पसंद मदद भरोसा khush khushi santusht pasand maza"), 2.0),
    **dict.fromkeys(words("अच्छा अच्छी अच्छे आसान achi acchi acche"), 1.3),
    **dict.fromkeys(
        words(
            "घटिया बकवास धोखा धोखेबाज़ धोखेबाज चोर झूठे झूठा लूट लूटा लुटेरे बेशर्म शर्म हरामी बेवकूफ ghatiya bakwas bakwaas dhokha dhokebaaz chor choro jhoothe jhuthe loot lootera sharam besharam bewakoof faltu chori barbaad barbad बर्बाद"
        ),
        -3.0,
    ),
    **dict.fromkeys(
        words(
            "गुस्सा गुस्से नाराज़ नाराज तंग बेकार ख़राब खराब झूठ gussa gusse naraz naraaz bekar bekaar kharaab jhooth jhoot nafrat नफरत"
        ),
        -2.3,
    ),
    **dict.fromkeys(
        words(
            "परेशान परेशानी शिकायत दिक्कत समस्या गड़बड़ मुश्किल गलत dikkat samasya gadbad shikayat pareshani pareshaani mushkil"
        ),
        -1.3,
    ),
}
PHRASES: Final = tuple(
    (weight, re.compile(pattern))
    for weight, pattern in (
        (
            -3.0,
            r"\bfed up\b|\bsick (?:and tired )?of\b|\btired of\b|\bhow dare\b|\bgo to hell\b|\bshut up\b|\bget lost\b|\bno shame\b|\b(?:had )?enough of (?:this|your|you|these)\b",
        ),
        (
            -2.6,
            r"\bwaste of (?:time|money)\b|\bwast(?:e|ing) my time\b|\bnobody (?:helps|listens|cares|answers|picks|solved)\b|\bno ?one (?:helps|listens|cares|answers|picks|solved|bothers)\b|\brip(?:ped)? off\b|\blet me down\b|\bnever (?:again|works|worked)\b|\b(?:nobody|no ?one) (?:\w+ )?(?:called|came|replied|responded|told|informed)\b|\bwaiting (?:for|since) (?:\w+ )?(?:hours?|days|weeks|months|ages|so long)\b",
        ),
        (
            -2.2,
            r"\bagain and again\b|\b(?:ten|hundred|so many|several|multiple|many|\d+) times\b.{0,25}\b(?:no|not|nobody|still|already|nothing)\b|\bhow many times\b|\bstill (?:not|no|waiting|pending)\b|\bnot (?:fair|acceptable|done|right|working)\b|\bmy money\b.{0,15}\b(?:gone|lost|stolen|took|eaten)\b|\bstop (?:calling|troubling|bothering|disturbing|harassing)\b|\bleave me alone\b",
        ),
        (
            -2.6,
            r"(?:शर्म|sharam|sharm) नहीं|कोई (?:\w+ ){0,2}जवाब नहीं|कोई (?:नहीं )?सुनता|कोई (?:मेरी )?(?:बात )?(?:नहीं )?सुन|दिमाग.{0,8}(?:खराब|ख़राब|मत)|dimag\w*.{0,8}(?:खराब|kharab)|खून खौल|पैसा खा|पैसे खा|(?:परेशान|तंग) (?:कर|मत|हो|आ)|समय (?:बर्बाद|खराब)|कितनी बार|बार बार|(?:गुस्सा|गुस्से) (?:आ|में)|मत करो (?:फोन|कॉल|call)",
        ),
        (
            2.4,
            r"\b(?:so|very|really|truly) (?:helpful|kind|nice|happy|good)\b|\bmade my day\b|\bwell done\b|\bgood (?:job|service|work|experience|news)\b|\bkeep it up\b|\bworks? (?:fine|great|perfectly|well)\b|\bthank(?:s| you) (?:so|very) much\b.{0,40}\b(?:help\w*|kind|solv\w*|support)\b|\bthat(?:'s| is) (?:great|wonderful|perfect|awesome)\b",
        ),
        (2.4, r"बहुत (?:बढ़िया|अच्छ[ाीे])|काम हो गया|मदद की|मज़ा आ|अच्छा लगा"),
        (
            1.2,
            r"\b(?:all|everything)(?: is|'s)? (?:good|fine|sorted|working)\b|\bno complaints?\b|\bnot bad\b|कोई शिकायत नहीं",
        ),
        (
            0.0,
            r"\bno (?:problems?|issues?|worries|trouble)\b|\bnot a problem\b|कोई (?:बात|दिक्कत|परेशानी|समस्या|problem) नहीं|\bfor (?:your|the) trouble\b",
        ),
    )
)
POLITE: Final = re.compile(
    r"\bgood (?:morning|afternoon|evening|night|day)\b|\bhave a (?:nice|good|great|wonderful|lovely|pleasant) \w+"
    r"|\bhappy (?:diwali|holi|new year|birthday|eid)\b|\bhope you(?:'re| are) (?:well|fine|good|doing \w+)\b|\bhow are you\b"
    r"|\bthank(?:s| you)(?: (?:so|very) much| a lot| sir| madam| ma'am| ji)?\b(?! you)|\bmany thanks\b|\bplease\b|\bwelcome\b|\bcheers\b"
    r"|\bnice (?:to (?:meet|talk|speak)|talking|speaking)\b(?: to you)?|\bsorry(?: to (?:bother|disturb) you)?\b|\bexcuse me\b|\bi(?:'m| am) (?:good|fine|well)\b|\bgood\b(?= (?:sir|madam|ji)\b)"
    r"|(?:धन्यवाद|शुक्रिया|नमस्ते|नमस्कार|माफ़|माफ|कृपया)|अच्छा(?=(?:[ ,.]|$)(?:ठीक|जी|हाँ|ok|okay|तो|sir|सर|और|फिर|बताइए|बोलिए|कल|मैं)?)(?! (?:लगा|है|काम|service|सर्विस|सेवा|हुआ|था|आदमी))|शुभ \w+|\bok(?:ay)? good\b|\bbest regards\b"
)
STOCK: Final = re.compile(
    r"\b(?:i(?:'d| would) be |i(?:'m| am) |we are |always )?(?:happy|glad|pleased|delighted) to (?:help|assist|serve|inform|hear|know|have)\b[^.?!]*"
    r"|\bthank(?:s| you) for (?:calling|contacting|choosing|holding|waiting|your \w+|confirming|being|sharing|letting)\b[^.?!]*"
    r"|\b(?:i |we )?(?:do |sincerely |really |deeply )?apologi[sz]e\b[^.?!]*|\bsorry (?:for|about|to hear)\b[^.?!]*|\bi(?:'m| am) (?:so |really |very )?sorry\b[^.?!]*|\binconvenience\b|\bwe (?:deeply |sincerely )?regret\b[^.?!]*"
    r"|\bi (?:completely |totally |can |do |fully )*understand\b[^.?!]*|\bwe (?:really )?(?:appreciate|value|love|trust)\b[^.?!]*|\bi (?:really )?appreciate (?:your|you)\b[^.?!]*|\bappreciate your\b[^.?!]*"
    r"|\b(?:great|excellent|perfect|wonderful|lovely|awesome|amazing|super|good|nice|fantastic|brilliant)(?=[,.! ]|$)(?: (?:sir|madam|ma'am|choice|question|to know|to hear))?"
    r"|\b(?:best|exclusive|special|great|excellent|amazing|lowest|attractive) (?:\w+ )?(?:offers?|rates?|price|plan|deal|benefits?|service|card|option)\b|\bhelp you\b"
    r"|\b(?:any|resolve|solve|your|the|raise|raised|register|registered|lodge|a|this) (?:\w+ )?(?:issues?|problems?|complaints?|concerns?|queries|trouble|delay)\b|\b(?:do not|don't) worry\b|\blate (?:fee|payment|charge)s?\b|\bsatisf\w+\b"
    r"|(?:असुविधा|खेद|सहायता|मदद|शिकायत|समस्या|परेशानी|दिक्कत)"
)
STRONGER: Final = frozenset(
    words(
        "very really so extremely totally completely absolutely such too highly truly बहुत एकदम बिल्कुल इतना इतनी इतने काफी सबसे bahut ekdum kaafi itna itni"
    )
)
WEAKER: Final = frozenset(words("little bit slightly somewhat quite थोड़ा थोड़ी थोड़े थोड़ी-सी"))
NOT_BEFORE: Final = frozenset(
    words(
        "not no never isn't don't didn't doesn't wasn't aren't won't can't cannot without nothing hardly haven't hasn't नहीं ना न बिना"
    )
)
NOT_AFTER: Final = frozenset(words("नहीं ना मत nahi"))
