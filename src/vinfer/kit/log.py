"""Logs: one JSON line per event, ids bound by context, personal data masked."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Literal

import msgspec
import structlog

Level = Literal["debug", "info", "warning", "error"]
_PERSONAL = ("pii_", "pii.")
# where asyncpg and PostgreSQL put values of rows; what follows is the next error of the chain
_ROW = re.compile(
    r"((?:DETAIL|invalid input for query argument \$\d+|invalid input syntax for type \w+): )"
    r".*?(?=\n\nThe above exception|\n\nDuring handling|\Z)",
    re.DOTALL,
)


def configure(*, level: Level = "info", show_personal: bool = False) -> None:
    """Send structlog and the standard library's warnings to standard error as JSON lines.

    Values under a `pii_` key are masked unless `show_personal` is set.
    """
    number = logging.getLevelNamesMapping()[level.upper()]
    labels = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    ]
    ending = [
        structlog.processors.format_exc_info,
        *(() if show_personal else (mask_personal, mask_rows)),
        structlog.processors.JSONRenderer(_json),
    ]
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, *labels, *ending],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    others = logging.StreamHandler(sys.stderr)
    forget = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    others.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=labels, processors=[forget, *ending])
    )
    logging.basicConfig(handlers=[others], level=max(number, logging.WARNING), force=True)


def _json(event: Any, **_options: Any) -> str:
    return msgspec.json.encode(event, enc_hook=repr).decode()


def mask_personal(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Replace every value under a `pii_` key: a structlog processor."""
    for key in event:
        if key.startswith(_PERSONAL):
            event[key] = "***"
    return event


def mask_rows(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Cut values out of a database error's text, phones and names with them: a processor."""
    for key in ("exception", "error", "event"):
        text = event.get(key)
        if isinstance(text, str):
            event[key] = _ROW.sub(r"\1***", text)
    return event
