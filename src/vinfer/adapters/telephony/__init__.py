"""Telephone engines by name."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vinfer.adapters.telephony.fake import FakeTelephony
    from vinfer.adapters.telephony.sip import SipTelephony


def _sip() -> "type[SipTelephony]":
    from vinfer.adapters.telephony.sip import SipTelephony

    return SipTelephony


def _fake() -> "type[FakeTelephony]":
    from vinfer.adapters.telephony.fake import FakeTelephony

    return FakeTelephony


LOADERS: Mapping[str, "Callable[[], type[SipTelephony] | type[FakeTelephony]]"] = {
    "sip": _sip,
    "fake": _fake,
}
"""Engine name to a function that imports it, so that unused native stacks are never loaded."""
