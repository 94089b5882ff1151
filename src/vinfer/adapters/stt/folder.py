"""Any Whisper model that was converted for CTranslate2, from a folder of the operator's.

The folder is the operator's word: its hash is recorded when it is loaded, and held to the one in
the settings where there is one.
"""

import asyncio
from concurrent.futures import Executor
from math import exp
from pathlib import Path
from typing import Any, Final, Literal

import structlog

from vinfer.adapters.dsp import Samples, from_pcm
from vinfer.adapters.models.store import whole_digest
from vinfer.adapters.stt import remote
from vinfer.adapters.stt.languages import SUPPORTED, answers_in, code_of, likeliest, tag_for
from vinfer.ports.audio import EngineUnavailable
from vinfer.ports.decoding import DECODED_RATE_HZ
from vinfer.ports.stt import HeardSegment, SttCapabilities, Word

Device = Literal["cpu", "cuda", "auto"]
NEEDED: Final = ("config.json", "model.bin", "tokenizer.json")  # without the last it is downloaded
_log = structlog.get_logger()


def digest(folder: Path) -> str:
    """The hash of a model's folder, over the names and contents of its files.

    Raises `EngineUnavailable` for a folder that holds no model.
    """
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if missing:
        raise EngineUnavailable(f"{folder} lacks {', '.join(missing)}: is it a CTranslate2 model?")
    return whole_digest(folder)


class FolderTranscriber:
    """A Whisper model in a folder, on `device`; each of `workers` threads of `executor` may ask."""

    def __init__(
        self,
        folder: Path,
        executor: Executor,
        *,
        sha256: str | None = None,
        device: Device = "cpu",
        compute: str = "default",
        workers: int = 1,
    ) -> None:
        """Load the model. Raises `EngineUnavailable`."""
        self.sha256 = digest(folder)
        if sha256 is not None and self.sha256 != sha256.lower():
            raise EngineUnavailable(f"{folder} has SHA-256 {self.sha256}, not {sha256}")
        self._network = _loaded(folder, device, compute, workers)
        self._executor = executor
        languages = SUPPORTED if self._network.model.is_multilingual else _english()
        self.capabilities = SttCapabilities(f"folder/{folder.name}", languages, words=True)
        _log.info("transcriber_loaded", folder=str(folder), sha256=self.sha256)

    async def hear(self, pcm: bytes, *, language: str) -> tuple[HeardSegment, ...]:
        """See the port."""
        remote.require(language, self.capabilities)
        audio = remote.cut(pcm)
        if remote.silent(audio):
            return ()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, self._hear, from_pcm(audio), language)

    def _hear(self, samples: Samples, language: str) -> tuple[HeardSegment, ...]:
        speech_s = samples.size / DECODED_RATE_HZ
        code = self._language(samples, language)
        found, _ = self._network.transcribe(
            samples,
            language=code,
            beam_size=5,
            temperature=0.0,
            condition_on_previous_text=False,
            word_timestamps=True,
        )
        tag = tag_for(code, asked=language)
        heard = (_segment(each, tag, speech_s) for each in found)
        return tuple(each for each in heard if remote.plausible(each, speech_s=speech_s))

    def _language(self, samples: Samples, asked: str) -> str:
        choices = answers_in(asked)
        if len(choices) == 1 or not self._network.model.is_multilingual:
            return code_of(asked)
        _, _, scores = self._network.detect_language(samples)
        return likeliest(dict(scores), asked=asked)


def _loaded(folder: Path, device: Device, compute: str, workers: int) -> Any:
    from faster_whisper import WhisperModel  # heavy, and for workers with this setting alone

    try:
        return WhisperModel(
            str(folder),
            device=device,
            compute_type=compute,
            cpu_threads=1,
            num_workers=workers,
            local_files_only=True,
        )
    except (RuntimeError, ValueError, OSError) as error:
        raise EngineUnavailable(f"{folder} cannot be loaded on {device}: {error}") from error


def _english() -> frozenset[str]:
    return frozenset(each for each in SUPPORTED if code_of(each) == "en")


def _segment(found: Any, language: str, speech_s: float) -> HeardSegment:
    words = [
        Word(each.word.strip(), each.start, each.end, remote.share(each.probability))
        for each in found.words or ()
    ]
    text = found.text.strip()
    return HeardSegment(
        text=text,
        language=language,
        confidence=exp(min(0.0, found.avg_logprob)),
        words=remote.spelled(text, remote.ordered(words, within_s=speech_s)),
        no_speech=found.no_speech_prob,
        mean_logprob=found.avg_logprob,
    )
