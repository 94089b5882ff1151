"""Typesetters: documents become PDF files."""

from vinfer.adapters.documents.fake import PlainTypesetter
from vinfer.adapters.documents.typesetter import TypesetLimits, TypstTypesetter

__all__ = ["PlainTypesetter", "TypesetLimits", "TypstTypesetter"]
