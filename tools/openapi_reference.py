"""Write docs/reference/openapi.json from the code.

`--check` only compares. `--record` first asks a real server the requests of the examples, and
keeps its answers in src/vinfer/app/openapi/examples.json.
"""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

FILE = Path("docs/reference/openapi.json")
EXAMPLES = Path("src/vinfer/app/openapi/examples.json")
TESTS = Path("tests")


def text_of(value: Any) -> str:
    """JSON for people and for diffs."""
    import msgspec

    return json.dumps(json.loads(msgspec.json.encode(value)), indent=1, ensure_ascii=False) + "\n"


def document() -> str:
    """The file as the code has it."""
    from vinfer.app import api

    return text_of(api.description())


def record() -> None:
    """Keep the answers of a real server on an empty database."""
    sys.path[:0] = [str(TESTS), str(TESTS / "app/openapi")]
    import example_requests
    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))  # errors only
    EXAMPLES.write_text(text_of(asyncio.run(example_requests.record_on_new_server())))


def main() -> int:
    """Write the file, or with `--check` say whether it is up to date."""
    if "--check" in sys.argv:
        fresh = FILE.read_text() == document()
        print("OpenAPI document: up to date" if fresh else f"{FILE} is stale: run {__file__}")
        return not fresh
    if "--record" in sys.argv:
        record()
        return subprocess.call([sys.executable, __file__])  # with the new answers
    FILE.write_text(document())
    return 0


if __name__ == "__main__":
    sys.exit(main())
