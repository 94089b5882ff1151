"""Where the conversation stands: the question that is open and what an answer to it may mean."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from vinfer.media import script as scripts
from vinfer.media.dialog import choice
from vinfer.ports.nlu import Meaning, Reading

LIKELY: Final = 0.4  # enough to leave an open question that got no value
LONG_ANSWER: Final = 4  # words: enough to mean something else than the value it holds


@dataclass(frozen=True)
class Place:
    """A node of a script with its branches by label."""

    script: scripts.Script
    name: str

    @cached_property
    def node(self) -> scripts.Node:
        """The node itself."""
        return self.script.node(self.name)

    @cached_property
    def branches(self) -> dict[str, scripts.Branch]:
        """The branches on offer, by label."""
        return {scripts.label_of(self.name, branch.id): branch for branch in self.node.branches}

    @cached_property
    def objections(self) -> dict[str, scripts.Objection]:
        """The objections, by label: they may come up anywhere."""
        return {scripts.objection_label(i): each for i, each in enumerate(self.script.objections)}

    @property
    def labels(self) -> tuple[str, ...]:
        """Everything an utterance may mean here."""
        return (*self.branches, *self.objections)

    def outranked(self, reading: Reading, name: str) -> bool:
        """Whether a built-in intent fired that is at least as sure as any branch."""
        fired = choice.safety(reading, name)
        meant = choice.best(reading, self.labels)
        return fired is not None and (meant is None or fired.score >= meant.score)

    def elsewhere(self, reading: Reading, branch: scripts.Branch | None) -> Meaning | None:
        """A clear meaning that leaves behind the value that `branch` is asking for."""
        meant = self.instead(reading, branch)
        if meant is None or meant.score < choice.SURE:
            return None
        long_answer = len(reading.text.split()) >= LONG_ANSWER
        return meant if long_answer or not (reading.moments or reading.amounts) else None

    def instead(self, reading: Reading, branch: scripts.Branch | None) -> Meaning | None:
        """A meaning, other than `branch` again, of words that held no value for it."""
        meant = choice.best(reading, self.labels)
        if meant is None or meant.score < LIKELY or self.branches.get(meant.label) is branch:
            return None
        return meant

    def answer(self, reading: Reading, *, posed: bool) -> Meaning | None:
        """The meaning of an answer to this node's question; a bare yes or no is the question's.

        `posed`: the question was put, so that a yes can be its answer.
        """
        meant = choice.best(reading, self.labels)
        named = self._by_yes_or_no(reading) if posed else None
        if named is None or (meant is not None and meant.score >= choice.SURE):
            return meant
        return Meaning(named, 1.0, "rule") if meant is None or choice.is_bare(reading) else meant

    def _by_yes_or_no(self, reading: Reading) -> str | None:
        branch = None
        if choice.safety(reading, "no"):
            branch = choice.negative(self.node)
        elif choice.safety(reading, "yes"):
            branch = choice.affirmative(self.node)
        return None if branch is None else scripts.label_of(self.name, branch.id)
