"""What the demo starts ends with it, however it ends."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from vinfer.kit import pg

OWNER = """
import asyncio, sys
from pathlib import Path
from vinfer.app.demo import program
async def main():
    async with program._process("worker", home=Path(sys.argv[1])) as process:
        await process.stdout.readline()
        print(process.pid, flush=True)
        await asyncio.Event().wait()
asyncio.run(main())
"""


async def test_a_killed_demo_leaves_no_process_behind(data_dir: Path):
    server = await pg.start(data_dir / "data")
    try:
        demo = await asyncio.create_subprocess_exec(
            sys.executable, "-c", OWNER, str(data_dir), stdout=asyncio.subprocess.PIPE
        )
        assert demo.stdout is not None
        worker = int(await demo.stdout.readline())
        os.kill(demo.pid, signal.SIGKILL)
        await demo.wait()
        async with asyncio.timeout(10):
            while _lives(worker):  # noqa: ASYNC110  # no child of this process
                await asyncio.sleep(0.05)
    finally:
        await server.stop()


def _lives(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
