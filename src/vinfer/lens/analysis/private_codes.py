# patterns read best unbroken
"""Codes that are spelled or written, and passwords."""

import re
from collections.abc import Sequence
from typing import Final

from vinfer.kit.words import words
from vinfer.lens.analysis.private_cues import Kind, Mark
from vinfer.lens.analysis.spoken_tokens import Token

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
_SKIPPED: Final = frozenset(words("and then uh um dash hyphen space small capital aur phir"))
_CAPITALS: Final = re.compile(r"[A-Za-z]{5}|[A-Z]{2,4}")
_PIECE: Final = re.compile(r"[a-z]*\d[a-z0-9]*")
_PASSWORD: Final = re.compile(r"\bpass ?word (?:is|hai|tha|was|rakha hai|set to)$|पासवर्ड (?:है|था)$")
_NO_PASSWORD: Final = frozenset(
    words(
        "not wrong expired correct incorrect working invalid required needed forgotten blocked nahi"
        " galat kya what locked the my a being never secret private confidential same नहीं गलत क्या"
    )
)
_LONGEST_PASSWORD: Final = 6


def code(stream: Sequence[Token], start: int, before: str) -> Mark | None:
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


def password(stream: Sequence[Token], at: int) -> Mark | None:
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
