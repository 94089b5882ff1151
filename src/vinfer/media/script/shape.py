"""The shape of a script. Unknown fields are refused, every length is bounded."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct, field

from vinfer.media.plan import Disposition

OPENING: Final = "opening"  # the node a call begins in
CLOSE: Final = "close"  # the built-in node that says the closing and hangs up
MAX_PHRASES: Final = 1500  # a script in all: about 20 s of preparation on one core

Name = Annotated[str, Meta(min_length=1, max_length=255)]
Words = Annotated[str, Meta(min_length=1, max_length=2000)]
Language = Annotated[
    str,
    Meta(
        pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*(?!\n)$",
        max_length=35,
        extra_json_schema={"format": "bcp47"},
    ),
]
Identifier = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,63}(?!\n)$")]
Tag = Annotated[str, Meta(min_length=1, max_length=64)]
Text = Words | Annotated[dict[Language, Words], Meta(min_length=1, max_length=32)]
Phrase = Annotated[str, Meta(min_length=1, max_length=200)]
Phrases = Annotated[
    tuple[Phrase | Annotated[dict[Language, Phrase], Meta(min_length=1, max_length=32)], ...],
    Meta(max_length=200),
]
SomePhrases = Annotated[Phrases, Meta(min_length=1)]
Times = Annotated[int, Meta(ge=0, le=5)]
CaptureType = Literal["date", "time", "datetime", "amount", "number", "boolean", "text"]


class Shape(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part of a script."""


class Variable(Shape, frozen=True):
    """A value that every contact brings."""

    type: Literal["text", "number", "date", "time", "datetime", "boolean"] = "text"
    required: bool = False


class Capture(Shape, frozen=True):
    """A value the customer is asked for. `confirm` reads it back; a text says how, with {{value}}.

    Dates before today are refused unless `past` is set.
    """

    type: CaptureType
    ask: Text
    confirm: bool | Text = False
    past: bool = False


class Branch(Shape, frozen=True):
    """What to do when the customer means this.

    Without `next`: a handover, else the close if it has a disposition, else the question again.
    """

    id: Identifier
    phrases: SomePhrases
    not_phrases: Phrases = ()
    say: Text | None = None
    capture: Annotated[tuple[Identifier, ...], Meta(max_length=10)] = ()
    disposition: Disposition | None = None
    tag: Tag | None = None
    next: Identifier | None = None
    handover: bool = False


class Objection(Shape, frozen=True):
    """An answer that leaves the call where it is: said, then the question is asked again."""

    phrases: SomePhrases
    say: Text
    not_phrases: Phrases = ()


class Silence(Shape, frozen=True):
    """What to do when the customer says nothing: ask `max` times, then close."""

    say: Text | None = None
    max: Times = 2
    disposition: Disposition = "callback"


class NoMatch(Shape, frozen=True):
    """What to do when nothing fits: ask `max` times, then hand over or close."""

    say: Text | None = None
    max: Times = 2
    handover: bool = False
    disposition: Disposition = "callback"


class Voicemail(Shape, frozen=True):
    """What to do when a machine answers."""

    action: Literal["hangup", "message"] = "hangup"
    say: Text | None = None


class Llm(Shape, frozen=True):
    """The language-model mode, off by default."""

    enabled: bool = False
    goal: Annotated[str, Meta(max_length=4000)] = ""
    guardrails: Annotated[str, Meta(max_length=4000)] = ""


class Node(Shape, frozen=True):
    """A later question, reached by `next`."""

    say: Text
    branches: Annotated[tuple[Branch, ...], Meta(min_length=1, max_length=50)]


class Script(Shape, frozen=True):
    """A whole conversation."""

    name: Name
    language: Language
    opening: Text
    branches: Annotated[tuple[Branch, ...], Meta(min_length=1, max_length=50)]
    company: Text | None = None
    agent_persona: Text | None = None
    variables: Annotated[dict[Identifier, Variable], Meta(max_length=100)] = field(
        default_factory=dict[str, Variable]
    )
    nodes: Annotated[dict[Identifier, Node], Meta(max_length=100)] = field(
        default_factory=dict[str, Node]
    )
    captures: Annotated[dict[Identifier, Capture], Meta(max_length=50)] = field(
        default_factory=dict[str, Capture]
    )
    objections: Annotated[tuple[Objection, ...], Meta(max_length=50)] = ()
    no_input: Silence = Silence()
    no_match: NoMatch = NoMatch()
    closing: Text | None = None
    voicemail: Voicemail = Voicemail()
    max_duration_seconds: Annotated[int, Meta(ge=10, le=3600)] = 300
    llm: Llm = Llm()

    def node(self, name: str) -> Node:
        """The node of this name; the opening is one too. Raises `KeyError`."""
        if name == OPENING:
            return Node(say=self.opening, branches=self.branches)
        return self.nodes[name]

    def all_nodes(self) -> Mapping[str, Node]:
        """Every node by name, the opening first."""
        return {OPENING: self.node(OPENING), **self.nodes}
