"""The speech process: every offline engine behind one socket."""

import asyncio
import os
import shutil
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Literal

import structlog

from vinfer.adapters.hearing.offline import OfflineHearing
from vinfer.adapters.inference import InferencePool, Lane
from vinfer.adapters.models import ModelStore
from vinfer.adapters.nlu.offline import OfflineUnderstanding
from vinfer.adapters.speech_socket.server import Engines, SpeechServer
from vinfer.adapters.stt.whisper import WhisperRecognizer
from vinfer.adapters.tts.espeak import EspeakVoice
from vinfer.adapters.tts.kokoro import KokoroVoice
from vinfer.adapters.vad.silero import SileroNetwork
from vinfer.adapters.vad.smart_turn import SmartTurn
from vinfer.ports.tts import Voice

VoiceName = Literal["kokoro", "espeak"]

log = structlog.get_logger()


@asynccontextmanager
async def offline_engines(
    *,
    cache_dir: Path,
    model_dir: Path | None = None,
    threads: int = 0,
    tts: VoiceName = "kokoro",
) -> AsyncGenerator[Engines]:
    """Load every model, in parallel. Raises `EngineUnavailable` for missing or altered weights.

    `cache_dir` receives joined weights (310 MB) and rendered lines; `model_dir` replaces the
    packaged weights. `threads` serve live calls; 0 means one per core but one.
    """
    async with AsyncExitStack() as stack:
        pool = stack.enter_context(InferencePool(general=threads or (os.cpu_count() or 1) - 1))
        store = ModelStore(cache_dir / "models", model_dir=model_dir)
        vad = await asyncio.to_thread(SileroNetwork, store)
        turn, recognizer, voice = await asyncio.gather(
            asyncio.to_thread(SmartTurn, store),
            asyncio.to_thread(WhisperRecognizer, store, pool, vad=vad),
            _voice(tts, store, pool, lines_dir=cache_dir / "fixed-lines"),
        )
        await recognizer.warm_up()
        hearing = OfflineHearing(vad=vad, turn=turn, recognizer=recognizer, pool=pool)
        await stack.enter_async_context(hearing)
        understanding = await asyncio.to_thread(
            OfflineUnderstanding, store, pool.executor(Lane.UNDERSTANDING)
        )
        yield Engines(hearing, voice, recognizer, understanding)


async def _voice(
    name: VoiceName, store: ModelStore, pool: InferencePool, *, lines_dir: Path
) -> Voice:
    if name == "espeak":
        return EspeakVoice()
    # where lines with people's values in them once lay
    await asyncio.to_thread(shutil.rmtree, lines_dir.with_name("lines"), ignore_errors=True)
    voice = await asyncio.to_thread(KokoroVoice, store, pool, cache_dir=lines_dir)
    await voice.warm_up()
    return voice


async def serve_speech(
    socket_path: Path,
    *,
    cache_dir: Path,
    model_dir: Path | None = None,
    threads: int = 0,
    tts: VoiceName = "kokoro",
    ready: Callable[[], None] | None = None,
) -> None:
    """Load the models, then serve until cancelled.

    The socket appears, and `ready` is called, only when calls can be served.

    Raises `EngineUnavailable` and `OSError`.
    """
    async with offline_engines(
        cache_dir=cache_dir,
        model_dir=model_dir,
        threads=threads,
        tts=tts,
    ) as engines:
        log.info("speech_models_loaded")
        await SpeechServer(engines, socket_path).serve(ready=ready)
