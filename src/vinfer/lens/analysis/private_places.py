# ruff: noqa: E501  # patterns read best unbroken
"""Where somebody lives."""

import re
from collections.abc import Sequence
from typing import Final

from vinfer.kit.words import words
from vinfer.lens.analysis.private_cues import Mark
from vinfer.lens.analysis.spoken_tokens import Token

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
_STRICT_STREET: Final = frozenset(
    words(
        "sector street road nagar colony marg lane avenue apartments society vihar layout cross enclave"
    )
)
_NO_STREET: Final = frozenset(
    words("to the at on in and is was for of from rupees i you we it my your near by or per with")
)


def house(stream: Sequence[Token], at: int) -> Mark | None:
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
    if not re.fullmatch(r"[a-z]?\d{1,4}[a-z]?", stream[at].word.replace("-", "")):
        return None
    for end in range(at + 1, min(len(stream), at + 6)):
        if stream[end].word in _NO_STREET:
            return None
        if stream[end].word in _STRICT_STREET:
            return "ADDRESS", at, _street(stream, end - 1)
    return None


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


def address(stream: Sequence[Token], at: int, asked: Sequence[str]) -> Mark | None:
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
