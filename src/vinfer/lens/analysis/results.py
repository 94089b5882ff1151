"""What each feature of the API answers, as plain JSON values."""

from collections.abc import Container, Mapping
from dataclasses import asdict
from typing import Any

from vinfer.lens.analysis.intent import Intents
from vinfer.lens.analysis.languages import HINDI, ROMAN_HINDI, languages_of
from vinfer.lens.analysis.lines import Vectors, lines_of
from vinfer.lens.analysis.redaction import Redaction
from vinfer.lens.analysis.sentiment import Feelings, Sentiment
from vinfer.lens.analysis.summary import summary_of
from vinfer.lens.analysis.talk import talk_of
from vinfer.lens.analysis.topics import topics_of
from vinfer.lens.language.devanagari import DevanagariWriter
from vinfer.lens.language.hinglish import Normaliser
from vinfer.lens.transcript import Segment, Transcript

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

    def summary(self, transcript: Transcript) -> Json:
        """`{text, evidence, sentences: [{text, evidence}]}`, all empty where nobody speaks."""
        lines = lines_of(transcript, self._normaliser)
        made = summary_of(lines, self._intents.read(lines), topics_of(lines))
        if made is None:
            return {"text": "", "evidence": [], "sentences": []}
        return {
            "text": made.text,
            "evidence": list(made.evidence),
            "sentences": [
                {"text": fact.text, "evidence": list(fact.evidence)} for fact in made.facts
            ],
        }

    def talk(self, transcript: Transcript) -> Json:
        """`{speakers: {name: figures}, silence_share, longest_monologue}`."""
        found = talk_of(transcript, lines_of(transcript, self._normaliser))
        longest: Json = {"speaker": found.longest_by, "seconds": found.longest_monologue_s}
        return {
            "speakers": {name: asdict(part) for name, part in found.speakers.items()},
            "silence_share": found.silence,
            "longest_monologue": None if found.longest_by is None else longest,
        }

    def topics(self, transcript: Transcript) -> list[Json]:
        """`{topic, evidence}` of at most three, what is spoken of most first."""
        found = topics_of(lines_of(transcript, self._normaliser))
        return [{"topic": each.name, "evidence": list(each.evidence)} for each in found]


class Scripts:
    """Segments in a second script. One object per process; safe from several threads."""

    def __init__(self, normaliser: Normaliser, english: Container[str] = frozenset()) -> None:
        self._normaliser = normaliser
        self._writer = DevanagariWriter(english)

    def read(self, transcript: Transcript) -> list[dict[str, str]]:
        """`{Latn, Deva}` of each Hindi segment in Latin letters, nothing of others."""
        languages = languages_of(transcript, self._normaliser)
        return [
            self._both(segment.text) if _is_roman_hindi(segment, language) else {}
            for segment, language in zip(transcript.segments, languages, strict=True)
        ]

    def _both(self, text: str) -> dict[str, str]:
        found = self._writer.write(text)
        return {} if found is None else {"Latn": text, "Deva": found}


def _is_roman_hindi(segment: Segment, language: str) -> bool:
    return language == ROMAN_HINDI or (language != HINDI and segment.language.startswith(HINDI))


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
