"""Phrases found word by word, with room for names in them, however their Hindi is spelt."""

import re
from functools import lru_cache
from typing import Final

from vinfer.lens.language.hinglish import Normaliser
from vinfer.lens.language.keywords import Said

_GAP: Final = r"(?:\S+ ){0,4}"
_NOT: Final = re.compile(
    r" (?:not|never|no|nobody|dont|doesnt|didnt|wont|wouldnt|cannot|cant|isnt|arent|without"
    r"|नहीं|नही|मत|ना|कभी|बिना|nahi|nahin|mat|kabhi|bina) "
)
_CLAUSE: Final = re.compile(r"[.;!?।]+|,\s+(?:but|lekin|par|magar|लेकिन|पर|मगर)\b")


class Phrase:
    """A phrase to look for; `*` in it stands for up to four words."""

    def __init__(self, text: str, normaliser: Normaliser) -> None:
        self.text = text
        parts = [Said.of(part, normaliser).spellings for part in text.split("*")]
        forms = zip(*parts, strict=True)
        self._patterns = tuple(_pattern(form) for form in forms)
        plain = Said.of(text.replace("*", " "), normaliser)
        self.negative = any(_NOT.search(form) for form in plain.spellings[:2])

    def stands_in(self, said: Said) -> bool:
        """Whether it is said there."""
        pairs = zip(self._patterns, said.spellings, strict=True)
        return any(pattern is not None and pattern.search(form) for pattern, form in pairs)


def _pattern(parts: tuple[str, ...]) -> re.Pattern[str] | None:
    words = [re.escape(part.strip()) for part in parts if part.strip()]
    return re.compile(" " + f" {_GAP}".join(words) + " ") if words else None


class Matcher:
    """Looks for phrases in lines; safe from several threads."""

    def __init__(self, normaliser: Normaliser) -> None:
        self._normaliser = normaliser
        self.phrase = lru_cache(8192)(self._phrase)
        self.clauses = lru_cache(8192)(self._clauses)

    def _phrase(self, text: str) -> Phrase:
        return Phrase(text, self._normaliser)

    def _clauses(self, text: str) -> tuple[Said, ...]:
        parts = [part for part in _CLAUSE.split(text) if part.strip()]
        return tuple(Said.of(part, self._normaliser) for part in parts)

    def find(self, text: str, phrases: tuple[str, ...], *, plain: bool) -> str | None:
        """The first of the phrases that is said in a clause of a text.

        `plain` passes over a clause that negates what the phrase says: "never share your OTP" does
        not ask for one.
        """
        for clause in (Said.of(text, self._normaliser), *self.clauses(text)):
            for each in phrases:
                phrase = self.phrase(each)
                if not phrase.stands_in(clause):
                    continue
                if plain and not phrase.negative and self._denied(text, phrase):
                    continue
                return each
        return None

    def _denied(self, text: str, phrase: Phrase) -> bool:
        """Whether every clause that says it also denies something."""
        saying = [each for each in self.clauses(text) if phrase.stands_in(each)]
        return bool(saying) and all(negated(each) for each in saying)


def negated(said: Said) -> bool:
    """Whether something is denied or forbidden there."""
    return any(_NOT.search(form) for form in said.spellings[:2])
