"""A short run of the fuzzer under one seed; `make fuzz` runs it for minutes under new ones."""

import logging
from collections.abc import Iterator
from pathlib import Path

import contract_fuzz
import pytest
import structlog
from schemathesis.python import asgi
from served import Served

from vinfer.kit.seal import open_seal


@pytest.fixture
def served(dsn: str, tmp_path: Path) -> Iterator[Served]:
    """The API on a database of its own."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    yield Served(dsn, open_seal(tmp_path / "keys"))
    asgi.shutdown_lifespans()
    structlog.reset_defaults()


@pytest.mark.timeout(600)
def test_the_server_and_its_document_agree(served: Served) -> None:
    report = contract_fuzz.fuzz(served, seed=20240201, examples=2)
    print(report.cases, dict(report.ran), report)
    assert not report.findings, str(report)
    assert {"examples", "coverage", "fuzzing", "stateful"} <= report.phases
    assert set(contract_fuzz.CHECKS) <= set(report.ran)
    assert report.cases > 1000
