"""Memory that was freed is given back."""

import subprocess
import sys

# a block of 24 MB that is freed has glibc keep all smaller ones in its heap; what stays in use
# between them holds them there
PROGRAM = """
import sys
from pathlib import Path
from vinfer.kit.allocator import return_large_blocks

def resident_mb():
    return int(Path("/proc/self/statm").read_text().split()[1]) / 256

if "tuned" in sys.argv:
    return_large_blocks()
bytearray(24 << 20)
before = resident_mb()
blocks = [(bytearray(10 << 20), bytearray(4 << 10)) for _ in range(6)]
kept = [small for _, small in blocks]
del blocks
print(resident_mb() - before)
"""


def grown_mb(*arguments: str) -> float:
    """What the program has more in memory after it has freed 60 MB."""
    command = [sys.executable, "-c", PROGRAM, *arguments]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def test_large_blocks_go_back_to_the_system() -> None:
    assert grown_mb() > 40  # what would be without
    assert grown_mb("tuned") < 10
