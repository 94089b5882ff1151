"""The whole road from a file's bytes to a transcript, on the real engines, and speech to send it.

Dialogues are synthetic: sentences of the product's own voices, at 8 kHz.
"""

import functools
import itertools
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

import speech_models as models
from vinfer.adapters.decoding.ffmpeg import FfmpegDecoder
from vinfer.adapters.decoding.sources import BytesSource
from vinfer.adapters.dsp import from_pcm, resample, to_pcm
from vinfer.adapters.embedding.ge2e import Ge2eNetwork
from vinfer.adapters.embedding.voiceprints import Ge2eVoiceprinter
from vinfer.adapters.models.catalog import WHISPER_BASE
from vinfer.adapters.stt.offline import WhisperTranscriber
from vinfer.adapters.stt.whisper_model import WhisperModel
from vinfer.adapters.vad.offline import SileroActivity
from vinfer.lens.assembly import assemble
from vinfer.lens.listening import HeardPiece, listen
from vinfer.lens.survey import Survey, survey
from vinfer.lens.transcript import Transcript
from vinfer.lens.windows import longest_window_s

Samples = NDArray[np.float32]
LINE_HZ: Final = 8000
RNG_SEED: Final = 5


@functools.cache
def executor() -> ThreadPoolExecutor:
    """One thread for all inference."""
    return ThreadPoolExecutor(1)


@functools.cache
def transcriber() -> WhisperTranscriber:
    """The transcriber port."""
    model = WhisperModel(models.store().ensure(WHISPER_BASE), workers=1)
    return WhisperTranscriber(model, executor())


@functools.cache
def voiceprinter() -> Ge2eVoiceprinter:
    """The voiceprint port."""
    return Ge2eVoiceprinter(Ge2eNetwork(models.store()), executor())


@functools.cache
def activity() -> SileroActivity:
    """The voice activity port."""
    return SileroActivity(models.store(), executor())


async def surveyed(
    content: bytes, *, name: str = "call.wav", language: str = "en-IN", split: bool | None = None
) -> Survey:
    """The first pass over a recording."""
    async with FfmpegDecoder().open(BytesSource(content, name=name), longest_s=36_000) as decoding:
        longest_s = longest_window_s(language)
        return await survey(decoding, activity(), longest_s=longest_s, split=split)


async def heard(
    content: bytes, found: Survey, *, language: str = "en-IN", done: Sequence[int] = ()
) -> list[HeardPiece]:
    """The second pass."""
    async with FfmpegDecoder().open(BytesSource(content, name="c.wav"), longest_s=36_000) as again:
        pieces = listen(
            again,
            found,
            transcriber=transcriber(),
            voiceprinter=voiceprinter(),
            language=language,
            done=done,
        )
        return [piece async for piece in pieces]


async def transcribed(
    content: bytes,
    *,
    language: str = "en-IN",
    most_speakers: int = 2,
    split: bool | None = None,
    channel_roles: Sequence[str] = (),
) -> Transcript:
    """Both passes and the assembly."""
    found = await surveyed(content, language=language, split=split)
    pieces = await heard(content, found, language=language)
    return assemble(found, pieces, most_speakers=most_speakers, channel_roles=channel_roles)


@dataclass(frozen=True, slots=True)
class Turn:
    """What somebody says in a dialogue, and when; `by` is a voice."""

    by: str
    text: str
    start_s: float
    end_s: float


async def dialogue(
    lines: Sequence[tuple[str, str]], *, gap_s: float = 0.5, language: str = "en-IN"
) -> tuple[list[Turn], dict[str, Samples]]:
    """Speak (voice, text) lines one after the other; the turns, and each voice's own track."""
    turns: list[Turn] = []
    spoken: list[Samples] = []
    at_s = gap_s
    for by, text in lines:
        spoken.append(from_pcm(await models.spoken(text, language=language, by=by)))
        turns.append(Turn(by, text, at_s, at_s + spoken[-1].size / LINE_HZ))
        at_s = turns[-1].end_s + gap_s
    tracks = {by: np.zeros(int(at_s * LINE_HZ) + 1, np.float32) for by, _ in lines}
    for turn, samples in zip(turns, spoken, strict=True):
        first = int(turn.start_s * LINE_HZ)
        tracks[turn.by][first : first + samples.size] += samples
    return turns, tracks


def wav(*channels: Samples, rate_hz: int = LINE_HZ) -> bytes:
    """A WAV file of 16-bit samples."""
    mixed = np.stack(channels, axis=1)
    data = to_pcm(mixed.ravel().astype(np.float32))
    count = len(channels)
    head = b"WAVEfmt " + (16).to_bytes(4, "little") + (1).to_bytes(2, "little")
    head += count.to_bytes(2, "little") + rate_hz.to_bytes(4, "little")
    head += (rate_hz * count * 2).to_bytes(4, "little") + (count * 2).to_bytes(2, "little")
    head += (16).to_bytes(2, "little") + b"data" + len(data).to_bytes(4, "little")
    return b"RIFF" + (len(head) + len(data)).to_bytes(4, "little") + head + data


def telephone(
    samples: Samples, *, rate_hz: int, noise: float = 0.002, seed: int = RNG_SEED
) -> Samples:
    """What a telephone line makes of it: 300-3400 Hz at 8 kHz, mu-law, and noise."""
    line = resample(samples, from_hz=rate_hz, to_hz=LINE_HZ)
    spectrum = np.fft.rfft(line)
    hz = np.fft.rfftfreq(line.size, 1 / LINE_HZ)
    spectrum[(hz < 300) | (hz > 3400)] = 0
    line = np.fft.irfft(spectrum, line.size)
    coded = np.sign(line) * np.log1p(255 * np.minimum(1, np.abs(line))) / np.log(256)
    steps = np.round(coded * 127) / 127
    line = np.sign(steps) * (256 ** np.abs(steps) - 1) / 255
    noisy = line + np.random.default_rng(seed).normal(0, noise, line.size)
    return noisy.astype(np.float32)


def diarization_error(turns: Sequence[Turn], found: Transcript, *, collar_s: float = 0.25) -> float:
    """Missed, false and confused speech as a share of speech, in 10 ms steps, best matching."""
    step_s = 0.01
    count = int((max(turn.end_s for turn in turns) + 2) / step_s)
    voices = sorted({turn.by for turn in turns})
    names = sorted(found.speakers)
    said = np.zeros((len(voices), count), bool)
    scored = np.ones(count, bool)
    for turn in turns:
        said[voices.index(turn.by), int(turn.start_s / step_s) : int(turn.end_s / step_s)] = True
        for edge_s in (turn.start_s, turn.end_s):
            first = max(0, int((edge_s - collar_s) / step_s))
            scored[first : int((edge_s + collar_s) / step_s)] = False
    given = np.zeros((max(len(names), len(voices)), count), bool)
    until = dict.fromkeys(names, -9.0)
    for segment in found.segments:
        pause = segment.start_s - until[segment.speaker]
        start_s = until[segment.speaker] if pause < 0.6 else segment.start_s  # one turn
        until[segment.speaker] = segment.end_s
        row = names.index(segment.speaker)
        given[row, int(start_s / step_s) : int(segment.end_s / step_s)] = True
    said, given = said[:, scored], given[:, scored]
    right = max(
        sum(int((said[row] & given[other]).sum()) for row, other in enumerate(order))
        for order in itertools.permutations(range(len(given)), len(voices))
    )
    speech, claimed = said.sum(axis=0), given.sum(axis=0)
    return float((np.maximum(speech, claimed).sum() - right) / speech.sum())


def plain(text: str) -> str:
    """Words only, with the numbers of card games and small talk spelt out."""
    text = re.sub(r"(?<=\d),(?=\d)", "", text.lower().replace("-", " ").replace("mr.", "mister"))
    spelt = {"10": "ten", "4": "four", "7": "seven", "5": "five", "8": "eight"}
    return " ".join(spelt.get(word, word) for word in re.findall(r"[a-z0-9']+", text))
