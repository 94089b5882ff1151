"""`GET /models` and `vinfer models`: every engine, its origin, its hash, and what was measured."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Literal

from litestar import Router, get

from vinfer.adapters.models import CATALOG, Model, ModelStore
from vinfer.adapters.models.figures import FIGURES, Figure
from vinfer.adapters.stt.folder import digest
from vinfer.app import engines
from vinfer.app.launch import DataDir, say, settings_for
from vinfer.app.settings import Settings
from vinfer.kit import http, schema
from vinfer.ports.audio import EngineUnavailable

Place = Literal["here", "elsewhere"]
_COLUMNS: Final = ("id", "kind", "version", "licence", "sha256", "languages", "measured")


class MeasuredFigure(schema.Resource):
    """A measurement: `value` in `unit` of `sample`, under `conditions`."""

    measure: str
    value: float
    unit: str
    sample: str
    conditions: str
    language: str | None


class ModelFileHash(schema.Resource):
    """A file of a model, and the SHA-256 that it must have."""

    name: str
    sha256: str


class EngineModel(schema.Resource):
    """An engine. `runs` tells whether what it hears or reads stays on this installation.

    `languages` are ISO 639-1 codes, none where an engine does not depend on the language or nobody
    says. `sha256` is that of the lines `<name> <sha256>` of its files, by name, each with a line
    feed. What runs elsewhere has neither licence nor hash here: its vendor knows.
    """

    id: str
    kind: str
    version: str
    runs: Place
    licence: str | None
    sha256: str | None
    files: list[ModelFileHash]
    languages: list[str]
    figures: list[MeasuredFigure]


class EngineModels(schema.Resource):
    """All engines of an installation: those that ship, then those that its settings name."""

    data: list[EngineModel]


@get("/")
async def list_models(engine_models: http.Given[EngineModels]) -> EngineModels:
    """Every engine: licence, version, hash, languages, and measured figures with sample sizes."""
    return engine_models


router = Router("/models", route_handlers=[list_models])


def listed(settings: Settings) -> EngineModels:
    """The engines of these settings, without anything secret."""
    return EngineModels(data=[*map(_shipped, CATALOG), *_named(settings)])


def _shipped(model: Model) -> EngineModel:
    return EngineModel(
        id=model.id,
        kind=model.kind,
        version=model.version,
        runs="here",
        licence=model.licence,
        sha256=model.sha256,
        files=[ModelFileHash(name=each.name, sha256=each.sha256) for each in model.files],
        languages=sorted(model.languages),
        figures=[_figure(each) for each in FIGURES.get(model.id, ())],
    )


def _figure(figure: Figure) -> MeasuredFigure:
    return MeasuredFigure(
        measure=figure.measure,
        value=figure.value,
        unit=figure.unit,
        sample=figure.sample,
        conditions=figure.conditions,
        language=figure.language,
    )


def _named(settings: Settings) -> Iterator[EngineModel]:
    offered = engines.OFFERED.get(settings.stt)
    if offered is not None:
        model = settings.stt_model or offered.model
        languages = offered.languages(url=settings.stt_url, model=settings.stt_model)
        yield _other(f"{settings.stt}/{model}", "stt", model, languages=languages)
    elif settings.stt_folder is not None and settings.stt == "folder":
        name = settings.stt_folder.name
        yield _other(f"folder/{name}", "stt", name, runs="here", sha256=settings.stt_folder_sha256)
    if settings.llm_url is not None and settings.llm_model is not None:
        yield _other(f"openai/{settings.llm_model}", "llm", settings.llm_model)


def _other(
    id: str,
    kind: str,
    version: str,
    *,
    runs: Place = "elsewhere",
    sha256: str | None = None,
    languages: Sequence[str] = (),
) -> EngineModel:
    return EngineModel(
        id=id,
        kind=kind,
        version=version,
        runs=runs,
        licence=None,
        sha256=sha256,
        files=[],
        languages=sorted(languages),
        figures=[],
    )


def show(*, data_dir: DataDir = None) -> None:
    """List every engine: id, kind, version, licence, hash, languages, and measured figures."""
    rows = [_row(each) for each in listed(settings_for(data_dir=data_dir)).data]
    widths = [max(len(row[at]) for row in (_COLUMNS, *rows)) for at in range(len(_COLUMNS))]
    for row in (_COLUMNS, *rows):
        say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _row(model: EngineModel) -> tuple[str, ...]:
    figures = "; ".join(
        f"{each.measure} {each.value:g} {each.unit}"
        f"{f' ({each.language})' if each.language else ''}, n = {each.sample}"
        for each in model.figures
    )
    languages = ",".join(model.languages) or "-"
    digest = (model.sha256 or "-")[:12]
    return (
        model.id,
        model.kind,
        model.version,
        model.licence or "-",
        digest,
        languages,
        figures or "-",
    )


def verify(*, data_dir: DataDir = None) -> None:
    """Hash every file of every model; the status is 1 if one is missing or not the released one."""
    settings = settings_for(data_dir=data_dir)
    store = ModelStore(settings.cache / "models", model_dir=settings.models_dir)
    right = [_verified(store, model) for model in CATALOG]
    if settings.stt == "folder" and settings.stt_folder is not None:
        right.append(_verified_folder(settings.stt_folder, settings.stt_folder_sha256))
    if not all(right):
        sys.exit(1)


def _verified(store: ModelStore, model: Model) -> bool:
    try:
        store.ensure(model)
    except (EngineUnavailable, OSError) as error:
        say(f"{model.id}: {error}")
        return False
    say(f"{model.id}: {len(model.files)} files as released")
    return True


def _verified_folder(folder: Path, sha256: str | None) -> bool:
    try:
        found = digest(folder)
    except (EngineUnavailable, OSError) as error:
        say(f"{folder.name}: {error}")
        return False
    if sha256 is not None and found != sha256.lower():
        say(f"{folder.name}: SHA-256 {found}, not {sha256}")
        return False
    say(f"{folder.name}: SHA-256 {found}{'' if sha256 else ', set VINFER_STT_FOLDER_SHA256 to it'}")
    return True
