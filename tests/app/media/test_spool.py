"""Recordings on their way to the store, and processes that clear up after each other."""

import asyncio
import os
import shutil
from pathlib import Path

from vinfer.adapters.storage.memory import MemoryStorage
from vinfer.app.media import spool
from vinfer.kit.db import Database
from vinfer.media.recording import Recorder


def recorded(folder: Path, name: str) -> Path:
    """A short recording."""
    folder.mkdir(parents=True, exist_ok=True)
    recorder = Recorder(folder / f"{name}.wav")
    recorder.write(bytes(320), bytes(320))
    recorder.close()
    return folder / f"{name}.wav"


async def test_a_living_process_keeps_its_recordings(tmp_path: Path, db: Database):
    storage = MemoryStorage()
    with spool.own_folder(tmp_path, "alive") as folder:
        path = recorded(folder / "wsp_1", "cal_1")
        await spool.recover(tmp_path, db=db, storage=storage)
        assert path.exists()
    await spool.recover(tmp_path, db=db, storage=storage)
    assert await storage.size("recordings/wsp_1/cal_1.wav")
    assert not folder.exists()


async def test_a_live_call_keeps_its_recording(tmp_path: Path, db: Database):
    storage = MemoryStorage()
    live, over = recorded(tmp_path / "wsp_1", "cal_1"), recorded(tmp_path / "wsp_1", "cal_2")
    await spool.recover_folder(tmp_path, db=db, storage=storage, live={"cal_1"})
    assert (live.exists(), over.exists()) == (True, False)


async def test_a_recording_that_cannot_be_stored_holds_up_no_other(tmp_path: Path, db: Database):
    class Choosy(MemoryStorage):
        async def put_file(self, key: str, path: Path) -> None:
            if path.stem == "cal_1":
                raise RuntimeError("refused")
            await super().put_file(key, path)

    storage = Choosy()
    bad, good = recorded(tmp_path / "m" / "wsp_1", "cal_1"), recorded(tmp_path / "m/wsp_1", "cal_2")
    async with asyncio.timeout(5):
        await spool.recover(tmp_path, db=db, storage=storage)
    assert (bad.exists(), good.exists()) == (True, False)


async def test_a_folder_cleared_away_while_its_owner_waits_is_made_again(tmp_path: Path):
    folder = tmp_path / "med_1"
    folder.mkdir()
    with spool._taken_over(folder) as taken:
        assert taken
        entering = asyncio.create_task(asyncio.to_thread(_enter, tmp_path))
        await asyncio.sleep(0.2)
        shutil.rmtree(folder)
    assert await entering
    assert os.listdir(tmp_path) == []


def _enter(root: Path) -> bool:
    with spool.own_folder(root, "med_1") as folder:
        return folder.exists()
