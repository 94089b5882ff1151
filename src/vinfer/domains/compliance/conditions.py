"""What a rule's `condition` may hold, for each type; and the rule that a stored version makes."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, cast

import msgspec
from msgspec import Meta

from vinfer.domains.campaigns.schemas import WEEKDAYS, Clock, Weekday, Zone
from vinfer.kit import schema, zones
from vinfer.lens.compliance.rules import DncCheck, Hours, Likeness, Rule, RuleType, Speaker
from vinfer.lens.scoring.library import LIBRARY

MOST_PHRASES: Final = 200  # of a rule: each is looked for in every line


def _parse_library(text: str) -> str:
    """A criterion of the library; raises `Invalid`."""
    if text in LIBRARY:
        return text
    raise schema.Invalid("a criterion of the library: " + ", ".join(LIBRARY))


Phrase = Annotated[str, Meta(min_length=1, max_length=200), schema.Words]
Phrases = Annotated[list[Phrase], Meta(min_length=1, max_length=100)]
Lines = Annotated[
    list[Annotated[str, Meta(min_length=1, max_length=2000), schema.Words]],
    Meta(min_length=1, max_length=100),
]
LibraryId = Annotated[
    str, schema.Scalar(_parse_library, format="criterion", example="recording_notice")
]


class CallingHours(schema.Body, omit_defaults=True):
    """When calls may begin; in `timezone`, else in the zone of the campaign or workspace."""

    start: Clock
    end: Clock
    days: Annotated[list[Weekday], Meta(min_length=1, max_length=7)] | None = None
    timezone: Zone | None = None

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise schema.Invalid("a time after 'start' on the same day", field="end")
        if self.timezone is not None and not zones.is_zone(self.timezone):
            raise schema.Invalid("an IANA time zone, e.g. Asia/Kolkata", field="timezone")


class Condition(schema.Body, omit_defaults=True):
    """What a rule looks for; which fields belong together depends on the rule's `type`.

    `required_disclosure` and `prohibited_language`: `phrases` (in which `*` stands for up to four
    words), a ready criterion of the `library`, or both; `not_phrases` are what must not be taken
    for it; `match` is `semantic`, which takes phrases as examples of a meaning too, or `literal`.
    `speaker` says whose words a ban or a policy is about. `script_adherence`: its own `lines`, else
    those of the call's script; `minimum_percent` of them must be said. `dnc`: which `checks`.
    `policy_deviation`: what must not be said or meant (as a ban), or a `policy` in plain words, or
    `calling_hours`.
    """

    phrases: Phrases | None = None
    not_phrases: Phrases | None = None
    library: LibraryId | None = None
    match: Likeness | None = None
    speaker: Speaker | None = None
    lines: Lines | None = None
    minimum_percent: Annotated[float, Meta(ge=0, le=100)] | None = None
    checks: Annotated[list[DncCheck], Meta(min_length=1, max_length=2)] | None = None
    policy: Annotated[str, Meta(min_length=1, max_length=2000), schema.Words] | None = None
    calling_hours: CallingHours | None = None


_SAID: Final = frozenset({"phrases", "library", "not_phrases", "match"})
_OF_TYPE: Final[Mapping[RuleType, frozenset[str]]] = {
    "required_disclosure": _SAID,
    "prohibited_language": _SAID | {"speaker"},
    "script_adherence": frozenset({"lines", "minimum_percent"}),
    "dnc": frozenset({"checks"}),
    "policy_deviation": _SAID | {"speaker", "policy", "calling_hours"},
}


def require_fitting(kind: RuleType, condition: Condition, within_seconds: int | None) -> None:
    """Raise `Invalid` for a condition that does not fit its type."""
    given = [name for name in condition.__struct_fields__ if getattr(condition, name) is not None]
    for name in given:
        if name not in _OF_TYPE[kind]:
            raise _unfit(f"condition.{name}", kind)
    if within_seconds is not None and kind != "required_disclosure":
        raise _unfit("within_seconds", kind)
    if kind == "policy_deviation":
        _require_one_policy(given)
    elif _SAID & _OF_TYPE[kind] and not {"phrases", "library"} & set(given):
        words = f"is required for a rule of type '{kind}', or else a 'library'"
        raise schema.Invalid("a list of 1 to 100 phrases", words, field="condition.phrases")
    if len(condition.phrases or ()) + len(condition.not_phrases or ()) > MOST_PHRASES:
        raise schema.Invalid(f"at most {MOST_PHRASES} phrases in all", field="condition")


def _require_one_policy(given: Sequence[str]) -> None:
    by_words = bool({"phrases", "library"} & set(given))
    ways = [by_words, "policy" in given, "calling_hours" in given]
    if sum(ways) != 1:
        words = "exactly one of 'phrases' (or 'library'), 'policy' and 'calling_hours'"
        raise schema.Invalid(words, f"must hold {words}", field="condition")
    if not by_words:
        for name in ("not_phrases", "match", "speaker"):
            if name in given:
                words = "does not belong to a policy without phrases"
                raise schema.Invalid("absent", words, field=f"condition.{name}")


def _unfit(field: str, kind: RuleType) -> schema.Invalid:
    return schema.Invalid("absent", f"does not belong to a rule of type '{kind}'", field=field)


def rule_of(id: str, version: int, body: Mapping[str, Any]) -> Rule:
    """The rule that a stored version makes."""
    given = msgspec.convert(body["condition"], Condition)
    ready = LIBRARY.get(given.library or "")
    own = tuple(given.phrases or ())
    within: int | None = body["within_seconds"]
    return Rule(
        id=id,
        version=version,
        name=body["name"],
        type=body["type"],
        severity=body["severity"],
        phrases=(*own, *(ready.phrases if ready else ())),
        examples=(*(each.replace("*", " ") for each in own), *(ready.examples if ready else ())),
        counters=(*(given.not_phrases or ()), *(ready.counter_examples if ready else ())),
        match=given.match or "semantic",
        speaker=given.speaker or "agent",
        within_s=None if within is None else float(within),
        lines=tuple(given.lines or ()),
        minimum_percent=80.0 if given.minimum_percent is None else given.minimum_percent,
        checks=tuple(given.checks or cast("list[DncCheck]", ["listed", "wish"])),
        policy=given.policy,
        hours=_hours(given.calling_hours),
    )


def _hours(given: CallingHours | None) -> Hours | None:
    if given is None:
        return None
    return Hours(
        start_minute=_minute(given.start),
        end_minute=_minute(given.end),
        days=frozenset(WEEKDAYS.index(day) + 1 for day in given.days or WEEKDAYS),
        timezone=given.timezone,
    )


def _minute(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return 60 * int(hours) + int(minutes)
