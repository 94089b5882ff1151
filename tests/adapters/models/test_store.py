import hashlib
import threading
from pathlib import Path

import pytest

from vinfer.adapters.models import CATALOG, ModelMissing, ModelStore, ModelTampered
from vinfer.adapters.models.catalog import Model, ModelFile, Part

CONTENT = b"first" * 1000 + b"second" * 1000


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    folder = tmp_path / "site" / "weights_of_test"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("raise AssertionError('weights need no code')\n")
    (folder / "1.bin").write_bytes(b"first" * 1000)
    (folder / "2.bin").write_bytes(b"second" * 1000)
    monkeypatch.syspath_prepend(tmp_path / "site")
    return "weights_of_test"


def model_of(package: str, *, sha256: str = hashlib.sha256(CONTENT).hexdigest()) -> Model:
    parts = (Part(package, "1.bin"), Part(package, "2.bin"))
    return Model("m", "stt", "1", "MIT", frozenset(), (ModelFile("model.bin", sha256, parts),))


def test_parts_are_joined_without_running_their_package(tmp_path: Path, package: str) -> None:
    folder = ModelStore(tmp_path / "cache").ensure(model_of(package))
    assert (folder / "model.bin").read_bytes() == CONTENT


def test_a_wrong_hash_is_refused_and_leaves_nothing(tmp_path: Path, package: str) -> None:
    store = ModelStore(tmp_path / "cache")
    with pytest.raises(ModelTampered, match="reinstall"):
        store.ensure(model_of(package, sha256="0" * 64))
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.name == "model.bin"]
    assert not list((tmp_path / "cache").rglob("*.joining"))


def test_a_file_altered_on_disk_is_joined_again(tmp_path: Path, package: str) -> None:
    path = ModelStore(tmp_path / "cache").ensure(model_of(package)) / "model.bin"
    path.write_bytes(b"evil")
    ModelStore(tmp_path / "cache").ensure(model_of(package))
    assert path.read_bytes() == CONTENT


def test_a_missing_package_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="reinstall vinfer"):
        ModelStore(tmp_path).ensure(model_of("no_such_package_here"))


def test_racing_stores_agree(tmp_path: Path, package: str) -> None:
    model = model_of(package)
    failures: list[Exception] = []

    def race() -> None:
        try:
            assert (ModelStore(tmp_path / "c").ensure(model) / "model.bin").read_bytes() == CONTENT
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=race) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_model_directory_replaces_packages_but_not_hashes(tmp_path: Path) -> None:
    model = model_of("no_such_package_here")
    store = ModelStore(tmp_path / "unused", model_dir=tmp_path / "own")
    with pytest.raises(ModelMissing, match="copy it there"):
        store.ensure(model)
    (tmp_path / "own" / "m").mkdir(parents=True)
    (tmp_path / "own" / "m" / "model.bin").write_bytes(b"evil")
    with pytest.raises(ModelTampered):
        store.ensure(model)
    (tmp_path / "own" / "m" / "model.bin").write_bytes(CONTENT)
    assert store.ensure(model) == tmp_path / "own" / "m"
    assert not (tmp_path / "unused").exists()


def test_progress_counts_files(tmp_path: Path, package: str) -> None:
    seen: list[tuple[str, int, int]] = []
    ModelStore(tmp_path).ensure(model_of(package), progress=lambda *args: seen.append(args))
    assert seen == [("m", 0, 1), ("m", 1, 1)]


def test_every_model_names_its_licence_and_hashes() -> None:
    for model in CATALOG:
        assert model.licence in {"MIT", "Apache-2.0", "BSD-2-Clause"}
        assert all(len(bytes.fromhex(file.sha256)) == 32 for file in model.files)
