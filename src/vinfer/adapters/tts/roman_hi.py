"""Romanised Hindi: the words every call uses by table, the rest by rule."""

import re
from typing import Final

_TABLE: Final = """
aap आप|aapka आपका|aapke आपके|aapki आपकी|aapko आपको|aapse आपसे|main मैं|mein में|mai मैं
mera मेरा|mere मेरे|meri मेरी|mujhe मुझे|hum हम|humein हमें|hamara हमारा|hamare हमारे
hamari हमारी|yeh यह|ye ये|yah यह|woh वह|wo वो|vo वो|is इस|us उस|kya क्या|kyon क्यों
kyun क्यों|kab कब|kahan कहाँ|kaun कौन|kaise कैसे|kitna कितना|kitne कितने|kitni कितनी
kaunsa कौनसा|hai है|hain हैं|hoon हूँ|hun हूँ|ho हो|tha था|the थे|thi थी|hoga होगा
hogi होगी|honge होंगे|raha रहा|rahe रहे|rahi रही|haan हाँ|han हाँ|nahi नहीं|nahin नहीं
nahee नहीं|na ना|mat मत|ji जी|namaste नमस्ते|namaskar नमस्कार|dhanyavaad धन्यवाद
dhanyawad धन्यवाद|shukriya शुक्रिया|theek ठीक|thik ठीक|accha अच्छा|achha अच्छा
acha अच्छा|bilkul बिल्कुल|zaroor ज़रूर|aaj आज|kal कल|parso परसों|parson परसों|subah सुबह
shaam शाम|sham शाम|raat रात|dopahar दोपहर|baje बजे|din दिन|mahina महीना|mahine महीने
hafta हफ़्ता|hafte हफ़्ते|saal साल|abhi अभी|baad बाद|pehle पहले|phir फिर|fir फिर|tak तक
se से|ko को|ka का|ke के|ki की|ne ने|par पर|pe पे|aur और|ya या|lekin लेकिन|magar मगर
agar अगर|to तो|toh तो|bhi भी|hi ही|sirf सिर्फ़|bas बस|kar कर|karna करना|karo करो
karein करें|kijiye कीजिए|kijiyega कीजिएगा|karunga करूँगा|karungi करूँगी|kiya किया
karte करते|sakte सकते|sakta सकता|sakti सकती|chahiye चाहिए|chahte चाहते|chahta चाहता
chahti चाहती|dena देना|dijiye दीजिए|dunga दूँगा|doonga दूँगा|dungi दूँगी|lena लेना
lijiye लीजिए|lunga लूँगा|bata बता|bataiye बताइए|bataye बताए|batao बताओ|bol बोल
boliye बोलिए|baat बात|sun सुन|suniye सुनिए|samajh समझ|jaana जाना|jana जाना|gaya गया
gaye गए|gayi गई|aana आना|aaya आया|aayi आई|paisa पैसा|paise पैसे|rupaye रुपये|rupay रुपये
rupaya रुपया|hazaar हज़ार|hazar हज़ार|lakh लाख|karod करोड़|sau सौ|kist किस्त|kisht किश्त
bhugtan भुगतान|bhugtaan भुगतान|jama जमा|bank बैंक|khata खाता|naam नाम|number नंबर
phone फ़ोन|call कॉल|loan लोन|ek एक|do दो|teen तीन|char चार|chaar चार|paanch पाँच
panch पाँच|chhah छह|saat सात|aath आठ|nau नौ|das दस|bees बीस|pachaas पचास|sahab साहब
saab साहब|bhai भाई|madam मैडम|sir सर|kripya कृपया|maaf माफ़|galat ग़लत|sahi सही
bahut बहुत|thoda थोड़ा|zyada ज़्यादा|wala वाला|wali वाली|wale वाले|kuch कुछ|koi कोई
sab सब|apna अपना|apne अपने|apni अपनी|liye लिए|saath साथ|andar अंदर|yahan यहाँ|wahan वहाँ
gaadi गाड़ी|chala चला|tareekh तारीख|tarikh तारीख|samay समय|waqt वक़्त|intezaar इंतज़ार
taarikh तारीख
"""
DEVANAGARI_OF: Final[dict[str, str]] = {
    pair.split(" ")[0]: pair.split(" ")[1]
    for line in _TABLE.strip().splitlines()
    for pair in line.split("|")
}
_SOUNDS: Final = (
    ("chh", "cʰ"), ("ksh", "kʃ"), ("aa", "aː"), ("ee", "iː"), ("ii", "iː"), ("oo", "uː"),
    ("uu", "uː"), ("ai", "ɛː"), ("au", "ɔː"), ("ei", "eː"), ("kh", "kʰ"), ("gh", "ɡʰ"),
    ("ch", "c"), ("jh", "ɟʰ"),
    ("th", "tʰ"), ("dh", "dʰ"), ("ph", "pʰ"), ("bh", "bʰ"), ("sh", "ʃ"), ("gy", "ɡj"), ("ng", "ŋɡ"),
    ("a", "ə"), ("e", "eː"), ("i", "ɪ"), ("o", "oː"), ("u", "ʊ"), ("b", "b"), ("c", "k"),
    ("d", "d"),
    ("f", "f"), ("g", "ɡ"), ("h", "h"), ("j", "ɟ"), ("k", "k"), ("l", "l"), ("m", "m"), ("n", "n"),
    ("p", "p"), ("q", "q"), ("r", "ɾ"), ("s", "s"), ("t", "t"), ("v", "ʋ"), ("w", "ʋ"), ("x", "ks"),
    ("y", "j"), ("z", "z"),
)  # fmt: skip
_SOUND_OF: Final = dict(_SOUNDS)
_SPELLING: Final = re.compile("|".join(spelling for spelling, _ in _SOUNDS))
_FINAL: Final = {"a": "aː", "i": "iː", "u": "uː"}


def roman_sounds(word: str) -> str:
    """Phonemes of a lower-case Roman Hindi word, without stress; a final short vowel is long."""
    head, tail = (
        (word[:-1], _FINAL[word[-1]]) if word[-1:] in _FINAL and len(word) > 1 else (word, "")
    )
    if tail and head[-1:] == word[-1:]:  # a doubled letter already says long
        head, tail = word, ""
    return "".join(_SOUND_OF[match] for match in _SPELLING.findall(head)) + tail
