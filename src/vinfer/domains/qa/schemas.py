"""Scorecards and their results as the API takes and gives them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final

from msgspec import UNSET, Meta, UnsetType, field

from vinfer.kit import schema
from vinfer.lens.scoring.library import CriterionId
from vinfer.lens.scoring.scorecard import SCALE_MAX, Expect, Match, Method, Place

Name = Annotated[str, Meta(min_length=1, max_length=255)]
Phrase = Annotated[str, Meta(min_length=1, max_length=200), schema.Words]
Phrases = Annotated[list[Phrase], Meta(max_length=50)]
ScopeIds = Annotated[
    list[Annotated[str, Meta(min_length=1, max_length=255)]], Meta(min_length=1, max_length=100)
]
Weight = Annotated[int, Meta(ge=1, le=10)]
PassMark = Annotated[float, Meta(ge=0, le=100)]
MOST_PHRASES: Final = 1000  # of a scorecard: each is looked for in every line
_OF_METHOD: Final[dict[str, tuple[Method, ...]]] = {
    "phrases": ("keyword", "binary"),
    "match": ("keyword",),
    "examples": ("binary",),
    "counter_examples": ("binary",),
    "steps": ("scale",),
    "library_id": ("binary",),
}


class ScopeBody(schema.Body, omit_defaults=True):
    """Calls that are scored by themselves: those of these campaigns and of these agents.

    A list that is left out admits all; `agent_ids` are people, or agents by their `agt_` ids.
    """

    campaign_ids: ScopeIds | None = None
    agent_ids: ScopeIds | None = None


class StepBody(schema.Body, omit_defaults=True):
    """One of the things that a scale counts, shown by examples, by the library, or both."""

    name: Name
    examples: Phrases = field(default_factory=list[str])
    counter_examples: Phrases = field(default_factory=list[str])
    library_id: CriterionId | None = None

    def __post_init__(self) -> None:
        if not self.examples and self.library_id is None:
            raise schema.Invalid("examples or a library_id", field="examples")


class ParameterBody(schema.Body, omit_defaults=True):
    """A criterion. `keyword` needs `phrases`; `steps` are for a `scale`.

    `examples` are what an agent would say, `counter_examples` what only looks like it. With a
    `library_id` those of the library count too, once it is `confirmed`; one that is given without
    `confirmed` is. `expect` tells whether the thing must be said, or must not.
    """

    name: Name
    method: Method
    description: Annotated[str, Meta(max_length=1000)] = ""
    weight: Weight = 1
    fatal: bool = False
    expect: Expect | None = None
    place: Place = "anywhere"
    match: Match | None = None
    phrases: Phrases = field(default_factory=list[str])
    examples: Phrases = field(default_factory=list[str])
    counter_examples: Phrases = field(default_factory=list[str])
    steps: Annotated[list[StepBody], Meta(max_length=20)] = field(default_factory=list[StepBody])
    library_id: CriterionId | None = None
    confirmed: bool | None = None

    def __post_init__(self) -> None:
        if self.method == "keyword" and not self.phrases:
            words = "is required for a parameter of method 'keyword'"
            raise schema.Invalid("a list of 1 to 50 phrases", words, field="phrases")
        for name, methods in _OF_METHOD.items():
            if getattr(self, name) and self.method not in methods:
                words = f"does not belong to a parameter of method '{self.method}'"
                raise schema.Invalid("absent", words, field=name)
        if self.confirmed and self.library_id is None:
            raise schema.Invalid("a library_id to confirm", field="confirmed")


Parameters = Annotated[list[ParameterBody], Meta(min_length=1, max_length=50)]


def _judge(parameters: Sequence[ParameterBody]) -> None:
    """Refuse names given twice, and more phrases than calls can be searched for."""
    names = [each.name.casefold() for each in parameters]
    for at, name in enumerate(names):
        if name in names[:at]:
            words = "must be a name that no other parameter has"
            raise schema.Invalid("a name of its own", words, field=f"parameters[{at}].name")
    if sum(map(_phrases, parameters)) > MOST_PHRASES:
        words = f"parameters of at most {MOST_PHRASES} phrases and examples in all"
        raise schema.Invalid(words, field="parameters")


def _phrases(parameter: ParameterBody) -> int:
    own = len(parameter.phrases) + len(parameter.examples) + len(parameter.counter_examples)
    return own + sum(len(each.examples) + len(each.counter_examples) for each in parameter.steps)


class ScorecardBody(schema.Body):
    """`POST /qa/scorecards`."""

    name: Name
    parameters: Parameters
    scope: ScopeBody | None = None
    pass_mark: PassMark = 70

    example = {
        "name": "Collections",
        "pass_mark": 70,
        "parameters": [
            {"name": "Recording notice", "method": "binary", "library_id": "recording_notice"},
            {
                "name": "Rude words",
                "method": "keyword",
                "phrases": ["shut up", "idiot"],
                "expect": "absent",
                "weight": 5,
                "fatal": True,
            },
            {
                "name": "Way out",
                "method": "scale",
                "weight": 3,
                "steps": [
                    {"name": "Offers instalments", "examples": ["we can split it in three"]},
                    {"name": "Next step", "library_id": "next_step"},
                ],
            },
        ],
    }

    def __post_init__(self) -> None:
        _judge(self.parameters)


class ScorecardPatch(schema.Body):
    """`PATCH /qa/scorecards/{id}`: what it names replaces what was there; null clears."""

    name: Name | UnsetType = UNSET
    parameters: Parameters | UnsetType = UNSET
    scope: ScopeBody | UnsetType | None = UNSET
    pass_mark: PassMark | UnsetType = UNSET

    example = {"pass_mark": 80}

    def __post_init__(self) -> None:
        if self.parameters is not UNSET:
            _judge(self.parameters)


class Scorecard(schema.Resource):
    """A scorecard at its newest version, with every default written out.

    A parameter in plain words alone comes with the `library_id` that it most likely means, not
    `confirmed`: until it is, or has examples, or a language model is configured, it abstains.
    """

    id: str
    version: int
    name: str
    scope: dict[str, Any] | None
    pass_mark: float
    parameters: list[dict[str, Any]]
    created_at: datetime
    updated_at: datetime


class ResultQuery(schema.Query, frozen=True, rename={"from_": "from"}):
    """Filters of `GET /qa/results`; both times inclusive, on `created_at`."""

    scorecard_id: str | None = None
    campaign_id: str | None = None
    agent_id: str | None = None
    call_id: str | None = None
    passed: bool | None = None
    needs_review: bool | None = None
    from_: schema.Timestamp | None = None
    to: schema.Timestamp | None = None


class ResultEvidence(schema.Resource):
    """A segment of the transcript; seconds of the recording."""

    segment: int
    start: float
    end: float
    quote: str


class ParameterResult(schema.Resource):
    """What became of a parameter. `score` is a person's, where one has judged it."""

    name: str
    method: Method
    weight: int
    fatal: bool
    score: float | None
    max: float
    machine_score: float | None
    """Null where the machine abstained."""
    explanation: str
    evidence: list[ResultEvidence]
    confidence: float
    abstained: bool
    """Whether nobody has judged it: it counts nothing."""
    reviewed: bool


class Result(schema.Resource):
    """What a scorecard makes of a call, as lists show it."""

    id: str
    scorecard_id: str
    scorecard_version: int
    job_id: str
    call_id: str | None
    campaign_id: str | None
    agent_id: str | None
    score: float | None
    passed: bool | None
    machine_score: float | None
    machine_passed: bool | None
    needs_review: bool
    created_at: datetime


class ResultDetail(Result):
    """The same in full; `override` is the latest, with the earlier ones in its `history`."""

    parameters: list[ParameterResult]
    override: dict[str, Any] | None


class ParameterOverride(schema.Body):
    """A person's score of a parameter: 0 or 1, of a scale 0 to 10; the machine's confirms it."""

    name: Name
    score: Annotated[float, Meta(ge=0, le=SCALE_MAX)]


class OverrideBody(schema.Body):
    """`POST /qa/results/{id}/override`: of parameters, of the whole, or both; with the reason."""

    reason: Annotated[str, Meta(min_length=1, max_length=2000), schema.Words]
    parameters: Annotated[list[ParameterOverride], Meta(min_length=1, max_length=50)] | None = None
    score: Annotated[float, Meta(ge=0, le=100)] | None = None
    passed: bool | None = None

    example = {"reason": "The notice is at 0:04.", "passed": True}
    rules = schema.one_needed("parameters", "score", "passed")

    def __post_init__(self) -> None:
        if self.parameters is None and self.score is None and self.passed is None:
            words = "is required where neither 'score' nor 'passed' is given"
            raise schema.Invalid("a list of 1 to 50 items", words, field="parameters")


class AgreementQuery(schema.Query, frozen=True):
    """Filters of `GET /qa/agreement`."""

    scorecard_id: str | None = None


class Agreed(schema.Resource):
    """How far machine and people agree in a time; null where nothing was judged by both."""

    judged: int
    abstained: int
    abstention_rate: float | None
    reviewed: int
    agreement: float | None
    kappa: float | None


class ParameterAgreement(Agreed):
    """The same for a parameter since ever, and apart for the last 30 days and the time before.

    `drift` says what has got worse since: `kappa`, `abstention`.
    """

    scorecard_id: str
    parameter: str
    method: Method
    recent: Agreed
    before: Agreed
    drift: list[str]


class Agreement(schema.Resource):
    """`GET /qa/agreement`."""

    data: list[ParameterAgreement]
