"""What the source says of a field: the string literal below it."""

import ast
import inspect
import textwrap
from collections.abc import Mapping
from functools import cache
from itertools import pairwise


@cache
def of_fields(kind: type) -> Mapping[str, str]:
    """Texts by attribute, those of base classes too; empty for a class without source."""
    found: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        try:
            source = textwrap.dedent(inspect.getsource(base))
        except (OSError, TypeError):
            continue
        (made,) = ast.parse(source).body
        assert isinstance(made, ast.ClassDef), "the source of a class"
        found |= dict(_texts(made))
    return found


def _texts(made: ast.ClassDef) -> list[tuple[str, str]]:
    return [
        (field.target.id, " ".join(text.value.value.split()))
        for field, text in pairwise(made.body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    ]
