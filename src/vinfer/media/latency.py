"""Where the time between the customer's last word and the agent's first sound goes."""

from dataclasses import dataclass

from vinfer.media.happenings import SpeechBegan


@dataclass(frozen=True, slots=True)
class Cause:
    """What a reply answers: the end of the customer's words and what hearing them took."""

    ended_s: float  # the last voiced frame, on the call clock
    received_s: float  # when the words reached the dialog, on the call clock
    endpointing_ms: float
    recognition_ms: float


def split(
    cause: Cause, began: SpeechBegan, *, replied_s: float, began_s: float, backlog_ms: float
) -> dict[str, float]:
    """The stages of one reply in ms; `transport` is what the others leave of `total`.

    `replied_s` is when the dialog had its answer, `began_s` when the first frame was written.
    """
    total = 1000 * (began_s - cause.ended_s) + began.queued_ms + backlog_ms
    stages = {
        "endpointing": cause.endpointing_ms,
        "recognition": cause.recognition_ms,
        "dialog": 1000 * (replied_s - cause.received_s),
        "synthesis": began.synthesis_ms,
    }
    stages["transport"] = max(total - sum(stages.values()), 0.0)
    return {name: round(ms, 1) for name, ms in (stages | {"total": total}).items()}
