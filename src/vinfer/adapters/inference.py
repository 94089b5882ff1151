"""Threads for inference, with priorities: one call's ears never wait for another's mouth."""

import asyncio
import heapq
import itertools
import os
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from enum import IntEnum
from types import TracebackType
from typing import Final, ParamSpec, Self, TypeVar

T = TypeVar("T")
P = ParamSpec("P")
_Task = tuple["Lane", int, Callable[[], None]]


class Lane(IntEnum):
    """What a piece of inference is for; lower goes first."""

    VAD = 0
    TURN = 1
    UNDERSTANDING = 2
    SPEECH = 3
    PREPARE = 4
    BATCH = 5


_BACKGROUND_NICENESS: Final = 15


class InferencePool:
    """Runs functions on a fixed set of threads, most urgent lane first, first come within a lane.

    One thread takes only voice activity, one only lanes up to `UNDERSTANDING`, `general` threads
    all live lanes, and one, which the kernel runs when the others leave it time, `PREPARE` and
    `BATCH`. Native code releases the interpreter lock, so this is real parallelism.
    """

    def __init__(self, *, general: int = 1) -> None:
        self._queues: tuple[list[_Task], list[_Task], list[_Task]] = ([], [], [])
        self._order = itertools.count()
        self._ready = threading.Condition()
        self._closed = False
        limits = [Lane.VAD, Lane.UNDERSTANDING, *[Lane.SPEECH] * max(1, general), Lane.BATCH]
        self._threads = [
            threading.Thread(target=self._work, args=(limit,), name=f"inference-{at}", daemon=True)
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
        """Queue `work`; return its future on the running loop. Cancelled work is not started."""
        return asyncio.wrap_future(self.submit_threadsafe(lane, work))

    def executor(self, lane: Lane) -> Executor:
        """This pool as an `Executor` of one lane. Shutting the view down does nothing."""
        return _LaneExecutor(self, lane)

    def submit_threadsafe(self, lane: Lane, work: Callable[[], T]) -> Future[T]:
        """Queue `work` from any thread. A cancelled future is not started."""
        future: Future[T] = Future()
        self._push(lane, lambda: _settle_in_thread(future, work))
        return future

    def _push(self, lane: Lane, run: Callable[[], None]) -> None:
        with self._ready:
            if self._closed:
                raise RuntimeError("the inference pool is closed")
            heapq.heappush(self._queue(lane), (lane, next(self._order), run))
            self._ready.notify_all()

    def _queue(self, lane: Lane) -> list[_Task]:
        if lane is Lane.VAD:
            return self._queues[0]
        return self._queues[1 if lane <= Lane.SPEECH else 2]

    def _work(self, limit: Lane) -> None:
        queue = self._queue(limit)
        if limit is Lane.BATCH:  # Linux keeps niceness per thread
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _BACKGROUND_NICENESS)
        while True:
            with self._ready:
                while not self._closed and not (queue and queue[0][0] <= limit):
                    self._ready.wait()
                if self._closed:
                    return
                run = heapq.heappop(queue)[2]
            run()


class _LaneExecutor(Executor):
    def __init__(self, pool: InferencePool, lane: Lane) -> None:
        self._pool = pool
        self._lane = lane

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        return self._pool.submit_threadsafe(self._lane, lambda: fn(*args, **kwargs))


def _settle_in_thread(future: Future[T], work: Callable[[], T]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(work())
    except Exception as error:
        future.set_exception(error)
