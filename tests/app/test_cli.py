"""The list of commands, which is written without loading them, says what they say of themselves."""

import importlib
import inspect

import pytest

from vinfer.app.cli import COMMANDS, GROUPS

EVERY = [*COMMANDS.values(), *(one for _, group in GROUPS.values() for one in group.values())]


@pytest.mark.parametrize(("target", "summary"), EVERY)
def test_each_command_is_there_and_described_as_it_describes_itself(target: str, summary: str):
    module, _, name = target.partition(":")
    assert inspect.getdoc(getattr(importlib.import_module(module), name)) == summary
