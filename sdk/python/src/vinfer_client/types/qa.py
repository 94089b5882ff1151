"""Bodies and answers of the API. Made by `python tools/client.py` from the OpenAPI document."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class Agreed(TypedDict):
    """How far machine and people agree in a time; null where nothing was judged by both."""

    judged: int
    abstained: int
    abstention_rate: float | None
    reviewed: int
    agreement: float | None
    kappa: float | None


class Agreement(TypedDict):
    """`GET /qa/agreement`."""

    data: list[ParameterAgreement]


class OverrideBody(TypedDict):
    """`POST /qa/results/{id}/override`: of parameters, of the whole, or both; with the reason."""

    reason: str
    parameters: NotRequired[list[ParameterOverride] | None]
    score: NotRequired[float | None]
    passed: NotRequired[bool | None]


class ParameterAgreement(TypedDict):
    """The same for a parameter since ever, and apart for the last 30 days and the time before.

    `drift` says what has got worse since: `kappa`, `abstention`.
    """

    judged: int
    abstained: int
    abstention_rate: float | None
    reviewed: int
    agreement: float | None
    kappa: float | None
    scorecard_id: str
    parameter: str
    method: Literal["binary", "scale", "keyword"]
    recent: Agreed
    before: Agreed
    drift: list[str]


class ParameterBody(TypedDict):
    """A criterion. `keyword` needs `phrases`; `steps` are for a `scale`.

        `examples` are what an agent would say, `counter_examples` what only looks like it.
    With a
        `library_id` those of the library count too, once it is `confirmed`; one that is given
    without
        `confirmed` is. `expect` tells whether the thing must be said, or must not.
    """

    name: str
    method: Literal["binary", "scale", "keyword"]
    description: NotRequired[str]
    weight: NotRequired[int]
    fatal: NotRequired[bool]
    expect: NotRequired[Literal["present", "absent", None]]
    place: NotRequired[Literal["anywhere", "opening", "ending"]]
    match: NotRequired[Literal["any", "all", None]]
    phrases: NotRequired[list[str]]
    examples: NotRequired[list[str]]
    counter_examples: NotRequired[list[str]]
    steps: NotRequired[list[StepBody]]
    library_id: NotRequired[
        Literal[
            "greeting",
            "identification",
            "purpose",
            "recording_notice",
            "verification",
            "empathy",
            "pressure",
            "options",
            "next_step",
            "closing",
            "permission",
            "credentials",
            "guarantee",
            "hold",
            "summary",
            "understanding",
            None,
        ]
    ]
    confirmed: NotRequired[bool | None]


class ParameterOverride(TypedDict):
    """A person's score of a parameter: 0 or 1, of a scale 0 to 10; the machine's confirms it."""

    name: str
    score: float


class ParameterResult(TypedDict):
    """What became of a parameter. `score` is a person's, where one has judged it."""

    name: str
    method: Literal["binary", "scale", "keyword"]
    weight: int
    fatal: bool
    score: float | None
    max: float
    machine_score: float | None
    explanation: str
    evidence: list[ResultEvidence]
    confidence: float
    abstained: bool
    reviewed: bool


class Result(TypedDict):
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
    created_at: str


class ResultDetail(TypedDict):
    """The same in full; `override` is the latest, with the earlier ones in its `history`."""

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
    created_at: str
    parameters: list[ParameterResult]
    override: dict[str, Any] | None


class ResultEvidence(TypedDict):
    """A segment of the transcript; seconds of the recording."""

    segment: int
    start: float
    end: float
    quote: str


class ResultPage(TypedDict):
    """One page of a list."""

    data: list[Result]
    total: int
    limit: int
    offset: int
    next_cursor: str | None


class ScopeBody(TypedDict):
    """Calls that are scored by themselves: those of these campaigns and of these agents.

        A list that is left out admits all; `agent_ids` are people, or agents by their `agt_`
    ids.
    """

    campaign_ids: NotRequired[list[str] | None]
    agent_ids: NotRequired[list[str] | None]


class Scorecard(TypedDict):
    """A scorecard at its newest version, with every default written out.

        A parameter in plain words alone comes with the `library_id` that it most likely
    means, not
        `confirmed`: until it is, or has examples, or a language model is configured, it
    abstains.
    """

    id: str
    version: int
    name: str
    scope: dict[str, Any] | None
    pass_mark: float
    parameters: list[dict[str, Any]]
    created_at: str
    updated_at: str


class ScorecardBody(TypedDict):
    """`POST /qa/scorecards`."""

    name: str
    parameters: list[ParameterBody]
    scope: NotRequired[ScopeBody | None]
    pass_mark: NotRequired[float]


class ScorecardPage(TypedDict):
    """One page of a list."""

    data: list[Scorecard]
    total: int
    limit: int
    offset: int
    next_cursor: str | None


class ScorecardPatch(TypedDict):
    """`PATCH /qa/scorecards/{id}`: what it names replaces what was there; null clears."""

    name: NotRequired[str]
    parameters: NotRequired[list[ParameterBody]]
    scope: NotRequired[ScopeBody | None]
    pass_mark: NotRequired[float]


class StepBody(TypedDict):
    """One of the things that a scale counts, shown by examples, by the library, or both."""

    name: str
    examples: NotRequired[list[str]]
    counter_examples: NotRequired[list[str]]
    library_id: NotRequired[
        Literal[
            "greeting",
            "identification",
            "purpose",
            "recording_notice",
            "verification",
            "empathy",
            "pressure",
            "options",
            "next_step",
            "closing",
            "permission",
            "credentials",
            "guarantee",
            "hold",
            "summary",
            "understanding",
            None,
        ]
    ]
