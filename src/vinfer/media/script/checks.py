"""What the parts of a script mean together: errors that stop a publish, warnings that do not."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, Final

from vinfer.media import rendering
from vinfer.media.script import lookup
from vinfer.media.script.parsing import Problem, ScriptInvalid, parse
from vinfer.media.script.shape import CLOSE, MAX_PHRASES, OPENING, Node, Script

FEW_PHRASES: Final = 8
# Mean best cosine. Measured with E5 on ten intents: two intents 0.84..0.90, two halves of one
# intent 0.90..0.94.
TOO_ALIKE: Final = 0.93


def validate(body: Mapping[str, Any]) -> tuple[list[Problem], list[Problem]]:
    """Errors and warnings of a script's JSON, each a (dotted field, message)."""
    try:
        script = parse(body)
    except ScriptInvalid as invalid:
        return invalid.problems, []
    return list(_errors(script)), list(_warnings(script))


def _errors(script: Script) -> Iterator[Problem]:
    for field, text in lookup.texts(script):
        yield from ((field, fault) for fault in rendering.faults(text))
    for name in (CLOSE, OPENING):
        if name in script.nodes:
            yield f"nodes.{name}", "a name that is not built in"
    for name in script.variables:
        if name in rendering.BUILT_IN:
            yield f"variables.{name}", "a name that is not built in"
    for at, node in _placed(script):
        yield from _branch_errors(script, at, node)
    if sum(map(len, lookup.phrases(script).values())) > MAX_PHRASES:
        yield "branches", f"at most {MAX_PHRASES} phrases in the whole script"


def _placed(script: Script) -> Iterator[tuple[str, Node]]:
    for name, node in script.all_nodes().items():
        yield ("branches" if name == OPENING else f"nodes.{name}.branches"), node


def _branch_errors(script: Script, at: str, node: Node) -> Iterator[Problem]:
    ids = Counter(branch.id for branch in node.branches)
    for index, branch in enumerate(node.branches):
        field = f"{at}[{index}]"
        if ids[branch.id] > 1:
            yield f"{field}.id", "unique among the branches of its question"
        if branch.next not in (None, CLOSE) and branch.next not in script.nodes:
            yield f"{field}.next", f"'{CLOSE}' or a key of nodes"
        if branch.next is not None and branch.handover:
            yield f"{field}.next", "absent where handover is true"
        for position, name in enumerate(branch.capture):
            if name not in script.captures:
                yield f"{field}.capture[{position}]", "a key of captures"


def _warnings(script: Script) -> Iterator[Problem]:
    yield from _unknown_variables(script)
    yield from _unreachable(script)
    for at, node in _placed(script):
        for index, branch in enumerate(node.branches):
            if len(lookup.flat(branch.phrases)) < FEW_PHRASES:
                yield f"{at}[{index}].phrases", f"better with {FEW_PHRASES} examples or more"
        yield from _same_phrases(at, node)
    asked = {
        name for node in script.all_nodes().values() for b in node.branches for name in b.capture
    }
    yield from (
        (f"captures.{name}", "never asked") for name in script.captures if name not in asked
    )
    if script.voicemail.action == "message" and script.voicemail.say is None:
        yield "voicemail.say", "missing: a voicemail will be hung up on"
    if script.llm.enabled:
        yield "llm.enabled", "not available in this installation: the script runs by its branches"


def _unknown_variables(script: Script) -> Iterator[Problem]:
    known = rendering.BUILT_IN | script.variables.keys() | script.captures.keys()
    for field, text in lookup.texts(script):
        extra = {"value"} if field.startswith("captures.") else frozenset[str]()
        for name in sorted({name for name, _ in rendering.slots(text)} - known - extra):
            yield (
                field,
                f"unknown variable '{name}': its sentence is left out for contacts without it",
            )


def _unreachable(script: Script) -> Iterator[Problem]:
    seen, ahead = {OPENING}, [OPENING]
    while ahead:
        node = script.all_nodes()[ahead.pop()]
        reached = {b.next for b in node.branches if b.next in script.nodes} - seen
        ahead += sorted(str(name) for name in reached)
        seen |= set(ahead)
    for name in script.nodes:
        if name not in seen:
            yield f"nodes.{name}", "unreachable: no branch leads here"


def _same_phrases(at: str, node: Node) -> Iterator[Problem]:
    for (_, one), (index, other) in combinations(enumerate(node.branches), 2):
        shared = _folded(one.phrases) & _folded(other.phrases)
        for phrase in sorted(shared):
            yield f"{at}[{index}].phrases", f"'{phrase}' is also a phrase of branch '{one.id}'"


def _folded(given: Any) -> set[str]:
    return {" ".join(text.lower().split()) for text in lookup.flat(given)}


def alike(
    script: Script, similarity: Mapping[tuple[str, str], Sequence[Sequence[float]]]
) -> list[Problem]:
    """Warnings about pairs of branches whose phrases are nearly the same.

    `similarity` maps a pair of branch labels to the cosine of every phrase of one with every phrase
    of the other (`Understanding.similarity`); missing pairs are not judged. See `pairs`.
    """
    found: list[Problem] = []
    for at, left, right in pairs(script):
        matrix = similarity.get((left, right))
        if not matrix or not matrix[0]:
            continue
        best = sum(max(row) for row in matrix) / len(matrix)
        if best >= TOO_ALIKE:
            found.append(
                (at, f"nearly the same as branch '{left}': one may be taken for the other")
            )
    return found


def pairs(script: Script) -> Iterator[tuple[str, str, str]]:
    """Every two branches offered together, as (field of the second, label, label)."""
    for name, node in script.all_nodes().items():
        at = "branches" if name == OPENING else f"nodes.{name}.branches"
        for (_, one), (index, other) in combinations(enumerate(node.branches), 2):
            left, right = lookup.label_of(name, one.id), lookup.label_of(name, other.id)
            yield f"{at}[{index}].phrases", left, right
