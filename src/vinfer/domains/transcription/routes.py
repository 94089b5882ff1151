"""`/transcription`, and the analysis of a call."""

from litestar import Router, delete, get, post

from vinfer.domains.transcription import of_calls, service
from vinfer.domains.transcription.schemas import (
    AUDIO_BYTES,
    AnalysisBody,
    TranscriptionBody,
    TranscriptionDetail,
    TranscriptionJob,
    TranscriptionQuery,
    UploadBody,
)
from vinfer.domains.transcription.service import Intake
from vinfer.kit import http
from vinfer.kit.access import Actor
from vinfer.kit.clock import Clock
from vinfer.kit.db import Tx
from vinfer.kit.page import Page, PageQuery
from vinfer.kit.seal import Seal


@post(
    "/",
    status_code=202,
    opt=http.accepts_form(file="audio", json="request", body=UploadBody, limit=AUDIO_BYTES)
    | http.describes(body=TranscriptionBody),
)
async def create_transcription(
    request: http.Request,
    upload: http.Given[http.Upload | None],
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    seal: http.Given[Seal],
    clock: http.Given[Clock],
    intake: http.Given[Intake],
) -> TranscriptionDetail:
    """Have a recording transcribed: by URL, fetched within 15 minutes, or sent in a form."""
    now = clock.now()
    if upload is not None and (form := upload.form) is not None:
        asked = await http.decode(form.json, UploadBody)
        return await service.create_from_form(
            tx, actor, asked, form=form, intake=intake, seal=seal, now=now
        )
    sent = await request.body()
    body = await http.decode(sent, TranscriptionBody)
    return await service.create(tx, actor, body, sent=sent, intake=intake, seal=seal, now=now)


@get("/", dependencies={"filters": http.query(TranscriptionQuery)})
async def list_transcriptions(
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    page: http.Given[PageQuery],
    filters: http.Given[TranscriptionQuery],
) -> Page[TranscriptionJob]:
    """Jobs without their results, newest first."""
    return await service.find(tx.conn, actor, filters, page)


@get("/{id:str}")
async def get_transcription(
    id: http.Path[str], actor: http.Given[Actor], tx: http.Given[Tx]
) -> TranscriptionDetail:
    """A job: how far it is, and its results."""
    return await service.get(tx.conn, actor, id)


@delete("/{id:str}")
async def delete_transcription(
    id: http.Path[str], actor: http.Given[Actor], tx: http.Given[Tx], seal: http.Given[Seal]
) -> None:
    """Erase a job with all that came of it; one that is being done is ended."""
    await service.delete(tx, actor, id, seal=seal)


@post("/calls/{id:str}/analyze", status_code=202)
async def analyze_call(
    id: http.Path[str],
    data: http.Body[AnalysisBody],
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    seal: http.Given[Seal],
    clock: http.Given[Clock],
    intake: http.Given[Intake],
) -> TranscriptionDetail:
    """Have a recorded call analysed now, or anew where that failed; a failed job is erased."""
    return await of_calls.ask(tx, actor, id, data, intake=intake, seal=seal, now=clock.now())


jobs = Router(
    "/transcription",
    route_handlers=[
        create_transcription,
        list_transcriptions,
        get_transcription,
        delete_transcription,
    ],
)
router = Router("/", route_handlers=[jobs, analyze_call])
