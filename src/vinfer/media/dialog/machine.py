"""The dialog of one call: which branch, which value, what to say, and how it came out."""

import copy
from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from typing import Any, Final

from vinfer.media import script as scripts
from vinfer.media.dialog import choice
from vinfer.media.dialog.form import Form
from vinfer.media.dialog.reply import Reply
from vinfer.media.dialog.speech import Speech, question_of
from vinfer.media.plan import Disposition, Verdict
from vinfer.media.rendering import Line
from vinfer.ports.nlu import Meaning, Reading

_LONG_ANSWER: Final = 4  # words: enough to mean something else than the value it holds


class Dialog:
    """One conversation. Feed it what was heard, say what it replies, read `verdict` at any moment.

    `variables` are the contact's values (`name`, `phone` included); `can_transfer` says whether a
    handover has anywhere to go. Knows no clock: `now` is aware and in the caller's zone.
    """

    def __init__(
        self,
        script: scripts.Script,
        *,
        variables: Mapping[str, Any],
        language: str,
        agent: str | None = None,
        can_transfer: bool = False,
        today: date | None = None,
        zone: tzinfo | None = None,
    ) -> None:
        self._script = script
        self._speech = Speech(
            script, language=language, variables=variables, agent=agent, today=today, zone=zone
        )
        self._form = Form(script, self._speech)
        self._can_transfer = can_transfer
        self._at = scripts.OPENING
        self._branch: scripts.Branch | None = None
        self._question: tuple[Line, ...] = ()
        self._last: tuple[Line, ...] = ()
        self._silences = self._misses = self._insults = 0
        self._over = False
        self._verdict: Verdict | None = None
        self.do_not_call = False

    @property
    def captured(self) -> dict[str, Any]:
        """The values settled so far, as JSON: dates and times ISO 8601, amounts plain numbers."""
        return dict(self._form.settled)

    @property
    def verdict(self) -> Verdict:
        """The outcome if the call ended now. An answered call without an outcome is a callback."""
        return self._verdict or Verdict("callback", None, None, "no_outcome")

    @property
    def labels(self) -> tuple[str, ...]:
        """What the next utterance may mean, for `Understanding.read`."""
        objections = range(len(self._script.objections))
        return (*self._offers, *(scripts.objection_label(index) for index in objections))

    @property
    def _node(self) -> scripts.Node:
        return self._script.node(self._at)

    @property
    def _offers(self) -> dict[str, scripts.Branch]:
        return {scripts.label_of(self._at, branch.id): branch for branch in self._node.branches}

    def fork(self) -> "Dialog":
        """A copy that goes its own way: what the call falls back to when a reply is taken back."""
        other = copy.copy(self)
        other._form = self._form.fork()
        return other

    def start(self) -> Reply:
        """The opening."""
        return self._ask(self._speech.say(self._script.opening))

    def hear(self, reading: Reading, *, turn: int, now: datetime) -> Reply:
        """Answer one utterance, the call's turn number `turn`."""
        urgent = self._urgent(reading, turn)
        if urgent is not None:
            return urgent
        if self._over or not reading.text.strip():
            return Reply(listen=not self._over, end=self._over)
        self._silences = 0
        reply = self._answer(reading, turn, now)
        if reply is not None:
            self._misses = 0
            return reply
        return self._missed(turn, now)

    def silence(self, *, now: datetime) -> Reply:
        """The customer said nothing for the time the session allows."""
        if self._over:
            return Reply(listen=False, end=True)
        self._silences += 1
        rule = self._script.no_input
        if self._silences > rule.max:
            self._conclude(rule.disposition, tag=None, turn=None, reason="no_input", keep=True)
            return self._close()
        prompt = self._speech.say(rule.say) or self._speech.own("are_you_there")
        again = self._current_question() if self._silences > 1 else ()
        return Reply(prompt + again)

    def time_up(self) -> Reply:
        """The call has lasted as long as it may: say goodbye and end."""
        return self._close()

    def handover_failed(self) -> Reply:
        """Tell the customer that the transfer did not work, and end."""
        self._conclude(
            "callback", tag=None, turn=self.verdict.evidence_turn, reason="handover_failed"
        )
        return self._finish(self._speech.own("handover_failed"))

    def _urgent(self, reading: Reading, turn: int) -> Reply | None:
        """What ends the matter whatever was being discussed."""
        if choice.safety(reading, "do_not_call"):
            self.do_not_call = True
            self._conclude("dnd", tag=None, turn=turn, reason="do_not_call")
            return self._finish(self._speech.own("do_not_call"))
        if self._over:
            return None
        if choice.safety(reading, "human"):
            return self._hand_over(turn, reason="human")
        if self._outranks(reading, "wrong_number"):
            self._conclude("not_interested", tag="wrong_number", turn=turn, reason="wrong_number")
            return self._finish(self._speech.own("wrong_number"))
        return self._insulted(turn) if self._outranks(reading, "abuse") else None

    def _outranks(self, reading: Reading, name: str) -> bool:
        fired = choice.safety(reading, name)
        meant = choice.best(reading, self.labels)
        return fired is not None and (meant is None or fired.score >= meant.score)

    def _insulted(self, turn: int) -> Reply:
        self._insults += 1
        if self._insults == 1:
            return Reply(self._speech.own("abuse_once") + self._current_question())
        self._conclude("not_interested", tag="abuse", turn=turn, reason="abuse")
        return self._finish(self._speech.own("abuse_again"))

    def _answer(self, reading: Reading, turn: int, now: datetime) -> Reply | None:
        """The reply to whatever was understood; None if nothing was."""
        elsewhere = self._elsewhere(reading)
        if self._form.is_open and elsewhere is None:
            before = self.captured
            said = self._form.hear(reading, now)
            if said is not None:
                return self._filled(said, before, turn, now)
        if self._outranks(reading, "repeat"):
            return Reply(self._last)
        if self._outranks(reading, "who_is_this"):
            return Reply(self._speech.introduction() + self._current_question())
        meant = elsewhere or self._meant(reading)
        if meant is not None:
            return self._follow(meant, reading, turn, now)
        return Reply() if choice.safety(reading, "backchannel") else None

    def _elsewhere(self, reading: Reading) -> Meaning | None:
        """A clear meaning that leaves the open question behind."""
        meant = choice.best(reading, self.labels) if self._form.is_open else None
        if (
            meant is None
            or meant.score < choice.SURE
            or self._offers.get(meant.label) is self._branch
        ):
            return None
        long_answer = len(reading.text.split()) >= _LONG_ANSWER
        return meant if long_answer or not (reading.moments or reading.amounts) else None

    def _meant(self, reading: Reading) -> Meaning | None:
        """The meaning of an answer to the question of this node."""
        meant = choice.best(reading, self.labels)
        if self._form.is_open:
            return None
        named = self._by_yes_or_no(reading)
        if named is None or (meant is not None and meant.score >= choice.SURE):
            return meant
        return Meaning(named, 1.0, "rule") if choice.is_bare(reading) or meant is None else meant

    def _by_yes_or_no(self, reading: Reading) -> str | None:
        branch = None
        if choice.safety(reading, "no"):
            branch = choice.negative(self._node)
        elif choice.safety(reading, "yes"):
            branch = choice.affirmative(self._node)
        return None if branch is None else scripts.label_of(self._at, branch.id)

    def _follow(self, meant: Meaning, reading: Reading, turn: int, now: datetime) -> Reply:
        branch = self._offers.get(meant.label)
        if branch is None:
            objection = self._script.objections[int(meant.label.partition(":")[2])]
            return Reply(self._speech.say(objection.say) + self._current_question())
        self._form.abandon()
        self._branch = branch
        if branch.disposition is not None:
            reason = f"branch:{meant.label}"
            self._conclude(branch.disposition, tag=branch.tag, turn=turn, reason=reason)
        if branch.handover:
            return self._hand_over(turn, reason=f"branch:{meant.label}", said=branch.say)
        before = self.captured
        said = self._speech.say(branch.say)
        return self._filled(self._form.begin(branch.capture, reading, now), before, turn, now, said)

    def _filled(
        self,
        asked: tuple[Line, ...],
        before: Mapping[str, Any],
        turn: int,
        now: datetime,
        said: tuple[Line, ...] = (),
    ) -> Reply:
        """Say what the form wants, or go where the branch leads once it is done."""
        new = {k: v for k, v in self.captured.items() if before.get(k) != v or k not in before}
        if asked:
            self._last = asked
            return Reply(said + asked, captured=new)
        return self._onward(said, new)

    def _onward(self, said: tuple[Line, ...], new: dict[str, Any]) -> Reply:
        branch = self._branch
        assert branch is not None
        if branch.next in self._script.nodes:
            self._at = branch.next
            self._branch = None
            return self._ask(self._speech.say(self._node.say), before=said, captured=new)
        if branch.next is not None or branch.disposition is not None:
            return self._close(before=said, captured=new)
        return Reply(said + self._current_question(), captured=new)

    def _missed(self, turn: int, now: datetime) -> Reply:
        if self._form.is_open:
            before = self.captured
            return self._filled(self._form.miss(now), before, turn, now)
        self._misses += 1
        rule = self._script.no_match
        if self._misses <= rule.max:
            return Reply(self._speech.say(rule.say) or self._speech.own("say_again"))
        if rule.handover:
            return self._hand_over(turn, reason="no_match")
        self._conclude(rule.disposition, tag=None, turn=turn, reason="no_match", keep=True)
        return self._close(before=self._speech.own("not_understood"))

    def _hand_over(self, turn: int, *, reason: str, said: scripts.Text | None = None) -> Reply:
        """Transfer, or say truthfully that nobody can take the call."""
        tag = self.verdict.tag if reason.startswith("branch:") else None
        self._conclude("escalated", tag=tag, turn=turn, reason=reason)
        lines = self._speech.say(said)
        if not self._can_transfer:
            return self._finish(lines + self._speech.own("no_colleague"))
        self._over = True
        return Reply(lines + self._speech.own("handover"), listen=False, handover=True)

    def _ask(
        self,
        lines: tuple[Line, ...],
        *,
        before: tuple[Line, ...] = (),
        captured: dict[str, Any] | None = None,
    ) -> Reply:
        self._question = question_of(lines)
        self._last = lines
        return Reply(before + lines, captured=captured or {})

    def _current_question(self) -> tuple[Line, ...]:
        return self._form.question if self._form.is_open else self._question

    def _close(
        self, *, before: tuple[Line, ...] = (), captured: dict[str, Any] | None = None
    ) -> Reply:
        closing = self._speech.say(self._script.closing) or self._speech.own("closing")
        return self._finish(before + closing, captured=captured)

    def _finish(self, lines: tuple[Line, ...], captured: dict[str, Any] | None = None) -> Reply:
        self._over = True
        self._form.abandon()
        return Reply(
            lines, listen=False, end=True, captured=captured or {}, do_not_call=self.do_not_call
        )

    def _conclude(
        self,
        disposition: Disposition,
        *,
        tag: str | None,
        turn: int | None,
        reason: str,
        keep: bool = False,
    ) -> None:
        """Set the outcome; `keep` leaves one that is already there."""
        if not (keep and self._verdict is not None):
            self._verdict = Verdict(disposition, tag, turn, reason)
