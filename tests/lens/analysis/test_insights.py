"""The sentence model that the product ships reads what the rules do not know."""

import pytest
from tests.lens.analysis.talking import conversation

import speech_models
from vinfer.adapters.nlu import shipped
from vinfer.adapters.nlu.embedder import Embedder
from vinfer.adapters.nlu.offline import english_words
from vinfer.lens.analysis.results import Insights
from vinfer.lens.language.hinglish import Normaliser


@pytest.mark.slow
def test_the_model_sees_a_complaint_in_words_of_no_list() -> None:
    call = conversation(
        "agent: good morning", "customer: the machine you delivered leaks water all over my kitchen"
    )
    normaliser = Normaliser(english_words())
    embedder = Embedder(speech_models.store())
    shipped.teach(embedder, normaliser)
    assert Insights(normaliser).intent(call)["label"] == "other"
    found = Insights(normaliser, embedder.vectors).intent(call)
    assert (found["label"], found["evidence"]) == ("complaint", [1])
