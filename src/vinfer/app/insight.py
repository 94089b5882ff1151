"""The installed analyses of transcripts, as the work on recordings wants them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import structlog

from vinfer.adapters.models import ModelStore
from vinfer.app import judging
from vinfer.app.thinking import Thinker
from vinfer.domains.campaigns.schemas import Feature
from vinfer.domains.transcription.analysis import Analyser, Finding, Judge, Outline, Outliner
from vinfer.kit.seal import Seal
from vinfer.lens.analysis import results
from vinfer.lens.analysis.redaction import redact
from vinfer.lens.analysis.results import Insights, Scripts
from vinfer.lens.language.hinglish import Normaliser
from vinfer.lens.prompting import recap
from vinfer.lens.transcript import Transcript
from vinfer.ports.audio import EngineUnavailable

FEATURES: Final[tuple[Feature, ...]] = ("summary", "sentiment", "intent", "redaction")
"""What the API takes besides transcription: each has its analyser below."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Readers:
    """What reads transcripts: features that are asked for, what comes with each, and judges.

    `thinker` is the language model, where the settings name one.
    """

    analysers: Mapping[Feature, Analyser]
    outliner: Outliner
    judges: tuple[Judge, ...] = ()
    thinker: Thinker | None = None


def readers(
    store: ModelStore, *, seal: Seal, thinking: Callable[[Normaliser], Thinker] | None = None
) -> Readers:
    """Load the analyses (1 s); rules alone where the CPU cannot run the sentence model."""
    from vinfer.adapters.nlu import shipped  # heavy, and for workers alone
    from vinfer.adapters.nlu.embedder import Embedder
    from vinfer.adapters.nlu.offline import english_words

    english = english_words()
    normaliser = Normaliser(english)
    try:
        embedder = Embedder(store)
    except EngineUnavailable as error:
        _log.warning("insight_by_rules_alone", error=str(error))
        vectors = None
    else:
        shipped.teach(embedder, normaliser)
        vectors = embedder.vectors
    insights = Insights(normaliser, vectors)
    thinker = thinking(normaliser) if thinking is not None else None
    judges = judging.judges(normaliser, vectors, thinker, seal=seal)
    return Readers(
        _analysers(insights, thinker),
        _outliner(insights, Scripts(normaliser, english)),
        judges,
        thinker,
    )


def _analysers(insights: Insights, thinker: Thinker | None) -> Mapping[Feature, Analyser]:
    return {
        "summary": lambda transcript: Finding(_summary(insights, thinker, transcript)),
        "sentiment": lambda transcript: Finding(*insights.sentiment(transcript)),
        "intent": lambda transcript: Finding(insights.intent(transcript)),
        "redaction": _redaction,
    }


def _summary(
    insights: Insights, thinker: Thinker | None, transcript: Transcript
) -> Mapping[str, Any]:
    """The model's summary, as far as the call supports it; else the one that quotes."""
    told = thinker.recap(transcript) if thinker is not None else ()
    return recap.as_json(told) if told else insights.summary(transcript)


def _outliner(insights: Insights, scripts: Scripts) -> Outliner:
    def outline(transcript: Transcript) -> Outline:
        fields = {"talk": insights.talk(transcript), "topics": insights.topics(transcript)}
        return Outline(fields, scripts.read(transcript))

    return outline


def _redaction(transcript: Transcript) -> Finding:
    found = redact(transcript)
    return Finding(results.redaction(found), transcript=found.transcript)
