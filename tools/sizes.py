"""Fail when a module, function or class of the product outgrows the house's ceilings."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

MODULE_LINES, FUNCTION_LINES, CLASS_METHODS = 600, 90, 25
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def too_large(path: Path) -> Iterator[str]:
    """Yield one line per thing in `path` that is over its ceiling."""
    text = path.read_text()
    if (lines := text.count("\n")) > MODULE_LINES:
        yield f"{path}: {lines} lines, at most {MODULE_LINES}"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, DEFINITIONS) and node.end_lineno is not None:
            length = node.end_lineno - node.lineno + 1
            if length > FUNCTION_LINES:
                yield f"{path}:{node.lineno} {node.name}: {length} lines, at most {FUNCTION_LINES}"
        if isinstance(node, ast.ClassDef):
            methods = sum(isinstance(item, DEFINITIONS) for item in node.body)
            if methods > CLASS_METHODS:
                yield f"{path}:{node.lineno} {node.name}: over {CLASS_METHODS} methods"


def main() -> int:
    """Check every module of the product."""
    found = [line for path in sorted(Path("src").rglob("*.py")) for line in too_large(path)]
    print("\n".join(found) or "sizes: all within the ceilings")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
