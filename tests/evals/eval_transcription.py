"""Words, speakers and silence of whole recordings: run `python tests/evals/eval_transcription.py`.

Real speech comes out of packages of Debian (`real_speech.py`): five LibriVox clips of one reader,
six commands of others, 240 studio prompts of one speaker. On the telephone band each clip of the
two small sets is heard under four noises, each prompt under one of the four. Everything else is
synthetic, in the product's own voices, and says so.
The parts to run may be given: `eval_transcription.py real speakers`.
"""

import asyncio
import itertools
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import jiwer
import numpy as np
import real_speech
import word_errors

import nonspeech
import rehearing
import transcribing
from vinfer.adapters.tts.kokoro_model import VOICES

LINES_OF_REAL = (("16 kHz", 0.0), ("8 kHz", 0.002), ("8 kHz noisy", 0.01))
NOISES = 4
BEGINNINGS = 5  # of each kind of sound, since voice is found most easily where a recording begins
FEW = 50
PARTS = sys.argv[1:]
LINES = [text for text, _ in rehearing.ENGLISH]
SECONDS_OF_EACH_SOUND = 286.0  # 21 kinds: 100 minutes


async def text_of(content: bytes) -> str:
    """Everything that was heard in a recording."""
    found = await transcribing.transcribed(content)
    return " ".join(segment.text for segment in found.segments)


async def real() -> None:
    """Word error rate on real speech, clean and on a telephone line, of each set and of all."""
    sets = real_speech.sets()
    if not sets:
        print("real speech: not measured, its packages cannot be had (see above)")
    for line, noise in LINES_OF_REAL if sets else ():
        wrong, words = Counter[str](), Counter[str]()
        for name, clips in sets.items():
            for clip, seed in hearings(clips, noise=noise):
                content = recording(clip.samples, noise=noise, seed=seed)
                found = word_errors.compared(clip.words, await text_of(content))
                wrong[name] += len(found.wrong)
                words[name] += found.words
            rate = wrong[name] / words[name]
            count = f"{words[name]} words, {len(clips)} clips"
            print(f"real {name}, {line}: WER {rate:.2%} (n = {count})", flush=True)
        rate = wrong.total() / words.total()
        print(f"real, all of it, {line}: WER {rate:.2%} (n = {words.total()} words)", flush=True)


def hearings(
    clips: list[real_speech.Clip], *, noise: float
) -> Iterator[tuple[real_speech.Clip, int]]:
    """Each clip with the seed of its noise: a few clips under every noise, many under one each."""
    if not noise:
        return zip(clips, itertools.repeat(0), strict=False)
    if len(clips) < FEW:
        return itertools.product(clips, range(NOISES))
    return zip(clips, itertools.cycle(range(NOISES)), strict=False)


def recording(samples: transcribing.Samples, *, noise: float, seed: int) -> bytes:
    """A clip as it is without noise, otherwise as a telephone line leaves it."""
    if not noise:
        return transcribing.wav(samples, rate_hz=real_speech.RATE_HZ)
    line = transcribing.telephone(samples, rate_hz=real_speech.RATE_HZ, noise=noise, seed=seed)
    return transcribing.wav(line)


async def synthetic() -> None:
    """Word error rate of call sentences, 8 kHz, each voice a recording of its own."""
    said: list[str] = []
    heard: list[str] = []
    for by in VOICES:
        _, tracks = await transcribing.dialogue([(by, text) for text in LINES])
        noisy = transcribing.telephone(tracks[by], rate_hz=8000)
        said.append(transcribing.plain(" ".join(text for _, text in rehearing.ENGLISH)))
        heard.append(transcribing.plain(await text_of(transcribing.wav(noisy))))
    count = sum(len(words.split()) for words in said)
    wer = jiwer.wer(said, heard)
    print(
        f"synthetic calls, 8 kHz telephone: WER {wer:.1%} (n = {count} words, {len(said)} voices)"
    )


def _call(voices: Sequence[str], *, seed: int) -> list[tuple[str, str]]:
    """Ten lines, by these voices in turn."""
    return [(voices[n % len(voices)], LINES[(5 * seed + n) % len(LINES)]) for n in range(10)]


async def speakers() -> None:
    """Diarization error of two-sided calls, each pair of voices.

    The reference is when each line is spoken, pauses inside it included. Overlap is scored; with
    the collar, what lies within 0.25 s of the beginning and the end of a line is not.
    """
    errors: dict[tuple[str, float], list[float]] = {}
    counted: list[int] = []
    for at, pair in enumerate(itertools.combinations(VOICES, 2)):
        turns, tracks = await transcribing.dialogue(_call(pair, seed=at), gap_s=0.4)
        both = [transcribing.telephone(each, rate_hz=8000) for each in tracks.values()]
        mono = await transcribing.transcribed(transcribing.wav(np.sum(both, axis=0)))
        stereo = await transcribing.transcribed(transcribing.wav(*both))
        for (kind, found), collar_s in itertools.product(
            (("mono", mono), ("stereo", stereo)), (0.25, 0.0)
        ):
            error = transcribing.diarization_error(turns, found, collar_s=collar_s)
            errors.setdefault((kind, collar_s), []).append(error)
        counted.append(len(mono.speakers))
    for (kind, collar_s), found in errors.items():
        print(
            f"synthetic two-speaker calls, 8 kHz, {kind}: DER mean {np.mean(found):.1%}, median "
            f"{np.median(found):.1%}, worst {max(found):.1%} (n = {len(found)}, "
            f"collar {collar_s} s, overlap scored)"
        )
    print(f"  mono: two speakers found in {counted.count(2)} of {len(counted)}")


async def crowds() -> None:
    """One speaker taken for two, and three told apart, on a telephone line with one channel."""
    alone: list[int] = []
    for at, voice in enumerate(VOICES):
        _, tracks = await transcribing.dialogue(_call([voice], seed=at), gap_s=0.4)
        line = transcribing.telephone(tracks[voice], rate_hz=8000)
        alone.append(len((await transcribing.transcribed(transcribing.wav(line))).speakers))
    print(f"synthetic monologues, 8 kHz: one speaker found in {alone.count(1)} of {len(alone)}")
    errors: list[float] = []
    counts: list[int] = []
    triples = list(itertools.combinations(VOICES, 3))[::5]
    for at, voices in enumerate(triples):
        turns, tracks = await transcribing.dialogue(_call(voices, seed=at) * 2, gap_s=0.4)
        parts = [transcribing.telephone(each, rate_hz=8000) for each in tracks.values()]
        found = await transcribing.transcribed(
            transcribing.wav(np.sum(parts, axis=0)), most_speakers=3
        )
        errors.append(transcribing.diarization_error(turns, found))
        counts.append(len(found.speakers))
    print(
        f"synthetic three-speaker calls, 8 kHz, mono: DER mean {np.mean(errors):.1%}, worst "
        f"{max(errors):.1%}, three speakers found in {counts.count(3)} of {len(counts)}"
    )


async def silence() -> None:
    """Words made up in 100 minutes without any."""
    words, seconds = 0, 0.0
    for seed, kind in enumerate(nonspeech.KINDS):
        samples = nonspeech.sound(kind, seconds=SECONDS_OF_EACH_SOUND, seed=seed)
        content = transcribing.wav(samples, rate_hz=16_000)
        for language in ("en-IN", "hi-IN"):
            found = await transcribing.transcribed(content, language=language)
            words += len(found.text.split())
        seconds += SECONDS_OF_EACH_SOUND
    print(f"no speech: {words} words in {seconds / 60:.0f} minutes, as English and as Hindi")
    words, clips = 0, list(itertools.product(nonspeech.KINDS, range(BEGINNINGS)))
    for kind, seed in clips:
        samples = nonspeech.sound(kind, seconds=5.0, seed=seed)
        words += len((await text_of(transcribing.wav(samples, rate_hz=16_000))).split())
    print(f"no speech from the first sample on: {words} words in {len(clips)} clips of 5 s")


async def main() -> None:
    """Print every figure with its sample size."""
    begun = time.process_time()
    for part in (real, synthetic, speakers, crowds, silence):
        if part.__name__ in PARTS or not PARTS:
            await part()
    print(f"processor time {time.process_time() - begun:.0f} s")


if __name__ == "__main__":
    asyncio.run(main())
