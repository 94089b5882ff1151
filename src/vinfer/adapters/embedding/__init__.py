"""Voiceprints: what a speaker sounds like, as a point."""
