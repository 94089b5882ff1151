"""Bodies and answers of the API. Made by `python tools/client.py` from the OpenAPI document."""

from __future__ import annotations

from typing import Literal, TypedDict


class EngineModel(TypedDict):
    """An engine. `runs` tells whether what it hears or reads stays on this installation.

        `languages` are ISO 639-1 codes, none where an engine does not depend on the language
    or nobody
        says. `sha256` is that of the lines `<name> <sha256>` of its files, by name, each with
    a line
        feed. What runs elsewhere has neither licence nor hash here: its vendor knows.
    """

    id: str
    kind: str
    version: str
    runs: Literal["here", "elsewhere"]
    licence: str | None
    sha256: str | None
    files: list[ModelFileHash]
    languages: list[str]
    figures: list[MeasuredFigure]


class EngineModels(TypedDict):
    """All engines of an installation: those that ship, then those that its settings name."""

    data: list[EngineModel]


class MeasuredFigure(TypedDict):
    """A measurement: `value` in `unit` of `sample`, under `conditions`."""

    measure: str
    value: float
    unit: str
    sample: str
    conditions: str
    language: str | None


class ModelFileHash(TypedDict):
    """A file of a model, and the SHA-256 that it must have."""

    name: str
    sha256: str
