"""The dialog of one call: which branch, which value, what to say, and how it came out."""

import copy
from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from typing import Any, Self

from vinfer.media import script as scripts
from vinfer.media.dialog import choice
from vinfer.media.dialog.form import Form
from vinfer.media.dialog.outcome import Outcome
from vinfer.media.dialog.place import Place
from vinfer.media.dialog.reply import Reply
from vinfer.media.dialog.speech import Speech, question_of
from vinfer.media.handover import Watch
from vinfer.media.plan import Fired, Trigger, Verdict
from vinfer.media.rendering import Line
from vinfer.ports.nlu import Meaning, Reading

Lines = tuple[Line, ...]


class Dialog:
    """One conversation. Feed it what was heard, say what it replies, read `verdict` at any moment.

    `variables` are the contact's values (`name`, `phone` included); `can_transfer` says whether a
    handover has anywhere to go; `triggers` are sorted. Knows no clock: `now` is aware and in the
    caller's zone, `at_s` counts from the answer.
    """

    def __init__(
        self,
        script: scripts.Script,
        *,
        variables: Mapping[str, Any],
        language: str,
        agent: str | None = None,
        can_transfer: bool = False,
        triggers: tuple[Trigger, ...] = (),
        today: date | None = None,
        zone: tzinfo | None = None,
    ) -> None:
        self._script = script
        self._speech = Speech(
            script, language=language, variables=variables, agent=agent, today=today, zone=zone
        )
        self._form = Form(script, self._speech)
        self._outcome = Outcome()
        self._place = Place(script, scripts.OPENING)
        self._can_transfer = can_transfer
        self._watch = Watch(triggers)
        self._branch: scripts.Branch | None = None
        self._question: Lines = ()
        self._last: Lines = ()
        self._silences = self._misses = self._insults = 0
        self._over = False
        self._unheard: frozenset[str] = frozenset()  # lines that were cut off before their turn
        self.do_not_call = False

    @property
    def captured(self) -> dict[str, Any]:
        """The values settled so far, as JSON: dates and times ISO 8601, amounts plain numbers."""
        return dict(self._form.settled)

    @property
    def verdict(self) -> Verdict:
        """The outcome if the call ended now. An answered call without an outcome is a callback."""
        return self._outcome.verdict

    @property
    def labels(self) -> tuple[str, ...]:
        """What the next utterance may mean, for `Understanding.read`."""
        return self._place.labels

    def fork(self) -> Self:
        """An independent copy, to go back to."""
        twin = copy.copy(self)
        twin._speech = self._speech.fork()
        twin._form = self._form.fork(twin._speech)
        twin._outcome = copy.copy(self._outcome)
        twin._watch = copy.copy(self._watch)
        return twin

    def start(self) -> Reply:
        """The opening."""
        return self._ask(self._speech.say(self._script.opening))

    def hear(self, reading: Reading, *, turn: int, now: datetime, at_s: float = 0.0) -> Reply:
        """Answer one utterance, the call's turn number `turn`."""
        return self._said(self._reply(reading, turn, now, at_s))

    def not_heard(self, texts: tuple[str, ...]) -> None:
        """These lines of the last reply were never begun: a yes is no answer to them."""
        self._unheard |= frozenset(texts)

    def _said(self, reply: Reply) -> Reply:
        self._unheard -= {line.text for line in reply.lines}
        return reply

    def _reply(self, reading: Reading, turn: int, now: datetime, at_s: float) -> Reply:
        urgent = self._urgent(reading, turn, at_s)
        if urgent is not None:
            return urgent
        if self._over or not reading.text.strip():
            return Reply(listen=not self._over, end=self._over)
        self._silences = 0
        reply = self._answer(reading, turn, now)
        if reply is None:
            return self._missed(turn, now)
        self._misses = 0
        return reply

    def silence(self, *, turn: int | None = None, at_s: float = 0.0) -> Reply:
        """The customer said nothing for the time the session allows; `turn` was their last."""
        if self._over:
            return Reply(listen=False, end=True)
        fired = self._watch.silence(at_s=at_s, settled=self._outcome.settled)
        if fired is not None:
            return self._hand_over(turn, reason=f"trigger:{fired.type}", trigger=fired)
        self._silences += 1
        rule = self._script.no_input
        if self._silences > rule.max:
            self._outcome.default(rule.disposition, reason="no_input")
            return self.close()
        prompt = self._speech.say(rule.say) or self._speech.own("are_you_there")
        again = self._silences > 1 or not self._posed
        return self._said(Reply(prompt + (self._open_question() if again else ())))

    def close(self, *, before: Lines = (), captured: dict[str, Any] | None = None) -> Reply:
        """Say goodbye, after `before`, and end."""
        closing = self._speech.say(self._script.closing) or self._speech.own("closing")
        return self._finish(before + closing, captured=captured)

    def handover_failed(self) -> Reply:
        """Tell the customer that the transfer did not work, and end."""
        last = self.verdict
        self._outcome.conclude(
            "callback", reason="handover_failed", turn=last.evidence_turn, trigger=last.trigger
        )
        return self._finish(self._speech.own("handover_failed"))

    def _urgent(self, reading: Reading, turn: int, at_s: float) -> Reply | None:
        """What ends the matter whatever was being discussed; never to be called comes first."""
        if choice.safety(reading, "do_not_call"):
            self.do_not_call = True
            self._outcome.conclude("dnd", reason="do_not_call", turn=turn)
            return self._finish(self._speech.own("do_not_call"))
        if self._over:
            return None
        fired = self._watch.heard(reading, at_s=at_s, settled=self._outcome.settled)
        if fired is not None:
            return self._hand_over(turn, reason=f"trigger:{fired.type}", trigger=fired)
        if choice.safety(reading, "human"):
            return self._hand_over(turn, reason="human")
        if self._place.outranked(reading, "wrong_number"):
            self._outcome.conclude(
                "not_interested", reason="wrong_number", tag="wrong_number", turn=turn
            )
            return self._finish(self._speech.own("wrong_number"))
        return self._insulted(turn) if self._place.outranked(reading, "abuse") else None

    def _insulted(self, turn: int) -> Reply:
        self._insults += 1
        if self._insults == 1:
            return Reply(self._speech.own("abuse_once") + self._open_question())
        self._outcome.conclude("not_interested", reason="abuse", tag="abuse", turn=turn)
        return self._finish(self._speech.own("abuse_again"))

    def _answer(self, reading: Reading, turn: int, now: datetime) -> Reply | None:
        """The reply to whatever was understood; None if nothing was."""
        asking = self._form.is_open
        meant = self._place.elsewhere(reading, self._branch) if asking else None
        if asking and meant is None:
            before = self.captured
            said = self._form.hear(reading, now, posed=self._posed)
            if said is not None:
                return self._filled(said, before)
        if self._place.outranked(reading, "repeat"):
            return Reply(self._last)
        if self._place.outranked(reading, "who_is_this"):
            return Reply(self._speech.introduction() + self._open_question())
        if meant is None:
            place, branch = self._place, self._branch
            if asking:
                meant = place.instead(reading, branch)
            else:
                meant = place.answer(reading, posed=self._posed)
        if meant is not None:
            return self._follow(meant, reading, turn, now)
        if not self._posed:
            return Reply(self._open_question())
        return Reply() if choice.only_listens(reading) else None

    def _follow(self, meant: Meaning, reading: Reading, turn: int, now: datetime) -> Reply:
        objection = self._place.objections.get(meant.label)
        if objection is not None:
            return Reply(self._speech.say(objection.say) + self._open_question())
        branch = self._place.branches[meant.label]
        self._form.abandon()
        self._branch = branch
        reason = f"branch:{meant.label}"
        if branch.disposition is not None:
            self._outcome.conclude(branch.disposition, reason=reason, tag=branch.tag, turn=turn)
        if branch.handover:
            said = self._speech.say(branch.say)
            return self._hand_over(turn, reason=reason, tag=branch.tag, said=said)
        before = self.captured
        asked = self._form.begin(branch.capture, reading, now)
        return self._filled(asked, before, said=self._speech.say(branch.say))

    def _filled(self, asked: Lines, before: Mapping[str, Any], said: Lines = ()) -> Reply:
        """Say what the form wants, or go where the branch leads once it is done."""
        new = {k: v for k, v in self.captured.items() if k not in before or before[k] != v}
        if not asked:
            return self._onward(said, new)
        self._last = asked
        return Reply(said + asked, captured=new)

    def _onward(self, said: Lines, new: dict[str, Any]) -> Reply:
        branch = self._branch
        assert branch is not None
        if branch.next in self._script.nodes:
            self._place = Place(self._script, branch.next)
            self._branch = None
            return self._ask(self._speech.say(self._place.node.say), before=said, captured=new)
        if branch.next is not None or branch.disposition is not None:
            return self.close(before=said, captured=new)
        return Reply(said + self._open_question(), captured=new)

    def _missed(self, turn: int, now: datetime) -> Reply:
        if self._form.is_open:
            before = self.captured
            return self._filled(self._form.miss(now), before)
        self._misses += 1
        rule = self._script.no_match
        if self._misses <= rule.max:
            return Reply(self._speech.say(rule.say) or self._speech.own("say_again"))
        if rule.handover:
            return self._hand_over(turn, reason="no_match")
        self._outcome.default(rule.disposition, reason="no_match", turn=turn)
        return self.close(before=self._speech.own("not_understood"))

    def _hand_over(
        self,
        turn: int | None,
        *,
        reason: str,
        tag: str | None = None,
        said: Lines = (),
        trigger: Fired | None = None,
    ) -> Reply:
        """Transfer, or say truthfully that nobody can take the call."""
        self._outcome.conclude("escalated", reason=reason, tag=tag, turn=turn, trigger=trigger)
        if not self._can_transfer:
            return self._finish(said + self._speech.own("no_colleague"))
        self._over = True
        return Reply(said + self._speech.own("handover"), listen=False, handover=True)

    def _ask(
        self, lines: Lines, *, before: Lines = (), captured: dict[str, Any] | None = None
    ) -> Reply:
        self._question = question_of(lines)
        self._last = lines
        return Reply(before + lines, captured=captured or {})

    def _open_question(self) -> Lines:
        return self._form.question if self._form.is_open else self._question

    @property
    def _posed(self) -> bool:
        """Whether the open question was put to the customer."""
        return not any(line.text in self._unheard for line in self._open_question())

    def _finish(self, lines: Lines, captured: dict[str, Any] | None = None) -> Reply:
        self._over = True
        self._form.abandon()
        return Reply(
            lines, listen=False, end=True, captured=captured or {}, do_not_call=self.do_not_call
        )
