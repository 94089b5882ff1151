"""A real SIP engine and real far ends, all on loopback."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sip_far import Far, start_far, stop_far

from vinfer.adapters.telephony.sip import SipTelephony
from vinfer.adapters.telephony.sip_config import SipSettings


@pytest.fixture
async def engine() -> AsyncIterator[SipTelephony]:
    engine = SipTelephony(
        SipSettings(bind_host="127.0.0.1", net_interface="127.0.0.1", rtp_ports=(31000, 32998))
    )
    await engine.start()
    yield engine
    await engine.close()


@pytest.fixture(scope="session")
def far(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Far]:
    far = start_far(tmp_path_factory.mktemp("far"))
    yield far
    stop_far(far)


@pytest.fixture(scope="session")
def tcp_far(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Far]:
    far = start_far(tmp_path_factory.mktemp("tcp_far"), transport="tcp", rtp_port=25000)
    yield far
    stop_far(far)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path
