"""What is taken as given and may not do what was meant: the `warnings` of an answer."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, get_args

from vinfer.domains.agents.schemas import Notice
from vinfer.media.plan import Disposition
from vinfer.media.script.shape import Branch, Script

BUILT_IN_TAGS: Final = frozenset({"wrong_number", "abuse"})
WARM: Final = (
    "'warm' is not available yet: calls are handed over cold, without a summary for the colleague"
)


def of(script: Script, fallback: Mapping[str, Any] | None, tags: Sequence[str]) -> list[Notice]:
    """Every warning about a script, a stored handover and custom tags that go together."""
    pairs = [*_of_handover(script, fallback or {}), *_of_tags(script, tags)]
    return [Notice(field=field, message=message) for field, message in pairs]


def hands_over(script: Script, fallback: Mapping[str, Any] | None) -> bool:
    """Whether calls may be handed to a person without being asked for one."""
    by_script = script.no_match.handover or any(branch.handover for branch in _branches(script))
    return by_script or bool((fallback or {}).get("triggers"))


def _branches(script: Script) -> Iterator[Branch]:
    for node in script.all_nodes().values():
        yield from node.branches


def _of_handover(script: Script, fallback: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if fallback.get("mode") == "warm":
        yield "fallback.mode", WARM
    if fallback.get("transfer_to") is None and hands_over(script, fallback):
        yield "fallback.transfer_to", "missing: each campaign and call has to name one"
    longest_s = script.max_duration_seconds
    for index, trigger in enumerate(fallback.get("triggers") or ()):
        if trigger["type"] == "max_duration" and trigger["seconds"] >= longest_s:
            at = f"fallback.triggers[{index}].seconds"
            yield at, f"never reached: the script ends its calls after {longest_s} seconds"


def _of_tags(script: Script, tags: Sequence[str]) -> Iterator[tuple[str, str]]:
    if not tags:
        return
    given = {branch.tag for branch in _branches(script) if branch.tag}
    for tag in sorted(given - set(tags)):
        yield (
            "dispositions",
            f"'{tag}' of the script is not listed; its calls carry it all the same",
        )
    untagged = {branch.id for branch in _branches(script) if not branch.tag}
    reached = given | untagged | BUILT_IN_TAGS | set(get_args(Disposition))
    for index, tag in enumerate(tags):
        if tag not in reached:
            yield f"dispositions[{index}]", f"no branch of the script has the tag or id '{tag}'"
