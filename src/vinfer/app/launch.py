"""What every command shares: its options, its settings, its log."""

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from vinfer.app import settings as settings_module
from vinfer.app.settings import Settings
from vinfer.kit import log

DataDir = Annotated[Path | None, Parameter(help="Database, recordings, models and caches.")]
Host = Annotated[str | None, Parameter(help="The address the API listens on.")]
Port = Annotated[int | None, Parameter(help="The port the API listens on.")]


def settings_for(**overrides: Any) -> Settings:
    """Settings from file, environment and the command line (None: not given); starts the log.

    Raises `SettingsError`.
    """
    settings = settings_module.load(**overrides)
    log.configure(level=settings.log_level, show_personal=settings.log_personal)
    return settings


def say(line: str) -> None:
    """Print a command's result on standard output."""
    print(line, flush=True)  # noqa: T201  # the one place where the product prints
