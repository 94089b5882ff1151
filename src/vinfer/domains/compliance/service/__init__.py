"""Compliance: what people ask for, what transcription keeps, what auditors check."""
