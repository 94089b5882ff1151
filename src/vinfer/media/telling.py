"""Facts of a live call on their way out: one that cannot be told never stops the audio."""

from collections.abc import Callable

import structlog

log = structlog.get_logger()


def tell(fact: Callable[[], None]) -> None:
    """Call a sink; what it raises goes to the log."""
    try:
        fact()
    except Exception:
        log.exception("sink_failed")
