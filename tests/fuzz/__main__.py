"""`python tests/fuzz [--minutes N] [--seed N] [--examples N]`: rounds of fuzzing, each anew."""

import argparse
import asyncio
import secrets
import shutil
import sys
import tempfile
import time
from importlib.resources import files
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "fuzz")]

import contract_fuzz
import structlog
from schemathesis.python import asgi
from served import Served

from places import make_data_dir
from vinfer.kit import pg
from vinfer.kit.migrate import migrate
from vinfer.kit.seal import open_seal


def main() -> int:
    """Fuzz a real server until the time is up; 1 if anything was found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, help="repeat the round of this seed, and only that")
    parser.add_argument("--examples", type=int, default=40)
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    place, keys = make_data_dir(), Path(tempfile.mkdtemp())
    server = asyncio.run(pg.start(place, options={"fsync": "off", "synchronous_commit": "off"}))
    try:
        asyncio.run(migrate(server.dsn, files("vinfer.app") / "migrations"))
        app = Served(server.dsn, open_seal(keys / "keys"))
        return _rounds(app, given)
    finally:
        asgi.shutdown_lifespans()
        asyncio.run(server.stop())
        shutil.rmtree(place)
        shutil.rmtree(keys)


def _rounds(app: Served, given: argparse.Namespace) -> int:
    end = time.monotonic() + given.minutes * 60
    found = False
    while True:
        seed = secrets.randbits(32) if given.seed is None else given.seed
        print(f"seed {seed}", flush=True)
        report = contract_fuzz.fuzz(app, seed=seed, examples=given.examples, steps=12)
        print(f"{report.cases} requests, {sum(report.ran.values())} checks\n{report}", flush=True)
        found |= bool(report.findings or report.refused)
        if given.seed is not None or time.monotonic() > end:
            return int(found)


if __name__ == "__main__":
    sys.exit(main())
