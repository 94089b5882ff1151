"""Agents: kept by people, and cast for campaigns and calls."""

from vinfer.domains.agents.service.casting import cast, merge, require_language
from vinfer.domains.agents.service.requests import change, create, delete, find, get

__all__ = [
    "cast",
    "change",
    "create",
    "delete",
    "find",
    "get",
    "merge",
    "require_language",
]
