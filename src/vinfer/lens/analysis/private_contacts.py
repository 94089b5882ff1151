# ruff: noqa: E501  # patterns read best unbroken
"""Mail and payment addresses, written or said aloud."""

import re
from collections.abc import Sequence
from typing import Final

from vinfer.kit.words import words
from vinfer.lens.analysis.private_cues import Mark
from vinfer.lens.analysis.spoken_tokens import Token

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
_NO_NAMES: Final = frozenset(words("is hai my the id email mail address it's upi mera meri है"))


def written(stream: Sequence[Token], at: int) -> Mark | None:
    """An address with its "@", which a recogniser may leave at the end of a word."""
    word = stream[at].word
    if "@" not in word:
        return None
    following = stream[at + 1].word if at + 1 < len(stream) else ""
    if word.endswith("@") and (following in _PROVIDERS | _HANDLES or "." in following):
        return "EMAIL", at, at + 2
    if _MAIL.search(word):
        return "EMAIL", at, at + 1
    return ("UPI", at, at + 1) if _PAYMENT.search(word) else None


def spoken(stream: Sequence[Token], at: int, before: str) -> Mark | None:
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
