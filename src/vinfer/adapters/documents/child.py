"""The typesetting process: `python -I -m vinfer.adapters.documents.child MEMORY_BYTES CPU_S`.

It reads a document as JSON from its input and writes the PDF to its output. The template is ours
and the document only data; limits bound what a document that is too large may cost.
"""

import resource
import sys
from importlib.resources import as_file, files
from typing import Any, Final

import typst

_TEMPLATE: Final = "report.typ"


def fonts() -> typst.Fonts:
    """The fonts that ship with the product, and no others: pages look alike everywhere."""
    with as_file(files("vinfer.adapters.documents") / "fonts") as directory:
        return typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[directory]
        )


def pdf(document: bytes) -> bytes:
    """The pages of a document."""
    template = (files("vinfer.adapters.documents") / _TEMPLATE).read_bytes()
    sources: Any = {"main.typ": template, "document.json": document}
    return typst.compile(sources, font_paths=fonts())


def main() -> int:
    """Typeset one document."""
    memory_bytes, cpu_s = (int(text) for text in sys.argv[1:])
    for kind, value in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(kind, (value, value))
    sys.stdout.buffer.write(pdf(sys.stdin.buffer.read()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
