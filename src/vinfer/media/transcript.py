"""The live transcript of one call."""

import dataclasses

from vinfer.media.plan import CallSink, Turn, Verdict
from vinfer.media.telling import tell
from vinfer.ports.audio import Utterance


class Transcript:
    """Collects turns as they are completed and tells the sink of each.

    While the call lasts a turn's number is its place in that order; a long turn of the agent is
    completed after the words that broke into it. `final` numbers them by their beginnings.
    """

    def __init__(self, call_id: str, sink: CallSink) -> None:
        self._call_id = call_id
        self._sink = sink
        self._turns: list[Turn] = []

    def customer(self, said: Utterance) -> int:
        """Add what the customer said and return its number."""
        turn = Turn(0, "customer", round(said.start_s, 2), round(said.end_s, 2), said.text)
        return self.add(turn)

    def add(self, turn: Turn) -> int:
        """Add a complete turn, whatever its index, and return its number."""
        numbered = dataclasses.replace(turn, index=len(self._turns))
        self._turns.append(numbered)
        tell(lambda: self._sink.turn(self._call_id, numbered))
        return numbered.index

    def final(self, verdict: Verdict) -> tuple[tuple[Turn, ...], Verdict]:
        """All turns in the order in which they began; the verdict with its turn's new number."""
        ordered = sorted(self._turns, key=lambda turn: turn.start_s)
        place = {turn.index: at for at, turn in enumerate(ordered)}
        turns = tuple(dataclasses.replace(turn, index=at) for at, turn in enumerate(ordered))
        evidence = verdict.evidence_turn
        moved = None if evidence is None else place[evidence]
        return turns, dataclasses.replace(verdict, evidence_turn=moved)
