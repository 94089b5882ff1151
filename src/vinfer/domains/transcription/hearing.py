"""The heavy steps: survey, pieces, transcript, results; each stored before the next is begun."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final

import msgspec
import structlog

from vinfer.domains.transcription import analysis, service
from vinfer.domains.transcription.analysis import Analyser, Insight
from vinfer.domains.transcription.held import Broken, Ears, Shop, lock
from vinfer.domains.transcription.queries import working
from vinfer.domains.transcription.service import secret_context
from vinfer.domains.transcription.spool import StoredAudio
from vinfer.kit.leases import Again, Held, Lost
from vinfer.lens.assembly import Assembly
from vinfer.lens.listening import HeardPiece, listen
from vinfer.lens.survey import Survey, survey
from vinfer.lens.transcript import AGENT, CUSTOMER
from vinfer.lens.windows import longest_window_s
from vinfer.ports.decoding import AudioRefused, Decoding

_log = structlog.get_logger()
_CALL_ROLES: Final = (CUSTOMER, AGENT)  # the channels of our own recordings
_TOGETHER: Final = 32  # pieces that are read at a time: 1 MB or so


async def hear(held: Held, shop: Shop) -> None:
    """Do what is left of a job with its audio; a second run begins after what is stored.

    Raises `Broken`, `Again` when it is another workspace's turn, and `Lost`.
    """
    ears = await shop.ears()
    try:
        found = await _surveyed(held, shop, ears)
        await _hear_pieces(held, shop, ears, found)
    except AudioRefused as refusal:
        raise Broken(refusal.code, str(refusal)) from refusal
    insight = await _insight(held, shop, ears, found)
    async with shop.db.begin() as tx:
        row = await lock(held, tx)
        await service.complete(tx, row, insight, shop.clock.now(), judges=ears.judges)
    _log.info("transcription_completed", duration_s=found.duration_s, pieces=len(found.pieces))


@asynccontextmanager
async def _decoding(held: Held, shop: Shop, ears: Ears) -> AsyncGenerator[Decoding]:
    row = held.row
    sealed: bytes | None = row["audio_secret_sealed"]
    audio = StoredAudio(
        shop.storage,
        row["audio_key"],
        size_bytes=row["audio_bytes"],
        name=row["audio_name"],
        key=shop.seal.open(sealed, context=secret_context(held.id)) if sealed else None,
    )
    async with ears.decoder.open(audio, longest_s=shop.limits.longest_s) as decoding:
        yield decoding


async def _surveyed(held: Held, shop: Shop, ears: Ears) -> Survey:
    stored: bytes | None = held.row["survey"]
    if stored is not None:
        return msgspec.msgpack.decode(stored, type=Survey)
    async with _decoding(held, shop, ears) as decoding:
        found = await survey(
            decoding,
            ears.activity,
            longest_s=longest_window_s(held.row["language"]),
            split=True if _is_call(held) else None,
        )
    async with shop.db.begin() as tx:
        kept = await working.store_survey(
            tx.conn,
            held.id,
            held.token,
            survey=msgspec.msgpack.encode(found),
            pieces=len(found.pieces),
            duration_s=found.duration_s,
        )
    if not kept:
        raise Lost
    return found


async def _hear_pieces(held: Held, shop: Shop, ears: Ears, found: Survey) -> None:
    began = shop.clock.monotonic()
    async with shop.db.read() as conn:
        done = await working.done_pieces(conn, held.id)
    if len(done) == len(found.pieces):
        return
    async with _decoding(held, shop, ears) as decoding:
        async for piece in listen(
            decoding,
            found,
            transcriber=ears.transcriber,
            voiceprinter=ears.voiceprinter,
            language=held.row["language"],
            done=done,
        ):
            await _keep(held, shop, piece)
            if shop.clock.monotonic() - began >= shop.turn_s:
                await _give_way(held, shop)


async def _keep(held: Held, shop: Shop, piece: HeardPiece) -> None:
    heard = msgspec.msgpack.encode(piece)
    async with shop.db.begin() as tx:
        kept = await working.store_piece(
            tx.conn, held.id, held.token, number=piece.number, heard=heard
        )
    if not kept:
        raise Lost


async def _give_way(held: Held, shop: Shop) -> None:
    async with shop.db.read() as conn:
        waiting = await working.others_wait(
            conn, "heavy", workspace_id=held.row["workspace_id"], now=shop.clock.now()
        )
    if waiting:
        raise Again(0, failed=False)


async def _insight(held: Held, shop: Shop, ears: Ears, found: Survey) -> Insight:
    loop = asyncio.get_running_loop()
    assembly = Assembly(
        found,
        most_speakers=held.row["speakers"],
        channel_roles=_CALL_ROLES if _is_call(held) else (),
    )
    for first in range(0, len(found.pieces), _TOGETHER):
        async with shop.db.read() as conn:
            pieces = await working.pieces(conn, held.id, first=first, end=first + _TOGETHER)
        await loop.run_in_executor(ears.executor, _add, assembly, pieces)
    async with shop.db.read() as conn:
        judging = await analysis.prepared(conn, held.row, ears.judges)
    return await loop.run_in_executor(ears.executor, _analysed, held, ears, assembly, judging)


def _add(assembly: Assembly, pieces: Sequence[bytes]) -> None:
    for piece in pieces:
        assembly.add(msgspec.msgpack.decode(piece, type=HeardPiece))


def _analysed(
    held: Held, ears: Ears, assembly: Assembly, judging: Mapping[str, Analyser]
) -> Insight:
    transcript = assembly.transcript()
    return analysis.analyse(
        transcript, held.row["features"], ears.analysers, judging, ears.outliner
    )


def _is_call(held: Held) -> bool:
    return held.row["call_id"] is not None
