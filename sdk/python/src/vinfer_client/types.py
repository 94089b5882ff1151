"""Bodies and answers of the API. Made by `python tools/client.py` from the OpenAPI document."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class Agent(TypedDict):
    """An agent as the API returns it; `warnings` are of its last change."""

    id: str
    agent_name: str
    language: str
    voice: Literal["male", "female"]
    script_id: str
    fallback: dict[str, Any] | None
    dispositions: list[str]
    warnings: list[Notice]
    created_at: str
    updated_at: str


class AgentBody(TypedDict):
    """`POST /agents`."""

    agent_name: str
    language: str
    voice: Literal["male", "female"]
    script_id: str
    fallback: NotRequired[Fallback | None]
    dispositions: NotRequired[list[str]]


class AgentFigures(TypedDict):
    """One human agent's calls."""

    total_calls: int
    connected_calls: int
    connection_rate: float | None
    avg_duration_seconds: float | None
    sentiment_breakdown: Shares
    intent_breakdown: dict[str, int]
    disposition_breakdown: dict[str, int]
    avg_qa_score: float | None
    agent_id: str
    qa: QaSums
    compliance: ComplianceSums


class AgentPage(TypedDict):
    """One page of a list."""

    data: list[Agent]
    total: int
    limit: int
    offset: int
    next_cursor: str | None


class AgentPatch(TypedDict):
    """`PATCH /agents/{id}`: what it names replaces what was there; null clears."""

    agent_name: NotRequired[str]
    language: NotRequired[str]
    voice: NotRequired[Literal["male", "female"]]
    script_id: NotRequired[str]
    fallback: NotRequired[Fallback | None]
    dispositions: NotRequired[list[str] | None]


AgentsFigures = TypedDict(
    "AgentsFigures", {"from": "str", "to": "str", "timezone": "str", "data": "list[AgentFigures]"}
)
"""`GET /analytics/agents`: who took calls, the busiest first."""


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


class Branch(TypedDict):
    """What to do when the customer means this.

        Without `next`: a handover, else the close if it has a disposition, else the
    question again.
    """

    id: str
    phrases: list[str | dict[str, str]]
    not_phrases: NotRequired[list[str | dict[str, str]]]
    say: NotRequired[str | dict[str, str] | None]
    capture: NotRequired[list[str]]
    disposition: NotRequired[
        Literal[
            "interested", "not_interested", "callback", "not_reachable", "dnd", "escalated", None
        ]
    ]
    tag: NotRequired[str | None]
    next: NotRequired[str | None]
    handover: NotRequired[bool]


class Call(TypedDict):
    """A call as lists show it."""

    id: str
    campaign_id: str | None
    campaign_name: str | None
    contact: Callee
    status: Literal["in_progress", "completed", "failed"]
    disposition: Literal[
        "interested", "not_interested", "callback", "not_reachable", "dnd", "escalated", None
    ]
    tag: str | None
    end_reason: str | None
    duration_seconds: int
    language: str
    attempt: int
    script_id: str
    voice_agent_id: str | None
    agent_id: str | None
    started_at: str
    answered_at: str | None
    ended_at: str | None


class CallBody(TypedDict):
    """`POST /calls`: one call, placed as soon as a seat is free."""

    phone: str
    language: str
    name: NotRequired[str | None]
    script_id: NotRequired[str | None]
    agent_id: NotRequired[str | None]
    variables: NotRequired[dict[str, Any] | None]
    trunk_id: NotRequired[str | None]
    metadata: NotRequired[dict[str, Any] | None]
    analyze: NotRequired[
        list[
            Literal[
                "transcription",
                "summary",
                "sentiment",
                "intent",
                "qa_scoring",
                "compliance",
                "redaction",
            ]
        ]
        | None
    ]
    fallback: NotRequired[Fallback | None]


class CallDetail(TypedDict):
    """A call in full. `evidence` names the turn that proves the disposition.

        For a call that was handed over it also names the `trigger` that fired (its `type`,
    `priority`
        and what of the call `matched`) and the `mode` in which it was really handed over.
    """

    id: str
    campaign_id: str | None
    campaign_name: str | None
    contact: Callee
    status: Literal["in_progress", "completed", "failed"]
    disposition: Literal[
        "interested", "not_interested", "callback", "not_reachable", "dnd", "escalated", None
    ]
    tag: str | None
    end_reason: str | None
    duration_seconds: int
    language: str
    attempt: int
    script_id: str
    voice_agent_id: str | None
    agent_id: str | None
    started_at: str
    answered_at: str | None
    ended_at: str | None
    script_version: int
    recording_url: str | None
    recording_withheld: bool
    transcript_job_id: str | None
    captured: dict[str, Any]
    evidence: dict[str, Any] | None
    transcript: list[Line]
    latency_ms: dict[str, Any] | None
    warnings: list[Notice]
    metadata: dict[str, Any]


CallFigures = TypedDict(
    "CallFigures",
    {
        "total_calls": "int",
        "connected_calls": "int",
        "connection_rate": "float | None",
        "avg_duration_seconds": "float | None",
        "sentiment_breakdown": "Shares",
        "intent_breakdown": "dict[str, int]",
        "disposition_breakdown": "dict[str, int]",
        "avg_qa_score": "float | None",
        "from": "str",
        "to": "str",
        "timezone": "str",
        "grouped_data": "NotRequired[list[GroupedFigures]]",
    },
)
"""`GET /analytics/calls`. Groups without calls are left out; the others sum to the total."""


class CallPage(TypedDict):
    """One page of a list."""

    data: list[Call]
    total: int
    limit: int
    offset: int
    next_cursor: str | None


class Callee(TypedDict):
    """Who was called; nobody, in stored answers and events of a call that is erased."""

    phone: str | None
    name: str | None


class CallingHours(TypedDict):
    """When calls may begin; in `timezone`, else in the zone of the campaign or workspace."""

    start: str
    end: str
    days: NotRequired[list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]] | None]
    timezone: NotRequired[str | None]


class Campaign(TypedDict):
    """A campaign as the API returns it. `fallback` is its agent's, with its own over it."""

    id: str
    campaign_id: str
    name: str
    status: Literal["scheduled", "running", "paused", "completed", "stopped"]
    stop_reason: str | None
    script_id: str
    script_version: int
    agent_id: str | None
    language: str
    trunk_id: str | None
    schedule: dict[str, Any] | None
    max_attempts: int
    retry_interval_minutes: int
    concurrency: int | None
    metadata: dict[str, Any]
    analyze: list[str] | None
    fallback: dict[str, Any] | None
    warnings: list[Notice]
    progress: Progress
    dispositions: dict[str, int]
    created_at: str
    started_at: str | None
    ended_at: str | None


class CampaignBody(TypedDict):
    """`POST /campaigns`."""

    name: str
    language: str
    contacts: list[dict[str, Any]]
    script_id: NotRequired[str | None]
    agent_id: NotRequired[str | None]
    schedule: NotRequired[Schedule | None]
    max_attempts: NotRequired[int]
    retry_interval_minutes: NotRequired[int]
    trunk_id: NotRequired[str | None]
    concurrency: NotRequired[int | None]
    metadata: NotRequired[dict[str, Any] | None]
    analyze: NotRequired[
        list[
            Literal[
                "transcription",
                "summary",
                "sentiment",
                "intent",
                "qa_scoring",
                "compliance",
                "redaction",
            ]
        ]
        | None
    ]
    fallback: NotRequired[Fallback | None]
    dedupe: NotRequired[Literal["keep", "reject"]]


CampaignFigures = TypedDict(
    "CampaignFigures",
    {
        "total_calls": "int",
        "connected_calls": "int",
        "connection_rate": "float | None",
        "avg_duration_seconds": "float | None",
        "sentiment_breakdown": "Shares",
        "intent_breakdown": "dict[str, int]",
        "disposition_breakdown": "dict[str, int]",
        "avg_qa_score": "float | None",
        "campaign_id": "str",
        "campaign_name": "str",
        "status": "Literal['scheduled', 'running', 'paused', 'completed', 'stopped']",
        "from": "str | None",
        "to": "str | None",
        "timezone": "str",
        "qa": "QaSums",
        "compliance": "ComplianceSums",
        "grouped_data": "NotRequired[list[GroupedFigures]]",
    },
)
"""`GET /analytics/campaigns/{id}`. `from` and `to` are null where none were named."""


class CampaignPage(TypedDict):
    """One page of a list."""

    data: list[Campaign]
    total: int
    limit: int
    offset: int
    next_cursor: str | None


class CampaignPatch(TypedDict):
    """`PATCH /campaigns/{id}`: a move, an edit, or both."""

    status: NotRequired[Literal["running", "paused", "stopped"]]
    action: NotRequired[Literal["start", "pause", "resume", "stop"]]
    name: NotRequired[str]
    schedule: NotRequired[Schedule | None]
    max_attempts: NotRequired[int]
    retry_interval_minutes: NotRequired[int]
    concurrency: NotRequired[int | None]
    metadata: NotRequired[dict[str, Any] | None]


class Capture(TypedDict):
    """A value the customer is asked for. `confirm` reads it back; a text says how, with
    {{value}}.

        Dates before today are refused unless `past` is set.
    """

    type: Literal["date", "time", "datetime", "amount", "number", "boolean", "text"]
    ask: str | dict[str, str]
    confirm: NotRequired[bool | str | dict[str, str]]
    past: NotRequired[bool]


class Check(TypedDict):
    """What became of a rule in one transcript.

        `unsure` is for a person to look at (`review`), and is no violation.
    `adherence_percent` is the
        share of a script's lines that were said; `detail` lists the `skipped` ones.
    """

    rule_id: str
    rule_version: int
    rule_name: str
    type: Literal[
        "required_disclosure", "prohibited_language", "script_adherence", "dnc", "policy_deviation"
    ]
    severity: Literal["low", "medium", "high", "critical"]
    job_id: str
    call_id: str | None
    campaign_id: str | None
    agent_id: str | None
    outcome: Literal["passed", "violated", "unsure", "not_applicable"]
    review: bool
    reason: str
    doubts: list[Doubt]
    adherence_percent: float | None
    detail: dict[str, Any]
    created_at: str


class CheckPage(TypedDict):
    """One page of a list."""

    data: list[Check]
    total: int
    limit: int
    offset: int
    next_cursor: str | None


ComplianceFigures = TypedDict(
    "ComplianceFigures",
    {
        "total_calls": "int",
        "calls_with_violations": "int",
        "violation_rate": "float | None",
        "violations": "int",
        "severity_breakdown": "dict[str, int]",
        "type_breakdown": "dict[str, int]",
        "from": "str",
        "to": "str",
        "timezone": "str",
        "grouped_data": "NotRequired[list[GroupedCompliance]]",
    },
)
"""`GET /analytics/compliance`."""


class ComplianceSums(TypedDict):
    """Violations of rules in calls; `violation_rate` is the share of all calls that have any."""

    total_calls: int
    calls_with_violations: int
    violation_rate: float | None
    violations: int
    severity_breakdown: dict[str, int]
    type_breakdown: dict[str, int]


class Condition(TypedDict):
    """What a rule looks for; which fields belong together depends on the rule's `type`.

        `required_disclosure` and `prohibited_language`: `phrases` (in which `*` stands for
    up to four
        words), a ready criterion of the `library`, or both; `not_phrases` are what must not
    be taken
        for it; `match` is `semantic`, which takes phrases as examples of a meaning too, or
    `literal`.
        `speaker` says whose words a ban or a policy is about. `script_adherence`: its own
    `lines`, else
        those of the call's script; `minimum_percent` of them must be said. `dnc`: which
    `checks`.
        `policy_deviation`: what must not be said or meant (as a ban), or a `policy` in
    plain words, or
        `calling_hours`.
    """

    phrases: NotRequired[list[str] | None]
    not_phrases: NotRequired[list[str] | None]
    library: NotRequired[str | None]
    match: NotRequired[Literal["semantic", "literal", None]]
    speaker: NotRequired[Literal["agent", "customer", "any", None]]
    lines: NotRequired[list[str] | None]
    minimum_percent: NotRequired[float | None]
    checks: NotRequired[list[Literal["listed", "wish"]] | None]
    policy: NotRequired[str | None]
    calling_hours: NotRequired[CallingHours | None]


class Contact(TypedDict):
    """A person in a campaign, and how far their calls are. An erased person has no phone."""

    id: str
    campaign_id: str
    phone: str | None
    name: str | None
    attributes: dict[str, Any]
    status: Literal["pending", "in_progress", "retry_scheduled", "completed", "skipped"]
    disposition: Literal[
        "interested", "not_interested", "callback", "not_reachable", "dnd", "escalated", None
    ]
    attempts: int
    next_attempt_at: str | None
    created_at: str


class ContactPage(TypedDict):
    """One page of a list."""

    data: list[Contact]
    total: int
    limit: int
    offset: int
    next_cursor: str | None


class ContactPatch(TypedDict):
    """`PATCH /contacts/{phone}`: null takes a value away; what is not named stays."""

    name: NotRequired[str | None]
    attributes: NotRequired[dict[str, Any]]


class ContactsBody(TypedDict):
    """`POST /campaigns/{id}/contacts` as JSON."""

    contacts: list[dict[str, Any]]


class DailyWindow(TypedDict):
    """The hours of each day in which calls may begin, in the schedule's time zone."""

    start: str
    end: str


class Delivery(TypedDict):
    """One attempt at one event."""

    id: str
    webhook_id: str
    event_id: str
    event: str
    sequence: int
    attempt: int
    status: Literal["sending", "delivered", "failed"]
    status_code: int | None
    error: str | None
    latency_ms: int | None
    created_at: str
    next_attempt_at: str | None
    request: SentRequest | None
    response: str | None


class DeliveryPage(TypedDict):
    """One page of a list."""

    data: list[Delivery]
    total: int
    limit: int
    offset: int
    next_cursor: str | None


class DncBody(TypedDict):
    """`POST /dnc`: one phone, or many."""

    phone: NotRequired[str | None]
    phones: NotRequired[list[str] | None]
    reason: NotRequired[str]


class DncEntry(TypedDict):
    """A phone that is never called."""

    phone: str
    reason: str
    created_at: str


class DncEntryPage(TypedDict):
    """One page of a list."""

    data: list[DncEntry]
    total: int
    limit: int
    offset: int
    next_cursor: str | None


class DoNotCall(TypedDict):
    """Whether a phone may be called, and if not why and since when."""

    listed: bool
    reason: str | None
    since: str | None


class Doubt(TypedDict):
    """A place that a person should look at."""

    segment: int
    start: float
    end: float
    quote: str


class EngineModel(TypedDict):
    """An engine. `runs` tells whether what it hears or reads stays on this installation.

        `languages` are ISO 639-1 codes, none where an engine does not depend on the
    language or nobody
        says. `sha256` is that of the lines `<name> <sha256>` of its files, by name, each
    with a line
        feed. What runs elsewhere has neither licence nor hash here: its vendor knows.
    """

    id: str
    kind: str
    version: str
    runs: Literal["here", "elsewhere"]
    licence: str | None
    sha256: str | None
    files: list[ModelFileHash]
    languages: list[str]
    figures: list[MeasuredFigure]


class EngineModels(TypedDict):
    """All engines of an installation: those that ship, then those that its settings name."""

    data: list[EngineModel]


class Envelope(TypedDict):
    """What is sent: the same bytes at every attempt."""

    id: str
    event: str
    created_at: str
    workspace_id: str
    sequence: int
    data: dict[str, Any]


class Fallback(TypedDict):
    """The handover: when, to whom, and how; `cold` unless said otherwise.

        `warm` is accepted and, until it is available, carried out cold; `warnings` then say
    so.
    """

    triggers: NotRequired[list[Trigger] | None]
    transfer_to: NotRequired[str | None]
    mode: NotRequired[Literal["warm", "cold", None]]


class Filters(TypedDict):
    """Which calls a report is about; all of the workspace's without any."""

    campaign_id: NotRequired[str | None]
    agent_id: NotRequired[str | None]
    language: NotRequired[str | None]


class GroupedCompliance(TypedDict):
    """The same of one group."""

    total_calls: int
    calls_with_violations: int
    violation_rate: float | None
    violations: int
    severity_breakdown: dict[str, int]
    type_breakdown: dict[str, int]
    group: str | None


class GroupedFigures(TypedDict):
    """One group: a date (a week's is that of its Monday), an id, or a language.

    Null: the calls without a human agent, or of no campaign.
    """

    total_calls: int
    connected_calls: int
    connection_rate: float | None
    avg_duration_seconds: float | None
    sentiment_breakdown: Shares
    intent_breakdown: dict[str, int]
    disposition_breakdown: dict[str, int]
    avg_qa_score: float | None
    group: str | None


class GroupedQa(TypedDict):
    """The same of one group."""

    results: int
    scored_results: int
    passed_results: int
    pass_rate: float | None
    avg_score: float | None
    evaluated_calls: int
    group: str | None


class Intake(TypedDict):
    """What came of many rows: all that are good are taken. `rejected` shows the first 1,000."""

    accepted: int
    rejected: list[Rejected]
    rejected_total: int


class Key(TypedDict):
    """A key without its secret."""

    id: str
    name: str
    prefix: str
    scope: Literal["read_only", "read_write", "admin"]
    created_at: str
    last_used_at: str | None
    expires_at: str | None
    revoked_at: str | None
    key: NotRequired[str]


class KeyCreate(TypedDict):
    """`POST /api-keys`."""

    name: str
    scope: Literal["read_only", "read_write", "admin"]
    expires_at: NotRequired[str | None]


class KeyPage(TypedDict):
    """One page of a list."""

    data: list[Key]
    total: int
    limit: int
    offset: int
    next_cursor: str | None


class LastDelivery(TypedDict):
    """The latest attempt."""

    id: str
    event_id: str
    attempt: int
    status: Literal["sending", "delivered", "failed"]
    status_code: int | None
    error: str | None
    latency_ms: int | None
    created_at: str


class Limits(TypedDict):
    """What the operator grants a workspace."""

    requests_per_minute: int
    max_concurrent_calls: int


class Line(TypedDict):
    """One spoken line; seconds from the answer."""

    speaker: str
    start: float
    end: float
    text: str
    interrupted: bool


class Llm(TypedDict):
    """The language-model mode, off by default."""

    enabled: NotRequired[bool]
    goal: NotRequired[str]
    guardrails: NotRequired[str]


class Log(TypedDict):
    """A part of the workspace's log, in order. `next_after` asks for what follows."""

    data: list[Envelope]
    next_after: int


class MeasuredFigure(TypedDict):
    """A measurement: `value` in `unit` of `sample`, under `conditions`."""

    measure: str
    value: float
    unit: str
    sample: str
    conditions: str
    language: str | None


class ModelFileHash(TypedDict):
    """A file of a model, and the SHA-256 that it must have."""

    name: str
    sha256: str


class Monologue(TypedDict):
    """The longest stretch of one speaker that no other speaker's words part."""

    speaker: str
    seconds: float


class NoMatch(TypedDict):
    """What to do when nothing fits: ask `max` times, then hand over or close."""

    say: NotRequired[str | dict[str, str] | None]
    max: NotRequired[int]
    handover: NotRequired[bool]
    disposition: NotRequired[
        Literal["interested", "not_interested", "callback", "not_reachable", "dnd", "escalated"]
    ]


class Node(TypedDict):
    """A later question, reached by `next`."""

    say: str | dict[str, str]
    branches: list[Branch]


class Notice(TypedDict):
    """Something that is taken as given, and may not do what was meant."""

    field: str
    message: str


class Objection(TypedDict):
    """An answer that leaves the call where it is: said, then the question is asked again."""

    phrases: list[str | dict[str, str]]
    say: str | dict[str, str]
    not_phrases: NotRequired[list[str | dict[str, str]]]


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
        `library_id` those of the library count too, once it is `confirmed`; one that is
    given without
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


class Profile(TypedDict):
    """A person, by phone: what is known, whether they may be called, and their newest 100
    calls.
    """

    phone: str
    name: str | None
    attributes: dict[str, Any]
    do_not_call: DoNotCall
    calls: list[Call]


class Progress(TypedDict):
    """A campaign's contacts by state; the parts sum to `total`."""

    total: int
    pending: int
    in_progress: int
    retry_scheduled: int
    completed: int
    skipped: int


QaFigures = TypedDict(
    "QaFigures",
    {
        "results": "int",
        "scored_results": "int",
        "passed_results": "int",
        "pass_rate": "float | None",
        "avg_score": "float | None",
        "evaluated_calls": "int",
        "from": "str",
        "to": "str",
        "timezone": "str",
        "grouped_data": "NotRequired[list[GroupedQa]]",
    },
)
"""`GET /analytics/qa`."""


class QaSums(TypedDict):
    """Results of scorecards for calls, after overrides.

        Those of which every parameter abstained have no score: they are neither passed nor
    averaged.
    """

    results: int
    scored_results: int
    passed_results: int
    pass_rate: float | None
    avg_score: float | None
    evaluated_calls: int


class Queued(TypedDict):
    """An event that is about to be sent again; it keeps its id."""

    webhook_id: str
    event_id: str
    sequence: int


class Rejected(TypedDict):
    """A row that was not taken. The first row of a JSON list is 1; a CSV's header is row 1."""

    row: int
    reason: str


class Replay(TypedDict):
    """What a replay sends: wanted events from the log's `first_sequence` to `last_sequence`."""

    webhook_id: str
    since: str
    first_sequence: int | None
    last_sequence: int | None
    events: int


class ReplayRequest(TypedDict):
    """`POST /webhooks/{id}/replay`."""

    since: str


Report = TypedDict(
    "Report",
    {
        "id": "str",
        "report_id": "str",
        "type": "Literal['call_summary', 'qa_performance', 'compliance_audit', 'agent_coaching', 'campaign_performance']",
        "format": "Literal['json', 'csv', 'pdf']",
        "status": "Literal['scheduled', 'queued', 'processing', 'completed', 'failed']",
        "from": "str | None",
        "to": "str | None",
        "timezone": "str",
        "filters": "dict[str, Any]",
        "schedule": "dict[str, Any] | None",
        "next_run_at": "str | None",
        "runs": "int",
        "schedule_id": "str | None",
        "size_bytes": "int | None",
        "sha256": "str | None",
        "mail_status": "Literal['due', 'sent', 'refused', None]",
        "error": "Trouble | None",
        "created_at": "str",
        "completed_at": "str | None",
        "download_url": "str | None",
    },
)
"""A report as lists show it: `id` and `report_id` are the same.

        A schedule is a report whose `status` is `scheduled`; each of its `runs` is one of
    its own, with
        its `schedule_id`.
    """

ReportBody = TypedDict(
    "ReportBody",
    {
        "type": "Literal['call_summary', 'qa_performance', 'compliance_audit', 'agent_coaching', 'campaign_performance']",
        "from": "NotRequired[str | None]",
        "to": "NotRequired[str | None]",
        "filters": "NotRequired[Filters | None]",
        "format": "NotRequired[Literal['json', 'csv', 'pdf']]",
        "timezone": "NotRequired[str | None]",
        "schedule": "NotRequired[ReportSchedule | None]",
    },
)
"""`POST /reports`. Days are both inclusive; with a `schedule` each run has its own
    instead.
    """

ReportDetail = TypedDict(
    "ReportDetail",
    {
        "id": "str",
        "report_id": "str",
        "type": "Literal['call_summary', 'qa_performance', 'compliance_audit', 'agent_coaching', 'campaign_performance']",
        "format": "Literal['json', 'csv', 'pdf']",
        "status": "Literal['scheduled', 'queued', 'processing', 'completed', 'failed']",
        "from": "str | None",
        "to": "str | None",
        "timezone": "str",
        "filters": "dict[str, Any]",
        "schedule": "dict[str, Any] | None",
        "next_run_at": "str | None",
        "runs": "int",
        "schedule_id": "str | None",
        "size_bytes": "int | None",
        "sha256": "str | None",
        "mail_status": "Literal['due', 'sent', 'refused', None]",
        "error": "Trouble | None",
        "created_at": "str",
        "completed_at": "str | None",
        "download_url": "str | None",
        "data": "NotRequired[dict[str, Any]]",
    },
)
"""A report with its link, and with its `data` if it is a JSON one that is completed."""


class ReportPage(TypedDict):
    """One page of a list."""

    data: list[Report]
    total: int
    limit: int
    offset: int
    next_cursor: str | None


class ReportSchedule(TypedDict):
    """When a report is made again, about the days before, and who is sent its link.

        `day_of_week` is for weekly, `day_of_month` for monthly ones. A daily run covers the
    day before
        it, a weekly one the 7 days that end the day before, a monthly one the calendar
    month before.
    """

    frequency: Literal["daily", "weekly", "monthly"]
    email: str
    day_of_week: NotRequired[
        Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    ]
    day_of_month: NotRequired[int]
    time: NotRequired[str]
    timezone: NotRequired[str]


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


class Rule(TypedDict):
    """A rule at its newest version."""

    id: str
    version: int
    name: str
    type: Literal[
        "required_disclosure", "prohibited_language", "script_adherence", "dnc", "policy_deviation"
    ]
    condition: dict[str, Any]
    within_seconds: int | None
    severity: Literal["low", "medium", "high", "critical"]
    scope: dict[str, Any] | None
    enabled: bool
    created_at: str
    updated_at: str


class RuleBody(TypedDict):
    """`POST /compliance/rules`. Without a `scope` a rule is about every transcript.

        `within_seconds` of a `required_disclosure` counts from the agent's first word.
    Without a `name`
        it is called by its type.
    """

    type: Literal[
        "required_disclosure", "prohibited_language", "script_adherence", "dnc", "policy_deviation"
    ]
    condition: NotRequired[Condition]
    name: NotRequired[str | None]
    within_seconds: NotRequired[int | None]
    severity: NotRequired[Literal["low", "medium", "high", "critical"]]
    scope: NotRequired[RuleScope | None]
    enabled: NotRequired[bool]


class RulePage(TypedDict):
    """One page of a list."""

    data: list[Rule]
    total: int
    limit: int
    offset: int
    next_cursor: str | None


class RulePatch(TypedDict):
    """`PATCH /compliance/rules/{id}`: what it names replaces what was there; null clears.

    A rule keeps its type.
    """

    name: NotRequired[str]
    condition: NotRequired[Condition]
    within_seconds: NotRequired[int | None]
    severity: NotRequired[Literal["low", "medium", "high", "critical"]]
    scope: NotRequired[RuleScope | None]
    enabled: NotRequired[bool]


class RuleScope(TypedDict):
    """Calls that a rule is about: those of these campaigns and of these agents.

        A list that is left out admits all; `agent_ids` are people, or agents by their
    `agt_` ids.
    """

    campaign_ids: NotRequired[list[str] | None]
    agent_ids: NotRequired[list[str] | None]


class Schedule(TypedDict):
    """When calls may begin. Times without an offset are read in `timezone`."""

    start_time: NotRequired[str | None]
    end_time: NotRequired[str | None]
    timezone: NotRequired[str | None]
    daily_window: NotRequired[DailyWindow | None]
    days: NotRequired[list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]] | None]


class ScopeBody(TypedDict):
    """Calls that are scored by themselves: those of these campaigns and of these agents.

        A list that is left out admits all; `agent_ids` are people, or agents by their
    `agt_` ids.
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


class Script(TypedDict):
    """A whole conversation."""

    name: str
    language: str
    opening: str | dict[str, str]
    branches: list[Branch]
    company: NotRequired[str | dict[str, str] | None]
    agent_persona: NotRequired[str | dict[str, str] | None]
    variables: NotRequired[dict[str, Variable]]
    nodes: NotRequired[dict[str, Node]]
    captures: NotRequired[dict[str, Capture]]
    objections: NotRequired[list[Objection]]
    no_input: NotRequired[Silence]
    no_match: NotRequired[NoMatch]
    closing: NotRequired[str | dict[str, str] | None]
    voicemail: NotRequired[Voicemail]
    max_duration_seconds: NotRequired[int]
    llm: NotRequired[Llm]


class ScriptAnswer(TypedDict):
    """A version of a script: what was posted, and what the service adds."""

    name: str
    language: str
    opening: str | dict[str, str]
    branches: list[Branch]
    company: NotRequired[str | dict[str, str] | None]
    agent_persona: NotRequired[str | dict[str, str] | None]
    variables: NotRequired[dict[str, Variable]]
    nodes: NotRequired[dict[str, Node]]
    captures: NotRequired[dict[str, Capture]]
    objections: NotRequired[list[Objection]]
    no_input: NotRequired[Silence]
    no_match: NotRequired[NoMatch]
    closing: NotRequired[str | dict[str, str] | None]
    voicemail: NotRequired[Voicemail]
    max_duration_seconds: NotRequired[int]
    llm: NotRequired[Llm]
    id: str
    version: int
    warnings: list[ScriptWarning]
    created_at: str
    updated_at: str


class ScriptAnswerPage(TypedDict):
    """One page of a list."""

    data: list[ScriptAnswer]
    total: int
    limit: int
    offset: int
    next_cursor: str | None


class ScriptPatch(TypedDict):
    """ScriptPatch."""

    name: NotRequired[str | None]
    language: NotRequired[str | None]
    opening: NotRequired[str | dict[str, str] | None]
    branches: NotRequired[list[Branch] | None]
    company: NotRequired[str | dict[str, str] | None]
    agent_persona: NotRequired[str | dict[str, str] | None]
    variables: NotRequired[dict[str, Variable] | None]
    nodes: NotRequired[dict[str, Node] | None]
    captures: NotRequired[dict[str, Capture] | None]
    objections: NotRequired[list[Objection] | None]
    no_input: NotRequired[Silence | None]
    no_match: NotRequired[NoMatch | None]
    closing: NotRequired[str | dict[str, str] | None]
    voicemail: NotRequired[Voicemail | None]
    max_duration_seconds: NotRequired[int | None]
    llm: NotRequired[Llm | None]


class ScriptWarning(TypedDict):
    """Something that does not stop a script, and would be better otherwise."""

    field: str
    message: str


class SecretRotation(TypedDict):
    """`POST /webhooks/{id}/rotate-secret`; without a secret one is made."""

    secret: NotRequired[str | None]


class SentRequest(TypedDict):
    """What an attempt sent; signatures are masked."""

    headers: dict[str, str]
    body: str


class Shares(TypedDict):
    """Shares of the connected calls whose sentiment is known; together exactly 1.00."""

    positive: float | None
    neutral: float | None
    negative: float | None


class Silence(TypedDict):
    """What to do when the customer says nothing: ask `max` times, then close."""

    say: NotRequired[str | dict[str, str] | None]
    max: NotRequired[int]
    disposition: NotRequired[
        Literal["interested", "not_interested", "callback", "not_reachable", "dnd", "escalated"]
    ]


class SpeakerTalk(TypedDict):
    """One speaker's part: `share` is of all talk, 0 to 1.

    `interruptions` counts how often they break into another's words.
    """

    seconds: float
    share: float
    words: int
    words_per_minute: float | None
    interruptions: int


class SpokenSegment(TypedDict):
    """What one speaker says without a longer pause.

        `speaker` is `agent`, `customer` or `speaker_N`. `words` is empty and `confidence`
    null for
        engines that give none.
    """

    speaker: str
    start: float
    end: float
    text: str
    confidence: float | None
    language: str
    words: list[SpokenWord]
    sentiment: NotRequired[dict[str, Any]]
    scripts: NotRequired[dict[str, str]]


class SpokenText(TypedDict):
    """The whole transcript; `damaged` says that parts of the recording could not be decoded."""

    text: str
    segments: list[SpokenSegment]
    damaged: bool


class SpokenTopic(TypedDict):
    """What is spoken of, and the segments that speak of it, counted from 0."""

    topic: str
    evidence: list[int]


class SpokenWord(TypedDict):
    """One word; seconds from the start of the recording, confidence 0 to 1.

    `confidence` is null where the engine does not say how sure it is of a word.
    """

    word: str
    start: float
    end: float
    confidence: float | None


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


class Talk(TypedDict):
    """Who talks how much, by speaker; `silence_share` is of the recording, 0 to 1."""

    speakers: dict[str, SpeakerTalk]
    silence_share: float
    longest_monologue: Monologue | None


class TranscriptionBody(TypedDict):
    """`POST /transcription`."""

    language: str
    speakers: NotRequired[int]
    features: NotRequired[
        list[
            Literal[
                "transcription",
                "summary",
                "sentiment",
                "intent",
                "qa_scoring",
                "compliance",
                "redaction",
            ]
        ]
    ]
    qa_scorecard_id: NotRequired[str | None]
    metadata: NotRequired[dict[str, Any] | None]
    audio_url: str


class TranscriptionDetail(TypedDict):
    """A job with its results: those of features that were not asked for are absent.

        A feature that failed is `{"error": {"code", "message"}}` in a job that is completed
    all the
        same; without its redaction a transcript is withheld. `talk` and `topics` come with
    every
        transcript.
    """

    id: str
    job_id: str
    status: Literal["queued", "processing", "completed", "failed"]
    language: str
    duration_seconds: float | None
    speakers: int
    features: list[
        Literal[
            "transcription",
            "summary",
            "sentiment",
            "intent",
            "qa_scoring",
            "compliance",
            "redaction",
        ]
    ]
    qa_scorecard_id: str | None
    metadata: dict[str, Any]
    call_id: str | None
    created_at: str
    completed_at: str | None
    error: TranscriptionTrouble | None
    progress: TranscriptionProgress | None
    transcript: NotRequired[SpokenText]
    talk: NotRequired[Talk]
    topics: NotRequired[list[SpokenTopic]]
    summary: NotRequired[dict[str, Any]]
    sentiment: NotRequired[dict[str, Any]]
    intent: NotRequired[dict[str, Any]]
    qa: NotRequired[dict[str, Any]]
    compliance: NotRequired[dict[str, Any]]
    redaction: NotRequired[dict[str, Any]]


class TranscriptionJob(TypedDict):
    """A transcription job as lists show it: `id` and `job_id` are the same."""

    id: str
    job_id: str
    status: Literal["queued", "processing", "completed", "failed"]
    language: str
    duration_seconds: float | None
    speakers: int
    features: list[
        Literal[
            "transcription",
            "summary",
            "sentiment",
            "intent",
            "qa_scoring",
            "compliance",
            "redaction",
        ]
    ]
    qa_scorecard_id: str | None
    metadata: dict[str, Any]
    call_id: str | None
    created_at: str
    completed_at: str | None
    error: TranscriptionTrouble | None
    progress: TranscriptionProgress | None


class TranscriptionJobPage(TypedDict):
    """One page of a list."""

    data: list[TranscriptionJob]
    total: int
    limit: int
    offset: int
    next_cursor: str | None


class TranscriptionProgress(TypedDict):
    """How far a job is: its step, and the share of the recording that is transcribed."""

    step: Literal["fetch", "survey", "hear"]
    percent: int


class TranscriptionTrouble(TypedDict):
    """Why a job failed."""

    code: Literal[
        "audio_unreachable",
        "audio_address_refused",
        "audio_too_large",
        "audio_too_long",
        "audio_not_decodable",
        "audio_empty",
        "audio_protected",
        "internal_error",
    ]
    message: str


class Trigger(TypedDict):
    """When a call is handed to a person; the lowest `priority` is looked at first.

        `keyword` needs `phrases` (and takes `match`), `sentiment` a `threshold`,
    `max_duration`
        `seconds`, `custom` a `condition`; a field of another type is refused.
    """

    type: Literal[
        "explicit_request", "keyword", "sentiment", "max_duration", "compliance_alert", "custom"
    ]
    priority: NotRequired[int]
    phrases: NotRequired[list[str] | None]
    match: NotRequired[Literal["any", "all", None]]
    threshold: NotRequired[float | None]
    seconds: NotRequired[int | None]
    condition: NotRequired[str | None]


class Trouble(TypedDict):
    """Why a report failed."""

    code: Literal["too_large", "internal_error"]
    message: str


class Trunk(TypedDict):
    """A trunk; its password goes in and never comes out."""

    id: str
    name: str
    server: str
    transport: Literal["udp", "tcp", "tls"]
    username: str
    auth_username: str
    has_password: bool
    register: bool
    caller_ids: list[str]
    channels: int
    calls_per_second: int
    is_default: bool
    created_at: str


class TrunkChange(TypedDict):
    """`PATCH /trunks/{id}`; a null password takes it away, another host needs it given anew."""

    name: NotRequired[str]
    server: NotRequired[str]
    transport: NotRequired[Literal["udp", "tcp", "tls"]]
    username: NotRequired[str]
    auth_username: NotRequired[str]
    password: NotRequired[str | None]
    register: NotRequired[bool]
    caller_ids: NotRequired[list[str]]
    channels: NotRequired[int]
    calls_per_second: NotRequired[int]
    is_default: NotRequired[bool]


class TrunkCreate(TypedDict):
    """`POST /trunks`."""

    name: str
    server: str
    transport: NotRequired[Literal["udp", "tcp", "tls"]]
    username: NotRequired[str]
    auth_username: NotRequired[str]
    password: NotRequired[str | None]
    register: NotRequired[bool]
    caller_ids: NotRequired[list[str]]
    channels: NotRequired[int]
    calls_per_second: NotRequired[int]
    is_default: NotRequired[bool]


class TrunkPage(TypedDict):
    """One page of a list."""

    data: list[Trunk]
    total: int
    limit: int
    offset: int
    next_cursor: str | None


class UploadBody(TypedDict):
    """The JSON part of a form to `POST /transcription`."""

    language: str
    speakers: NotRequired[int]
    features: NotRequired[
        list[
            Literal[
                "transcription",
                "summary",
                "sentiment",
                "intent",
                "qa_scoring",
                "compliance",
                "redaction",
            ]
        ]
    ]
    qa_scorecard_id: NotRequired[str | None]
    metadata: NotRequired[dict[str, Any] | None]


class Variable(TypedDict):
    """A value that every contact brings."""

    type: NotRequired[Literal["text", "number", "date", "time", "datetime", "boolean"]]
    required: NotRequired[bool]


class Violation(TypedDict):
    """A violation. `rule_version` is the one it was found by; seconds are of the recording.

        `segment`, `start`, `end` and `quote` are null for what was not said, and for what
    the platform
        recorded of the call itself; `proof` says which.
    """

    id: str
    rule_id: str
    rule_version: int
    rule_name: str
    type: Literal[
        "required_disclosure", "prohibited_language", "script_adherence", "dnc", "policy_deviation"
    ]
    severity: Literal["low", "medium", "high", "critical"]
    job_id: str
    call_id: str | None
    campaign_id: str | None
    agent_id: str | None
    segment: int | None
    start: float | None
    end: float | None
    quote: str | None
    proof: Literal["words", "meaning", "absence", "record", "model"]
    confidence: float
    reason: str
    created_at: str


class ViolationPage(TypedDict):
    """One page of a list."""

    data: list[Violation]
    total: int
    limit: int
    offset: int
    next_cursor: str | None


class Voicemail(TypedDict):
    """What to do when a machine answers."""

    action: NotRequired[Literal["hangup", "message"]]
    say: NotRequired[str | dict[str, str] | None]


class Webhook(TypedDict):
    """A webhook without its secret."""

    id: str
    url: str
    events: list[
        Literal[
            "*",
            "call.started",
            "call.completed",
            "call.disposition_set",
            "call.escalated",
            "call.transcription_ready",
            "campaign.started",
            "campaign.paused",
            "campaign.resumed",
            "campaign.stopped",
            "campaign.completed",
            "transcription.completed",
            "transcription.failed",
            "qa.completed",
            "compliance.violation",
            "report.completed",
            "report.failed",
            "webhook.disabled",
        ]
    ]
    status: Literal["active", "disabled"]
    disabled_reason: Literal["requested", "gone", "exhausted", None]
    created_at: str
    previous_secret_expires_at: str | None
    last_delivery: LastDelivery | None
    secret: NotRequired[str]


class WebhookCreate(TypedDict):
    """`POST /webhooks`."""

    url: str
    events: list[
        Literal[
            "*",
            "call.started",
            "call.completed",
            "call.disposition_set",
            "call.escalated",
            "call.transcription_ready",
            "campaign.started",
            "campaign.paused",
            "campaign.resumed",
            "campaign.stopped",
            "campaign.completed",
            "transcription.completed",
            "transcription.failed",
            "qa.completed",
            "compliance.violation",
            "report.completed",
            "report.failed",
            "webhook.disabled",
        ]
    ]
    secret: NotRequired[str | None]


class WebhookPage(TypedDict):
    """One page of a list."""

    data: list[Webhook]
    total: int
    limit: int
    offset: int
    next_cursor: str | None


class WebhookPatch(TypedDict):
    """`PATCH /webhooks/{id}`."""

    url: NotRequired[str]
    events: NotRequired[
        list[
            Literal[
                "*",
                "call.started",
                "call.completed",
                "call.disposition_set",
                "call.escalated",
                "call.transcription_ready",
                "campaign.started",
                "campaign.paused",
                "campaign.resumed",
                "campaign.stopped",
                "campaign.completed",
                "transcription.completed",
                "transcription.failed",
                "qa.completed",
                "compliance.violation",
                "report.completed",
                "report.failed",
                "webhook.disabled",
            ]
        ]
    ]
    status: NotRequired[Literal["active", "disabled"]]


class Workspace(TypedDict):
    """A tenant and its limits."""

    id: str
    name: str
    timezone: str
    limits: Limits
    created_at: str
