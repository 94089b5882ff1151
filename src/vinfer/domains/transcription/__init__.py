"""Transcription: recordings in, who said what and when out, step by durable step."""
