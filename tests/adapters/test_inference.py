import asyncio
import threading

import pytest

from vinfer.adapters.inference import InferencePool, Lane


async def test_urgent_lanes_go_first_and_arrival_decides_within_one() -> None:
    done: list[str] = []
    gate = threading.Event()
    with InferencePool() as pool:
        blockers = [pool.submit(Lane.TURN, gate.wait) for _ in range(2)]
        await asyncio.sleep(0.05)
        queued = [
            pool.submit(lane, lambda name=name: done.append(name))
            for name, lane in (
                ("prepare", Lane.PREPARE),
                ("speech 1", Lane.SPEECH),
                ("speech 2", Lane.SPEECH),
            )
        ]
        gate.set()
        await asyncio.gather(*blockers, *queued)
    assert done == ["speech 1", "speech 2", "prepare"]


async def test_a_mouth_never_blocks_an_ear() -> None:
    gate = threading.Event()
    with InferencePool() as pool:
        speaking = [pool.submit(Lane.SPEECH, gate.wait) for _ in range(3)]
        assert await asyncio.wait_for(pool.submit(Lane.VAD, lambda: 1), 5) == 1
        assert await asyncio.wait_for(pool.submit(Lane.TURN, lambda: 2), 5) == 2
        assert not any(future.done() for future in speaking)
        gate.set()
        await asyncio.gather(*speaking)


async def test_cancelled_work_is_not_started() -> None:
    ran: list[int] = []
    gate = threading.Event()
    with InferencePool() as pool:
        blocker = pool.submit(Lane.SPEECH, gate.wait)
        await asyncio.sleep(0.05)
        doomed = pool.submit(Lane.SPEECH, lambda: ran.append(1))
        doomed.cancel()
        gate.set()
        await blocker
        await pool.submit(Lane.SPEECH, lambda: None)
    assert ran == []


async def test_errors_reach_the_caller_and_the_thread_lives_on() -> None:
    def fail() -> None:
        raise ValueError("no")

    with InferencePool() as pool:
        with pytest.raises(ValueError, match="no"):
            await pool.submit(Lane.SPEECH, fail)
        assert await pool.submit(Lane.SPEECH, lambda: 3) == 3
        executor = pool.executor(Lane.UNDERSTANDING)
        assert await asyncio.get_running_loop().run_in_executor(executor, pow, 2, 5) == 32


async def test_a_closed_pool_refuses_work() -> None:
    pool = InferencePool()
    with pool:
        pass
    with pytest.raises(RuntimeError):
        pool.submit(Lane.VAD, lambda: None)
