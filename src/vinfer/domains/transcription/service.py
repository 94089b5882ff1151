"""What people, calls and workers ask of transcription jobs."""

import re
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from vinfer.domains.agents import service as agents
from vinfer.domains.calls import service as calls
from vinfer.domains.campaigns.schemas import MAX_METADATA_BYTES, Feature, require_features
from vinfer.domains.recordings import silencing
from vinfer.domains.transcription import analysis, resources
from vinfer.domains.transcription.analysis import TRANSCRIPTION, Insight, Judge
from vinfer.domains.transcription.queries import rows as queries
from vinfer.domains.transcription.queries import working
from vinfer.domains.transcription.schemas import (
    ErrorCode,
    TranscriptionBody,
    TranscriptionDetail,
    TranscriptionJob,
    TranscriptionQuery,
    UploadBody,
)
from vinfer.kit import idempotency, page, schema
from vinfer.kit.access import Actor
from vinfer.kit.addresses import AddressRefused, allow
from vinfer.kit.db import Connection, Row, Tx
from vinfer.kit.errors import InvalidParameter, NotFound, Unavailable
from vinfer.kit.events import Event
from vinfer.kit.forms import Form
from vinfer.kit.ids import new_id
from vinfer.kit.seal import Seal
from vinfer.ports.fetching import Fetcher
from vinfer.ports.storage import Storage

ERASE_AUDIO: Final = "transcription.erase_audio"
_ENDING: Final = re.compile(r"\.[A-Za-z0-9]{1,8}\Z")
_SPELLING: Final = allow((), plain_http=True)
_KIND: Final = "transcription"
_MOST_ECHOED: Final = 4 * MAX_METADATA_BYTES
_UNJUDGED: Final[dict[str, Any]] = {"parameters": [], "override": None}


ScorecardCheck = Callable[[Connection, Actor, str], Awaitable[None]]
"""Raises `InvalidParameter` for a scorecard that the actor's workspace does not have."""
Wanted = Callable[[Connection, str], Awaitable[bool]]
"""Whether a call, by its id, is to be analysed although nothing was asked of it."""


class Intake:
    """What this installation takes: languages, features, and URLs that it may be sent to.

    Without a `fetcher` URLs are judged by their spelling alone. `scorecards` checks the one that a
    job names.
    """

    def __init__(
        self,
        *,
        languages: Collection[str] = (),
        features: Collection[Feature] = (TRANSCRIPTION,),
        fetcher: Fetcher | None = None,
        storage: Storage | None = None,
        scorecards: ScorecardCheck | None = None,
    ) -> None:
        self.languages = languages
        self.scorecards = scorecards
        self.features = features
        self._fetcher = fetcher
        self._storage = storage

    async def check(self, url: str) -> None:
        """Raise `AddressRefused` for a URL that may never be fetched."""
        if self._fetcher is None:
            _SPELLING.check_url(url)
        else:
            await self._fetcher.check(url)

    async def keep(self, key: str, path: Path) -> None:
        """Store audio that was uploaded."""
        if self._storage is None:
            raise Unavailable
        await self._storage.put_file(key, path)

    async def size(self, key: str) -> int | None:
        """How many bytes a stored recording has; None if it is gone."""
        if self._storage is None:
            raise Unavailable
        return await self._storage.size(key)


def url_context(job_id: str) -> str:
    """What the URL of a job is sealed for."""
    return f"transcription.url:{job_id}"


def audio_key(job_id: str) -> str:
    """Where the audio of a job that belongs to no call is stored."""
    return f"transcription/{job_id}"


def secret_context(job_id: str) -> str:
    """What the key of a job's audio is sealed for."""
    return f"transcription.audio:{job_id}"


async def create(
    tx: Tx,
    actor: Actor,
    body: TranscriptionBody,
    *,
    sent: bytes,
    intake: Intake,
    seal: Seal,
    now: datetime,
) -> TranscriptionDetail:
    """Take a recording's URL; it is fetched soon. `sent` is the body as it came.

    Raises `InvalidParameter`.
    """
    await _judge(tx.conn, actor, body, intake)
    try:
        await intake.check(body.audio_url)
    except AddressRefused as error:
        raise InvalidParameter("audio_url", provided=body.audio_url, expected=str(error)) from error
    job_id = new_id("job")
    audio: dict[str, Any] = {
        "step": "fetch",
        "audio_name": f"audio{_ending(body.audio_url)}",
        "url_sealed": seal.seal(body.audio_url.encode(), context=url_context(job_id)),
    }
    await queries.insert(tx.conn, _fields(job_id, actor, body, sent) | audio, now=now)
    return await get(tx.conn, actor, job_id)


async def create_from_form(
    tx: Tx,
    actor: Actor,
    body: UploadBody,
    *,
    form: Form,
    intake: Intake,
    seal: Seal,
    now: datetime,
) -> TranscriptionDetail:
    """Take a recording itself; `body` is the form's JSON. Raises `InvalidParameter`."""
    await _judge(tx.conn, actor, body, intake)
    if form.size_bytes == 0:
        raise InvalidParameter("audio", provided=None, expected="a recording; this file is empty")
    job_id = new_id("job")
    key = audio_key(job_id)
    await intake.keep(key, form.path)
    audio: dict[str, Any] = {
        "step": "survey",
        "audio_key": key,
        "audio_name": f"audio{form.ending}",
        "audio_bytes": form.size_bytes,
        "audio_secret_sealed": seal.seal(form.key, context=secret_context(job_id)),
    }
    await queries.insert(tx.conn, _fields(job_id, actor, body, form.json) | audio, now=now)
    return await get(tx.conn, actor, job_id)


async def _judge(conn: Connection, actor: Actor, body: UploadBody, intake: Intake) -> None:
    agents.require_language(body.language, intake.languages)
    require_features("features", body.features, intake.features)
    if body.qa_scorecard_id is not None:
        await require_scorecard(conn, actor, body.qa_scorecard_id, intake)


def _fields(job_id: str, actor: Actor, body: UploadBody, sent: bytes) -> dict[str, Any]:
    return {
        "id": job_id,
        "workspace_id": actor.workspace_id,
        "language": body.language,
        "speakers": body.speakers,
        "features": with_transcription(body.features),
        "qa_scorecard_id": body.qa_scorecard_id,
        "metadata": _echo(body.metadata, sent),
    }


def _echo(metadata: dict[str, Any] | None, sent: bytes) -> str:
    """The metadata as they were written; without spaces and escapes where those are most of it."""
    if metadata is None:
        return "{}"
    found = schema.written(sent, "metadata")
    return (found if len(found) <= _MOST_ECHOED else msgspec.json.encode(metadata)).decode()


def _ending(url: str) -> str:
    """What the path ends in, for formats that say nothing of themselves."""
    found = _ENDING.search(urlsplit(url).path)
    return found[0].lower() if found else ""


def with_transcription(wanted: Sequence[str]) -> list[str]:
    """Features, each once; a transcription is implied."""
    return list(dict.fromkeys((TRANSCRIPTION, *wanted)))


async def require_scorecard(conn: Connection, actor: Actor, found: str, intake: Intake) -> None:
    """Raise `InvalidParameter` for a scorecard that nobody could score by."""
    if intake.scorecards is None:
        raise InvalidParameter(
            "qa_scorecard_id",
            provided=found,
            expected="absent: there are no scorecards where 'qa_scoring' is not installed",
        )
    await intake.scorecards(conn, actor, found)


async def get(conn: Connection, actor: Actor, job_id: str) -> TranscriptionDetail:
    """One job with its results. Raises `NotFound`."""
    row = await queries.get(conn, actor.workspace_id, job_id)
    if row is None:
        raise NotFound(_KIND, job_id)
    return resources.detail(row)


async def find(
    conn: Connection, actor: Actor, filters: TranscriptionQuery, query: page.PageQuery
) -> page.Page[TranscriptionJob]:
    """A page of jobs, newest first."""
    rows, total = await queries.page(conn, actor.workspace_id, filters, query)
    return page.build(query, rows, total=total, item=resources.item)


async def delete(tx: Tx, actor: Actor, job_id: str, *, seal: Seal) -> None:
    """Erase a job, done or not: its results, its audio, and what events and answers tell of it.

    Raises `NotFound`.
    """
    row = await queries.lock(tx.conn, actor.workspace_id, job_id)
    if row is None:
        raise NotFound(_KIND, job_id)
    await erase(tx, actor.workspace_id, row, seal=seal)
    if row["call_id"] is not None:
        await calls.name_transcript(tx, row["call_id"], None)


async def erase(tx: Tx, workspace_id: str, row: Row, *, seal: Seal) -> None:
    """Erase a locked job of the workspace, whoever it is of."""
    job_id: str = row["id"]
    _erase_audio(tx, row)
    await queries.clear_events(tx.conn, workspace_id, job_id)
    judged = await queries.clear_judged(tx.conn, workspace_id, job_id)
    patches: dict[str, dict[str, Any]] = dict.fromkeys(judged, _UNJUDGED)
    patches[job_id] = {"metadata": {}}
    await idempotency.amend(tx, workspace_id, seal, patches)
    await queries.delete(tx.conn, job_id)


def _erase_audio(tx: Tx, row: Row) -> None:
    """Have audio deleted that was fetched or is being; a call's recording stays with its call."""
    if row["call_id"] is None and row["step"] is not None:
        tx.enqueue(ERASE_AUDIO, {"key": audio_key(row["id"])})


async def refresh(tx: Tx, job_id: str, field: str, shown: Mapping[str, Any]) -> None:
    """Put a judgement that has changed in the place of the same in a job's results."""
    await working.replace_judgement(tx.conn, job_id, field, shown)


async def complete(
    tx: Tx, row: Row, insight: Insight, now: datetime, *, judges: Sequence[Judge] = ()
) -> None:
    """Publish a locked job's results, and have judges keep theirs; its audio is erased."""
    _erase_audio(tx, row)
    fields = await analysis.recorded(tx, row, insight, judges)
    result = resources.result(insight, fields)
    done = await working.finish(tx.conn, row["id"], error=None, result=result, now=now)
    assert done is not None, "the row is locked"
    _emit(tx, "transcription.completed", done, result)
    if done["call_id"] is not None:
        if silencing.REDACTION in fields:
            silencing.silence_later(
                tx, done["call_id"], row["audio_key"], fields[silencing.REDACTION]
            )
        await calls.emit(tx, done["call_id"], "call.transcription_ready")


async def fail(tx: Tx, row: Row, code: ErrorCode, message: str, now: datetime) -> None:
    """End a locked job that cannot be done; its audio is erased."""
    _erase_audio(tx, row)
    error = {"code": code, "message": message}
    failed = await working.finish(tx.conn, row["id"], error=error, result=None, now=now)
    assert failed is not None, "the row is locked"
    _emit(tx, "transcription.failed", failed, {})


def _emit(tx: Tx, name: str, row: Row, result: Mapping[str, Any]) -> None:
    data = resources.told(row, result)
    tx.emit(Event(name, row["workspace_id"], _KIND, row["id"], data))
