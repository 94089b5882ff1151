"""Good values of the document's own formats, so that not only bad ones are made."""

from datetime import UTC, datetime

import schemathesis
from hypothesis import strategies as st

from vinfer.kit.page import Position

PHONES = st.text("0123456789", min_size=8, max_size=8).map(lambda digits: "+9198" + digits)
STRATEGIES: dict[str, st.SearchStrategy[str]] = {
    "e164": PHONES,
    "e164-loose": PHONES | PHONES.map(lambda phone: phone[1:]),
    "bcp47": st.sampled_from(("en-IN", "hi-IN")),
    "call-target": PHONES | st.sampled_from(("sip:desk@pbx.example.com", "sips:a@b:5061")),
    "sip-server": st.sampled_from(
        ("sip.example.com", "sip.example.com:5060", "[2606:4700::1111]:5061")
    ),
    "moment": st.sampled_from(("2030-01-07T09:00:00", "2031-06-01T00:00:00+05:30")),
    "iana-time-zone": st.sampled_from(("UTC", "Asia/Kolkata", "America/Argentina/Buenos_Aires")),
    "public-url": st.sampled_from(("https://hooks.example.com/x", "https://8.8.8.8:8443/?a=b")),
    "mail-address": st.sampled_from(("a@example.com", "asha.rao+reports@mail.example.co.in")),
    "printable-text": st.text(st.characters(codec="ascii", min_codepoint=32), min_size=1),
    "cursor": st.integers(0, 4_000_000_000).map(
        lambda at: Position(datetime.fromtimestamp(at, UTC), "cal_1").encode()
    ),
}


def register() -> None:
    """Make schemathesis know them."""
    for name, strategy in STRATEGIES.items():
        schemathesis.openapi.format(name, strategy)
