import asyncio
import os
import threading

import pytest

from vinfer.adapters.inference import InferencePool, Lane


async def test_urgent_lanes_go_first_and_arrival_decides_within_one() -> None:
    done: list[str] = []
    gates = [threading.Event(), threading.Event()]
    with InferencePool() as pool:
        blockers = [pool.submit(Lane.TURN, gate.wait) for gate in gates]
        await asyncio.sleep(0.05)
        queued = [
            pool.submit(lane, lambda name=name: done.append(name))
            for name, lane in (
                ("reading 1", Lane.UNDERSTANDING),
                ("reading 2", Lane.UNDERSTANDING),
                ("turn", Lane.TURN),
            )
        ]
        gates[0].set()  # one thread works through the queue, so that the order is its own
        await asyncio.gather(*queued)
        gates[1].set()
        await asyncio.gather(*blockers)
    assert done == ["turn", "reading 1", "reading 2"]


async def test_a_mouth_never_blocks_an_ear() -> None:
    gate = threading.Event()
    with InferencePool() as pool:
        speaking = [pool.submit(Lane.SPEECH, gate.wait) for _ in range(3)]
        assert await asyncio.wait_for(pool.submit(Lane.VAD, lambda: 1), 5) == 1
        assert await asyncio.wait_for(pool.submit(Lane.TURN, lambda: 2), 5) == 2
        assert not any(future.done() for future in speaking)
        gate.set()
        await asyncio.gather(*speaking)


async def test_live_speech_does_not_wait_for_prepared_lines() -> None:
    gate = threading.Event()
    with InferencePool() as pool:
        preparing = [pool.submit(Lane.PREPARE, gate.wait), pool.submit(Lane.BATCH, gate.wait)]
        assert await asyncio.wait_for(pool.submit(Lane.SPEECH, lambda: 1), 5) == 1
        gate.set()
        await asyncio.gather(*preparing)


async def test_background_work_yields_the_processor() -> None:
    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    with InferencePool() as pool:
        live = await pool.submit(Lane.SPEECH, niceness)
        assert await pool.submit(Lane.PREPARE, niceness) > live


async def test_cancelled_work_is_not_started() -> None:
    ran: list[int] = []
    gate = threading.Event()
    with InferencePool() as pool:
        blocker = pool.submit(Lane.SPEECH, gate.wait)
        await asyncio.sleep(0.05)
        doomed = pool.submit(Lane.SPEECH, lambda: ran.append(1))
        doomed.cancel()
        await asyncio.sleep(0.01)  # the thread side hears of it on the loop's next round
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
