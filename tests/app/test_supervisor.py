"""Children that end, cannot start, or talk too much."""

import asyncio
import os
from pathlib import Path

from vinfer.app.supervisor import Child, keep_running

CHATTER = "import sys\nsys.stdout.write('x' * 200_000 + '\\nready\\n')\nsys.stdout.flush()\n"


async def test_a_child_that_cannot_start_is_tried_again_and_harms_no_other():
    endings: asyncio.Queue[Child] = asyncio.Queue()
    child = Child("bad", ["--version"], {"NUL": "a\0b"})
    async with asyncio.TaskGroup() as group:
        running = group.create_task(keep_running(child, on_restart=endings.put_nowait))
        async with asyncio.timeout(10):
            assert await endings.get() is child
            assert await endings.get() is child
        running.cancel()


async def test_output_without_a_line_end_is_no_reason_to_end(tmp_path: Path):
    (tmp_path / "sitecustomize.py").write_text(CHATTER)
    child = Child("loud", ["media", "--help"], dict(os.environ) | {"PYTHONPATH": str(tmp_path)})
    async with asyncio.TaskGroup() as group:
        running = group.create_task(keep_running(child))
        async with asyncio.timeout(20):
            await child.ready.wait()
        running.cancel()
