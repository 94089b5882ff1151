"""The live transcript of one call, numbered in the order in which the turns began."""

import structlog

from vinfer.media.plan import CallSink, Turn
from vinfer.ports.audio import Utterance

log = structlog.get_logger()


class Transcript:
    """Collects turns and tells the sink of each as soon as it is complete."""

    def __init__(self, call_id: str, sink: CallSink) -> None:
        self._call_id = call_id
        self._sink = sink
        self._turns: list[Turn] = []
        self._next = 0

    @property
    def turns(self) -> tuple[Turn, ...]:
        """Every turn, in the order of their numbers."""
        return tuple(sorted(self._turns, key=lambda turn: turn.index))

    def number(self) -> int:
        """The number of a turn that begins now."""
        self._next += 1
        return self._next - 1

    def customer(self, said: Utterance) -> int:
        """Add what the customer said and return its number."""
        index = self.number()
        self.add(Turn(index, "customer", round(said.start_s, 2), round(said.end_s, 2), said.text))
        return index

    def add(self, turn: Turn) -> None:
        """Add a complete turn."""
        self._turns.append(turn)
        try:
            self._sink.turn(self._call_id, turn)
        except Exception:
            log.exception("sink_failed")
