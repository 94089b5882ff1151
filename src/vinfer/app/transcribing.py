"""The work on recordings as a worker does it: its engines, loaded when first needed, and lanes."""

import asyncio
import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from vinfer.adapters.models import ModelStore
from vinfer.app import engines, insight
from vinfer.app.engines import Engines
from vinfer.app.settings import Settings
from vinfer.app.thinking import Thinker
from vinfer.domains.transcription.engine import engine
from vinfer.domains.transcription.held import Ears, Limits, Shop
from vinfer.kit import sealed_file
from vinfer.kit.allocator import return_large_blocks
from vinfer.kit.allowance import DailyAllowance
from vinfer.kit.clock import Clock
from vinfer.kit.db import Database
from vinfer.kit.seal import Seal
from vinfer.lens.language.hinglish import Normaliser
from vinfer.ports.fetching import Fetcher
from vinfer.ports.storage import Storage
from vinfer.ports.stt import Transcriber

FETCHES: Final = 32  # of one worker at a time; each is a socket
_NICENESS: Final = 15  # live calls go first


@asynccontextmanager
async def ears(
    settings: Settings, *, db: Database, clock: Clock, seal: Seal
) -> AsyncGenerator[Callable[[], Awaitable[Ears]]]:
    """What loads the engines once, when they are first asked for."""
    made: list[Ears] = []
    lock = asyncio.Lock()
    hearing = ThreadPoolExecutor(threads(settings), "hearing", initializer=_step_back)
    reading = ThreadPoolExecutor(slots(settings), "reading", initializer=_step_back)
    tokens = settings.llm_daily_tokens
    purse = DailyAllowance(db, name="llm_tokens", per_day=tokens, clock=clock)
    async with engines.engines(settings, purse=purse) as others:
        bench = _Bench(settings, clock, seal, others, hearing, reading, asyncio.get_running_loop())

        async def load() -> Ears:
            async with lock:
                if not made:  # on the pool: threads that engines start step back with it
                    made.append(await bench.loop.run_in_executor(hearing, _load, bench))
                return made[0]

        try:
            yield load
        finally:
            for pool in (hearing, reading):  # other work of the process goes on
                pool.shutdown(wait=False, cancel_futures=True)


@dataclass(frozen=True, slots=True)
class _Bench:
    """What engines are loaded with. `reading` waits for language models, beside `hearing`."""

    settings: Settings
    clock: Clock
    seal: Seal
    others: Engines
    hearing: Executor
    reading: Executor
    loop: asyncio.AbstractEventLoop


def threads(settings: Settings) -> int:
    """How many recordings are heard at a time."""
    return settings.transcription_threads or max(1, (os.cpu_count() or 1) - 1)


def slots(settings: Settings) -> int:
    """How many recordings are under way at a time: some wait for services, and cost nothing."""
    remote = settings.stt_concurrency if settings.stt in engines.OFFERED else 0
    model = settings.llm_concurrency if settings.llm_url else 0
    return threads(settings) + remote + model


def _step_back() -> None:
    os.setpriority(os.PRIO_PROCESS, 0, _NICENESS)  # Linux: of this thread alone


def _load(bench: _Bench) -> Ears:
    return_large_blocks()
    # here, so that the API and idle workers need not hold the libraries of models
    from vinfer.adapters.decoding.ffmpeg import FfmpegDecoder
    from vinfer.adapters.embedding.ge2e import Ge2eNetwork
    from vinfer.adapters.embedding.voiceprints import Ge2eVoiceprinter
    from vinfer.adapters.vad.offline import SileroActivity

    settings = bench.settings
    store = ModelStore(settings.cache / "models", model_dir=settings.models_dir)
    readers = insight.readers(store, seal=bench.seal, thinking=_thinking(bench))
    return Ears(
        decoder=FfmpegDecoder(),
        activity=SileroActivity(store, bench.hearing),
        transcriber=_transcriber(bench, store),
        voiceprinter=Ge2eVoiceprinter(Ge2eNetwork(store), bench.hearing),
        analysers={str(name): analyser for name, analyser in readers.analysers.items()},
        judges=readers.judges,
        outliner=readers.outliner,
        executor=bench.reading if bench.others.model else bench.hearing,
    )


def _transcriber(bench: _Bench, store: ModelStore) -> Transcriber:
    from vinfer.adapters.models.catalog import WHISPER_BASE
    from vinfer.adapters.stt.offline import WhisperTranscriber
    from vinfer.adapters.stt.whisper_model import WhisperModel

    workers = threads(bench.settings)

    def shipped() -> Transcriber:
        network = WhisperModel(store.ensure(WHISPER_BASE), workers=workers)
        return WhisperTranscriber(network, bench.hearing)

    return bench.others.transcriber(
        bench.settings, shipped, bench.hearing, workers=workers, clock=bench.clock
    )


def _thinking(bench: _Bench) -> Callable[[Normaliser], Thinker] | None:
    model = bench.others.model
    if model is None:
        return None
    return lambda normaliser: Thinker(model, normaliser, bench.loop)


def limits(settings: Settings) -> Limits:
    """What a recording may be."""
    return Limits(
        most_bytes=settings.audio_max_bytes,
        longest_s=settings.audio_max_s,
        fetch_timeout_s=settings.audio_fetch_timeout_s,
    )


async def work(
    settings: Settings,
    *,
    db: Database,
    clock: Clock,
    seal: Seal,
    storage: Storage,
    fetcher: Fetcher,
) -> None:
    """Do the lanes of these settings until cancelled."""
    await asyncio.to_thread(sealed_file.sweep, settings.scratch, now=clock.now())
    async with ears(settings, db=db, clock=clock, seal=seal) as load, asyncio.TaskGroup() as group:
        shop = Shop(db, clock, seal, storage, fetcher, settings.scratch, load, limits(settings))
        if "light" in settings.worker_lanes:
            group.create_task(engine(shop, "light", slots=FETCHES).run())
        if "heavy" in settings.worker_lanes:
            group.create_task(engine(shop, "heavy", slots=slots(settings)).run())
