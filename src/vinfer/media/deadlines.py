"""What a call waits for: named moments on the call clock, one alarm."""

import math
from typing import Literal

Name = Literal[
    "open",  # nobody greets: begin
    "barge_in",  # speech over the agent has lasted long enough to stop it
    "words",  # a sound has ended and no words came of it
    "silence",  # the customer has said nothing for too long
    "hang_up",  # everything is said
    "last_words",  # the line is down: no more waiting for what was just said
    "wrap_up",  # the longest duration is near: say goodbye
    "stop",  # the longest duration is over
]


class Deadlines:
    """At most one moment per name, in seconds since the answer."""

    def __init__(self) -> None:
        self._due_s: dict[Name, float] = {}

    def set(self, name: Name, at_s: float) -> None:
        """Set or move a deadline."""
        self._due_s[name] = at_s

    def clear(self, *names: Name) -> None:
        """Forget deadlines; a missing one is no error."""
        for name in names:
            self._due_s.pop(name, None)

    def next_s(self) -> float:
        """The earliest moment; infinity without any."""
        return min(self._due_s.values(), default=math.inf)

    def take_due(self, now_s: float) -> list[Name]:
        """Remove and return what is due, earliest first."""
        due: list[Name] = [name for name, at_s in self._due_s.items() if at_s <= now_s]
        due.sort(key=self._due_s.__getitem__)
        self.clear(*due)
        return due
