"""The work on recordings as a worker does it: its engines, loaded when first needed, and lanes."""

import asyncio
import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Final

from vinfer.app import insight
from vinfer.app.settings import Settings
from vinfer.domains.transcription.engine import Engine
from vinfer.domains.transcription.held import Ears, Limits, Shop
from vinfer.kit import sealed_file
from vinfer.kit.clock import Clock
from vinfer.kit.db import Database
from vinfer.kit.seal import Seal
from vinfer.ports.fetching import Fetcher
from vinfer.ports.storage import Storage

FETCHES: Final = 32  # of one worker at a time; each is a socket
_NICENESS: Final = 15  # live calls go first


@asynccontextmanager
async def ears(settings: Settings) -> AsyncGenerator[Callable[[], Awaitable[Ears]]]:
    """What loads the engines once, when they are first asked for."""
    made: list[Ears] = []
    lock = asyncio.Lock()
    pool = ThreadPoolExecutor(threads(settings), "hearing", initializer=_step_back)

    async def load() -> Ears:
        async with lock:
            if not made:  # on the pool: threads that engines start step back with it
                loop = asyncio.get_running_loop()
                made.append(await loop.run_in_executor(pool, _load, settings, pool))
            return made[0]

    try:
        yield load
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # other work of the process goes on


def threads(settings: Settings) -> int:
    """How many recordings are heard at a time."""
    return settings.transcription_threads or max(1, (os.cpu_count() or 1) - 1)


def _step_back() -> None:
    os.setpriority(os.PRIO_PROCESS, 0, _NICENESS)  # Linux: of this thread alone


def _load(settings: Settings, pool: Executor) -> Ears:
    # here, so that the API and idle workers need not hold the libraries of models
    from vinfer.adapters.decoding.ffmpeg import FfmpegDecoder
    from vinfer.adapters.embedding.ge2e import Ge2eNetwork
    from vinfer.adapters.embedding.voiceprints import Ge2eVoiceprinter
    from vinfer.adapters.models import ModelStore
    from vinfer.adapters.models.catalog import WHISPER_BASE
    from vinfer.adapters.stt.offline import WhisperTranscriber
    from vinfer.adapters.stt.whisper_model import WhisperModel
    from vinfer.adapters.vad.offline import SileroActivity

    store = ModelStore(settings.cache / "models", model_dir=settings.models_dir)
    whisper = WhisperModel(store.ensure(WHISPER_BASE), workers=threads(settings))
    readers = insight.readers(store)
    return Ears(
        decoder=FfmpegDecoder(),
        activity=SileroActivity(store, pool),
        transcriber=WhisperTranscriber(whisper, pool),
        voiceprinter=Ge2eVoiceprinter(Ge2eNetwork(store), pool),
        analysers={str(name): analyser for name, analyser in readers.analysers.items()},
        outliner=readers.outliner,
        executor=pool,
    )


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
    async with ears(settings) as load, asyncio.TaskGroup() as group:
        shop = Shop(db, clock, seal, storage, fetcher, settings.scratch, load, limits(settings))
        if "light" in settings.worker_lanes:
            group.create_task(Engine(shop, "light", slots=FETCHES).run())
        if "heavy" in settings.worker_lanes:
            group.create_task(Engine(shop, "heavy", slots=threads(settings)).run())
