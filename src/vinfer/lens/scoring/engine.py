"""The offline engine: a transcript judged by the parameters of a scorecard."""

import threading
from collections.abc import Sequence

from vinfer.lens.analysis.lines import Line, Vectors, lines_of
from vinfer.lens.language.hinglish import Normaliser
from vinfer.lens.scoring import verdicts
from vinfer.lens.scoring.judging import CriterionJudge
from vinfer.lens.scoring.library import LIBRARY, Criterion
from vinfer.lens.scoring.matching import Matcher
from vinfer.lens.scoring.meaning import Meaning
from vinfer.lens.scoring.observing import Observer, Sought
from vinfer.lens.scoring.scorecard import Parameter, Step, Verdict
from vinfer.lens.transcript import Transcript


class Scoring:
    """Judges transcripts. One object per process; safe from several threads."""

    def __init__(
        self,
        normaliser: Normaliser,
        vectors: Vectors | None = None,
        judge: CriterionJudge | None = None,
    ) -> None:
        """Without `vectors` only words prove anything; `judge` is for criteria in plain words."""
        self._normaliser = normaliser
        self._matcher = Matcher(normaliser)
        self._meaning = None if vectors is None else Meaning(normaliser, vectors)
        self._judge = judge
        self._lock = threading.Lock()

    def score(self, parameters: Sequence[Parameter], transcript: Transcript) -> list[Verdict]:
        """A verdict for each parameter, in their order."""
        lines = lines_of(transcript, self._normaliser)
        with self._lock:  # the sentence model reads one text at a time anyway
            observer = Observer(lines, self._matcher, self._meaning)
        return [self._verdict(each, parameters, observer, lines, transcript) for each in parameters]

    def _verdict(
        self,
        parameter: Parameter,
        among: Sequence[Parameter],
        observer: Observer,
        lines: Sequence[Line],
        transcript: Transcript,
    ) -> Verdict:
        if not observer.lines:
            return verdicts.unsure("Nobody in this transcript is known to be the agent.")
        if parameter.method == "keyword":
            return verdicts.of_keywords(parameter, observer, transcript)
        if parameter.method == "scale" and parameter.steps:
            sought = [self._sought(step, parameter, among) for step in parameter.steps]
            return verdicts.of_steps(parameter, sought, observer, transcript)
        if parameter.method == "binary" and is_teachable(parameter):
            sought_one = self._sought(parameter, parameter, among)
            return verdicts.of_binary(parameter, sought_one, observer, transcript)
        if self._judge is not None:
            judged = self._judge.judge(parameter, lines)
            return verdicts.of_model(parameter, judged, transcript)
        return verdicts.unsure(_untaught(parameter))

    def _sought(
        self, taught: Parameter | Step, parameter: Parameter, among: Sequence[Parameter]
    ) -> Sought:
        ready = _criterion(taught)
        place = parameter.place
        if place == "anywhere" and ready is not None:
            place = ready.place
        phrases = taught.phrases if isinstance(taught, Parameter) else ()
        kin = ready.id if ready is not None else self._kin(taught)
        return Sought(
            phrases=(*phrases, *(ready.phrases if ready else ())),
            examples=(*taught.examples, *(ready.examples if ready else ())),
            counter_examples=(*taught.counter_examples, *(ready.counter_examples if ready else ())),
            others=_others(taught, kin, among),
            place=place,
            expect=parameter.expect,
        )

    def _kin(self, taught: Parameter | Step) -> str | None:
        """What the library calls the same thing: its examples must not speak against it."""
        if self._meaning is None or not taught.examples:
            return None
        return self._meaning.kin(taught.examples)


def is_teachable(parameter: Parameter) -> bool:
    """Whether the offline engine has anything to judge a parameter by."""
    return bool(parameter.phrases or parameter.examples or _criterion(parameter))


def _untaught(parameter: Parameter) -> str:
    if parameter.method == "scale":
        return "This scale lists no steps to count, and no language model is configured."
    if parameter.library_id and not parameter.confirmed:
        return f"The library's '{parameter.library_id}' was suggested and not confirmed yet."
    return "It has no phrases, no examples and no criterion of the library; no model is configured."


def _criterion(taught: Parameter | Step) -> Criterion | None:
    """The criterion of the library that counts: one that is not confirmed does not."""
    if taught.library_id is None or (isinstance(taught, Parameter) and not taught.confirmed):
        return None
    return LIBRARY.get(taught.library_id)


def _others(
    taught: Parameter | Step, kin: str | None, among: Sequence[Parameter]
) -> tuple[str, ...]:
    """Examples of what is something else: the library's, and those of the other parameters."""
    found = [text for each in LIBRARY.values() if each.id != kin for text in each.examples]
    for other in among:
        if other is not taught:
            found += other.examples
            found += [text for step in other.steps if step is not taught for text in step.examples]
    return tuple(found)
