"""Recordings on their way into the object store; none is lost by a crash.

Each process writes in a folder of its own and holds a lock on it. A folder whose lock is free was
left by a dead process, and whoever finds it first stores what lies there.
"""

import asyncio
import fcntl
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import structlog

from vinfer.app.media.sink import persist
from vinfer.domains.calls import dialing
from vinfer.kit.db import Database
from vinfer.media import recording
from vinfer.ports.storage import Storage

log = structlog.get_logger()

RETRY_S: Final = 5.0
_LOCK: Final = "lock"


@contextmanager
def own_folder(spool: Path, process_id: str) -> Generator[Path]:
    """A folder for this process's recordings, marked as alive while the block lasts."""
    folder = spool / process_id
    folder.mkdir(parents=True)
    with (folder / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder
        _remove_if_empty(folder)


def folder_of(own: Path, workspace_id: str) -> Path:
    """Where the recordings of a workspace's calls grow, under the process's own folder."""
    folder = own / workspace_id
    folder.mkdir(exist_ok=True)
    return folder


async def store(path: Path, *, storage: Storage) -> str:
    """Put a finished recording into the store; returns its key. Tries until it succeeds."""
    key = f"recordings/{path.parent.name}/{path.name}"
    while True:
        try:
            await storage.put_file(key, path)
        except OSError as error:
            log.warning("recording_put_off", call_id=path.stem, error=repr(error))
            await asyncio.sleep(RETRY_S)
        else:
            return key


async def recover(spool: Path, *, db: Database, storage: Storage) -> None:
    """Store what dead processes left behind. Harmless twice."""
    for folder in await asyncio.to_thread(lambda: sorted(spool.glob("*/"))):
        with _taken_over(folder) as taken:
            if taken:
                await _recover_folder(folder, db=db, storage=storage)


async def _recover_folder(folder: Path, *, db: Database, storage: Storage) -> None:
    for path in await asyncio.to_thread(lambda: sorted(folder.glob("*/*.wav"))):
        await asyncio.to_thread(recording.repair, path)
        key = await store(path, storage=storage)
        await persist(db, lambda tx, p=path, k=key: dialing.attach_recording(tx, p.stem, k))
        await asyncio.to_thread(path.unlink)
        log.info("recording_recovered", call_id=path.stem)
    await asyncio.to_thread(_remove_if_empty, folder)


@contextmanager
def _taken_over(folder: Path) -> Generator[bool]:
    try:
        lock = (folder / _LOCK).open("a")
    except FileNotFoundError:  # somebody else has finished it
        yield False
        return
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _remove_if_empty(folder: Path) -> None:
    if not any(folder.glob("*/*.wav")):
        shutil.rmtree(folder)
