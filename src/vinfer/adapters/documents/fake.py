"""The typesetter of tests: a file that begins as a PDF does, and holds the document as data."""

from vinfer.adapters.documents.data import encode
from vinfer.ports.documents import Document


class PlainTypesetter:
    """`ports.documents.Typesetter` without pages."""

    async def typeset(self, document: Document) -> bytes:
        """See the port."""
        return b"%PDF-1.7\n%" + encode(document) + b"\n%%EOF\n"
