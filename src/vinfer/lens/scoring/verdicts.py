"""From what was found to a verdict: in words, with its evidence, or not at all."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from vinfer.lens.scoring.judging import Judgement
from vinfer.lens.scoring.observing import Observer, Sighting, Sought
from vinfer.lens.scoring.scorecard import SCALE_MAX, Basis, Evidence, Parameter, Verdict
from vinfer.lens.transcript import Transcript

_QUOTE_CHARS: Final = 300
_BY_WORDS: Final = 0.97
_DAMAGED: Final = "Parts of the recording could not be decoded: the words may stand there."


def unsure(why: str, evidence: tuple[Evidence, ...] = ()) -> Verdict:
    """No verdict, and why."""
    return Verdict(fraction=None, confidence=0.0, explanation=why, basis="none", evidence=evidence)


def quoted(transcript: Transcript, index: int) -> Evidence:
    """A segment as evidence."""
    segment = transcript.segments[index]
    text = segment.text
    quote = text if len(text) <= _QUOTE_CHARS else text[: _QUOTE_CHARS - 1] + "…"
    return Evidence(index, round(segment.start_s, 3), round(segment.end_s, 3), quote)


def of_binary(
    parameter: Parameter, sought: Sought, observer: Observer, transcript: Transcript
) -> Verdict:
    """Met when it was said and is expected, or was not and must not be.

    A fatal parameter fails by words alone: else a person is to say so.
    """
    found = observer.look(sought)
    evidence = _evidence(found, transcript)
    if found.seen == "unsure":
        return unsure(_doubt(found), evidence)
    if found.seen == "no" and transcript.damaged:
        return unsure(_DAMAGED, evidence)
    met = (found.seen == "yes") == (parameter.expect == "present")
    basis: Basis = "phrase" if found.phrase else "meaning"
    words = _sentence(found, len(observer.lines))
    if parameter.fatal and not met and basis != "phrase":
        contrary = observer.contrary(sought) if parameter.expect == "present" else None
        if contrary is None:
            return unsure(f"{words} A fatal failure needs words that prove it.", evidence)
        found, basis = contrary, "phrase"
        words, evidence = _sentence(contrary, len(observer.lines)), _evidence(found, transcript)
    return Verdict(
        fraction=float(met),
        confidence=found.confidence,
        explanation=words,
        basis=basis,
        evidence=evidence,
    )


def of_keywords(parameter: Parameter, observer: Observer, transcript: Transcript) -> Verdict:
    """Met when any or all of the phrases are said by the agent, or none where none may be."""
    found: dict[str, int] = {}
    forbidden = parameter.expect == "absent"
    lines = observer.placed(parameter.place)
    for phrase in parameter.phrases:
        for line in lines:
            if observer.said(line, (phrase,), parameter.expect):
                found[phrase] = line.index
                break
    missing = [phrase for phrase in parameter.phrases if phrase not in found]
    enough = bool(found) if parameter.match == "any" or forbidden else not missing
    if transcript.damaged and missing and not enough:
        return unsure(_DAMAGED)
    return Verdict(
        fraction=float(enough != forbidden),
        confidence=_BY_WORDS,
        explanation=_listed("Said", list(found)) + _listed("Not said", missing),
        basis="phrase",
        evidence=tuple(quoted(transcript, index) for index in dict.fromkeys(found.values())),
    )


def of_steps(
    parameter: Parameter, sought: Sequence[Sought], observer: Observer, transcript: Transcript
) -> Verdict:
    """The share of the listed steps that were seen, unsure ones left out; 10 when all were.

    Where half or more are unsure, so is the whole. A fatal scale is at 0 only by a person.
    """
    found = [observer.look(each) for each in sought]
    if transcript.damaged:
        found = [replace(each, seen="unsure") if each.seen == "no" else each for each in found]
    names = [step.name for step in parameter.steps]
    by = {
        seen: [name for name, each in zip(names, found, strict=True) if each.seen == seen]
        for seen in ("yes", "no", "unsure")
    }
    words = _listed("Seen", by["yes"]) + _listed("Not seen", by["no"])
    words += _listed("Unsure", by["unsure"])
    shown = [each for each in found if each.seen == "yes"] or found
    evidence = tuple(dict.fromkeys(one for each in shown for one in _evidence(each, transcript)))
    if 2 * len(by["unsure"]) >= len(names):
        return unsure(words, evidence)
    seen = len(by["yes"]) / (len(by["yes"]) + len(by["no"]))
    fraction = _whole(seen if parameter.expect == "present" else 1 - seen)
    if parameter.fatal and fraction == 0:
        return unsure(f"{words} A fatal failure needs words that prove it.", evidence)
    decided = [each.confidence for each in found if each.seen != "unsure"]
    return Verdict(
        fraction=fraction,
        confidence=round(min(decided), 2),
        explanation=words,
        basis="phrase" if all(each.phrase for each in found) else "meaning",
        evidence=evidence,
    )


def _whole(share: float) -> float:
    """A share in whole points of a scale: none and all are said of nothing less."""
    if share in (0, 1):
        return share
    return min(max(round(SCALE_MAX * share), 1), SCALE_MAX - 1) / SCALE_MAX


def of_model(parameter: Parameter, judged: Judgement | None, transcript: Transcript) -> Verdict:
    """What a language model says, if it cites segments that are there. It fails nothing fatally."""
    if judged is None:
        return unsure("The language model gave no verdict.")
    known = [at for at in judged.segments if 0 <= at < len(transcript.segments)]
    evidence = tuple(quoted(transcript, at) for at in dict.fromkeys(known))
    if judged.fraction is None or not evidence or not 0 <= judged.fraction <= 1:
        return unsure(judged.explanation or "The language model is not sure.", evidence)
    fraction = round(judged.fraction * parameter.max) / parameter.max
    if parameter.fatal and fraction == 0:
        words = "A fatal failure needs words that prove it."
        return unsure(f"{judged.explanation} {words}", evidence)
    return Verdict(
        fraction=fraction,
        confidence=round(min(max(judged.confidence, 0.0), 1.0), 2),
        explanation=judged.explanation,
        basis="model",
        evidence=evidence,
    )


def _evidence(found: Sighting, transcript: Transcript) -> tuple[Evidence, ...]:
    return () if found.line is None else (quoted(transcript, found.line.index),)


def _sentence(found: Sighting, lines: int) -> str:
    if found.phrase is not None:
        return f"Said in so many words: “{found.phrase}”."
    if found.seen == "yes":
        return f"The quoted line means the same as the examples (margin {found.margin:+.3f})."
    if found.margin is None:
        return f"Nothing like it stands where it belongs, in {lines} lines of the agent."
    return (
        f"Nothing like it in {lines} lines of the agent; the nearest is quoted"
        f" (margin {found.margin:+.3f})."
    )


def _doubt(found: Sighting) -> str:
    if found.margin is None:
        return "Its words were not said, and there is no sentence model to look for its meaning."
    return f"The quoted line may mean it or not (margin {found.margin:+.3f})."


def _listed(head: str, names: Sequence[str]) -> str:
    return f"{head}: {', '.join(names)}. " if names else ""
