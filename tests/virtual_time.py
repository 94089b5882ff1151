"""Virtual time: a loop whose clock jumps to the next timer once nothing else is left to do."""

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")
MORNING = datetime(2026, 11, 24, 5, 30, tzinfo=UTC)  # eleven o'clock in Kolkata, a Tuesday


class _JumpingSelector(selectors.DefaultSelector):
    """Never waits: what would have been a wait moves the clock."""

    now_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise RuntimeError("everything waits and no timer is set: a deadlock")
            self.now_s += timeout
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """A deterministic loop: an hour of timers takes milliseconds."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now_s


class VirtualClock:
    """Implements `vinfer.kit.clock.Clock` on the running loop."""

    def now(self) -> datetime:
        return MORNING + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run `main` in virtual time. Fails on a leaked task and on an exception nobody took."""
    troubles: list[dict[str, Any]] = []

    async def watched() -> T:
        asyncio.get_running_loop().set_exception_handler(
            lambda _, context: troubles.append(context)
        )
        result = await main
        await asyncio.sleep(0)
        leaked = asyncio.all_tasks() - {asyncio.current_task()}
        assert not leaked, f"tasks left running: {leaked}"
        return result

    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        result = runner.run(watched())
    assert not troubles, troubles
    return result
