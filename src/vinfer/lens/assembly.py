"""From heard pieces to a transcript: words to speakers, speakers to roles, words to segments."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from vinfer.lens import fitting, roles
from vinfer.lens.listening import HeardPiece
from vinfer.lens.speakers import Speakers, tell_apart
from vinfer.lens.survey import Piece, Survey
from vinfer.lens.transcript import Segment, Transcript
from vinfer.ports.stt import HeardSegment, Word
from vinfer.ports.voices import Span, Voiceprints

_PAUSE_S: Final = 1.2  # ends a segment
_PAUSE_AFTER_SENTENCE_S: Final = 0.4
_LONGEST_S: Final = 30.0
_SLACK_S: Final = 0.3  # words may reach this far out of what is voiced
_UNSURE: Final = 0.5
_LONE_WORD_S: Final = 0.35  # a shorter word between two of another voice is theirs
_AMID_S: Final = 0.7  # the same, in the middle of a sentence
_NO_PAUSE_S: Final = 0.1


@dataclass(frozen=True, slots=True)
class _Said:
    """A word, or a whole segment of an engine that has no words, by one voice.

    `sure` is how sure the engine is of the word, or else of the segment it is part of.
    """

    voice: str
    word: Word
    language: str
    sure: float | None
    engine: str | None = None
    timed: bool = True

    @property
    def source(self) -> tuple[str, str, str | None, bool]:
        """What is the same for all words of a segment."""
        return self.voice, self.language, self.engine, self.timed


class Assembly:
    """Gathers the pieces of a recording as they come, of each no more than is needed."""

    def __init__(
        self, survey: Survey, *, most_speakers: int, channel_roles: Sequence[str] = ()
    ) -> None:
        """`channel_roles` names the speaker on each channel where that is known; otherwise roles
        follow from what is said. `most_speakers` bounds what voices may be told apart on a single
        track.
        """
        self._survey = survey
        self._most_speakers = most_speakers
        self._channel_roles = channel_roles
        self._heard: dict[int, tuple[HeardSegment, ...]] = {}
        self._prints: list[Voiceprints] = []

    def add(self, piece: HeardPiece) -> None:
        """Take a piece, in any order."""
        self._heard[piece.number] = piece.segments
        self._prints.append(piece.prints)

    def transcript(self) -> Transcript:
        """The transcript, once every piece was taken; the pieces are given up for it."""
        survey = self._survey
        speakers = None
        if survey.by_voice:
            speakers = tell_apart(self._prints, most=self._most_speakers)
        self._prints.clear()
        segments = sorted(_segments(self._said(speakers)), key=_by_time)
        named = _named(segments, survey, self._channel_roles)
        return Transcript(
            segments=tuple(replace(each, speaker=named[each.speaker]) for each in segments),
            speakers=tuple(dict.fromkeys(named[each.speaker] for each in segments)),
            language=_main_language(segments),
            duration_s=survey.duration_s,
            damaged=survey.damaged,
        )

    def _said(self, speakers: Speakers | None) -> Iterator[_Said]:
        for number in sorted(self._heard):
            piece = self._survey.pieces[number]
            yield from _words(piece, self._heard.pop(number), speakers)


def assemble(
    survey: Survey,
    pieces: Iterable[HeardPiece],
    *,
    most_speakers: int,
    channel_roles: Sequence[str] = (),
) -> Transcript:
    """The transcript of a recording whose every piece was heard; see `Assembly`."""
    assembly = Assembly(survey, most_speakers=most_speakers, channel_roles=channel_roles)
    for piece in pieces:
        assembly.add(piece)
    return assembly.transcript()


def _words(
    piece: Piece, segments: Sequence[HeardSegment], speakers: Speakers | None
) -> list[_Said]:
    """Every word of one piece with its voice: `track/speaker`."""
    said: list[_Said] = []
    for segment in segments:
        words = [word for word in segment.words if not _imagined(word, piece.voiced)]
        for word in fitting.fitted(words, piece.voiced) or _whole(segment, piece):
            voice = _voice(piece.track, word, speakers)
            sure = segment.confidence if word.confidence is None else word.confidence
            timed = bool(segment.words)
            said.append(_Said(voice, word, segment.language, sure, segment.engine, timed))
    return _smoothed(said)


def _voice(track: int, word: Word, speakers: Speakers | None) -> str:
    number = speakers.at((word.start_s + word.end_s) / 2) if speakers is not None else 0
    return f"{track}/{number}"


def _whole(segment: HeardSegment, piece: Piece) -> list[Word]:
    """A segment without word times as one long word; none when its words were all imagined."""
    if segment.words or not segment.text:
        return []
    start_s, end_s = segment.span or (piece.window.start_s, piece.window.end_s)
    return [Word(segment.text, start_s, end_s, segment.confidence)]


def _imagined(word: Word, voiced: Sequence[Span]) -> bool:
    """Whether an unsure word stands where nobody speaks."""
    if word.confidence is not None and word.confidence >= _UNSURE:
        return False
    return not any(
        word.start_s < span.end_s + _SLACK_S and word.end_s > span.start_s - _SLACK_S
        for span in voiced
    )


def _smoothed(said: list[_Said]) -> list[_Said]:
    """Give a lone word between two of one other voice to that voice, if it is short or amid it."""
    smooth = list(said)
    for at in range(1, len(said) - 1):
        before, word, after = smooth[at - 1], said[at], said[at + 1]
        length_s = word.word.end_s - word.word.start_s
        most_s = _AMID_S if _amid(before.word, word.word, after.word) else _LONE_WORD_S
        if length_s < most_s and before.voice == after.voice != word.voice:
            smooth[at] = replace(word, voice=before.voice)
    return smooth


def _amid(before: Word, word: Word, after: Word) -> bool:
    """Whether a word stands in the middle of a sentence that goes on without a pause."""
    runs_on = not any(each.text.endswith(fitting.SENTENCE_ENDS) for each in (before, word))
    gap_s = max(word.start_s - before.end_s, after.start_s - word.end_s)
    return runs_on and gap_s < _NO_PAUSE_S


def _segments(said: Iterable[_Said]) -> list[Segment]:
    """Join the words of each voice until it pauses, ends a sentence or another speaks."""
    runs: dict[str, list[_Said]] = {}
    segments: list[Segment] = []
    for each in said:
        run = runs.setdefault(each.voice.partition("/")[0], [])
        if run and _breaks(run, each):
            segments.append(_segment(run))
            run.clear()
        run.append(each)
    return segments + [_segment(run) for run in runs.values()]


def _by_time(segment: Segment) -> tuple[float, float, str]:
    return segment.start_s, segment.end_s, segment.speaker


def _breaks(run: list[_Said], following: _Said) -> bool:
    last = run[-1]
    if last.source != following.source:
        return True
    pause_s = following.word.start_s - last.word.end_s
    ended = last.word.text.endswith(fitting.SENTENCE_ENDS)
    too_long = following.word.end_s - run[0].word.start_s > _LONGEST_S
    return pause_s > (_PAUSE_AFTER_SENTENCE_S if ended else _PAUSE_S) or too_long


def _segment(run: list[_Said]) -> Segment:
    return Segment(
        speaker=run[0].voice,
        start_s=run[0].word.start_s,
        end_s=max(each.word.end_s for each in run),
        text=" ".join(each.word.text for each in run),
        confidence=_mean([each.sure for each in run if each.sure is not None]),
        language=run[0].language,
        words=tuple(each.word for each in run if each.timed),
        engine=run[0].engine,
    )


def _mean(sure: Sequence[float]) -> float | None:
    return sum(sure) / len(sure) if sure else None


def _named(
    segments: Sequence[Segment], survey: Survey, channel_roles: Sequence[str]
) -> Mapping[str, str]:
    """The speaker's name for each voice."""
    voices = list(dict.fromkeys(segment.speaker for segment in segments))
    if channel_roles:
        return {
            voice: channel_roles[survey.tracks[int(voice.partition("/")[0])][0]] for voice in voices
        }
    lines = [(segment.speaker, segment.start_s, segment.text) for segment in segments]
    return roles.names(lines, speakers=voices)


def _main_language(segments: Sequence[Segment]) -> str | None:
    weights = Counter[str]()
    for segment in segments:
        weights[segment.language] += len(segment.text)
    return weights.most_common(1)[0][0] if weights else None
