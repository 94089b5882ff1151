"""Language models: messages in, a value of a known type out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, Literal, Protocol, TypeVar

from vinfer.ports.audio import EngineUnavailable

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Message:
    """What is said to a model. `system` is ours alone: nothing of a customer stands in it."""

    role: Literal["system", "user"]
    text: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What a completion cost, in the model's own tokens."""

    input_tokens: int
    output_tokens: int

    @property
    def tokens(self) -> int:
        """Both together."""
        return self.input_tokens + self.output_tokens


@dataclass(frozen=True, slots=True)
class Completion(Generic[T]):
    """A model's answer; `usage` is None where it does not tell."""

    value: T
    usage: Usage | None


@dataclass(frozen=True, slots=True)
class LlmCapabilities:
    """What a model can do: `most_characters` of all messages together."""

    id: str
    most_characters: int


class OverBudget(EngineUnavailable):
    """The tokens of the day are spent."""


class Purse(Protocol):
    """The tokens of a day, whoever else spends them."""

    async def take(self, amount: int) -> date | None:
        """Set tokens aside; the day they count to, or None for more than are left."""
        ...

    async def settle(self, day: date, more: int) -> None:
        """Count `more` tokens to a day, negative for what was set aside and not spent."""
        ...


class LanguageModel(Protocol):
    """A language model."""

    capabilities: LlmCapabilities

    async def complete(
        self, messages: Sequence[Message], kind: type[T], *, most_tokens: int
    ) -> Completion[T]:
        """Answer with a value of `kind`, a type that `msgspec` can describe as a JSON schema.

        Raises `EngineUnavailable` for everything that is no such answer, in time and whole.
        """
        ...
