"""Recordings on their way into the object store; none is lost by a crash.

Each process writes in a folder of its own and holds a lock on it. A folder whose lock is free was
left by a dead process, and whoever finds it first stores what lies there.
"""

import asyncio
import fcntl
import os
import shutil
from collections.abc import Container, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

import structlog

from vinfer.app.media.sink import persist
from vinfer.domains.calls import dialing
from vinfer.kit.db import Database
from vinfer.media import recording
from vinfer.ports.storage import Storage

log = structlog.get_logger()

RETRY_S: Final = 5.0
PATIENCE_S: Final = 20.0
_LOCK: Final = "lock"


@contextmanager
def own_folder(spool: Path, process_id: str) -> Generator[Path]:
    """A folder for this process's recordings, marked as alive while the block lasts."""
    folder = spool / process_id
    with _lock(folder):
        yield folder
        _remove_if_empty(folder)


def _lock(folder: Path) -> IO[str]:
    """Make the folder and lock it; anew if somebody just cleared it away as a dead process's."""
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            lock = (folder / _LOCK).open("w")
            fcntl.flock(lock, fcntl.LOCK_EX)
            if _still_names(folder / _LOCK, lock):
                return lock
            lock.close()


def _still_names(path: Path, file: IO[str]) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


def folder_of(own: Path, workspace_id: str) -> Path:
    """Where the recordings of a workspace's calls grow, under the process's own folder.

    A disk that is full costs the recording, not the call: the folder may then be missing.
    """
    folder = own / workspace_id
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        log.error("recording_impossible", error=repr(error))
    return folder


async def store(path: Path, *, storage: Storage, patience_s: float) -> str | None:
    """Put a finished recording into the store; returns its key, or None after `patience_s`."""
    with suppress(TimeoutError):
        async with asyncio.timeout(patience_s):
            while True:
                if key := await _put(path, storage):
                    return key
                await asyncio.sleep(RETRY_S)
    return None


async def _put(path: Path, storage: Storage) -> str | None:
    key = f"recordings/{path.parent.name}/{path.name}"
    try:
        await storage.put_file(key, path)
    except Exception as error:  # each store has errors of its own
        log.warning("recording_put_off", call_id=path.stem, error=repr(error))
        return None
    return key


async def recover(spool: Path, *, db: Database, storage: Storage) -> None:
    """Store what dead processes left behind. Harmless twice."""
    for folder in await asyncio.to_thread(lambda: sorted(spool.glob("*/"))):
        with _taken_over(folder) as taken:
            if taken:
                await recover_folder(folder, db=db, storage=storage)
                await asyncio.to_thread(_remove_if_empty, folder)


async def recover_folder(
    folder: Path, *, db: Database, storage: Storage, live: Container[str] = ()
) -> None:
    """Store the recordings in a folder, but for those of `live` calls. Harmless twice.

    One that cannot be stored now stays for the next time, and does not hold up the others.
    """
    for path in await asyncio.to_thread(lambda: sorted(folder.glob("*/*.wav"))):
        if path.stem not in live:  # asked anew each time: calls begin meanwhile
            await _recover_one(path, db=db, storage=storage)


async def _recover_one(path: Path, *, db: Database, storage: Storage) -> None:
    try:
        await asyncio.to_thread(recording.repair, path)
        key = await _put(path, storage)
        if key is None:
            return
        await persist(db, lambda tx: dialing.attach_recording(tx, path.stem, key))
        await asyncio.to_thread(path.unlink, missing_ok=True)
    except Exception as error:  # this file; the next may be good
        log.error("recording_not_recovered", call_id=path.stem, error=repr(error))
    else:
        log.info("recording_recovered", call_id=path.stem)


@contextmanager
def _taken_over(folder: Path) -> Generator[bool]:
    try:
        lock = (folder / _LOCK).open("a")
    except FileNotFoundError:  # somebody else has finished it
        yield False
        return
    with lock:
        yield _lock_is_free(lock) and _still_names(folder / _LOCK, lock)


def _lock_is_free(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _remove_if_empty(folder: Path) -> None:
    if not any(folder.glob("*/*.wav")):
        shutil.rmtree(folder, ignore_errors=True)
