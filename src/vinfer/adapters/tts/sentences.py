"""Cutting text into pieces that are spoken one by one."""

import re
from typing import Final

_LONGEST: Final = 180  # characters: about 12 s of speech
_ENDS: Final = re.compile(r"(?<=[.!?…])[\"')\]”’]*\s+(?=\S)|(?<=[।॥])\s*(?=\S)|\n+")
_ABBREVIATIONS: Final = ("mr.", "mrs.", "ms.", "dr.", "st.", "no.", "rs.", "sri.", "shri.", "smt.")
_BREATHS: Final = re.compile(r"(?<=[,;:—])\s+")


def sentences(text: str) -> list[str]:
    """Split at sentence ends (`।` included), and overlong sentences at commas, then at spaces."""
    pieces: list[str] = []
    for piece in _ENDS.split(text.strip()):
        if pieces and pieces[-1].lower().endswith(_ABBREVIATIONS):
            pieces[-1] = f"{pieces[-1]} {piece}"
        elif piece.strip():
            pieces.append(piece.strip())
    return [part for piece in pieces for part in _short(piece)]


def _short(piece: str) -> list[str]:
    if len(piece) <= _LONGEST:
        return [piece]
    chunks = _BREATHS.split(piece)
    if len(chunks) == 1:
        chunks = piece.split()
    parts = [""]
    for chunk in chunks:
        if parts[-1] and len(parts[-1]) + len(chunk) + 1 > _LONGEST:
            parts.append("")
        parts[-1] = f"{parts[-1]} {chunk}".strip()
    if len(chunks) == 1:
        return [piece[at : at + _LONGEST] for at in range(0, len(piece), _LONGEST)]
    return [short for part in parts for short in _short(part)]
