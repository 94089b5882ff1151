"""Facts of calls on their way into another database, for analysts of their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFact:
    """What figures know of a call that has ended; of one that is `deleted`, its key alone.

    The key is `workspace_id`, `started_at` and `call_id`; of several with one key that of the
    highest `version` counts. Empty text stands for none, nought for nothing counted.
    """

    workspace_id: str
    started_at: datetime
    call_id: str
    version: int
    deleted: bool
    campaign_id: str = ""
    agent_id: str = ""
    language: str = ""
    disposition: str = ""
    connected: bool = False
    seconds: int = 0
    intent: str = ""
    sentiment: str = ""
    qa_results: int = 0
    qa_scored: int = 0
    qa_passed: int = 0
    qa_score_milli: int = 0
    severity_low: int = 0
    severity_medium: int = 0
    severity_high: int = 0
    severity_critical: int = 0
    type_required_disclosure: int = 0
    type_prohibited_language: int = 0
    type_script_adherence: int = 0
    type_dnc: int = 0
    type_policy_deviation: int = 0


class FactSink(Protocol):
    """Another database that is told facts of calls.

    Both methods raise `ports.engines.EngineBusy` for what may pass, and `EngineRefused` for what
    an operator must mend: credentials, rights, a table of another form.
    """

    async def ensure(self) -> None:
        """Have a place for facts; harmless where there is one."""
        ...

    async def write(self, facts: Sequence[CallFact]) -> None:
        """Write facts; all of them are kept once this returns, and a second time does no harm."""
        ...
