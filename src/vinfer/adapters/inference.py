"""Threads for model inference, with priorities: one call's ears never wait for another call's mouth."""

import asyncio
import contextlib
import heapq
import itertools
import threading
from collections.abc import Callable
from enum import IntEnum
from types import TracebackType
from typing import Any, Self, TypeVar

T = TypeVar("T")


class Lane(IntEnum):
    """What a piece of inference is for; lower goes first."""

    VAD = 0
    TURN = 1
    UNDERSTANDING = 2
    SPEECH = 3
    PREPARE = 4
    BATCH = 5


_URGENT = Lane.UNDERSTANDING


class InferencePool:
    """Runs functions on a fixed set of threads, most urgent lane first, first come within a lane.

    One thread takes only voice activity, one only lanes up to `UNDERSTANDING`, and `general` threads take
    everything but voice activity. Native code releases the interpreter lock, so this is real parallelism.
    """

    def __init__(self, *, general: int = 1) -> None:
        self._queues: tuple[list[_Task], list[_Task]] = ([], [])  # voice activity, the rest
        self._order = itertools.count()
        self._ready = threading.Condition()
        self._closed = False
        limits = [(0, Lane.VAD), (1, _URGENT), *((1, Lane.BATCH) for _ in range(max(1, general)))]
        self._threads = [
            threading.Thread(target=self._work, args=limit, name=f"inference-{at}", daemon=True)
            for at, limit in enumerate(limits)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._ready:
            self._closed = True
            self._ready.notify_all()
        for thread in self._threads:
            thread.join()

    def submit(self, lane: Lane, work: Callable[[], T]) -> asyncio.Future[T]:
        """Queue `work` and return its future on the running loop. A cancelled future is not started."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        task = _Task(lane, next(self._order), work, future, loop)
        with self._ready:
            if self._closed:
                raise RuntimeError("the inference pool is closed")
            heapq.heappush(self._queues[0 if lane is Lane.VAD else 1], task)
            self._ready.notify_all()
        return future

    def _work(self, queue_at: int, limit: Lane) -> None:
        queue = self._queues[queue_at]
        while True:
            with self._ready:
                while not self._closed and not (queue and queue[0].lane <= limit):
                    self._ready.wait()
                if self._closed:
                    return
                task = heapq.heappop(queue)
            task.run()


class _Task:
    """One queued call; ordered by lane, then by arrival."""

    __slots__ = ("_future", "_loop", "_order", "_work", "lane")

    def __init__(
        self,
        lane: Lane,
        order: int,
        work: Callable[[], Any],
        future: asyncio.Future[Any],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self.lane = lane
        self._order = order
        self._work = work
        self._future = future
        self._loop = loop

    def __lt__(self, other: "_Task") -> bool:
        return (self.lane, self._order) < (other.lane, other._order)

    def run(self) -> None:
        if self._future.cancelled():
            return
        try:
            value, error = self._work(), None
        except Exception as caught:
            value, error = None, caught
        with contextlib.suppress(RuntimeError):  # the loop is gone: nobody waits for the answer
            self._loop.call_soon_threadsafe(self._settle, value, error)

    def _settle(self, value: Any, error: Exception | None) -> None:
        if self._future.done():
            return
        if error is not None:
            self._future.set_exception(error)
        else:
            self._future.set_result(value)
