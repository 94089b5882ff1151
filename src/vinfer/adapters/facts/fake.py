"""Facts of calls in memory: what a table that replaces by version would show."""

from collections.abc import Sequence

from vinfer.ports.facts import CallFact


class MemoryFacts:
    """Keeps the newest version of each fact, and raises the `errors` that are next."""

    def __init__(self, errors: Sequence[Exception] = ()) -> None:
        self.written: list[CallFact] = []
        self._errors = list(errors)

    async def ensure(self) -> None:
        """See the port."""

    async def write(self, facts: Sequence[CallFact]) -> None:
        """See the port."""
        if self._errors:
            raise self._errors.pop(0)
        self.written += facts

    def shown(self) -> dict[str, CallFact]:
        """The facts that count, by call."""
        newest: dict[tuple[object, ...], CallFact] = {}
        for it in self.written:
            key = (it.workspace_id, it.started_at, it.call_id)
            if key not in newest or newest[key].version <= it.version:
                newest[key] = it
        return {it.call_id: it for it in newest.values() if not it.deleted}
