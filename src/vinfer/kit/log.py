"""Logs: one JSON line per event, ids bound by context, personal data masked."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Literal

import structlog

Level = Literal["debug", "info", "warning", "error"]
_PERSONAL = ("pii_", "pii.")


def configure(*, level: Level = "info", show_personal: bool = False) -> None:
    """Send structlog and the standard library's warnings to standard error as JSON lines.

    Values under a `pii_` key are masked unless `show_personal` is set.
    """
    number = logging.getLevelNamesMapping()[level.upper()]
    logging.basicConfig(
        stream=sys.stderr, level=max(number, logging.WARNING), format="%(message)s", force=True
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            structlog.processors.format_exc_info,
            *(() if show_personal else (mask_personal,)),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def mask_personal(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Replace every value under a `pii_` key: a structlog processor."""
    for key in event:
        if key.startswith(_PERSONAL):
            event[key] = "***"
    return event
