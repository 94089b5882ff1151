"""Whisper on CTranslate2, with a short encoder context and Roman output for Indian languages.

The encoder's cost grows with its context. `faster_whisper.WhisperModel` always pads to 30 s; this
module drives the same network itself and pads to what the audio needs, which makes a short turn
about 3 times as cheap.
"""

import json
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import ctranslate2
import numpy as np
import tokenizers
from faster_whisper.feature_extractor import FeatureExtractor
from faster_whisper.tokenizer import Tokenizer

from vinfer.adapters.dsp import Samples
from vinfer.ports.stt import Word

_ct2: Any = ctranslate2  # its extension module ships without types
RATE_HZ: Final = 16_000
LONGEST_S: Final = 30
LONGEST_TOKENS: Final = 224  # half of Whisper's text context, as upstream
_FIRST_SPECIAL: Final = (
    50257  # Whisper's multilingual vocabulary: end of text and every control token
)
# Generic on purpose: whatever the prompt holds can leak into what is "heard".
ROMAN_PROMPT: Final = (
    "Namaste ji, haan theek hai. Kya aap bata sakte hain? Nahin, mujhe nahin chahiye. Dhanyavaad."
)

# Shares no word with the other, and holds neither a yes nor a no: what sounds alike under both was
# said.
OTHER_ROMAN_PROMPT: Final = "Suniye, main abhi ghar par hoon. Kal shaam ko unka phone aaya tha."


@dataclass(frozen=True, slots=True)
class Decoded:
    """One decoding with the evidence for and against it."""

    text: str
    tokens: tuple[int, ...]
    mean_logprob: float
    no_speech: float

    @property
    def compression(self) -> float:
        """How many times zlib shrinks the text; a loop shrinks well."""
        raw = self.text.encode()
        return len(raw) / len(zlib.compress(raw)) if raw else 0.0


class WhisperModel:
    """Encode once, then ask: which language, which words, when."""

    def __init__(self, folder: Path, *, threads: int = 1, workers: int = 2) -> None:
        self._network: Any = _ct2.models.Whisper(
            str(folder),
            device="cpu",
            compute_type="int8",
            intra_threads=threads,
            inter_threads=workers,
        )
        self._tokens: Any = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._features = FeatureExtractor()
        self._latin_only = _non_ascii_tokens(folder / "tokenizer.json")
        self._prompts: dict[str, list[int]] = {
            text: self._tokens.encode(" " + text, add_special_tokens=False).ids
            for text in (ROMAN_PROMPT, OTHER_ROMAN_PROMPT)
        }

    def encode(self, samples: Samples, *, context_s: int) -> Any:
        """Run the encoder over 16 kHz audio padded to `context_s` (at most 30)."""
        frames = 100 * min(LONGEST_S, context_s)
        mel = self._features(samples)[:, :frames]
        mel = np.pad(mel, ((0, 0), (0, frames - mel.shape[1])))
        view: Any = _ct2.StorageView.from_array(np.ascontiguousarray(mel[None], dtype=np.float32))
        return self._network.encode(view, to_cpu=False)

    def language_scores(self, encoded: Any) -> dict[str, float]:
        """The probability of each of Whisper's languages."""
        return {token[2:-2]: score for token, score in self._network.detect_language(encoded)[0]}

    def decode(
        self,
        encoded: Any,
        *,
        language: str,
        roman_prompt: bool,
        most_tokens: int,
        beam: int = 5,
        prompt: str = ROMAN_PROMPT,
    ) -> Decoded:
        """Write down what was said, in ASCII letters only, in at most `most_tokens`."""
        tokenizer = self._tokenizer(language)
        before = [tokenizer.sot_prev, *self._prompts[prompt]] if roman_prompt else []
        start = [*before, *tokenizer.sot_sequence, tokenizer.no_timestamps]
        found = self._network.generate(
            encoded,
            [start],
            beam_size=beam,
            max_length=len(start) + min(LONGEST_TOKENS, most_tokens),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_tokens=self._latin_only,
            suppress_blank=True,
        )[0]
        tokens = tuple(token for token in found.sequences_ids[0] if token < _FIRST_SPECIAL)
        total = found.scores[0] * len(found.sequences_ids[0])
        return Decoded(
            text=tokenizer.decode(list(tokens)).strip(),
            tokens=tokens,
            mean_logprob=total / (len(found.sequences_ids[0]) + 1),
            no_speech=found.no_speech_prob,
        )

    def words(
        self, encoded: Any, decoded: Decoded, *, language: str, frames: int
    ) -> tuple[Word, ...]:
        """Align each word of `decoded`; seconds from the start of the encoded audio."""
        if not decoded.tokens:
            return ()
        tokenizer = self._tokenizer(language)
        aligned = self._network.align(
            encoded, tokenizer.sot_sequence, [list(decoded.tokens)], frames, median_filter_width=7
        )[0]
        return _words(tokenizer, decoded.tokens, aligned)

    def _tokenizer(self, language: str) -> Any:
        return Tokenizer(self._tokens, multilingual=True, task="transcribe", language=language)


def _words(tokenizer: Any, tokens: tuple[int, ...], aligned: Any) -> tuple[Word, ...]:
    texts, groups = tokenizer.split_to_word_tokens([*tokens, tokenizer.eot])
    pairs = np.array(aligned.alignments)
    steps = pairs[np.r_[True, np.diff(pairs[:, 0]) > 0], 1] * 0.02  # one encoder step is 20 ms
    sizes: list[int] = [len(group) for group in groups[:-1]]
    bounds = np.cumsum([0, *sizes])
    chances: list[float] = list(aligned.text_token_probs)
    words: list[Word] = []
    for at, text in enumerate(texts[:-1]):
        first, last = int(bounds[at]), int(bounds[at + 1])
        sure = sum(chances[first:last]) / max(1, last - first)
        end = float(steps[min(last, len(steps) - 1)])
        if words and not any(letter.isalnum() for letter in text):
            words[-1] = replace(words[-1], text=words[-1].text + text.strip())
        elif words and not text.startswith(" "):  # ",200" goes on with "5"
            whole = words[-1].text + text.strip()
            sure = min(words[-1].confidence or 0.0, sure)  # these always have one
            words[-1] = replace(words[-1], text=whole, end_s=end, confidence=sure)
        else:
            start = float(steps[min(first, len(steps) - 1)])
            words.append(Word(text.strip(), start, end, sure))
    return tuple(words)


def _byte_of_symbol() -> dict[str, int]:
    """GPT-2's table: which byte each printable stand-in means."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in plain]
    return {chr(byte): byte for byte in plain} | {
        chr(256 + at): byte for at, byte in enumerate(others)
    }


def _non_ascii_tokens(tokenizer_json: Path) -> list[int]:
    """Tokens to suppress so that only ASCII is written; -1 adds Whisper's own non-speech set."""
    byte_of = _byte_of_symbol()
    vocabulary = json.loads(tokenizer_json.read_bytes())["model"]["vocab"]
    return [-1] + [
        number
        for token, number in vocabulary.items()
        if number < _FIRST_SPECIAL and any(byte_of.get(symbol, 0) >= 128 for symbol in token)
    ]
