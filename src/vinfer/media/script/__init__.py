"""Scripts: the JSON a user writes, as checked frozen values."""

from vinfer.media.script.checks import Problem, alike, pairs, validate
from vinfer.media.script.lookup import (
    fixed_lines,
    flat,
    label_of,
    objection_label,
    own_lines,
    persona,
    phrases,
    read_variables,
    text_for,
    variables,
)
from vinfer.media.script.parsing import ScriptInvalid, parse
from vinfer.media.script.shape import (
    CLOSE,
    OPENING,
    Branch,
    Capture,
    Node,
    Objection,
    Script,
    Text,
    Variable,
)

__all__ = [
    "CLOSE",
    "OPENING",
    "Branch",
    "Capture",
    "Node",
    "Objection",
    "Problem",
    "Script",
    "ScriptInvalid",
    "Text",
    "Variable",
    "alike",
    "fixed_lines",
    "flat",
    "label_of",
    "objection_label",
    "own_lines",
    "pairs",
    "parse",
    "persona",
    "phrases",
    "read_variables",
    "text_for",
    "validate",
    "variables",
]
