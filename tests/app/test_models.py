"""Which engines there are: by the API, by the command, and whether their files are genuine."""

from pathlib import Path
from typing import Any

import pytest

from harness import Api, open_api
from speech_models import cache_dir
from vinfer.adapters.models import CATALOG
from vinfer.adapters.models.catalog import sum_of
from vinfer.adapters.models.figures import FIGURES
from vinfer.app import models, settings
from vinfer.app.engines import OFFERED
from vinfer.kit.db import Database
from vinfer.kit.seal import open_seal

SECRETS = {"stt_key": "sk-heard", "llm_key": "sk-read"}


@pytest.fixture
async def api(db: Database, tmp_path: Path) -> Api:
    return await open_api(db, open_seal(tmp_path / "keys"))


def listed(**values: str) -> list[models.EngineModel]:
    config = settings.load({f"VINFER_{name.upper()}": text for name, text in values.items()})
    return models.listed(config).data


async def test_every_key_reads_the_engines_that_ship(api: Api) -> None:
    async with api.client(await api.key("read_only")) as client:
        answer = await client.get("/v1/models")
    shown: list[dict[str, Any]] = answer.json()["data"]
    assert [each["id"] for each in shown] == [each.id for each in CATALOG]
    whisper = shown[0]
    assert (whisper["licence"], whisper["runs"]) == ("MIT", "here")
    assert "hi" in whisper["languages"]
    assert whisper["sha256"] == sum_of({it["name"]: it["sha256"] for it in whisper["files"]})
    assert all(figure["sample"] for each in shown for figure in each["figures"])


async def test_nobody_reads_them_without_a_key(api: Api) -> None:
    async with api.client() as client:
        assert (await client.get("/v1/models")).status_code == 401


@pytest.mark.parametrize("name", OFFERED)
def test_a_service_is_listed_without_its_address_and_key(name: str) -> None:
    there = {"stt_url": "http://ears.internal:9", "llm_url": "http://brain.internal:9/v1"}
    found = listed(stt=name, llm_model="small-chat", **there, **SECRETS)[len(CATALOG) :]
    assert [(each.id, each.kind, each.runs) for each in found] == [
        (f"{name}/{OFFERED[name].model}", "stt", "elsewhere"),
        ("openai/small-chat", "llm", "elsewhere"),
    ]
    assert {each.sha256 for each in found} == {None}
    assert "internal" not in str(found)
    assert not any(secret in str(found) for secret in SECRETS.values())


def test_figures_are_of_models_that_are_there() -> None:
    assert FIGURES.keys() <= {each.id for each in CATALOG}


def run(command: Any, monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, text in values.items():
        monkeypatch.setenv(f"VINFER_{name.upper()}", text)
    command()


def test_the_list_has_a_line_for_each(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(models.show, monkeypatch, stt="deepgram", **SECRETS)
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.split()[:4] == ["id", "kind", "version", "licence"]
    assert [row.split()[0] for row in rows] == [*(it.id for it in CATALOG), "deepgram/nova-3"]
    assert "sk-" not in str(rows)


def whisper_folder(folder: Path) -> Path:
    folder.mkdir()
    for name in ("config.json", "model.bin", "tokenizer.json"):
        (folder / name).write_text(name)
    return folder


def test_files_that_are_not_genuine_end_with_status_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    for model in CATALOG:
        (own / model.id).mkdir(parents=True)
        for file in model.files:
            (own / model.id / file.name).write_text("evil")
    folder = whisper_folder(tmp_path / "large")
    with pytest.raises(SystemExit) as ended:
        run(models.verify, monkeypatch, models_dir=str(own), stt="folder", stt_folder=str(folder))
    assert ended.value.code == 1
    *shipped, last = capsys.readouterr().out.splitlines()
    assert len(shipped) == len(CATALOG)
    assert all("does not have SHA-256" in line for line in shipped)
    assert "set VINFER_STT_FOLDER_SHA256" in last


@pytest.mark.slow
def test_files_that_are_genuine_end_well_and_a_changed_folder_does_not(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = whisper_folder(tmp_path / "large")
    kept = {"stt": "folder", "stt_folder": str(folder), "cache_dir": str(cache_dir())}
    run(models.verify, monkeypatch, **kept)
    *shipped, last = capsys.readouterr().out.splitlines()
    assert all(line.endswith("as released") for line in shipped)
    found = last.split("SHA-256 ")[1].split(",")[0]
    run(models.verify, monkeypatch, stt_folder_sha256=found)
    (folder / "model.bin").write_text("changed")
    with pytest.raises(SystemExit):
        run(models.verify, monkeypatch)
