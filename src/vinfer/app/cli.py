"""The operator's commands: run the platform, its parts, its keys, its demo."""

import os
import sys
from typing import Final

from cyclopts import App

import vinfer
from vinfer.app.serve import NoDatabase
from vinfer.app.settings import SettingsError
from vinfer.app.supervisor import die_with_parent
from vinfer.kit.errors import Failure
from vinfer.kit.migrate import MigrationError
from vinfer.kit.pg import PostgresError

# name -> where its function is; loaded when called, so that a media process holds no web framework
COMMANDS: Final = {
    "serve": "vinfer.app.serve:command",
    "api": "vinfer.app.api_process:command",
    "worker": "vinfer.app.worker:command",
    "speech": "vinfer.app.speech:command",
    "media": "vinfer.app.media.program:command",
    "migrate": "vinfer.app.operator:migrate",
    "simulate-phones": "vinfer.app.phones:command",
    "demo": "vinfer.app.demo.program:command",
}
GROUPS: Final = {
    "keys": {"create": "vinfer.app.operator:create_key"},
    "workspaces": {"create": "vinfer.app.operator:create_workspace"},
}
EXPECTED: Final = (SettingsError, NoDatabase, PostgresError, MigrationError, Failure)


def build() -> App:
    """The command line, its commands not loaded yet."""
    app = App(name="vinfer", version=vinfer.__version__, help=vinfer.__doc__)
    for name, target in COMMANDS.items():
        app.command(target, name=name)
    for group, commands in GROUPS.items():
        sub = App(name=group)
        for name, target in commands.items():
            sub.command(target, name=name)
        app.command(sub)
    return app


def main() -> None:
    """Run a command; an expected failure is one line on standard error and status 1."""
    die_with_parent(os.environ)  # noqa: TID251  # before any setting is read
    try:
        build()()
    except EXPECTED as error:
        sys.exit(f"vinfer: {error}")
    except ExceptionGroup as group:
        if (error := _expected_in(group)) is None:
            raise
        sys.exit(f"vinfer: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def _expected_in(group: ExceptionGroup[Exception]) -> Exception | None:
    """What a group of tasks failed of, if it is nothing but an expected failure."""
    expected, others = group.split(EXPECTED)
    if others is not None:
        return None
    error: Exception | None = expected
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


if __name__ == "__main__":
    main()
