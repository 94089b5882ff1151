"""What each feature of the API answers, as plain JSON values."""

from collections.abc import Mapping
from typing import Any

from vinfer.lens.analysis.intent import Intents
from vinfer.lens.analysis.languages import languages_of
from vinfer.lens.analysis.lines import Vectors, lines_of
from vinfer.lens.analysis.redaction import Redaction
from vinfer.lens.analysis.sentiment import Feelings, Sentiment
from vinfer.lens.analysis.summary import summary_of
from vinfer.lens.analysis.talk import talk_of
from vinfer.lens.analysis.topics import topics_of
from vinfer.lens.language.hinglish import Normaliser
from vinfer.lens.transcript import Transcript

Json = dict[str, Any]


class Insights:
    """The analyses of transcripts. One object per process; safe from several threads."""

    def __init__(self, normaliser: Normaliser, vectors: Vectors | None = None) -> None:
        """Learn the examples where there is a sentence model (2 to 5 s); without one, rules decide.

        `vectors` wants normalised texts: `adapters.nlu.embedder.Embedder.vectors` is one.
        """
        self._normaliser = normaliser
        self._feelings = Feelings(normaliser, vectors)
        self._intents = Intents(normaliser, vectors)

    def sentiment(self, transcript: Transcript) -> tuple[Json, list[Json]]:
        """`{overall, speakers}`, and `{label, score}` for each segment."""
        found = self._feelings.read(lines_of(transcript, self._normaliser))
        speakers = {name: _json(each) for name, each in found.speakers.items()}
        whole: Json = {"overall": _json(found.overall), "speakers": speakers}
        return whole, [_json(each) for each in found.segments]

    def intent(self, transcript: Transcript) -> Json:
        """`{label, confidence, evidence}`."""
        found = self._intents.read(lines_of(transcript, self._normaliser))
        return {
            "label": found.label,
            "confidence": found.confidence,
            "evidence": list(found.evidence),
        }

    def summary(self, transcript: Transcript) -> Json | None:
        """`{text, evidence, sentences: [{text, evidence}]}`; None where nobody says anything."""
        lines = lines_of(transcript, self._normaliser)
        made = summary_of(lines, self._intents.read(lines), topics_of(lines))
        if made is None:
            return None
        return {
            "text": made.text,
            "evidence": list(made.evidence),
            "sentences": [
                {"text": fact.text, "evidence": list(fact.evidence)} for fact in made.facts
            ],
        }

    def talk(self, transcript: Transcript) -> Json:
        """Topics, shares of talk, interruptions, monologue, silence, and languages."""
        lines = lines_of(transcript, self._normaliser)
        found = talk_of(transcript, lines)
        return {
            "topics": [
                {"topic": each.name, "evidence": list(each.evidence)} for each in topics_of(lines)
            ],
            "talk_share": dict(found.shares),
            "interruptions": dict(found.interruptions),
            "longest_monologue_seconds": found.longest_monologue_s,
            "longest_monologue_by": found.longest_by,
            "silence_share": found.silence,
            "languages": list(languages_of(transcript, self._normaliser)),
        }


def redaction(found: Redaction) -> Json:
    """`{counts, spans: [{kind, segment, exact}], audio: [{start, end}]}`: nothing private."""
    counts: Mapping[str, int] = {str(kind): number for kind, number in found.counts.items()}
    return {
        "counts": dict(sorted(counts.items())),
        "spans": [
            {"kind": each.kind, "segment": each.segment, "exact": each.exact}
            for each in found.hidden
        ],
        "audio": [
            {"start": round(span.start_s, 3), "end": round(span.end_s, 3)} for span in found.silence
        ],
    }


def _json(sentiment: Sentiment) -> Json:
    return {"label": sentiment.label, "score": sentiment.score}
