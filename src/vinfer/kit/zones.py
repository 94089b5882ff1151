"""Time zones that Python and PostgreSQL both know."""

from functools import cache
from typing import Final
from zoneinfo import available_timezones

_OF_THE_MACHINE: Final = frozenset({"localtime", "Factory"})  # no names of IANA


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones() - _OF_THE_MACHINE)


def is_zone(name: str) -> bool:
    """Whether `name` is a zone of the IANA database, in its exact spelling."""
    return name in _known()
