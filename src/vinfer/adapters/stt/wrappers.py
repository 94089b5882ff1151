"""Transcribers around another one: with patience, a limit, another try, and somebody else."""

import asyncio
from dataclasses import replace
from typing import Final

import structlog

from vinfer.adapters.http_out.again import TRIES, Sleep, tried_again
from vinfer.adapters.stt.languages import astray
from vinfer.kit.clock import Clock
from vinfer.ports.audio import EngineUnavailable
from vinfer.ports.engines import EngineBaffled, EngineLate
from vinfer.ports.stt import HeardSegment, Transcriber

_REST_S: Final = 60.0  # that an engine which failed is left alone, twice as long each time
_LONGEST_REST_S: Final = 960.0
_log = structlog.get_logger()


class Timeout:
    """Gives each window `limit_s`."""

    def __init__(self, inner: Transcriber, *, limit_s: float) -> None:
        self.capabilities = inner.capabilities
        self._inner = inner
        self._limit_s = limit_s

    async def hear(self, pcm: bytes, *, language: str) -> tuple[HeardSegment, ...]:
        """See the port. Raises `EngineLate` when the time is up."""
        try:
            async with asyncio.timeout(self._limit_s):
                return await self._inner.hear(pcm, language=language)
        except TimeoutError as error:
            told = f"{self.capabilities.id} did not answer within {self._limit_s:g} s"
            raise EngineLate(told) from error


class Retry:
    """Asks again when an engine is busy, no sooner than it says."""

    def __init__(
        self, inner: Transcriber, *, tries: int = TRIES, sleep: Sleep = asyncio.sleep
    ) -> None:
        self.capabilities = inner.capabilities
        self._inner = inner
        self._tries = tries
        self._sleep = sleep

    async def hear(self, pcm: bytes, *, language: str) -> tuple[HeardSegment, ...]:
        """See the port."""
        return await tried_again(
            lambda: self._inner.hear(pcm, language=language), tries=self._tries, sleep=self._sleep
        )


class InScript:
    """Takes no words in the letters of another language of India than was asked for.

    Models that do not know a language write what it sounds like in one that they know.
    """

    def __init__(self, inner: Transcriber) -> None:
        self.capabilities = inner.capabilities
        self._inner = inner

    async def hear(self, pcm: bytes, *, language: str) -> tuple[HeardSegment, ...]:
        """See the port. Raises `EngineBaffled`."""
        heard = await self._inner.hear(pcm, language=language)
        if any(astray(each.text, language) for each in heard):
            raise EngineBaffled(f"{self.capabilities.id} did not write {language}")
        return heard


class AtOnce:
    """Asks at most `most` windows of an engine at a time; others wait their turn."""

    def __init__(self, inner: Transcriber, *, most: int) -> None:
        self.capabilities = inner.capabilities
        self._inner = inner
        self._places = asyncio.Semaphore(most)

    async def hear(self, pcm: bytes, *, language: str) -> tuple[HeardSegment, ...]:
        """See the port."""
        async with self._places:
            return await self._inner.hear(pcm, language=language)


class Fallback:
    """Asks `primary`, and `second` when that fails or does not know the language.

    After a failure `primary` rests, so that a long recording does not wait for it at each window;
    the longer, the more often it fails. What `second` heard bears its name.
    """

    def __init__(self, primary: Transcriber, second: Transcriber, *, clock: Clock) -> None:
        self.capabilities = primary.capabilities
        self._primary = primary
        self._second = second
        self._clock = clock
        self._rests_until = 0.0
        self._failures = 0  # in a row, those of windows sent together counted once

    async def hear(self, pcm: bytes, *, language: str) -> tuple[HeardSegment, ...]:
        """See the port: what `second` raises, and nothing of `primary`."""
        knows = language in self._primary.capabilities.languages
        if knows and self._clock.monotonic() >= self._rests_until:
            try:
                heard = await self._primary.hear(pcm, language=language)
            except EngineUnavailable as error:
                self._told(error)
                if not isinstance(error, EngineBaffled):
                    self._rest()
            else:
                self._failures = 0
                return heard
        heard = await self._second.hear(pcm, language=language)
        return tuple(replace(each, engine=self._second.capabilities.id) for each in heard)

    def _rest(self) -> None:
        now_s = self._clock.monotonic()
        if now_s >= self._rests_until:
            rest_s = min(_LONGEST_REST_S, _REST_S * 2**self._failures)
            self._rests_until = now_s + rest_s
            self._failures += 1

    def _told(self, error: EngineUnavailable) -> None:
        _log.warning(
            "transcriber_fell_back",
            engine=self.capabilities.id,
            to=self._second.capabilities.id,
            error=str(error),
        )
