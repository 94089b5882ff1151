"""The real speech models, loaded once for each process of a run, and audio to try them on."""

import asyncio
import atexit
import functools
import os
import shutil
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np

from places import SHARED_CACHE
from vinfer.adapters.dsp import from_pcm, to_pcm
from vinfer.adapters.hearing.offline import OfflineHearing
from vinfer.adapters.inference import InferencePool
from vinfer.adapters.models import ModelStore
from vinfer.adapters.speech_socket.server import Engines, SpeechServer
from vinfer.adapters.stt.whisper import WhisperRecognizer
from vinfer.adapters.tts.kokoro import KokoroVoice
from vinfer.adapters.tts.kokoro_model import KokoroModel
from vinfer.adapters.vad.silero import SileroNetwork
from vinfer.adapters.vad.smart_turn import SmartTurn

SECOND = bytes(16_000)


@functools.cache
def cache_dir() -> Path:
    """Joined weights and rendered lines, for as long as the run: each is made once."""
    if SHARED_CACHE in os.environ:
        return Path(os.environ[SHARED_CACHE])
    path = Path(tempfile.mkdtemp(prefix="vinfer-models-"))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


@functools.cache
def store() -> ModelStore:
    """Verified weights."""
    return ModelStore(cache_dir() / "models")


@functools.cache
def pool() -> InferencePool:
    """Threads that end with the run."""
    started = InferencePool().__enter__()
    atexit.register(started.__exit__, None, None, None)
    return started


@functools.cache
def kokoro() -> KokoroModel:
    """The synthesis network."""
    return KokoroModel(store())


@functools.cache
def voice() -> KokoroVoice:
    """The synthesis port."""
    return KokoroVoice(store(), pool(), cache_dir=cache_dir() / "test-lines")


@functools.cache
def silero() -> SileroNetwork:
    """The voice activity network."""
    return SileroNetwork(store())


@functools.cache
def smart_turn() -> SmartTurn:
    """The end-of-turn network."""
    return SmartTurn(store())


@functools.cache
def recognizer() -> WhisperRecognizer:
    """The recognition port."""
    return WhisperRecognizer(store(), pool(), vad=silero())


def hearing() -> OfflineHearing:
    """A new hearing port on the shared networks."""
    return OfflineHearing(vad=silero(), turn=smart_turn(), recognizer=recognizer(), pool=pool())


async def spoken(text: str, *, language: str = "en-IN", by: str = "am_michael") -> bytes:
    """What a caller sounds like on a telephone."""
    return b"".join([chunk async for chunk in voice().speak(text, language=language, voice=by)])


def noisy(pcm: bytes, *, level: float = 0.002) -> bytes:
    """The same with line noise."""
    samples = from_pcm(pcm)
    noise = np.random.default_rng(7).normal(0.0, level, samples.size)
    return to_pcm((samples + noise).astype(np.float32))


@asynccontextmanager
async def serving(engines: Engines) -> AsyncGenerator[Path]:
    """Serve `engines` on a socket for as long as the block."""
    path = cache_dir() / f"{os.getpid()}.sock"
    up = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(SpeechServer(engines, path).serve(ready=up.set))
        await up.wait()
        yield path
        task.cancel()
