"""What the dialog wants done next."""

from dataclasses import dataclass, field
from typing import Any

from vinfer.media.rendering import Line


@dataclass(frozen=True, slots=True)
class Reply:
    """The next move of the agent.

    `lines` are said in order; none means: say nothing and go on listening. Then exactly one of:
    `listen`, `end` (hang up once said), `handover` (transfer once said). `captured` holds values
    newly settled.
    """

    lines: tuple[Line, ...] = ()
    listen: bool = True
    end: bool = False
    handover: bool = False
    captured: dict[str, Any] = field(default_factory=dict[str, Any])
    do_not_call: bool = False

    @property
    def text(self) -> str:
        """All lines as one."""
        return " ".join(line.text for line in self.lines)
