"""A voice at the first sample may never wake the detector: silence goes before a recording."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from vinfer.adapters.vad.offline import SileroRecording
from vinfer.ports.decoding import AudioChunk


class Counting:
    """A network whose state counts the windows that it has been given."""

    def run(self, inputs: dict[str, Any]) -> tuple[Any, Any]:
        state = inputs["state"] + 1
        return state[0, :, :1], state


async def test_silence_is_heard_before_a_recording_and_not_scored() -> None:
    network: Any = Counting()
    loud = np.full(1024, 9000, "<i2").tobytes()
    with ThreadPoolExecutor(1) as executor:
        recording = SileroRecording(network, executor, channels=2)
        first = await recording.score(AudioChunk(0.0, (loud, loud)))
        second = await recording.score(AudioChunk(0.064, (loud, loud)))
    assert first == [[17.0, 18.0]] * 2
    assert second == [[19.0, 20.0]] * 2
