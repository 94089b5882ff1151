"""Language models around another one: a limit, another try, turns, and a budget."""

import asyncio
from collections.abc import Sequence
from typing import Final, TypeVar

from vinfer.adapters.http_out.again import TRIES, Sleep, tried_again
from vinfer.ports.engines import EngineBusy, EngineLate, EngineRefused
from vinfer.ports.llm import Completion, LanguageModel, Message, OverBudget, Purse

_BYTES_PER_TOKEN: Final = 3  # English has 4; Indian scripts, at three bytes a letter, near 3
_TOO_BUSY: Final = frozenset({425, 429, 503})
_MOST_COUNTED: Final = 10_000_000  # of one answer, whatever a server says

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
        """See the port. Raises `EngineLate` when the time is up."""
        try:
            async with asyncio.timeout(self._limit_s):
                return await self._inner.complete(messages, kind, most_tokens=most_tokens)
        except TimeoutError as error:
            told = f"{self.capabilities.id} did not answer within {self._limit_s:g} s"
            raise EngineLate(told) from error


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
    """Spends what is in a purse.

    What an answer may cost is set aside before it is asked for, so that many at once do not spend
    more together.
    """

    def __init__(self, inner: LanguageModel, purse: Purse) -> None:
        self.capabilities = inner.capabilities
        self._inner = inner
        self._purse = purse

    async def complete(
        self, messages: Sequence[Message], kind: type[T], *, most_tokens: int
    ) -> Completion[T]:
        """See the port. Raises `OverBudget` for what might cost more than is left."""
        size = sum(len(each.text.encode()) for each in messages)
        likely = size // _BYTES_PER_TOKEN + most_tokens
        day = await self._purse.take(likely)
        if day is None:
            raise OverBudget(f"{self.capabilities.id}: the tokens of the day are spent")
        try:
            found = await self._inner.complete(messages, kind, most_tokens=most_tokens)
        except (EngineRefused, EngineBusy) as error:
            if _unread(error):  # whatever else fails may have its price
                await self._purse.settle(day, -likely)
            raise
        if found.usage is not None:
            await self._purse.settle(day, min(found.usage.tokens, _MOST_COUNTED) - likely)
        return found


def _unread(error: EngineRefused | EngineBusy) -> bool:
    """Whether a server told that it did nothing: refused, or too busy to begin."""
    if isinstance(error, EngineRefused):
        return error.status is not None
    return error.status in _TOO_BUSY
