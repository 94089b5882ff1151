"""Jobs of our own calls: made where a recording is stored, or asked for later; erased with them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

import msgspec

from vinfer.domains.calls import recordings
from vinfer.domains.calls import service as calls
from vinfer.domains.campaigns.schemas import Feature, require_features
from vinfer.domains.recordings import silencing
from vinfer.domains.transcription import service
from vinfer.domains.transcription.queries import rows as queries
from vinfer.domains.transcription.schemas import AnalysisBody, TranscriptionDetail
from vinfer.domains.transcription.service import Intake, Wanted
from vinfer.kit.access import Actor
from vinfer.kit.db import Connection, Row, Tx
from vinfer.kit.errors import InvalidState
from vinfer.kit.ids import new_id
from vinfer.kit.seal import Seal

_CALL: Final = "call"
_SPEAKERS: Final = 2


async def recording_of(conn: Connection, call_id: str) -> str | None:
    """Where the recording of a call lies."""
    return await calls.recording_of(conn, call_id)


async def create(
    tx: Tx,
    call_id: str,
    *,
    size: int,
    now: datetime,
    scopes: Mapping[Feature, Wanted] = MappingProxyType({}),
) -> str | None:
    """Take the stored recording of a call that asks for it; None if there is nothing to take.

    A call that asks for nothing is analysed for those `scopes` that want it. A second run finds
    the job. `size` is the recording's in bytes.
    """
    call = await calls.lock_for_analysis(tx, call_id)
    if call is None or call["transcript_job_id"] is not None:
        return None
    features: list[str] = call["analyze_features"] or [
        feature for feature, wanted in scopes.items() if await wanted(tx.conn, call_id)
    ]
    if not features:
        return None
    return await _insert(tx, call, features, size=size, now=now)


async def ask(
    tx: Tx,
    actor: Actor,
    call_id: str,
    body: AnalysisBody,
    *,
    intake: Intake,
    seal: Seal,
    now: datetime,
) -> TranscriptionDetail:
    """Have a recorded call analysed, or analysed anew where that failed.

    What its `analyze` asks for is the default; redaction that was asked for once stays. While a
    recording waits for its redaction nobody hears it. Raises `NotFound`, `InvalidParameter`, and
    `InvalidState` for a call without a recording, or with a job that did not fail.
    """
    await calls.get(tx.conn, actor, call_id)
    require_features("features", body.features, intake.features)
    if body.qa_scorecard_id is not None:
        await service.require_scorecard(tx.conn, actor, body.qa_scorecard_id, intake)
    await _make_room(tx, actor, call_id, seal=seal)  # jobs are locked before their calls
    call = await calls.lock_for_analysis(tx, call_id)
    key = call["recording_key"] if call is not None else None
    size = await intake.size(key) if key is not None else None
    if call is None or size is None:
        raise _state(_CALL, call_id, "without a recording", "recorded")
    if call["transcript_job_id"] is not None:  # of somebody who asked at the same moment
        raise _state("transcription", call["transcript_job_id"], "queued", "failed")
    features = _wanted(body, call)
    if silencing.REDACTION in features:
        await recordings.withhold(tx, call, seal=seal)
    job_id = await _insert(
        tx, call, features, size=size, now=now, scorecard_id=body.qa_scorecard_id
    )
    return await service.get(tx.conn, actor, job_id)


def _wanted(body: AnalysisBody, call: Row) -> list[str]:
    asked: list[str] = call["analyze_features"] or []
    kept = [it for it in asked if it == silencing.REDACTION]
    return [*(asked if body.features is None else body.features), *kept]


async def _make_room(tx: Tx, actor: Actor, call_id: str, *, seal: Seal) -> None:
    """Erase the job of a call if it failed, or one of its features did."""
    row = await queries.lock_of_call(tx.conn, actor.workspace_id, call_id)
    if row is None:
        return
    results: dict[str, Any] = row["result"] or {}
    lacks = any(isinstance(it, dict) and "error" in it for it in results.values())
    if row["status"] != "failed" and not lacks:
        raise _state("transcription", row["id"], row["status"], "failed")
    await service.erase(tx, actor.workspace_id, row, seal=seal)
    await calls.name_transcript(tx, call_id, None)


def _state(kind: str, id: str, current: str, allowed: str) -> InvalidState:
    message = (
        f"Call '{id}' has no stored recording."
        if kind == _CALL
        else f"The call is analysed by '{id}'; delete that to have the call analysed anew."
    )
    return InvalidState(
        kind, id, current=current, requested="analyzed", allowed=[allowed], message=message
    )


async def _insert(
    tx: Tx,
    call: Row,
    features: Sequence[str],
    *,
    size: int,
    now: datetime,
    scorecard_id: str | None = None,
) -> str:
    job_id = new_id("job")
    fields: dict[str, Any] = {
        "id": job_id,
        "workspace_id": call["workspace_id"],
        "call_id": call["id"],
        "step": "survey",
        "language": call["language"],
        "speakers": _SPEAKERS,
        "features": service.with_transcription(features),
        "qa_scorecard_id": scorecard_id,
        "metadata": msgspec.json.encode(call["metadata"]).decode(),
        "audio_key": call["recording_key"],
        "audio_bytes": size,
        "audio_name": "call.wav",
    }
    await queries.insert(tx.conn, fields, now=now)
    await calls.name_transcript(tx, call["id"], job_id)
    return job_id


async def erase(tx: Tx, workspace_id: str, call_ids: Sequence[str], *, seal: Seal) -> None:
    """Erase the jobs of erased calls."""
    for job_id in await queries.of_calls(tx.conn, workspace_id, call_ids):
        row = await queries.lock(tx.conn, workspace_id, job_id)
        if row is not None:
            await service.erase(tx, workspace_id, row, seal=seal)
