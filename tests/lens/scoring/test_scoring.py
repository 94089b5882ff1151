"""Verdicts: what each method gives, what they stand on, and when there is none."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from tests.lens.analysis.talking import conversation

from vinfer.adapters.nlu.offline import english_words
from vinfer.lens.analysis.lines import Line
from vinfer.lens.language.head import Matrix, ngrams
from vinfer.lens.language.hinglish import Normaliser
from vinfer.lens.scoring.engine import Scoring
from vinfer.lens.scoring.judging import CriterionJudge, Judgement
from vinfer.lens.scoring.scorecard import Parameter, Step, Verdict
from vinfer.lens.transcript import Transcript

CALL = conversation(
    "agent: Good morning, this is Asha from Example Bank.",
    "customer: Please record my complaint.",
    "agent: We can split it in three parts.",
    "agent: Thank you, goodbye.",
)


@dataclass
class Model:
    """A language model that says what it is told."""

    answer: Judgement | None

    def judge(self, parameter: Parameter, lines: Sequence[Line]) -> Judgement | None:
        """See the port."""
        assert parameter.description
        assert [line.side for line in lines] == ["agent", "customer", "agent", "agent"]
        return self.answer


def by_letters(texts: Sequence[str]) -> Matrix:
    """Vectors that are alike where words are, raised to where the sentence model's lie."""
    rows = np.stack([ngrams(text) for text in texts])
    common = np.full((len(texts), 1), 2.5, np.float32)
    raised = np.hstack([rows, common])
    return raised / np.linalg.norm(raised, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def normaliser() -> Normaliser:
    """One for all."""
    return Normaliser(english_words())


@pytest.fixture(scope="module")
def by_words(normaliser: Normaliser) -> Scoring:
    """Without a sentence model."""
    return Scoring(normaliser)


def verdict(
    scoring: Scoring, parameter: Parameter | None = None, call: Transcript = CALL, **fields: Any
) -> Verdict:
    """The only verdict."""
    made = parameter or Parameter(**{"name": "P", "method": "binary", **fields})
    (found,) = scoring.score([made], call)
    assert found.abstained == (found.fraction is None)
    assert found.explanation
    return found


def segments(found: Verdict) -> list[int]:
    return [each.segment for each in found.evidence]


def test_keywords(by_words: Scoring):
    both = Parameter(name="K", method="keyword", phrases=("asha from", "instalments"))
    found = verdict(by_words, both)
    assert (found.fraction, segments(found), found.basis) == (1.0, [0], "phrase")
    assert found.evidence[0].quote == CALL.segments[0].text
    every = verdict(by_words, replace(both, match="all"))
    assert (every.fraction, segments(every)) == (0.0, [0])
    assert "Not said: instalments" in every.explanation
    forbidden = verdict(by_words, replace(both, expect="absent"))
    assert (forbidden.fraction, segments(forbidden)) == (0.0, [0])
    unsaid = verdict(
        by_words, Parameter(name="K", method="keyword", phrases=("shut up",), expect="absent")
    )
    assert (unsaid.fraction, unsaid.evidence) == (1.0, ())
    opening = verdict(
        by_words, Parameter(name="K", method="keyword", phrases=("goodbye",), place="opening")
    )
    assert opening.fraction == 0.0


def test_the_customer_proves_nothing_of_the_agent(by_words: Scoring):
    found = verdict(by_words, Parameter(name="K", method="keyword", phrases=("record",)))
    assert found.fraction == 0.0


def test_a_gap_in_the_recording_may_hold_the_words(by_words: Scoring):
    damaged = replace(CALL, damaged=True)
    needed = Parameter(name="K", method="keyword", phrases=("instalments",))
    assert verdict(by_words, needed, damaged).abstained
    assert verdict(by_words, replace(needed, phrases=("goodbye",)), damaged).fraction == 1.0


def test_a_gap_is_doubt_for_meaning_too(normaliser: Normaliser):
    scoring = Scoring(normaliser, by_letters)
    damaged = replace(CALL, damaged=True)
    missing = ("my umbrella flies over yellow mountains",)
    assert verdict(scoring, examples=missing).fraction == 0.0
    assert verdict(scoring, call=damaged, examples=missing).abstained
    assert verdict(scoring, call=damaged, examples=missing, expect="absent").abstained
    steps = tuple(Step(name=f"S{n}", examples=(text,)) for n, text in enumerate((*missing, "bye")))
    assert verdict(scoring, method="scale", steps=steps[:1]).fraction == 0.0
    assert verdict(scoring, call=damaged, method="scale", steps=steps[:1]).abstained


def test_ten_points_are_for_all_of_the_steps(normaliser: Normaliser):
    said = [Step(name=f"S{n}", examples=("goodbye",)) for n in range(19)]
    other = Step(name="Fly", examples=("my umbrella flies over yellow mountains",))
    scoring = Scoring(normaliser, by_letters)
    nearly = verdict(scoring, method="scale", steps=(*said, other))
    assert nearly.fraction == 0.9  # 19 of 20
    assert verdict(scoring, method="scale", steps=(*said, other), expect="absent").fraction == 0.1
    assert verdict(scoring, method="scale", steps=tuple(said)).fraction == 1.0


THREATS = (
    "If you don't pay today, police will come to your home.",
    "I will break your legs if you do not pay.",
    "Tumhari taang tod dunga.",
    "Paise nahi diye to jail jaoge.",
    "तुम्हें जान से मार देंगे",
    "पैसा नहीं दिया तो पुलिस आएगी",
)
PROMISES = (
    "You will not go to jail for a late payment.",
    "Aap jail nahi jaoge, chinta mat kijiye.",
    "हम किसी को बदनाम नहीं करते",
    "Delivery boy saamaan utha lega kal.",
)


@pytest.mark.parametrize("said", [*THREATS, *PROMISES])
def test_a_literal_threat_is_proven_by_its_words(by_words: Scoring, said: str):
    call = conversation(f"agent: {said}")
    found = verdict(
        by_words, library_id="pressure", confirmed=True, expect="absent", fatal=True, call=call
    )
    assert found.fraction == (0.0 if said in THREATS else None)


def test_a_condition_is_no_denial(by_words: Scoring):
    rude = Parameter(name="K", method="keyword", phrases=("police will come",), expect="absent")
    call = conversation("agent: If you do not pay, the police will come.")
    assert verdict(by_words, rude, call).fraction == 0.0
    kind = conversation("agent: The police will not come. No police will come.")
    assert verdict(by_words, rude, kind).fraction == 1.0


def test_phrases_of_a_binary_are_hard_evidence(by_words: Scoring):
    found = verdict(by_words, phrases=("split it",))
    assert (found.fraction, found.basis, segments(found)) == (1.0, "phrase", [2])
    assert "split it" in found.explanation
    assert verdict(by_words, phrases=("split it",), expect="absent", fatal=True).fraction == 0.0
    countered = verdict(by_words, phrases=("split it",), counter_examples=("three parts",))
    assert countered.abstained  # and without a sentence model nothing else can be said
    assert "no sentence model" in countered.explanation


def test_what_has_nothing_to_go_by_abstains(by_words: Scoring):
    assert "no examples" in verdict(by_words).explanation
    guessed = verdict(by_words, library_id="greeting")
    assert guessed.abstained
    assert "not confirmed" in guessed.explanation
    assert verdict(by_words, library_id="greeting", confirmed=True).fraction == 1.0
    assert "no steps" in verdict(by_words, method="scale").explanation


def test_nobody_known_as_the_agent(by_words: Scoring):
    call = conversation("speaker_1: hello there", "speaker_2: yes")
    found = verdict(by_words, phrases=("hello",), call=call)
    assert found.abstained
    assert "known to be the agent" in found.explanation
    assert verdict(by_words, phrases=("hello",), call=conversation()).abstained


def test_the_library_knows_where_a_thing_belongs(by_words: Scoring):
    turned = conversation(
        "agent: Please wait.",
        "agent: One moment.",
        "agent: Your bill is five hundred rupees.",
        "agent: Good morning to you all.",
    )
    assert verdict(by_words, library_id="greeting", confirmed=True, call=turned).abstained


def test_a_scale_is_the_share_of_its_steps(by_words: Scoring):
    steps = (
        Step(name="Name", library_id="identification"),
        Step(name="Split", examples=("split it in three",)),
        Step(name="Bye", examples=("goodbye",)),
        Step(name="Sorry", examples=("i am sorry",)),
    )
    found = verdict(by_words, method="scale", steps=steps)
    # three are seen, the fourth is unsure without a sentence model: 3 of 3
    assert (found.fraction, segments(found)) == (1.0, [0, 2, 3])
    assert "Unsure: Sorry." in found.explanation
    assert verdict(by_words, method="scale", steps=steps[2:]).abstained  # half is unsure


def test_meaning_where_words_are_silent(normaliser: Normaliser):
    scoring = Scoring(normaliser, by_letters)
    near = verdict(scoring, examples=("we could split it in three big parts",))
    assert (near.fraction, near.basis, segments(near)) == (1.0, "meaning", [2])
    assert 0.5 < near.confidence < 1
    far = verdict(scoring, examples=("my umbrella flies over yellow mountains",))
    assert (far.fraction, far.basis) == (0.0, "meaning")
    assert "the nearest is quoted" in far.explanation
    assert len(far.evidence) == 1
    scale = verdict(
        scoring,
        method="scale",
        steps=(
            Step(name="Split", examples=("split it in three",)),
            Step(name="Fly", examples=("my umbrella flies over yellow mountains",)),
            Step(name="Bye", examples=("goodbye",)),
        ),
    )
    assert scale.fraction == 0.7  # two of three, as whole points of ten


def test_a_fatal_failure_needs_words(normaliser: Normaliser):
    scoring = Scoring(normaliser, by_letters)
    missing = verdict(scoring, examples=("my umbrella flies over mountains",), fatal=True)
    assert missing.abstained
    assert "needs words" in missing.explanation
    meant = ("we could split it in three big parts",)
    assert verdict(scoring, examples=meant, expect="absent").fraction == 0.0
    assert verdict(scoring, examples=meant, expect="absent", fatal=True).abstained
    contrary = verdict(
        scoring,
        examples=("my umbrella flies over mountains",),
        counter_examples=("split it in three",),
        fatal=True,
    )
    assert (contrary.fraction, contrary.basis, segments(contrary)) == (0.0, "phrase", [2])
    keyword = Parameter(name="K", method="keyword", phrases=("instalments",), fatal=True)
    assert verdict(scoring, keyword).fraction == 0.0


def test_a_denial_is_doubt(normaliser: Normaliser):
    scoring = Scoring(normaliser, by_letters)
    call = conversation("agent: We would never split it in three big parts.")
    examples = ("we could split it in three big parts now",)
    assert verdict(scoring, examples=examples, expect="absent", call=call).abstained


@pytest.mark.parametrize(
    ("answer", "fraction"),
    [
        (Judgement(1.0, 0.9, "She says so.", (0,)), 1.0),
        (Judgement(0.0, 0.9, "She does not.", (0, 2)), 0.0),
        (Judgement(1.0, 0.9, "It cites nothing.", ()), None),
        (Judgement(1.0, 0.9, "It cites what is not there.", (99,)), None),
        (Judgement(None, 0.2, "It cannot say.", (0,)), None),
        (Judgement(7.0, 0.9, "It is no fraction.", (0,)), None),
        (None, None),
    ],
)
def test_a_language_model_judges_plain_words(
    normaliser: Normaliser, answer: Judgement | None, fraction: float | None
):
    model: CriterionJudge = Model(answer)
    scoring = Scoring(normaliser, judge=model)
    assert verdict(scoring, description="Says the name").fraction == fraction
    fatal = verdict(scoring, description="Says the name", fatal=True)
    assert fatal.fraction == (fraction or None)  # it fails nobody fatally
