"""A language model that answers what it was told to answer."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

import msgspec

from vinfer.kit.clock import Clock
from vinfer.ports.engines import EngineRefused
from vinfer.ports.llm import Completion, LlmCapabilities, Message, Usage

T = TypeVar("T")


class ScriptedModel:
    """Gives `answers` in turn, raises those that are errors, and keeps what it was `asked`.

    Four characters are a token.
    """

    def __init__(self, answers: Sequence[Any] = ()) -> None:
        self.capabilities = LlmCapabilities("scripted", most_characters=100_000)
        self.asked: list[tuple[Message, ...]] = []
        self._answers = list(answers)

    async def complete(
        self, messages: Sequence[Message], kind: type[T], *, most_tokens: int
    ) -> Completion[T]:
        """See the port."""
        self.asked.append(tuple(messages))
        if not self._answers:
            raise EngineRefused("the script has ended")
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        written = msgspec.json.encode(answer)
        usage = Usage(sum(len(each.text) for each in messages) // 4, len(written) // 4)
        if usage.output_tokens > most_tokens:
            raise EngineRefused("the script's answer is too long")
        try:
            return Completion(msgspec.json.decode(written, type=kind), usage)
        except msgspec.ValidationError:
            raise EngineRefused("the script answers outside the schema") from None


class OwnPurse:
    """A purse that nobody shares: `per_day` tokens between two midnights in UTC."""

    def __init__(self, *, per_day: int, clock: Clock) -> None:
        self._per_day = per_day
        self._clock = clock
        self._spent: dict[date, int] = {}

    async def take(self, amount: int) -> date | None:
        """See the port."""
        today = self._clock.now().date()
        spent = self._spent.get(today, 0) + amount
        if spent > self._per_day:
            return None
        self._spent[today] = spent
        return today

    async def settle(self, day: date, more: int) -> None:
        """See the port."""
        self._spent[day] = max(0, self._spent[day] + more)
