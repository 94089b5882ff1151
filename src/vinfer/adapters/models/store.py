"""Turning package resources into verified files on disk."""

import fcntl
import hashlib
import importlib.util
import os
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from vinfer.adapters.models.catalog import Model, ModelFile, Part, sum_of
from vinfer.ports.audio import EngineUnavailable

_CHUNK_BYTES: Final = 1 << 20

Progress = Callable[[str, int, int], None]
"""Called with the model's id, files done and files in all."""


class ModelMissing(EngineUnavailable):
    """A model's package is not installed, or a file is absent from the model directory."""


class ModelTampered(EngineUnavailable):
    """A model's bytes are not the ones that were reviewed."""


class ModelStore:
    """Verified model files, joined once under `cache_dir` or taken as they lie in `model_dir`.

    `model_dir` (one folder per model id) replaces the packages wholly: an operator's own copy for
    machines without a package index. Hashes are checked all the same.
    """

    def __init__(self, cache_dir: Path, *, model_dir: Path | None = None) -> None:
        self._cache_dir = cache_dir
        self._model_dir = model_dir
        self._seen: set[Path] = set()

    def ensure(self, model: Model, *, progress: Progress | None = None) -> Path:
        """Return the folder that holds every file of `model`, verified.

        Safe when several processes race. Raises `ModelMissing`, `ModelTampered`, `OSError`.
        """
        folder = self.folder(model)
        for done, file in enumerate(model.files):
            if progress is not None:
                progress(model.id, done, len(model.files))
            self._verified(model, file)
        if progress is not None:
            progress(model.id, len(model.files), len(model.files))
        return folder

    def path(self, model: Model, name: str) -> Path:
        """The verified path of one file of `model`. Raises as `ensure`, and `KeyError`."""
        return self._verified(model, model.file(name))

    def folder(self, model: Model) -> Path:
        """Where the files of `model` lie, or will."""
        if self._model_dir is not None:
            return self._model_dir / model.id
        return self._cache_dir / f"{model.id}-{model.version}"

    def _verified(self, model: Model, file: ModelFile) -> Path:
        path = self.folder(model) / file.name
        if path in self._seen:
            return path
        if self._model_dir is not None:
            _check(path, file)
        else:
            _join(file, path)
        self._seen.add(path)
        return path


def whole_digest(folder: Path) -> str:
    """One hash for a folder of somebody's own, like `Model.sha256`. Raises `OSError`."""
    return sum_of({each.name: _digest(each) for each in folder.iterdir() if each.is_file()})


def _check(path: Path, file: ModelFile) -> None:
    if not path.is_file():
        raise ModelMissing(f"{path} is missing: copy it there, or unset the model directory")
    if _digest(path) != file.sha256:
        raise ModelTampered(
            f"{path} does not have SHA-256 {file.sha256}: replace it with the released file"
        )


def _join(file: ModelFile, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _locked(path.with_name(f".{path.name}.lock")):
        if path.is_file() and _digest(path) == file.sha256:
            return
        fresh = path.with_name(f".{path.name}.joining")
        try:
            _write(file, fresh)
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
        _sync_folder(path.parent)


def _write(file: ModelFile, fresh: Path) -> None:
    digest = hashlib.sha256()
    with fresh.open("wb") as out:
        for chunk in _chunks(file.parts):
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    if digest.hexdigest() != file.sha256:
        packages = ", ".join(sorted({part.package for part in file.parts}))
        raise ModelTampered(
            f"{file.name} from {packages} does not have SHA-256 {file.sha256}: "
            "reinstall the locked versions and do not run this copy"
        )


def _chunks(parts: tuple[Part, ...]) -> Iterator[bytes]:
    for part in parts:
        with _source(part).open("rb") as source:
            while chunk := source.read(_CHUNK_BYTES):
                yield chunk


def _source(part: Part) -> Path:
    """Find a resource without importing its package: weights need no code to run."""
    spec = importlib.util.find_spec(part.package)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / part.resource
        if path.is_file():
            return path
    raise ModelMissing(
        f"{part.package} with {part.resource} is not installed: "
        "reinstall vinfer with its dependencies"
    )


def _digest(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


@contextmanager
def _locked(path: Path) -> Generator[IO[bytes]]:
    with path.open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
