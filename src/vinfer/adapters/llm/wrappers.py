"""Language models around another one: a limit, another try, turns, and a budget."""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Final, TypeVar

from vinfer.adapters.http_out.again import TRIES, Sleep, tried_again
from vinfer.kit.clock import Clock
from vinfer.ports.engines import EngineBusy, EngineRefused
from vinfer.ports.llm import Completion, LanguageModel, Message, OverBudget

_BYTES_PER_TOKEN: Final = 3  # English has 4; Indian scripts, at three bytes a letter, near 3

T = TypeVar("T")


class Timeout:
    """Gives each completion `limit_s`."""

    def __init__(self, inner: LanguageModel, *, limit_s: float) -> None:
        self.capabilities = inner.capabilities
        self._inner = inner
        self._limit_s = limit_s

    async def complete(
        self, messages: Sequence[Message], kind: type[T], *, most_tokens: int
    ) -> Completion[T]:
        """See the port. Raises `EngineBusy` when the time is up."""
        try:
            async with asyncio.timeout(self._limit_s):
                return await self._inner.complete(messages, kind, most_tokens=most_tokens)
        except TimeoutError as error:
            told = f"{self.capabilities.id} did not answer within {self._limit_s:g} s"
            raise EngineBusy(told) from error


class Retry:
    """Asks again when a model is busy, no sooner than it says."""

    def __init__(
        self, inner: LanguageModel, *, tries: int = TRIES, sleep: Sleep = asyncio.sleep
    ) -> None:
        self.capabilities = inner.capabilities
        self._inner = inner
        self._tries = tries
        self._sleep = sleep

    async def complete(
        self, messages: Sequence[Message], kind: type[T], *, most_tokens: int
    ) -> Completion[T]:
        """See the port."""
        return await tried_again(
            lambda: self._inner.complete(messages, kind, most_tokens=most_tokens),
            tries=self._tries,
            sleep=self._sleep,
        )


class AtOnce:
    """Asks at most `most` things of a model at a time; others wait their turn."""

    def __init__(self, inner: LanguageModel, *, most: int) -> None:
        self.capabilities = inner.capabilities
        self._inner = inner
        self._places = asyncio.Semaphore(most)

    async def complete(
        self, messages: Sequence[Message], kind: type[T], *, most_tokens: int
    ) -> Completion[T]:
        """See the port."""
        async with self._places:
            return await self._inner.complete(messages, kind, most_tokens=most_tokens)


class Budget:
    """Spends at most `per_day` tokens between two midnights in UTC, counted in this process.

    What an answer may cost is set aside before it is asked for, so that many at once do not spend
    more together.
    """

    def __init__(self, inner: LanguageModel, *, per_day: int, clock: Clock) -> None:
        self.capabilities = inner.capabilities
        self._inner = inner
        self._per_day = per_day
        self._clock = clock
        self._day = date.min
        self._spent = 0

    async def complete(
        self, messages: Sequence[Message], kind: type[T], *, most_tokens: int
    ) -> Completion[T]:
        """See the port. Raises `OverBudget` for what might cost more than is left."""
        size = sum(len(each.text.encode()) for each in messages)
        likely = size // _BYTES_PER_TOKEN + most_tokens
        day = self._set_aside(likely)
        try:
            found = await self._inner.complete(messages, kind, most_tokens=most_tokens)
        except EngineRefused as error:
            if error.status is not None:  # refused unread; whatever else fails may have its price
                self._settle(day, likely, 0)
            raise
        if found.usage is not None:
            self._settle(day, likely, found.usage.tokens)
        return found

    def _set_aside(self, likely: int) -> date:
        today = self._clock.now().date()
        if today != self._day:
            self._day, self._spent = today, 0
        if self._spent + likely > self._per_day:
            raise OverBudget(f"{self.capabilities.id}: the tokens of the day are spent")
        self._spent += likely
        return today

    def _settle(self, day: date, likely: int, spent: int) -> None:
        if day == self._day:
            self._spent += spent - likely
