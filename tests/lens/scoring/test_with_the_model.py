"""An author's own words, judged by the sentence model that ships."""

import pytest
from tests.lens.analysis.talking import conversation

import speech_models as models
from vinfer.adapters.nlu.embedder import Embedder
from vinfer.adapters.nlu.offline import english_words
from vinfer.lens.language.hinglish import Normaliser
from vinfer.lens.scoring.engine import Scoring
from vinfer.lens.scoring.meaning import Meaning
from vinfer.lens.scoring.scorecard import Parameter

pytestmark = pytest.mark.slow
KEPT = Parameter(
    name="Kept on file",
    method="binary",
    examples=("we are recording our talk for training", "what we say is being taped today"),
    counter_examples=("I have your records here",),
)


def test_own_examples_are_not_held_against_the_librarys_of_the_same_thing():
    normaliser = Normaliser(english_words())
    vectors = Embedder(models.store()).vectors
    meaning = Meaning(normaliser, vectors)
    assert meaning.kin(KEPT.examples) == "recording_notice"
    assert meaning.kin(("you can reach us at any time", "our help line is open all day")) is None
    scoring = Scoring(normaliser, vectors)
    for line, fractions in (
        ("Just so you know, what we say here is being taped.", (1.0,)),
        ("Your bill is five hundred rupees and due on Friday.", (0.0,)),
        ("One moment, I have your record here in front of me.", (0.0, None)),
    ):
        (found,) = scoring.score([KEPT], conversation(f"agent: {line}", "customer: fine"))
        assert found.fraction in fractions, (line, found)
