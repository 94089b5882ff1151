"""How a call came out so far."""

from dataclasses import dataclass

from vinfer.media.plan import Disposition, Fired, Verdict


@dataclass(slots=True)
class Outcome:
    """The latest verdict; an answered call without one is a callback."""

    reached: Verdict | None = None

    @property
    def verdict(self) -> Verdict:
        """The verdict if the call ended now."""
        return self.reached or Verdict("callback", None, None, "no_outcome")

    @property
    def settled(self) -> bool:
        """Whether something has led to an outcome."""
        return self.reached is not None

    def conclude(
        self,
        disposition: Disposition,
        *,
        reason: str,
        turn: int | None,
        tag: str | None = None,
        trigger: Fired | None = None,
    ) -> None:
        """Replace the verdict. `turn` is the number of the turn that proves it."""
        self.reached = Verdict(disposition, tag, turn, reason, trigger)

    def default(self, disposition: Disposition, *, reason: str, turn: int | None = None) -> None:
        """Set a verdict unless the customer's words already led to one."""
        if self.reached is None:
            self.conclude(disposition, reason=reason, turn=turn)
