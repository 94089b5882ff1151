"""Bodies and answers of the API. Made by `python tools/client.py` from the OpenAPI document."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


class Branch(TypedDict):
    """What to do when the customer means this.

        Without `next`: a handover, else the close if it has a disposition, else the question
    again.
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


class Capture(TypedDict):
    """A value the customer is asked for. `confirm` reads it back; a text says how, with
    {{value}}.

        Dates before today are refused unless `past` is set.
    """

    type: Literal["date", "time", "datetime", "amount", "number", "boolean", "text"]
    ask: str | dict[str, str]
    confirm: NotRequired[bool | str | dict[str, str]]
    past: NotRequired[bool]


class Llm(TypedDict):
    """The language-model mode, off by default."""

    enabled: NotRequired[bool]
    goal: NotRequired[str]
    guardrails: NotRequired[str]


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


class Objection(TypedDict):
    """An answer that leaves the call where it is: said, then the question is asked again."""

    phrases: list[str | dict[str, str]]
    say: str | dict[str, str]
    not_phrases: NotRequired[list[str | dict[str, str]]]


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


class Silence(TypedDict):
    """What to do when the customer says nothing: ask `max` times, then close."""

    say: NotRequired[str | dict[str, str] | None]
    max: NotRequired[int]
    disposition: NotRequired[
        Literal["interested", "not_interested", "callback", "not_reachable", "dnd", "escalated"]
    ]


class Variable(TypedDict):
    """A value that every contact brings."""

    type: NotRequired[Literal["text", "number", "date", "time", "datetime", "boolean"]]
    required: NotRequired[bool]


class Voicemail(TypedDict):
    """What to do when a machine answers."""

    action: NotRequired[Literal["hangup", "message"]]
    say: NotRequired[str | dict[str, str] | None]
