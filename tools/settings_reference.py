"""Write docs/reference/settings.md from the settings themselves; `--check` only compares."""

import ast
import sys
from pathlib import Path

SOURCE = Path("src/vinfer/app/settings.py")
PAGE = Path("docs/reference/settings.md")
HEAD = """# Settings
Each is a variable `VINFER_<NAME>`, or `<name>` in the TOML file that `VINFER_CONFIG` names.
The environment wins over the file, the command line over both. An unknown name is an error.
This page is made by `python tools/settings_reference.py`.

| setting | default | what it does |
|---|---|---|
"""


def rows(source: str) -> list[str]:
    """One table row a setting. Raises `ValueError` for a setting without its docstring."""
    (settings,) = [
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef) and node.name == "Settings"
    ]
    found: list[str] = []
    for field, text in zip(settings.body, settings.body[1:], strict=False):
        if not isinstance(field, ast.AnnAssign):
            continue
        if not (isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant)):
            raise ValueError(f"setting {ast.unparse(field.target)} has no description")
        name = f"VINFER_{ast.unparse(field.target).upper()}"
        default = ast.unparse(field.value) if field.value else "(required)"
        found.append(f"| `{name}` | `{default}` | {' '.join(text.value.value.split())} |")
    return found


def main() -> int:
    """Write the page, or with `--check` say whether it is up to date."""
    page = HEAD + "\n".join(rows(SOURCE.read_text())) + "\n"
    if "--check" in sys.argv:
        fresh = PAGE.read_text() == page
        print("settings page: up to date" if fresh else f"{PAGE} is stale: run {__file__}")
        return not fresh
    PAGE.write_text(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
