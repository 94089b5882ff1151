"""What the engine leans on inside the pinned package, and its uncancellable steps."""

import asyncio
from importlib.metadata import version

import baresip
import pytest
from baresip._native import lib

from vinfer.adapters.telephony import outcomes
from vinfer.adapters.telephony.sip_stack import to_the_end
from vinfer.ports.telephony import Failed


def test_the_private_names_exist_in_the_pinned_version() -> None:
    assert version("baresip-python") == "0.5.2a3"
    assert callable(baresip.Call._on_stack_event)
    assert lib.BP_CMD_SET_DRAIN


async def test_a_step_cancelled_twice_is_finished_and_undone() -> None:
    undone: list[str] = []

    async def step() -> str:
        await asyncio.sleep(0.02)
        return "call"

    async def undo(result: str) -> None:
        await asyncio.sleep(0.02)
        undone.append(result)

    running = asyncio.ensure_future(to_the_end(step(), undo=undo))
    await asyncio.sleep(0)
    running.cancel()
    await asyncio.sleep(0.03)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert undone == ["call"]


@pytest.mark.parametrize("status", [0, 302, 401, 407, 429, 488, 500, 503, 606])
@pytest.mark.parametrize("rang", [False, True])
def test_everything_else_is_trunk_trouble(status: int, rang: bool) -> None:
    assert outcomes.meaning(status, rang=rang) is Failed.TRUNK_ERROR
