"""The operator's commands: run the platform, its parts, its keys, its demo."""

import sys
from collections.abc import Callable
from typing import Final

from cyclopts import App

import vinfer
from vinfer.app.serve import NoDatabase
from vinfer.app.settings import SettingsError, one_blas_thread, supervisor
from vinfer.app.supervisor import die_with_parent
from vinfer.kit.errors import Failure
from vinfer.kit.migrate import MigrationError
from vinfer.kit.pg import PostgresError
from vinfer.kit.seal import SealError

# name -> where its function is, and what it does. The function is loaded when it is called, so that
# a media process holds no web framework and a list of commands needs none of them.
COMMANDS: Final = {
    "serve": (
        "vinfer.app.serve:command",
        "Run everything on this machine until SIGTERM: database, API, worker, speech and media.",
    ),
    "api": (
        "vinfer.app.api_process:command",
        "Run one API process against a running database; several may share the port.",
    ),
    "worker": (
        "vinfer.app.worker:command",
        "Run one worker process: webhooks, schedules, reconciliation. Add as many as needed.",
    ),
    "speech": (
        "vinfer.app.speech:command",
        "Run the speech process: hearing, voice and understanding behind a local socket.",
    ),
    "media": (
        "vinfer.app.media.program:command",
        "Run one media process: it takes due calls, rings, talks and records.",
    ),
    "migrate": ("vinfer.app.operator:migrate", "Bring the database up to this release."),
    "simulate-phones": (
        "vinfer.app.phones:command",
        "Answer calls with simulated people: the last two digits dialled choose who picks up.",
    ),
    "demo": (
        "vinfer.app.demo.program:command",
        "Run a whole campaign against simulated people, with real audio over real SIP.",
    ),
}
GROUPS: Final = {
    "analytics": (
        "Prove the figures of calls, or make them anew.",
        {
            "rebuild": (
                "vinfer.app.operator:rebuild_figures",
                "Make a workspace's figures anew from its calls; readers see the old ones until it"
                " is done.",
            ),
            "ship": (
                "vinfer.app.operator:ship_facts",
                "Have the worker send all facts of calls to the other database anew.",
            ),
            "verify": (
                "vinfer.app.operator:verify_figures",
                "Compare a workspace's figures with its calls; status 1 when they differ.",
            ),
        },
    ),
    "keys": (
        "Make, list and end API keys.",
        {
            "create": (
                "vinfer.app.operator:create_key",
                "Create an API key and print it, this once, alone on standard output.",
            ),
            "list": (
                "vinfer.app.operator:list_keys",
                "List a workspace's keys: id, prefix, scope, state, last use and name.",
            ),
            "revoke": (
                "vinfer.app.operator:revoke_key",
                "End an API key; when this returns, no process takes it any more.",
            ),
        },
    ),
    "audit": (
        "Read who changed what, and check that it is whole.",
        {
            "list": (
                "vinfer.app.operator:list_audit",
                "List who changed what, newest first: position, time, actor, act, status, what,"
                " where from.",
            ),
            "verify": (
                "vinfer.app.audit_log:verify",
                "Check the audit log's chain: up to where it is whole, or where it breaks first"
                " (status 1).",
            ),
            "export": (
                "vinfer.app.audit_log:export",
                "Write the sealed audit log, oldest first: a line of JSON for each entry.",
            ),
        },
    ),
    "models": (
        "See to the engines.",
        {
            "list": (
                "vinfer.app.models:show",
                "List every engine: id, kind, version, licence, hash, languages, and measured"
                " figures.",
            ),
            "verify": (
                "vinfer.app.models:verify",
                "Hash every file of every model; the status is 1 if one is missing or not the"
                " released one.",
            ),
        },
    ),
    "jobs": (
        "See to jobs that gave up.",
        {
            "failed": (
                "vinfer.app.operator:failed_jobs",
                "List the jobs that used up their attempts: id, name and last error.",
            ),
            "retry": (
                "vinfer.app.operator:retry_jobs",
                "Give failed jobs a fresh set of attempts.",
            ),
        },
    ),
    "workspaces": (
        "Make workspaces and set their limits.",
        {
            "create": (
                "vinfer.app.operator:create_workspace",
                "Create a workspace and print its id.",
            ),
            "list": (
                "vinfer.app.operator:list_workspaces",
                "List the workspaces: id, requests per minute, concurrent calls, time zone and"
                " name.",
            ),
            "limits": (
                "vinfer.app.operator:limit_workspace",
                "Show a workspace's limits, or change those that are given, in running processes"
                " too.",
            ),
        },
    ),
}
ALONE: Final = {"models": "list"}  # what a group does without a command
EXPECTED: Final = (SettingsError, NoDatabase, PostgresError, MigrationError, SealError, Failure)


def build() -> App:
    """The command line, its commands not loaded yet."""
    app = App(name="vinfer", version=vinfer.__version__, help=vinfer.__doc__)
    for name, (target, summary) in COMMANDS.items():
        app.command(target, name=name, help=summary)
    for group, (title, commands) in GROUPS.items():
        sub = App(name=group, help=title)
        for name, (target, summary) in commands.items():
            sub.command(target, name=name, help=summary)
        if group in ALONE:
            sub.default(_alone(sub, ALONE[group]))
        app.command(sub)
    return app


def _alone(group: App, command: str) -> Callable[[], None]:
    def run() -> None:
        group([command])

    return run


def main() -> None:
    """Run a command; an expected failure is one line on standard error and status 1."""
    die_with_parent(supervisor())
    one_blas_thread()
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
