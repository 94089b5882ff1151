"""How an utterance sounds: examples for a classifier, and word lists that need no model."""

import re
from typing import Final, Literal

from vinfer.kit.words import words

Feeling = Literal["positive", "negative", "neutral"]

SEEDS: Final[dict[Feeling, tuple[str, ...]]] = {
    "positive": (
        "thank you so much you have been very helpful",
        "that is great news",
        "I am really happy with your service",
        "wonderful, you have solved my problem",
        "very good, I appreciate it",
        "you explained it so well",
        "perfect, that suits me",
        "I am so glad you called",
        "lovely talking to you",
        "excellent, well done",
        "everything is working fine now, thanks",
        "I trust your bank completely",
        "bahut bahut dhanyavaad",
        "bahut accha laga aapse baat karke",
        "main aapki service se khush hoon",
        "badhiya hai ji, bahut badhiya",
        "main puri tarah santusht hoon",
        "badhiya, mera kaam ho gaya",
        "shukriya, aapne bahut madad ki",
        "mast hai, maza aa gaya",
        "बहुत बहुत धन्यवाद",
        "मैं आपकी सेवा से बहुत खुश हूँ",
        "बहुत अच्छा, मेरा काम हो गया",
        "शुक्रिया, आपने मदद की",
        "यह तो बढ़िया है",
    ),
    "negative": (
        "I am fed up with you people",
        "this is ridiculous",
        "your service is pathetic",
        "I am very upset about this",
        "you have cheated me",
        "nobody helps me when I call",
        "I am tired of explaining the same thing again and again",
        "why do you keep harassing me",
        "you people are useless",
        "this is the worst bank I have ever seen",
        "I am extremely disappointed",
        "you are wasting my time",
        "I have lost my trust in you",
        "how dare you talk to me like that",
        "it is a fraud, you took my money",
        "this is unacceptable",
        "I hate these calls",
        "you charged me for nothing and nobody answers",
        "main aap logon se tang aa gaya hoon",
        "bahut ghatiya service hai",
        "aapne mere saath dhokha kiya hai",
        "mujhe bahut gussa aa raha hai",
        "koi sunta hi nahi hai",
        "bekaar company hai ye",
        "main aapse bahut naraaz hoon",
        "gusse se mera khoon khaul raha hai",
        "I am so angry right now",
        "mera paisa kha gaye aap log",
        "kitni baar bataun, dimaag kharab kar diya",
        "aap log jhooth bolte hain",
        "मैं बहुत परेशान हूँ आप लोगों से",
        "बहुत घटिया सेवा है",
        "आपने मेरे साथ धोखा किया",
        "मुझे बहुत गुस्सा आ रहा है",
        "कोई मेरी बात नहीं सुनता",
        "आप लोग झूठे हैं",
        "मैं इस बैंक से बहुत नाराज़ हूँ",
        "आप लोग बेकार हैं",
        "मेरा समय बर्बाद मत करो",
    ),
    "neutral": (
        "yes this is he speaking",
        "what is the due date",
        "I will pay on Friday",
        "please send me the link",
        "my account number ends with four five",
        "which loan is this about",
        "can you call me in the evening",
        "I am in a meeting right now",
        "I paid it yesterday by card",
        "how much is the amount",
        "let me check and tell you",
        "it is five thousand rupees",
        "I do not have that card any more",
        "I am not interested",
        "this is not a good moment for me",
        "it is not what I am looking for",
        "please do not call this number",
        "connect me to a person",
        "there is no such person here",
        "no, I cannot pay this week",
        "my salary comes on the tenth",
        "he is not at home",
        "okay, tell me",
        "haan boliye",
        "kitna amount hai",
        "main shaam ko kar dunga",
        "link bhej dijiye",
        "abhi paise nahi hain",
        "main gaadi chala raha hoon",
        "kis cheez ke liye call hai",
        "मैं कल भर दूँगा",
        "कितने रुपये देने हैं",
        "हाँ बोलिए",
        "मैं अभी ऑफिस में हूँ",
        "तारीख क्या है",
        "मुझे ज़रूरत नहीं है",
        "कृपया इस नंबर पर कॉल न करें",
        "बाद में बात करते हैं",
    ),
}
_GLAD: Final = frozenset(
    words(
        "thank thanks great happy wonderful excellent perfect glad lovely appreciate helpful"
        " satisfied badhiya khush santusht dhanyavaad shukriya धन्यवाद शुक्रिया खुश बढ़िया अच्छा"
    )
)
_CROSS: Final = frozenset(
    words(
        "angry furious worst pathetic useless ridiculous cheated cheat fraud disappointed upset"
        " disgusting unacceptable horrible terrible harassing harassment hate fed frustrated"
        " rubbish nonsense ghatiya bekar bekaar naraz naraaz gusse "
        "गुस्सा गुस्से नाराज़ बेकार धोखा झूठ परेशान तंग घटिया बकवास खराब"
    )
)


_NOT: Final = frozenset(words("not no never isn't don't didn't wasn't aren't नहीं ना मत nahi"))
_REACH: Final = 3  # words after a "not" that it turns around; in Hindi it follows its word


def by_words(normalised: str) -> float:
    """From -1 (only cross words) to 1 (only glad ones); 0 where there are none or as many."""
    said = re.findall(r"[\w\u0900-\u0963']+", normalised.lower().replace("’", "'"))
    cross = sum(word in _CROSS for word in said)
    at = [place for place, word in enumerate(said) if word in _GLAD]
    turned = sum(bool(_NOT & set(said[max(0, i - _REACH) : i + 2])) for i in at)
    glad = len(at) - turned
    return (glad - cross - turned) / max(1, glad + cross + turned)
