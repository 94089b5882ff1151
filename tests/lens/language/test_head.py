"""The classifier head."""

import numpy as np

from vinfer.lens.language.head import Head, Matrix, ngrams

TEXTS = ["i will pay", "paying now", "call me later", "call me tomorrow", "call back"]
LABELS = ["pay", "pay", "later", "later", "later"]


def vectors(texts: list[str]) -> Matrix:
    rows = np.stack([ngrams(text)[:512] + 1e-3 for text in texts])
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_learns_its_examples_and_sums_to_one() -> None:
    head = Head(vectors(TEXTS), np.stack([ngrams(text) for text in TEXTS]), LABELS)
    for text, label in zip(TEXTS, LABELS, strict=True):
        chances = head.probabilities(vectors([text])[0], text)
        assert max(chances, key=lambda name: chances[name]) == label
        assert abs(sum(chances.values()) - 1) < 1e-4


def test_many_examples_do_not_outweigh_few() -> None:
    texts = ["alpha beta", *(f"gamma delta {index}" for index in range(50))]
    labels = ["few", *["many"] * 50]
    head = Head(vectors(texts), np.stack([ngrams(text) for text in texts]), labels)
    unseen = head.probabilities(vectors(["zzzz qqqq"])[0], "zzzz qqqq")
    assert 0.2 < unseen["few"] < 0.8


def test_ngrams_are_unit_vectors() -> None:
    assert abs(float(np.linalg.norm(ngrams("नमस्ते hello"))) - 1) < 1e-5
    assert not ngrams("").any()
