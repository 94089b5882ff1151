# ruff: noqa: E501  # patterns read best unbroken
"""What gives itself away by its form: spelled codes, mail and payment addresses, postal ones."""

import re
from collections.abc import Sequence
from typing import Final

from vinfer.kit.words import words
from vinfer.lens.analysis.private_cues import Kind
from vinfer.lens.analysis.spoken_tokens import Token

Mark = tuple[Kind, int, int]
"""A kind, and the tokens [start, end) of a stream."""

_CODES: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
    ("PAN", re.compile(r"[a-z]{3}[abcfghjlpt][a-z]\d{4}[a-z]")),
    ("IFSC", re.compile(r"[a-z]{4}0[a-z0-9]{6}")),
    ("ID", re.compile(r"\d{2}[a-z]{5}\d{4}[a-z][a-z0-9]z[a-z0-9]")),  # GSTIN
)
_SPELLED_CUE: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
    ("PAN", re.compile(r"\bpan\b|\bpermanent account\b|पैन", re.IGNORECASE)),
    ("IFSC", re.compile(r"\bi\s?f\s?s\s?c\b|आई ?एफ ?एस ?सी", re.IGNORECASE)),
    ("ID", re.compile(r"\bpassport\b|\bvoter\b|\blicen[cs]e\b|\bgst\w*\b|पासपोर्ट", re.IGNORECASE)),
)
_MOST_PARTS: Final = 26
_LONGEST_CODE: Final = 15
_FEWEST_SPELLED: Final = 5
_CUE_REACH: Final = 20
_SKIPPED: Final = frozenset(words("and then uh um dash hyphen space small capital aur phir"))
_CAPITALS: Final = re.compile(r"[A-Za-z]{5}|[A-Z]{2,4}")
_PIECE: Final = re.compile(r"[a-z]*\d[a-z0-9]*")
_MAIL: Final = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_PAYMENT: Final = re.compile(r"[\w.-]{2,}@[a-z]{2,}[a-z0-9]*")
_PROVIDERS: Final = frozenset(
    words(
        "gmail yahoo hotmail outlook rediffmail rediff icloud proton protonmail live msn ymail zoho"
        " googlemail जीमेल याहू आउटलुक रेडिफमेल हॉटमेल"
    )
)
_HANDLES: Final = frozenset(
    words(
        "ybl ibl axl upi paytm oksbi okhdfc okhdfcbank okicici okaxis apl yapl ptsbi pthdfc ptyes"
        " ptaxis axisbank icici sbi hdfcbank kotak jupiteraxis fam naviaxis slice freecharge"
    )
)
_COMPANIES: Final = frozenset(words("paytm sbi icici kotak upi slice fam freecharge axisbank"))
_ADDRESSED: Final = re.compile(
    r"\bu ?p ?i (?:id|address|is|hai)|\bupi id\b|\bvpa\b|\be-?mail (?:id|address|is|hai)\b|\bmail id\b|यूपीआई|ईमेल",
    re.IGNORECASE,
)
_ADDRESSED_WORDS: Final = 10
_PARTS: Final = frozenset(words("dot underscore dash hyphen period डॉट डाट अंडरस्कोर"))
_DOT: Final = frozenset(words("dot . डॉट डाट"))
_ENDINGS: Final = frozenset(words("com in co org net io edu gov ac info biz me ai कॉम इन को ऑर्ग"))
_AT: Final = frozenset(words("at @ एट ऐट"))
_RATE: Final = frozenset(words("rate ret रेट"))
_MOST_LOCAL: Final = 14
_HOUSE: Final = frozenset(
    words(
        "flat house plot door makaan makan ghar quarter apartment apt shop villa bungalow room h.no"
        " फ्लैट मकान प्लॉट घर दुकान"
    )
)
_STREET: Final = frozenset(
    words(
        "road rd street st lane nagar colony sector block phase layout cross main marg gali mohalla"
        " chowk bazaar bazar society apartment apartments tower towers floor vihar enclave puram pur"
        " extension avenue residency heights complex village district tehsil taluka near opposite"
        " behind रोड मार्ग गली नगर कॉलोनी सेक्टर मोहल्ला चौक बाज़ार बाजार सोसाइटी गाँव गांव जिला पास सामने विहार"
    )
)
_ADDRESS_CUE: Final = re.compile(
    r"\b(?:my|our|your|mera|apna|aapka|full|complete|current|home|residential|permanent|delivery|correct|office|the|ka) (?:\w+ )?(?:address|pata|ghar ka pata)(?: (?:is|hai|please|bata\w*|bol\w*))*$"
    r"|(?:पता|एड्रेस)(?: (?:है|बताइए|बता\w*|दीजिए|क्या))*$|\b(?:i live|i stay|i reside|i am staying|we live|we stay) (?:at|in|on|near)$|\baddress (?:is|hai)$|\bmain \w+ (?:mein|me) reh\w+$",
    re.IGNORECASE,
)
_ADDRESS_ASKED: Final = re.compile(
    r"\b(?:your|aapka|full|complete|current|delivery|home|postal|residential) (?:\w+ )?(?:address|pata)\b|\baddress (?:please|batai\w*|confirm)\b|\bwhere do you (?:live|stay)\b|आपका पता|पता (?:बता|क्या)",
    re.IGNORECASE,
)
_LONGEST_ADDRESS: Final = 24
_FIRST_WORDS: Final = 4
_MONTHS: Final = frozenset(
    words(
        "january february march april may june july august september october november december jan"
        " feb mar apr jun jul aug sep sept oct nov dec janwari farvari जनवरी फरवरी फ़रवरी मार्च अप्रैल मई जून"
        " जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर"
    )
)
_BORN: Final = re.compile(
    r"\b(?:date of birth|birth ?date|birth ?day|d\s?o\s?b|born (?:on|in)|janam|janm)\b|जन्म",
    re.IGNORECASE,
)
_EXPIRY: Final = re.compile(
    r"\bexpir\w+\b|\bvalid (?:till|thru|through|up ?to)\b|एक्सपायरी", re.IGNORECASE
)
_CARD: Final = re.compile(r"card|कार्ड|expir|visa|cvv|\d{4}", re.IGNORECASE)
_PASSWORD: Final = re.compile(r"\bpass ?word (?:is|hai|tha|was|rakha hai|set to)$|पासवर्ड (?:है|था)$")
_NO_PASSWORD: Final = frozenset(
    words(
        "not wrong expired correct incorrect working invalid required needed forgotten blocked nahi"
        " galat kya what locked the my a being never secret private confidential same नहीं गलत क्या"
    )
)
_LONGEST_PASSWORD: Final = 6
_STRICT_STREET: Final = frozenset(
    words("street road nagar colony marg lane avenue apartments society vihar layout cross enclave")
)
_NO_STREET: Final = frozenset(
    words("to the at on in and is was for of from rupees i you we it my your near by or per with")
)
_DATE: Final = re.compile(
    r"\d{1,4}(?:st|nd|rd|th)?|\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?|\d{4}-\d\d-\d\d"
)
_ORDINAL: Final = re.compile(r"(?:\w+(?:teenth|ieth|fth|ghth|nth|xth)|first|second|third|fourth)$")
_JOINS: Final = frozenset(
    words(
        "of the and thousand hundred nineteen slash hazaar sau सौ हज़ार ko है hai is tareekh tarikh"
    )
)


def marks(stream: Sequence[Token], asked: Sequence[str]) -> list[Mark]:
    """Everything of the stream that its form gives away.

    `asked` is, for each token, what the other side said last before its segment.
    """
    found: list[Mark] = []
    for at, token in enumerate(stream):
        before = _before(stream, at, asked)
        for made in (
            _code(stream, at, before), _written(stream, at, before), _spoken(stream, at, before),
            _house(stream, at),
            _password(stream, at), _address(stream, at, before, asked), _date(stream, at, before),
        ):  # fmt: skip
            if made is not None and token.word:
                found.append(made)
    return found


def _before(stream: Sequence[Token], at: int, asked: Sequence[str]) -> str:
    said = " ".join(token.word for token in stream[max(0, at - _CUE_REACH) : at])
    return f"{asked[at]} {said}"


def _code(stream: Sequence[Token], start: int, before: str) -> Mark | None:
    """A code, spelled or written: PAN, IFSC, GSTIN; or what was asked for as one."""
    text, ends, at = "", list[int](), start
    while at < min(len(stream), start + _MOST_PARTS) and len(text) < _LONGEST_CODE:
        part = _part(stream[at]) or ("" if text else _opening(stream, at))
        if not part and (stream[at].word not in _SKIPPED or not text):
            break
        text += part
        ends += [at + 1] * len(part)
        at += 1
        at = _past_example(stream, at) if len(part) == 1 and part.isalpha() else at
    for kind, pattern in _CODES:
        match = pattern.match(text)
        if match is not None:
            return kind, start, ends[match.end() - 1]
    return _asked_code(text, start, ends, before)


def _asked_code(text: str, start: int, ends: list[int], before: str) -> Mark | None:
    mixed = any(c.isdigit() for c in text) and any(c.isalpha() for c in text)
    if len(text) < _FEWEST_SPELLED or not mixed:
        return None
    for kind, cue in _SPELLED_CUE:
        if cue.search(before):
            return kind, start, ends[-1]
    return None


def _part(token: Token) -> str:
    """What a token adds to a spelled code; nothing for a word."""
    if token.digits:
        return token.digits
    word = token.word.replace("-", "").replace(".", "")
    if not word.isascii():
        return ""
    spelled = len(word) == 1 and word.isalpha()
    capitals = _CAPITALS.fullmatch(token.raw.strip(".,-")) and token.raw.strip(".,-").isupper()
    return word if spelled or capitals or _PIECE.fullmatch(word) else ""


def _opening(stream: Sequence[Token], at: int) -> str:
    """The letters of a code in small letters before its digits: "abcpe 1234 f"."""
    word = stream[at].word
    following = stream[at + 1].digits if at + 1 < len(stream) else ""
    pan = re.fullmatch(r"[a-z]{3}[abcfghjlpt][a-z]", word) is not None and len(following) == 4
    bank = re.fullmatch(r"[a-z]{4}", word) is not None and re.match(r"0\d{5,}$", following)
    return word if pan or bank else ""


def _past_example(stream: Sequence[Token], at: int) -> int:
    """Past "for apple", "as in apple"."""
    said = [token.word for token in stream[at : at + 3]]
    if said[:1] == ["for"] and len(said) > 1 and len(said[1]) > 2 and not stream[at + 1].digits:
        return at + 2
    return at + 3 if said[:2] == ["as", "in"] and len(said) > 2 else at


def _written(stream: Sequence[Token], at: int, before: str) -> Mark | None:
    word = stream[at].word
    if "@" not in word:
        return None
    if _MAIL.search(word):
        return "EMAIL", at, at + 1
    return ("UPI", at, at + 1) if _PAYMENT.search(word) else None


def _spoken(stream: Sequence[Token], at: int, before: str) -> Mark | None:
    """A mail or payment address said aloud, found at its "at"."""
    if stream[at].word not in _AT or at == 0 or at + 1 >= len(stream):
        return None
    after, rate = _past_rate(stream, at + 1)
    if after >= len(stream):
        return None
    domain = stream[after].word
    dotted = (
        after + 2 < len(stream)
        and stream[after + 1].word in _DOT
        and stream[after + 2].word in _ENDINGS
    )
    host = domain.partition(".")[0]
    asked = _ADDRESSED.search(" ".join(before.split()[-_ADDRESSED_WORDS:]))
    if (
        host in _PROVIDERS
        or dotted
        or ("." in domain and domain[-1:].isalpha() and (rate or asked))
    ):
        end = _past_dots(stream, after + 1)
        return "EMAIL", _local(stream, at), end
    if asked or rate or domain in _HANDLES - _COMPANIES:
        return "UPI", _local(stream, at), _handle(stream, after)
    return None


def _handle(stream: Sequence[Token], at: int) -> int:
    """The end of a payment handle, which may be spelled: "ok s b i"."""
    end = at + 1
    while end < len(stream) and len(stream[end].word) == 1 and not stream[end].digits:
        end += 1
    return end


def _past_rate(stream: Sequence[Token], at: int) -> tuple[int, bool]:
    """Past "the rate (of)", and whether it was said."""
    start = at
    while at < len(stream) and stream[at].word in {"the", "d", "da", "of", "द", *_RATE}:
        at += 1
    rate = any(token.word in _RATE for token in stream[start:at])
    return (at, True) if rate else (start, False)


def _past_dots(stream: Sequence[Token], at: int) -> int:
    while at + 1 < len(stream) and stream[at].word in _DOT:
        at += 2
    return at


def _local(stream: Sequence[Token], at: int) -> int:
    """Where the name before the "at" begins."""
    start = at - 1
    while start > 0 and at - start < _MOST_LOCAL:
        word, here = stream[start - 1].word, stream[start]
        joined = word in _PARTS or here.word in _PARTS
        short = len(word) == 1 and word not in ("a", "i")
        figures = bool(stream[start - 1].digits) or (bool(here.digits) and word not in _NO_NAMES)
        if not (joined or short or figures):
            break
        start -= 1
    return start


_NO_NAMES: Final = frozenset(words("is hai my the id email mail address it's upi mera meri है"))


def _house(stream: Sequence[Token], at: int) -> Mark | None:
    """From a house's number to the last word of a street or town that follows it closely."""
    if stream[at].word not in _HOUSE:
        return _numbered_street(stream, at)
    near = range(at + 1, min(len(stream), at + _FIRST_WORDS))
    number = next((i for i in near if stream[i].digits or re.search(r"\d", stream[i].word)), None)
    if number is None or any(stream[i].segment != stream[at].segment for i in range(at, number)):
        return None
    return (
        ("ADDRESS", at, _street(stream, number)) if _street(stream, number) > number + 1 else None
    )


def _numbered_street(stream: Sequence[Token], at: int) -> Mark | None:
    """A bare house number with its street right behind: "221 b baker street"."""
    if not re.fullmatch(r"\d{1,4}[a-z]?", stream[at].word.replace("-", "")):
        return None
    for end in range(at + 1, min(len(stream), at + 6)):
        if stream[end].word in _NO_STREET:
            return None
        if stream[end].word in _STRICT_STREET:
            return "ADDRESS", at, _street(stream, end - 1)
    return None


def _password(stream: Sequence[Token], at: int) -> Mark | None:
    """What follows "the password is", to the end of the sentence."""
    said = " ".join(token.word for token in stream[max(0, at - 4) : at])
    if _PASSWORD.search(said) is None or stream[at].word in _NO_PASSWORD:
        return None
    end = at + 1
    while end < min(len(stream), at + _LONGEST_PASSWORD):
        if stream[end].segment != stream[at].segment or stream[end - 1].raw[-1] in ".?!,।":
            break
        end += 1
    return "PIN", at, end


def _street(stream: Sequence[Token], number: int) -> int:
    """The end of an address: after its last street word or postal code."""
    end = number + 1
    for at in range(number + 1, min(len(stream), number + 18)):
        if stream[at].word in _STREET:
            end = (
                at + 2
                if stream[at].word in ("near", "opposite", "behind", "sector", "block", "phase")
                else at + 1
            )
        elif len(stream[at].digits) == 6:
            end = at + 1
    return min(end, len(stream))


def _address(stream: Sequence[Token], at: int, before: str, asked: Sequence[str]) -> Mark | None:
    """What follows "my address is", and the answer to a question for it."""
    begins = at == 0 or stream[at - 1].segment != stream[at].segment
    said = " ".join(token.word for token in stream[max(0, at - 8) : at])
    answer = begins and _ADDRESS_ASKED.search(asked[at]) is not None
    if not answer and _ADDRESS_CUE.search(said) is None:
        return None
    end = at
    while (
        end < min(len(stream), at + _LONGEST_ADDRESS) and stream[end].segment == stream[at].segment
    ):
        end += 1
        if stream[end - 1].raw[-1] in "?!।" or (stream[end - 1].raw[-1] == "." and end - at > 3):
            break
    held = stream[at:end]
    placed = any(each.digits or each.word in _STREET | _HOUSE for each in held)
    return ("ADDRESS", at, end) if placed and len(held) > 1 else None


def _date(stream: Sequence[Token], at: int, before: str) -> Mark | None:
    """A date of birth, or until when a card is valid."""
    if not _dated(stream[at]):
        return None
    near = " ".join(before.split()[-12:])
    kind: Kind | None = None
    if _BORN.search(near):
        kind = "DATE_OF_BIRTH"
    elif _EXPIRY.search(" ".join(before.split()[-8:])) and _CARD.search(before):
        kind = "CARD_EXPIRY"
    if kind is None:
        return None
    end = at + 1
    last = end
    while end < len(stream) and (_dated(stream[end]) or stream[end].word in _JOINS):
        end += 1
        last = end if _dated(stream[end - 1]) else last
    whole = last - at > 1 or re.search(r"\d[/.-]\d", stream[at].word) is not None
    return (kind, at, last) if whole or len(stream[at].digits) >= 4 else None


def _dated(token: Token) -> bool:
    word = token.word
    dated = word in _MONTHS or _DATE.fullmatch(word) or _ORDINAL.match(word)
    sure = token.figure is not None and token.figure.sure
    return bool(dated) or (sure and len(token.digits) <= 4)
