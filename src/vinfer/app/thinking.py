"""A language model as analyses use it: asked from their threads, of calls without private data.

Whatever goes wrong here is no failure of an analysis: it goes on without a model.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import CancelledError as FutureCancelled
from dataclasses import replace
from typing import Any, Final, TypeVar

import structlog

from vinfer.lens.analysis.facts import Fact
from vinfer.lens.analysis.lines import Line, lines_of
from vinfer.lens.analysis.redaction import redact
from vinfer.lens.language.hinglish import Normaliser
from vinfer.lens.prompting.criterion import judge_criterion
from vinfer.lens.prompting.recap import recap
from vinfer.lens.scoring.judging import Judgement
from vinfer.lens.scoring.scorecard import Parameter
from vinfer.lens.transcript import Segment, Transcript
from vinfer.ports.audio import EngineUnavailable
from vinfer.ports.llm import LanguageModel

PATIENCE_S: Final = 300.0  # of a thread; the model's own limits end sooner
_ABSENT: Final = "Nobody may do this, and the verdict is not_met where somebody does: "

T = TypeVar("T")
_log = structlog.get_logger()


class Thinker:
    """Summaries and verdicts of a model whose requests run on `loop`.

    It is a `lens.scoring.judging.CriterionJudge`. Its methods block, and must not be called on
    that loop.
    """

    def __init__(
        self, model: LanguageModel, normaliser: Normaliser, loop: asyncio.AbstractEventLoop
    ) -> None:
        self._model = model
        self._normaliser = normaliser
        self._loop = loop

    def recap(self, transcript: Transcript) -> tuple[Fact, ...]:
        """The supported sentences of a summary, none where the model has none or is away."""
        lines = lines_of(redact(transcript).transcript, self._normaliser)
        return self._asked("summary", lambda: recap(self._model, lines)) or ()

    def judge(self, parameter: Parameter, lines: Sequence[Line]) -> Judgement | None:
        """See the port."""
        shown = self._without_private(lines)
        criterion = parameter.description or parameter.name
        if parameter.expect == "absent":
            criterion = _ABSENT + criterion
        found = self._asked("criterion", lambda: judge_criterion(self._model, criterion, shown))
        if found is None:
            return None
        segments = () if found.segment is None else (found.segment,)
        return Judgement(found.fraction, found.confidence, found.reason, segments)

    def _asked(self, what: str, question: Callable[[], Coroutine[Any, Any, T]]) -> T | None:
        future = asyncio.run_coroutine_threadsafe(question(), self._loop)
        try:
            return future.result(PATIENCE_S)
        except (EngineUnavailable, TimeoutError, FutureCancelled) as error:
            future.cancel()
            _log.warning("model_did_not_answer", what=what, error=str(error) or repr(error))
            return None

    def _without_private(self, lines: Sequence[Line]) -> tuple[Line, ...]:
        """The same lines with private data hidden; a second time changes nothing."""
        segments = tuple(
            Segment(line.speaker, float(at), float(at + 1), line.text, None, "en-IN", ())
            for at, line in enumerate(lines)
        )
        speakers = tuple(dict.fromkeys(line.speaker for line in lines))
        whole = Transcript(segments, speakers, None, float(len(lines)), damaged=False)
        hidden = lines_of(redact(whole).transcript, self._normaliser)
        return tuple(
            replace(new, index=old.index, side=old.side)
            for old, new in zip(lines, hidden, strict=True)
        )
