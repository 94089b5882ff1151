"""Real English speech with its text, from packages of Debian that are fetched once.

A package is downloaded by `apt-get download` (which checks Debian's signed index), has to have the
digest that stands here, and is unpacked under `~/.cache/vinfer-evals`; nothing is installed.

Which prompts are taken was decided on their text alone, before any was heard: all whose text has
four words or more, but those with a sign that may be read in several ways ("#", "*") or an address
of the web. Of recordings that are the same bytes one is taken. Words misspelt in the list are
spelt as they are said.
"""

import gzip
import hashlib
import re
import subprocess
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
import word_errors
from numpy.typing import NDArray

from vinfer.adapters.dsp import from_pcm

CACHE: Final = Path.home() / ".cache" / "vinfer-evals"
RATE_HZ: Final = 16_000
_FEWEST_WORDS: Final = 4
_UNSAYABLE: Final = re.compile(r"[#*@]|www\.")
_MISSPELT: Final = {
    "umute": "unmute",
    "represenatives": "representatives",
    "Un-indentified": "unidentified",
    "witheld": "withheld",
    "thru": "through",
}


@dataclass(frozen=True, slots=True)
class Clip:
    """A recording, 16 kHz mono, and what is said in it."""

    name: str
    words: str
    samples: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Package:
    """A package of Debian in the one version that the figures are of."""

    name: str
    sha256: str

    def folder(self) -> Path | None:
        """Where it lies unpacked; None, with a line that says why, where it cannot be had."""
        place = CACHE / f"{self.name}-{self.sha256[:12]}"
        if place.is_dir():
            return place
        CACHE.mkdir(parents=True, exist_ok=True)
        try:
            found = self._fetched()
            part = place.with_suffix(".part")
            subprocess.run(["dpkg-deb", "-x", str(found), str(part)], check=True)
            part.rename(place)
            found.unlink()
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            print(f"  {self.name} cannot be had: {error}")
            return None
        return place

    def _fetched(self) -> Path:
        """The package's file. Raises `ValueError` for another version."""
        for old in CACHE.glob(f"{self.name}_*.deb"):
            old.unlink()
        fetch = ["apt-get", "download", "-qq", self.name]
        subprocess.run(fetch, cwd=CACHE, check=True, capture_output=True, timeout=300)
        (found,) = CACHE.glob(f"{self.name}_*.deb")
        if hashlib.sha256(found.read_bytes()).hexdigest() != self.sha256:
            raise ValueError(f"{found.name} is another version than the figures are of")
        return found


SPHINX: Final = Package(
    "pocketsphinx-testdata", "eaeb7a01d54f20b799d1a81ef110ec544b2cb47ea006614078220737a33019f0"
)
PROMPTS: Final = Package(
    "asterisk-core-sounds-en-g722",
    "38c5261820b406dcb0ecb37675720da2b0864850690690352ca52707eb623806",
)
TEXTS: Final = Package(
    "asterisk-core-sounds-en", "973e797d28e37fa6ca3c0a9d6fa717e77cf1268ae916bf09fd3503113cdffa50"
)


def sets() -> dict[str, list[Clip]]:
    """Every set of clips that can be had."""
    return {name: clips for name, clips in _sets() if clips}


def _sets() -> Iterator[tuple[str, list[Clip]]]:
    sphinx, sounds, texts = SPHINX.folder(), PROMPTS.folder(), TEXTS.folder()
    if sphinx is not None:
        data = sphinx / "usr/share/pocketsphinx/test/data"
        yield "audio book, one reader", list(_listed(data, "librivox", "transcription"))
        yield "short commands", [*_listed(data, "cards", "cards.transcription"), *_raw(data)]
    if sounds is not None and texts is not None:
        yield "studio prompts, one speaker", list(_prompts(sounds, texts))


def _listed(data: Path, folder: str, listing: str) -> Iterator[Clip]:
    """LibriVox, and voice commands of a card game."""
    for line in (data / folder / listing).read_text().splitlines():
        found = re.fullmatch(r"<s> (.*?)\s*</s> \((.*)\)", line.strip())
        assert found is not None
        with wave.open(str(data / folder / f"{found[2]}.wav")) as file:
            samples = from_pcm(file.readframes(file.getnframes()))
        yield Clip(found[2], found[1].replace("a more a", "a more"), samples)


def _raw(data: Path) -> Iterator[Clip]:
    samples = from_pcm((data / "goforward.raw").read_bytes())
    yield Clip("goforward", "go forward ten meters", samples)


def _prompts(sounds: Path, texts: Path) -> Iterator[Clip]:
    """What telephone exchanges say, recorded by Allison Smith (CC-BY-SA 3.0)."""
    folder = sounds / "usr/share/asterisk/sounds/en_US_f_Allison"
    listing = texts / "usr/share/doc/asterisk-core-sounds-en/core-sounds-en.txt.gz"
    seen: set[bytes] = set()
    for line in gzip.decompress(listing.read_bytes()).decode().splitlines():
        name, _, text = line.partition(":")
        path = folder / f"{name}.g722"
        if line.startswith(";") or not _certain(text) or not path.is_file():
            continue
        digest = hashlib.sha256(path.read_bytes()).digest()
        if digest not in seen:
            seen.add(digest)
            yield Clip(name, _spelt(text), _decoded(path))


def _certain(text: str) -> bool:
    return len(word_errors.plain(text)) >= _FEWEST_WORDS and not _UNSAYABLE.search(text)


def _spelt(text: str) -> str:
    for wrong, right in _MISSPELT.items():
        text = text.replace(wrong, right)
    return text.strip()


def _decoded(path: Path) -> NDArray[np.float32]:
    container: Any = av.open(str(path), format="g722")
    with container:
        parts = [frame.to_ndarray().ravel() for frame in container.decode(audio=0)]
    return from_pcm(np.concatenate(parts).astype("<i2").tobytes())
