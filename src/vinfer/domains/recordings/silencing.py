"""Recordings of calls without what must not be heard: asked for here, done by a job.

The recording is withheld from the moment it is stored. What is silenced is written beside it and
takes its place in one transaction; whatever fails before that leaves it withheld.
"""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import structlog

from vinfer.domains.calls import recordings
from vinfer.domains.calls.dialing import silenced_key
from vinfer.kit import sealed_file
from vinfer.kit.db import Database, Tx
from vinfer.lens.analysis.silence import WavSilencer
from vinfer.ports.storage import Storage
from vinfer.ports.voices import Span

SILENCE: Final = "recordings.silence"
REDACTION: Final = "redaction"
"""The feature that withholds a recording until it is done."""
_log = structlog.get_logger()


def silence_later(tx: Tx, call_id: str, key: str, redaction: Mapping[str, Any]) -> None:
    """Have the recording `key` of a call silenced where its `redaction` (the API's field) says.

    A redaction that failed silences nothing: the recording stays withheld.
    """
    if "error" in redaction:
        _log.warning("recording_stays_withheld", call_id=call_id)
        return
    spans = [(span["start"], span["end"]) for span in redaction["audio"]]
    tx.enqueue(SILENCE, {"call_id": call_id, "key": key, "spans": spans})


async def silence(
    db: Database, storage: Storage, call_id: str, key: str, spans: Sequence[tuple[float, float]]
) -> None:
    """Write a withheld recording without `spans` (seconds), and let it be heard.

    Raises `ValueError` for a file that is no recording of ours. A second run finds it released, and
    deletes what it may have written of a call that is erased.
    """
    async with db.read() as conn:
        held = await recordings.withheld(conn, call_id) == key
    if held:
        await _rewrite(storage, key, [Span(*span) for span in spans])
    async with db.begin() as tx:
        await recordings.release(tx, call_id, key=key, silenced=silenced_key(key))


async def _rewrite(storage: Storage, key: str, spans: Sequence[Span]) -> None:
    silencer = WavSilencer(spans)
    with sealed_file.scratch_file(None) as file:
        async for part in storage.read(key):
            await asyncio.to_thread(file.write, silencer.feed(part))
        file.write(silencer.finish())
        await asyncio.to_thread(file.flush)
        await storage.put_file(silenced_key(key), Path(file.name))
