"""Recordings: both sides in step, and whole after a kill."""

import os
import signal
import stat
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from vinfer.media import recording
from vinfer.media.recording import Recorder

LEFT, RIGHT = (np.full(160, value, dtype="<i2").tobytes() for value in (100, -200))


def read(path: Path) -> np.ndarray:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, 8000)
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").reshape(-1, 2)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return recording.path_of(tmp_path, "call_1")


def test_the_customer_is_left_and_the_agent_right(path: Path) -> None:
    recorder = Recorder(path)
    for _ in range(70):
        recorder.write(LEFT, RIGHT)
    recorder.close()
    recorder.close()

    both = read(path)
    assert len(both) == 70 * 160
    assert np.unique(both, axis=0).tolist() == [[100, -200]]


def test_only_the_owner_may_read_it(path: Path) -> None:
    Recorder(path).close()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_killed_process_leaves_a_playable_file(path: Path) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path; from vinfer.media.recording import *\n"
        "recorder = Recorder(Path(sys.argv[1]))\n"
        "for _ in range(120): recorder.write(bytes(320), bytes(320))\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    ended = run_python(program, path)

    assert ended.returncode == -signal.SIGKILL
    assert len(read(path)) == 100 * 160


def test_repair_makes_a_torn_file_exact(path: Path) -> None:
    recorder = Recorder(path)
    for _ in range(25):
        recorder.write(LEFT, RIGHT)
    with path.open("ab") as file:  # written, but the header was not reached, nor the last pair
        file.write((LEFT[:2] + RIGHT[:2]) * 80 + b"\x01\x02\x03")

    recording.repair(path)

    assert len(read(path)) == 25 * 160 + 80
    assert path.stat().st_size == recording.HEADER_BYTES + 4 * (25 * 160 + 80)
    recorder.close()


def test_a_full_disk_ends_the_recording_and_not_the_call(path: Path) -> None:
    program = (
        "import resource, sys; from pathlib import Path; from vinfer.media.recording import *\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))\n"
        "recorder = Recorder(Path(sys.argv[1]))\n"
        "for _ in range(120): recorder.write(bytes(320), bytes(320))\n"
        "recorder.close()"
    )

    ended = run_python(program, path)

    assert ended.returncode == 0
    assert b"recording_cut_short" in ended.stdout
    recording.repair(path)
    assert len(read(path)) == (40_000 - recording.HEADER_BYTES) // 4


def test_a_recording_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        Recorder(tmp_path / "missing" / "call_1.wav")


def run_python(program: str, path: Path) -> "subprocess.CompletedProcess[bytes]":
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", program, str(path)]
    return subprocess.run(command, env=environment, check=False, capture_output=True)
