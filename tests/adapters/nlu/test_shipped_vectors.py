"""The shipped vectors are those of the built-in examples, read by the shipped model."""

import numpy as np
import pytest

import speech_models
from vinfer.adapters.nlu import shipped
from vinfer.adapters.nlu.embedder import Embedder
from vinfer.adapters.nlu.offline import english_words
from vinfer.lens.language.hinglish import Normaliser


def lines() -> tuple[str, ...]:
    return shipped.texts(Normaliser(english_words()))


def test_the_file_is_of_these_examples() -> None:
    rows = shipped.vectors(lines())
    assert rows is not None, "run: python tools/example_vectors.py"
    assert rows.shape == (len(lines()), 384)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert shipped.vectors(lines()[1:]) is None


@pytest.mark.slow
def test_the_model_reads_them_so() -> None:
    rows = shipped.vectors(lines())
    assert rows is not None
    chosen = range(0, len(lines()), 40)
    fresh = Embedder(speech_models.store()).vectors([lines()[n] for n in chosen])
    assert np.sum(fresh * rows[list(chosen)], axis=1).min() > 0.999
