"""Transcripts from plain lines."""

from vinfer.lens.transcript import Segment, Transcript
from vinfer.ports.stt import Word

WORD_S = 0.4
PAUSE_S = 0.5


def conversation(*lines: str, timed: bool = True, language: str = "en-IN") -> Transcript:
    """A transcript of "speaker: words", a word every 0.4 s and half a second between lines."""
    segments: list[Segment] = []
    at_s = 0.0
    for line in lines:
        speaker, _, said = line.partition(": ")
        words = tuple(
            Word(word, round(at_s + n * WORD_S, 3), round(at_s + (n + 1) * WORD_S, 3), 0.9)
            for n, word in enumerate(said.split())
        )
        end_s = round(at_s + len(words) * WORD_S, 3)
        segments.append(Segment(speaker, at_s, end_s, said, 0.9, language, words if timed else ()))
        at_s = round(end_s + PAUSE_S, 3)
    speakers = tuple(dict.fromkeys(each.speaker for each in segments))
    return Transcript(tuple(segments), speakers, language if lines else None, at_s, damaged=False)
