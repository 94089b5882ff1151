"""Words that the prompt says in a caller's place: `python tests/evals/eval_recitals.py`.

Real speech without words: a speaker of Malayalam says syllables, which Debian's `klettres-data`
(GPL-2+) teaches children by; it is fetched and checked, not installed. Every fourth of the 521 is
heard as a caller's turn in Hindi on a telephone line; the guard was set on others. Then short
answers by four of the product's Hindi voices, which should come through.
"""

import asyncio
import math
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))

import av
import numpy as np
from real_speech import Package

import speech_models as models
import transcribing
from vinfer.adapters.dsp import from_pcm, resample
from vinfer.adapters.models.catalog import WHISPER_BASE
from vinfer.adapters.stt.guards import believable
from vinfer.adapters.stt.recital import confirmed, has_line, only_prompt
from vinfer.adapters.stt.whisper_model import RATE_HZ, WhisperModel

SYLLABLES: Final = Package(
    "klettres-data", "1186d257a19e84230856baea0b0b1ded8be9195080fcdb2588970b5cd937f5a8"
)
EVERY: Final = 4
VOICES: Final = ("hf_alpha", "hf_beta", "hm_omega", "hm_psi")
ANSWERS: Final = (
    "हाँ।", "जी हाँ।", "हाँ जी।", "नहीं।", "नहीं जी।", "ठीक है।", "हाँ, ठीक है।", "नमस्ते।", "धन्यवाद।",
    "मुझे नहीं चाहिए।", "नहीं, मुझे नहीं चाहिए।", "नमस्ते जी, हाँ ठीक है।", "क्या आप बता सकते हैं?",
)  # fmt: skip


def syllables(folder: Path) -> Iterator[tuple[str, transcribing.Samples]]:
    """Names, and clips of one to three seconds."""
    for path in sorted((folder / "usr/share/klettres/ml").rglob("*.ogg"))[1::EVERY]:
        yield path.stem, transcribing.telephone(_decoded(path), rate_hz=RATE_HZ)


def _decoded(path: Path) -> transcribing.Samples:
    container: Any = av.open(str(path))
    resampler = av.AudioResampler("s16", "mono", RATE_HZ)
    with container:
        frames = [*container.decode(audio=0), None]
        parts = [part.to_ndarray() for frame in frames for part in resampler.resample(frame)]
    return from_pcm(np.concatenate(parts, axis=1).tobytes())


def heard(model: WhisperModel, line: transcribing.Samples) -> tuple[str, str]:
    """What a live turn is believed to say, before and after the prompt's words are heard again."""
    speech_s = line.size / transcribing.LINE_HZ
    audio = resample(line, from_hz=transcribing.LINE_HZ, to_hz=RATE_HZ)
    encoded = model.encode(audio, context_s=max(20, math.ceil(speech_s + 12)))
    most_tokens = 16 + int(14 * speech_s)
    first = model.decode(encoded, language="hi", roman_prompt=True, most_tokens=most_tokens)
    if not believable(first, speech_s=speech_s):
        return "", ""
    stands = confirmed(
        model, encoded, first, language="hi", speech_s=speech_s, most_tokens=most_tokens
    )
    return first.text, stands.text if stands else ""


async def answers() -> list[tuple[str, transcribing.Samples]]:
    """Short answers with the quarter of a second before and the half after that a turn has."""
    found: list[tuple[str, transcribing.Samples]] = []
    for by in VOICES:
        for said in ANSWERS:
            spoken = from_pcm(await models.spoken(said, language="hi-IN", by=by))
            turn = np.pad(spoken, (2000, 4000))
            found.append((said, transcribing.telephone(turn, rate_hz=transcribing.LINE_HZ)))
    return found


def from_prompt(text: str) -> bool:
    """Whether the prompt may have said it."""
    return bool(text) and (only_prompt(text) or has_line(text))


async def main() -> None:
    """Print how often the prompt speaks, and how often it is believed."""
    model = WhisperModel(models.store().ensure(WHISPER_BASE), workers=1)
    folder = SYLLABLES.folder()
    if folder is not None:
        texts = [(name, *heard(model, line)) for name, line in syllables(folder)]
        kept = [f"{name}: {after}" for name, _, after in texts if from_prompt(after)]
        first = sum(from_prompt(before) for _, before, _ in texts)
        print(
            f"real syllables, 8 kHz, live: prompt words for {first} of {len(texts)} "
            f"clips, believed {len(kept)}: {', '.join(kept)}"
        )
    short = [(said, *heard(model, line)) for said, line in await answers()]
    lost = Counter(said for said, before, after in short if from_prompt(before) and not after)
    print(
        f"short answers, 8 kHz, live, synthetic: words for {sum(bool(b) for _, b, _ in short)} of "
        f"{len(short)} before the second hearing, {sum(bool(a) for *_, a in short)} after; lost: "
        f"{dict(lost)}"
    )


if __name__ == "__main__":
    asyncio.run(main())
