"""Vectors of the built-in examples. They are shipped, so that processes with models start sooner.

`python tools/example_vectors.py` makes the file anew after an example or the model has changed.
"""

import hashlib
from importlib.resources import files
from typing import Final

import numpy as np

from vinfer.adapters.models.catalog import E5
from vinfer.adapters.nlu.embedder import Embedder
from vinfer.lens.analysis.intent_rules import EXAMPLES
from vinfer.lens.language import alerts, mood, seeds
from vinfer.lens.language.head import Matrix
from vinfer.lens.language.hinglish import Normaliser

FILE: Final = "examples.npz"


def texts(normaliser: Normaliser) -> tuple[str, ...]:
    """Every built-in example as the classifiers learn it, each once."""
    live = (*seeds.SAFETY.values(), seeds.NEITHER, *mood.SEEDS.values(), *alerts.SEEDS.values())
    groups = (*live, alerts.EVERYDAY, *EXAMPLES.values())
    lines = (line for group in groups for line in group)
    return tuple(dict.fromkeys(map(normaliser.normalise, lines)))


def digest(lines: tuple[str, ...]) -> str:
    """What vectors belong to: these lines, read by this model."""
    return hashlib.sha256("\n".join((E5.files[0].sha256, *lines)).encode()).hexdigest()


def vectors(lines: tuple[str, ...]) -> Matrix | None:
    """Unit rows of the lines, n x 384; None when the shipped ones are of other lines."""
    with (files("vinfer.adapters.nlu") / "data" / FILE).open("rb") as source:
        held = np.load(source, allow_pickle=False)
        if held["digest"].item() != digest(lines):
            return None
        rows: Matrix = held["rows"].astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def teach(embedder: Embedder, normaliser: Normaliser) -> None:
    """Give the shipped vectors to an embedder; without them it computes its own, seconds longer."""
    lines = texts(normaliser)
    ready = vectors(lines)
    if ready is not None:
        embedder.know(lines, ready)
