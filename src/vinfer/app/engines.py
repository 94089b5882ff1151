"""The engines of the settings that are not shipped: transcribers and a language model."""

from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Executor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vinfer.adapters.http_out.vendor import Vendor, vendor
from vinfer.adapters.llm import openai as chat
from vinfer.adapters.llm import wrappers as llm
from vinfer.adapters.stt import assemblyai, deepgram, openai, sarvam
from vinfer.adapters.stt import wrappers as stt
from vinfer.adapters.stt.languages import code_of
from vinfer.app.settings import Settings
from vinfer.kit.clock import Clock
from vinfer.ports.audio import EngineUnavailable
from vinfer.ports.llm import LanguageModel, Purse
from vinfer.ports.stt import Transcriber

MOST_LLM_TRIES: Final = 2  # a thread of the worker waits


@dataclass(frozen=True, slots=True)
class Offered:
    """A service as its vendor offers it: address, model, key's header, languages, our adapter."""

    url: str
    model: str
    headers: Callable[[str], dict[str, str]]
    tags: Callable[[str, str], frozenset[str]]
    made: Callable[[Vendor, str], Transcriber]

    def languages(self, *, url: str | None = None, model: str | None = None) -> list[str]:
        """ISO 639-1 codes of what the service hears there, in a model of its own choice or ours."""
        found = self.tags(url or self.url, model or self.model)
        return sorted({code_of(tag) for tag in found})


OFFERED: Final[dict[str, Offered]] = {
    "openai": Offered(
        openai.URL,
        openai.MODEL,
        openai.headers,
        openai.languages,
        lambda far, model: openai.OpenAiTranscriber(far, model=model),
    ),
    "deepgram": Offered(
        deepgram.URL,
        deepgram.MODEL,
        deepgram.headers,
        deepgram.languages,
        lambda far, model: deepgram.DeepgramTranscriber(far, model=model),
    ),
    "sarvam": Offered(
        sarvam.URL,
        sarvam.MODEL,
        sarvam.headers,
        sarvam.languages,
        lambda far, model: sarvam.SarvamTranscriber(far, model=model),
    ),
    "assemblyai": Offered(
        assemblyai.URL,
        assemblyai.MODEL,
        assemblyai.headers,
        assemblyai.languages,
        lambda far, model: assemblyai.AssemblyAiTranscriber(far, model=model),
    ),
}


@dataclass(frozen=True, slots=True)
class Engines:
    """What the settings name besides what ships; None: nothing."""

    service: Transcriber | None = None
    model: LanguageModel | None = None

    def transcriber(
        self,
        settings: Settings,
        shipped: Callable[[], Transcriber],
        executor: Executor,
        *,
        workers: int,
        clock: Clock,
    ) -> Transcriber:
        """What transcribes, `shipped` loaded only where it may be needed. Blocks; raises
        `EngineUnavailable`."""
        if settings.stt == "offline":
            return shipped()
        primary = self.service or _folder(settings, executor, workers)
        if not settings.stt_fallback:
            return primary
        return stt.Fallback(primary, shipped(), clock=clock)


@asynccontextmanager
async def engines(settings: Settings, *, purse: Purse) -> AsyncGenerator[Engines]:
    """The services of the settings, reachable for as long as the block lasts.

    The language model spends what is in `purse`.
    """
    async with AsyncExitStack() as stack:
        service = await stack.enter_async_context(_service(settings))
        model = await stack.enter_async_context(_model(settings, purse))
        yield Engines(service, model)


@asynccontextmanager
async def _service(settings: Settings) -> AsyncGenerator[Transcriber | None]:
    offered = OFFERED.get(settings.stt)
    if offered is None:
        yield None
        return
    limit_s = settings.stt_timeout_s
    async with vendor(
        name=settings.stt,
        url=settings.stt_url or offered.url,
        headers=offered.headers(settings.stt_key) if settings.stt_key else {},
        timeout_s=limit_s,
    ) as far:
        made = stt.InScript(offered.made(far, settings.stt_model or offered.model))
        limited = stt.AtOnce(stt.Timeout(made, limit_s=limit_s), most=settings.stt_concurrency)
        yield stt.Retry(limited)


@asynccontextmanager
async def _model(settings: Settings, purse: Purse) -> AsyncGenerator[LanguageModel | None]:
    url, name = settings.llm_url, settings.llm_model
    if url is None or name is None:
        yield None
        return
    limit_s = settings.llm_timeout_s
    headers = chat.headers(settings.llm_key)
    async with vendor(name="llm", url=url, headers=headers, timeout_s=limit_s) as far:
        made = chat.OpenAiModel(far, model=name, url=url)
        limited = llm.AtOnce(llm.Timeout(made, limit_s=limit_s), most=settings.llm_concurrency)
        yield llm.Retry(llm.Budget(limited, purse), tries=MOST_LLM_TRIES)


def _folder(settings: Settings, executor: Executor, workers: int) -> Transcriber:
    from vinfer.adapters.stt.folder import FolderTranscriber  # heavy, and for workers alone

    folder: Path | None = settings.stt_folder
    if folder is None:
        raise EngineUnavailable("VINFER_STT_FOLDER is not set")
    return FolderTranscriber(
        folder,
        executor,
        sha256=settings.stt_folder_sha256,
        device=settings.stt_device,
        workers=workers,
    )
