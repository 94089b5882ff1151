"""Time zones that Python and PostgreSQL both know, and mean the same by."""

from functools import cache
from typing import Final
from zoneinfo import available_timezones

_OF_THE_MACHINE: Final = frozenset({"localtime", "Factory"})  # no names of IANA
# old names of zones with a summer time, which PostgreSQL takes for abbreviations without one
_OTHERWISE: Final = frozenset({"CET", "EET", "MET", "WET"})


@cache
def known() -> frozenset[str]:
    """The names of all zones."""
    return frozenset(available_timezones() - _OF_THE_MACHINE - _OTHERWISE)


def is_zone(name: str) -> bool:
    """Whether `name` is a zone of the IANA database, in its exact spelling.

    `CET`, `EET`, `MET` and `WET` are refused: their days would be other ones in the database.
    """
    return name in known()
